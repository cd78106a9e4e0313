"""Files and folders appear whole or not at all, and nothing of dead processes stays."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest

from embexplorer.core.errors import UserError
from embexplorer.storage.whole import (
    discard_left,
    remove_folder,
    scratch_beside,
    telling,
    write_file,
    write_folder,
)

LEAVE = """
import os, sys
from pathlib import Path
from embexplorer.storage.whole import scratch_beside
with scratch_beside(Path(sys.argv[1])) as scratch:
    (scratch / "half").write_text("half")
    os._exit(0)
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_takes_the_place_of_the_one_before_with_its_mode(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o640)
    write_file(path, lambda scratch: scratch.write_text("new"))
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert names(tmp_path) == ["a.txt"]


def test_what_lies_beside_comes_along_and_a_link_stays_one(tmp_path):
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "real.bin", tmp_path / "a.npy"
    real.write_text("old")
    link.symlink_to(real)

    def fill(scratch):
        assert scratch.name == "a.npy"  # writers go by the ending
        scratch.write_text("new")
        scratch.with_suffix(".txt").write_text("beside")

    write_file(link, fill)
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert names(tmp_path / "there") == ["a.txt", "real.bin"]


def test_what_fails_leaves_what_was_there(tmp_path):
    path, folder = tmp_path / "a.txt", tmp_path / "f"
    path.write_text("old")
    write_folder(folder, lambda scratch: (scratch / "x").write_text("old"))

    def fail(scratch):
        (scratch if scratch.is_dir() else scratch.parent).joinpath("half").write_text("half")
        raise RuntimeError

    for write, place in ((write_file, path), (write_folder, folder)):
        with pytest.raises(RuntimeError):
            write(place, fail)
    assert path.read_text() == (folder / "x").read_text() == "old"
    assert names(tmp_path) == ["a.txt", "f"]


def test_a_folder_is_never_missing_while_it_is_replaced(tmp_path):
    target = tmp_path / "f"
    write_folder(target, lambda scratch: (scratch / "x").write_text("0"))
    code = (
        "import sys, pathlib; p = pathlib.Path(sys.argv[1]); print(1, flush=True)\n"
        "while not (p.parent / 'end').exists(): assert p.is_dir()"
    )
    command = [sys.executable, "-c", code, str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as watcher:
        watcher.stdout.readline()
        for number in range(200):
            write_folder(target, lambda scratch, n=number: (scratch / "x").write_text(str(n)))
        (tmp_path / "end").touch()
    assert watcher.returncode == (0 if sys.platform == "linux" else watcher.returncode)
    assert (target / "x").read_text() == "199"


def test_a_name_as_long_as_names_may_be_is_written(tmp_path):
    path = tmp_path / ("é" * 125 + ".txt")  # 254 bytes
    write_file(path, lambda scratch: scratch.write_text("x"))
    assert names(tmp_path) == [path.name]


def test_what_a_dead_process_left_goes_and_what_a_living_one_writes_stays(tmp_path):
    target = tmp_path / "a.txt"
    command = [sys.executable, "-c", LEAVE, str(target)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": os.getcwd()})  # noqa: PTH109
    (left,) = tmp_path.iterdir()
    mine = tmp_path / ".a.txt-notes.part"  # of another program
    mine.touch()
    with scratch_beside(target) as scratch:
        assert not left.exists()
        discard_left(tmp_path)
        assert scratch.is_dir()
    assert names(tmp_path) == [mine.name]


def test_a_scratch_folder_of_another_computer_goes_after_an_hour(tmp_path):
    old = tmp_path / ".a-01234567-17-89abcdef-01234567.part"
    new = tmp_path / ".b-01234567-17-89abcdef-01234567.part"
    for path in (old, new):
        path.mkdir()
    os.utime(old, (1e9, 1e9))
    discard_left(tmp_path)
    assert names(tmp_path) == [new.name]


def test_removing_a_folder_that_is_gone_does_nothing(tmp_path):
    remove_folder(tmp_path / "gone")
    write_folder(tmp_path / "f", lambda scratch: (scratch / "x").touch())
    remove_folder(tmp_path / "f")
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("error", "title", "says"),
    [
        (OSError(28, "x"), "Not enough room on the disk", "a.csv does not fit: no space left"),
        (OSError(27, "x"), "Not enough room on the disk", "a.csv does not fit: file too large"),
        (OSError(5, "x"), "The file cannot be written", "a.csv: input/output error"),
    ],
)
def test_what_the_disk_refuses_is_said_with_file_and_reason(tmp_path, error, title, says):
    with pytest.raises(UserError) as told, telling(tmp_path / "a.csv"):
        raise error
    assert told.value.title == title
    assert says in told.value.detail
    assert "before is unchanged" in told.value.detail
