"""A program whose folders cannot be written starts, says so once, and works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from embexplorer.storage.usable import refusal, use_temporary_folders

NAMES = ("CACHE", "CONFIG", "LOGS", "STATE")
WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from embexplorer.ui import opening
from embexplorer.ui.main_window import MainWindow

before = MainWindow.follow

def follow(window):
    before(window)
    timer = QTimer(window)

    def look():
        state = window.services.store.state
        if state.projection is not None and not state.activity:
            timer.stop()
            print(state.space.name, [problem.error.detail for problem in state.problems])
            window.close_unasked()

    timer.timeout.connect(look)
    timer.start(20)

MainWindow.follow = follow
sys.exit(opening.run([Path(sys.argv[1])]))
"""


@pytest.fixture
def nowhere(tmp_path: Path) -> dict[str, str]:
    """Folders that nobody can write, root neither: below a file."""
    (tmp_path / "file").touch()
    places = {f"EMBEXPLORER_{name}": str(tmp_path / "file" / name) for name in NAMES}
    return {**os.environ, **places, "PYTHONPATH": str(Path.cwd()), "TMPDIR": str(tmp_path)}


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *words]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_folders_that_can_be_written_are_taken_as_they_are(tmp_path, monkeypatch):
    before = dict(os.environ)
    assert use_temporary_folders() == ()
    assert dict(os.environ) == before
    assert refusal(tmp_path) == ""


def test_the_window_says_it_once_opens_a_file_and_leaves_nothing(nowhere, tmp_path):
    file = tmp_path / "fruit.csv"
    file.write_text("item,x,y\na,1,2\nb,3,4\nc,4,4\n", encoding="utf-8")
    done = run({**nowhere, "QT_QPA_PLATFORM": "offscreen"}, "-c", WINDOW, str(file))
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert line.startswith("fruit [")
    for says in ("reading takes a temporary folder", "Settings are not kept", "Nothing is logged"):
        assert line.count(says) == 1
    assert "lost in a crash" in line
    assert "not a directory" in line
    left = [
        path.name for path in tmp_path.iterdir() if not path.name.startswith("embexplorer-logs")
    ]
    assert sorted(left) == ["file", "fruit.csv"]


def test_a_verb_works_and_warns(nowhere, tmp_path):
    file = tmp_path / "fruit.csv"
    file.write_text("item,x,y\na,1,2\nb,3,4\nc,4,4\n", encoding="utf-8")
    done = run(nowhere, "-m", "embexplorer", "info", str(file), "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["n"] == 3
    said = "reading takes a temporary folder"
    assert len([text for text in document["warnings"] if said in text]) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "fruit.csv"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs another account")
def test_an_account_without_a_home_works_too(nowhere):
    bare = {name: value for name, value in nowhere.items() if "EMBEXPLORER" not in name}
    bare = {name: value for name, value in bare.items() if not name.startswith(("HOME", "XDG"))}
    code = (
        "import os, pathlib, sys, zlib, bz2, lzma, random, _posixsubprocess, pwd\n"
        "from embexplorer.storage.paths import cache_folder\n"
        "from embexplorer.storage.usable import use_temporary_folders\n"
        "os.setuid(54321); os.environ.pop('HOME', None)\n"
        "print(len(use_temporary_folders()), cache_folder())"
    )
    done = run({**bare, "TMPDIR": "/tmp"}, "-c", code)
    assert done.returncode == 0, done.stderr
    count, place = done.stdout.split()
    assert count == "4"
    assert Path(place).name.startswith("embexplorer-")
    assert not Path(place).exists()  # it went with its process
    assert not (Path.cwd() / "~").exists()
