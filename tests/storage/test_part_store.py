from __future__ import annotations

import os
import time

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.storage import part_store
from embexplorer.storage.part_store import PartStore, discard_old_parts

ROWS = np.array([3, 1])
VECTORS = np.array([[1, 2, 3], [4, 5, 6]], np.float32)
MARKS = np.array([1, 2], np.uint8)


def test_what_was_put_and_flushed_is_there_again(tmp_path):
    part = PartStore(tmp_path / "parts" / "key", 5)
    assert part.marks.tolist() == [0] * 5
    part.put(ROWS, VECTORS, MARKS)
    part.flush()
    again = PartStore(tmp_path / "parts" / "key", 5)
    assert again.marks.tolist() == [0, 2, 0, 1, 0]
    assert again.vectors.tolist() == [[0] * 3, [4, 5, 6], [0] * 3, [1, 2, 3], [0] * 3]


def test_marks_are_written_only_with_their_vectors(tmp_path):
    part = PartStore(tmp_path / "key", 5)
    part.put(ROWS, VECTORS, MARKS)  # and a crash before the next flush
    assert PartStore(tmp_path / "key", 5).marks.tolist() == [0] * 5


def test_it_is_flushed_by_itself_after_a_while(tmp_path, monkeypatch):
    monkeypatch.setattr(part_store, "SECONDS_BETWEEN_FLUSHES", -1.0)
    PartStore(tmp_path / "key", 5).put(ROWS, VECTORS, MARKS)
    assert PartStore(tmp_path / "key", 5).marks.tolist() == [0, 2, 0, 1, 0]


def test_a_part_of_another_size_is_not_taken(tmp_path):
    part = PartStore(tmp_path / "key", 5)
    part.put(ROWS, VECTORS, MARKS)
    part.flush()
    other = PartStore(tmp_path / "key", 6)
    assert other.marks.tolist() == [0] * 6
    other.put(ROWS, VECTORS, MARKS)
    assert other.vectors.shape == (6, 3)


@pytest.mark.parametrize("name", ["done.npy", "vectors.npy"])
def test_a_damaged_part_is_begun_anew(tmp_path, name):
    part = PartStore(tmp_path / "key", 5)
    part.put(ROWS, VECTORS, MARKS)
    part.flush()
    (tmp_path / "key" / name).write_bytes(b"\x93NUMPY")
    assert PartStore(tmp_path / "key", 5).marks.tolist() == [0] * 5


def test_a_row_whose_bits_have_changed_is_to_be_done_again(tmp_path):
    part = PartStore(tmp_path / "key", 5)
    part.put(ROWS, VECTORS, MARKS)
    part.flush()
    vectors = np.load(tmp_path / "key" / "vectors.npy", mmap_mode="r+")
    vectors[3, 1] = 2.5
    vectors.flush()
    again = PartStore(tmp_path / "key", 5)
    assert again.marks.tolist() == [0, 2, 0, 0, 0]
    assert again.n_damaged == 1


def test_a_changed_mark_is_noticed(tmp_path):
    part = PartStore(tmp_path / "key", 5)
    part.put(ROWS, VECTORS, MARKS)
    part.flush()
    done = np.load(tmp_path / "key" / "done.npy")
    done["mark"][[1, 2]] = 1  # 2 and 0 before
    np.save(tmp_path / "key" / "done.npy", done)
    again = PartStore(tmp_path / "key", 5)
    assert again.marks.tolist() == [0, 0, 0, 1, 0]
    assert again.n_damaged == 2


def test_nothing_is_left_after_remove(tmp_path):
    part = PartStore(tmp_path / "key", 5)
    part.put(ROWS, VECTORS, MARKS)
    part.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_another_process_removed_is_still_held(tmp_path):
    if os.name == "nt":
        pytest.skip("Windows removes no file that is in use")
    part, other = PartStore(tmp_path / "key", 5), PartStore(tmp_path / "key", 5)
    part.put(ROWS, VECTORS, MARKS)
    other.remove()
    part.flush()
    assert part.vectors[3].tolist() == [1, 2, 3]
    assert list(tmp_path.iterdir()) == []


def test_there_are_no_vectors_before_the_first(tmp_path):
    with pytest.raises(ValueError, match="no vectors were put yet"):
        _ = PartStore(tmp_path / "key", 5).vectors


def test_a_disk_without_room_is_said_before_it_is_full(tmp_path):
    part = PartStore(tmp_path / "key", 10)
    with pytest.raises(UserError) as caught:
        part._create(2**50)
    assert caught.value.title == "Not enough room on the disk"
    assert "10 vectors of 1,125,899,906,842,624 dimensions" in caught.value.detail


def test_parts_that_nobody_came_back_to_are_removed(tmp_path):
    for name in ("old", "new"):
        part = PartStore(tmp_path / name, 5)
        part.put(ROWS, VECTORS, MARKS)
        part.flush()
    past = time.time() - 3 * 86400
    for file in (tmp_path / "old").iterdir():
        os.utime(file, (past, past))
    discard_old_parts(tmp_path, days=2)
    assert [folder.name for folder in tmp_path.iterdir()] == ["new"]
