from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.engines import vector_sink
from embexplorer.engines.vector_sink import VectorSink, as_float32, check_room


def test_blocks_become_one_array_that_numpy_maps(tmp_path):
    made = np.arange(12, dtype=np.float32).reshape(6, 2)
    with VectorSink(tmp_path) as sink:
        for block in (made[:1], made[1:1], made[1:4], made[4:]):
            sink.append(block)
        mapped = sink.finish()
    assert isinstance(mapped, np.memmap)
    assert not mapped.flags.writeable
    assert mapped.tolist() == np.load(tmp_path / "vectors.npy").tolist() == made.tolist()


def test_no_rows_are_an_empty_array(tmp_path):
    with VectorSink(tmp_path) as sink:
        assert sink.finish().shape == (0, 0)


def test_a_block_of_another_width_is_a_mistake(tmp_path):
    with VectorSink(tmp_path) as sink:
        sink.append(np.ones((1, 2), np.float32))
        with pytest.raises(ValueError, match="3 columns after blocks of 2"):
            sink.append(np.ones((1, 3), np.float32))


def test_the_first_value_that_float32_cannot_hold_is_named():
    assert as_float32(np.array([[1.0, 2.0]]))[1] is None
    assert as_float32(np.array([[1.0, 2.0], [3.0, 1e39], [np.nan, 0]]))[1] == (1, 1)


def test_more_than_the_disk_holds_is_refused(tmp_path):
    check_room(tmp_path, 1000)
    with pytest.raises(UserError) as caught:
        check_room(tmp_path, 1 << 60)
    assert caught.value.title == "Not enough room on the disk"
    assert "1,152,921,504.6 GB" in caught.value.detail


def test_vectors_that_fill_the_disk_are_refused_while_they_come(tmp_path, monkeypatch):
    monkeypatch.setattr(vector_sink, "CHECK_BYTES", 100)
    monkeypatch.setattr(vector_sink, "KEPT_FREE", 1 << 60)
    block = np.ones((3, 8), np.float32)  # 96 bytes
    with VectorSink(tmp_path) as sink:
        sink.append(block)
        with pytest.raises(UserError) as caught:
            sink.append(block)
    assert caught.value.title == "Not enough room on the disk"
    assert caught.value.detail.startswith("3 vectors of 8 numbers were read, and ")
