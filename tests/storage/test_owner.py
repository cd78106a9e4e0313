"""A process is told from a later one of its number, whatever the clock says."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys

import pytest

from embexplorer.storage.owner import SILENT_FOR, age_of, is_gone, is_left, start_of, this_process


def test_this_process_is_there_and_said_in_words():
    mine = this_process("window")
    assert (mine.pid, mine.token) == (os.getpid(), "window")
    assert is_gone(mine) is False
    assert mine.since.endswith("+00:00")


def test_a_process_that_ended_is_gone():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        theirs = dataclasses.replace(this_process(), pid=other.pid, started=start_of(other.pid))
        assert theirs.started
        assert is_gone(theirs) is False
        other.kill()
    assert is_gone(theirs) is True


def test_a_later_process_of_the_same_number_is_another_one():
    assert is_gone(dataclasses.replace(this_process(), started="earlier 17")) is True


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="reads /proc")  # noqa: PTH110
def test_the_name_of_a_process_does_not_confuse_its_start():
    code = "import ctypes; ctypes.CDLL(None).prctl(15, b') Z 1 (', 0, 0, 0); print(1); input()"
    command = [sys.executable, "-uc", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"1\n"
        assert len(start_of(other.pid).split()[1]) > 1
        assert start_of(other.pid) != start_of(os.getpid())
        other.kill()


def test_of_another_computer_only_the_time_on_the_disk_tells(tmp_path):
    path = tmp_path / "lock"
    path.touch()
    elsewhere = dataclasses.replace(this_process(), realm="another computer")
    assert is_gone(elsewhere) is None
    assert not is_left(path, elsewhere)
    old = path.stat().st_mtime - SILENT_FOR - 5
    os.utime(path, (old, old))
    assert is_left(path, elsewhere)
    assert age_of(path) > SILENT_FOR
    assert [found.name for found in tmp_path.iterdir()] == ["lock"]
