from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from embexplorer.storage.cache import STAMP, Cache, file_stamp, key_of
from embexplorer.storage.whole import write_folder


def entry(size):
    def fill(folder):
        (folder / "space.json").write_text("{}")
        (folder / "data").write_bytes(b"x" * size)

    return fill


def age(folder, seconds):
    os.utime(folder / "space.json", (seconds, seconds))


def test_an_entry_is_found_under_its_key(tmp_path):
    cache = Cache(tmp_path / "cache")
    assert cache.find("a") is None
    folder = cache.write("a", entry(10))
    assert cache.find("a") == folder == tmp_path / "cache" / "a"
    assert cache.size() == 12
    cache.remove("a")
    assert cache.find("a") is None


def test_a_failed_entry_leaves_nothing(tmp_path):
    cache = Cache(tmp_path)

    def fail(folder):
        entry(10)(folder)
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        cache.write("a", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_entry_keeps_the_one_before(tmp_path):
    cache = Cache(tmp_path)
    cache.write("a", entry(10))

    def fail(folder):
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        cache.write("a", fail)
    assert (cache.find("a") / "data").stat().st_size == 10
    cache.write("a", entry(20))
    assert (cache.find("a") / "data").stat().st_size == 20
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_without_its_stamp_is_no_entry(tmp_path):
    cache = Cache(tmp_path)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "data").write_bytes(b"x")
    assert cache.find("b") is None
    assert cache.size() == 0
    cache.clear()
    assert (tmp_path / "b").is_dir()


def test_the_least_recently_used_entries_go_first(tmp_path):
    cache = Cache(tmp_path, limit=250)
    age(cache.write("a", entry(98)), 1000)
    age(cache.write("b", entry(98)), 1001)
    age(tmp_path / "a", 5000)  # used again after b
    cache.write("c", entry(98))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c"]


def test_finding_an_entry_marks_it_as_used(tmp_path):
    cache = Cache(tmp_path)
    folder = cache.write("a", entry(1))
    age(folder, 1000)
    cache.find("a")
    assert (folder / "space.json").stat().st_mtime > 1000


def test_clearing_removes_every_entry(tmp_path):
    cache = Cache(tmp_path)
    cache.write("a", entry(1))
    cache.write("b", entry(1))
    cache.clear()
    assert list(tmp_path.iterdir()) == []


def test_keys_depend_on_values_and_not_on_order():
    assert key_of(a=1, b=[2, "é"]) == key_of(b=[2, "é"], a=1)
    assert key_of(a=1) != key_of(a=2) != key_of(b=2)
    assert key_of(a=None) != key_of(a="")


def test_a_stamp_changes_with_size_time_and_place(tmp_path):
    path = tmp_path / "a"
    path.write_text("x")
    os.utime(path, ns=(1, 1))
    stamp = file_stamp(path)
    assert file_stamp(path) == stamp
    os.utime(path, ns=(1, 2))
    assert file_stamp(path) != stamp
    path.write_text("xy")
    os.utime(path, ns=(1, 1))
    assert file_stamp(path) != stamp
    link = tmp_path / "link"
    link.symlink_to(path)
    assert file_stamp(link) == file_stamp(path)


def test_a_folder_is_stamped_by_all_files_below_it(tmp_path):
    (tmp_path / "f" / "g").mkdir(parents=True)
    (tmp_path / "f" / "g" / "a").write_text("x")
    stamp = file_stamp(tmp_path / "f")
    assert len(stamp["files"]) == 1
    (tmp_path / "f" / "b").write_text("x")
    assert file_stamp(tmp_path / "f") != stamp


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    target = tmp_path / "t"
    write_folder(target, lambda folder: (folder / "old").write_text("1"))
    write_folder(target, lambda folder: (folder / "new").write_text("2"))
    assert [path.name for path in target.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["t"]


def test_two_writers_of_one_folder_leave_a_whole_one(tmp_path):
    target = tmp_path / "entry"

    def write(text):
        for _ in range(40):
            write_folder(target, lambda folder: (folder / STAMP).write_text(text))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ("one", "two")))
    assert (target / STAMP).read_text() in ("one", "two")
    assert [path.name for path in tmp_path.iterdir()] == ["entry"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps mapped files by itself")
def test_files_of_an_entry_are_not_to_be_written_and_the_entry_can_be_replaced(tmp_path):
    cache = Cache(tmp_path)
    for size in (10, 20):
        folder = cache.write("key", entry(size))
        modes = {path.name: path.stat().st_mode & 0o222 for path in folder.iterdir()}
        assert modes == {"space.json": 0, "data": 0}
        assert cache.find("key") == folder  # and its time of use is set
        assert cache.size() == size + 2
    cache.remove("key")
    assert cache.entries() == []
