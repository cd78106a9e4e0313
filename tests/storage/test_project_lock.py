"""One window writes a project; a lock that nobody holds any more is no lock."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from embexplorer.storage.owner import SILENT_FOR, this_process
from embexplorer.storage.project_lock import (
    UNKNOWN,
    Lock,
    release_lock,
    take_lock,
    touch_lock,
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "work" / "thesis.embx"
    path.parent.mkdir()
    return path


def lock_of(project: Path) -> Path:
    return project.with_name(".thesis.embx.lock")


def test_the_second_window_is_told_who_has_it_until_the_first_lets_go(project):
    first, second = this_process("first"), this_process("second")
    assert take_lock(project, first) == Lock()
    assert take_lock(project, first) == Lock()  # it has it already
    assert take_lock(project, second).holder == first
    release_lock(project, second)  # which does not have it
    assert take_lock(project, second).holder == first
    release_lock(project, first)
    assert list(project.parent.iterdir()) == []
    assert take_lock(project, second) == Lock()
    assert [path.name for path in project.parent.iterdir()] == [".thesis.embx.lock"]


def test_a_link_and_its_project_have_one_lock(project):
    link = project.with_name("link.embx")
    link.symlink_to(project)
    take_lock(link, this_process("first"))
    assert take_lock(project, this_process("second")).holder.token == "first"


def test_the_lock_of_a_killed_process_is_no_lock(project):
    code = (
        "import sys, pathlib\n"
        "from embexplorer.storage.owner import this_process\n"
        "from embexplorer.storage.project_lock import take_lock\n"
        "take_lock(pathlib.Path(sys.argv[1]), this_process('killed'))\n"
        "print('ready', flush=True); input()"
    )
    command = [sys.executable, "-c", code, str(project)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    mine = this_process("mine")
    with subprocess.Popen(command, **pipes, env=environment) as process:
        process.stdout.readline()
        assert take_lock(project, mine).holder.pid == process.pid
        process.kill()
    assert take_lock(project, mine) == Lock()


def test_a_lock_of_another_computer_counts_as_long_as_it_is_touched(project):
    there = dataclasses.replace(this_process("there"), host="lab-3", realm="lab-3")
    mine = this_process("mine")
    take_lock(project, there)
    old = lock_of(project).stat().st_mtime - SILENT_FOR - 5
    os.utime(lock_of(project), (old, old))
    touch_lock(project, mine)  # which does not have it
    touch_lock(project, there)
    assert take_lock(project, mine).holder == there
    os.utime(lock_of(project), (old, old))
    assert take_lock(project, mine) == Lock()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"host": 3, "more": 4}', "\x00\xff"])
def test_a_lock_that_says_nothing_counts_for_a_while(project, text):
    lock_of(project).write_text(text, encoding="latin-1")
    assert take_lock(project, this_process("mine")).holder == UNKNOWN
    os.utime(lock_of(project), (1e9, 1e9))
    assert take_lock(project, this_process("mine")) == Lock()


def test_of_many_that_find_a_stale_lock_one_gets_it(project):
    gone = dataclasses.replace(this_process("gone"), started="before")
    for _ in range(20):
        lock_of(project).write_text(json.dumps(dataclasses.asdict(gone)))
        found, owners = {}, [this_process(f"window {k}") for k in range(6)]
        start = threading.Barrier(6)

        def ask(owner, found=found, start=start):
            start.wait()
            found[owner.token] = take_lock(project, owner).holder

        threads = [threading.Thread(target=ask, args=(owner,)) for owner in owners]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        has_it = json.loads(lock_of(project).read_text())["token"]
        assert [token for token, holder in found.items() if holder is None] == [has_it]
        lock_of(project).unlink()
        assert list(project.parent.iterdir()) == []


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_where_the_folder_is_read_only_the_lock_lies_in_the_state_folder(
    project, monkeypatch, number
):
    real = Path.write_text

    def refuse(path, *args, **more):
        if path.parent == project.parent:
            raise OSError(number, os.strerror(number))
        return real(path, *args, **more)

    monkeypatch.setattr(Path, "write_text", refuse)  # root may write anywhere, so no mode refuses
    first = this_process("first")
    assert take_lock(project, first) == Lock(is_beside=False)
    assert take_lock(project, this_process("second")) == Lock(first, is_beside=False)
    release_lock(project, first)
    assert take_lock(project, this_process("second")) == Lock(is_beside=False)
    assert list(project.parent.iterdir()) == []


def test_a_disk_without_hard_links_has_locks_too(project, monkeypatch):
    def refuse(path, target):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert take_lock(project, this_process("first")) == Lock()
    assert take_lock(project, this_process("second")).holder.token == "first"
