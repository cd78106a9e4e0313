"""What every test gets: its own cache, settings and logs, and nothing left behind."""

from __future__ import annotations

import ctypes
import os
import sys

if sys.version_info < (3, 12):  # see embexplorer.ui: before pytest-qt makes the first Qt object
    ctypes.c_ssize_t.from_address(id(None)).value += 1 << 60
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("HF_HUB_OFFLINE", "1")  # no test may reach for a network

import logging
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.core.space import Space, make_space, make_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep cache, settings and logs of a test in its temporary folder."""
    for name in ("CACHE", "CONFIG", "LOGS", "STATE"):
        monkeypatch.setenv(f"EMBEXPLORER_{name}", str(tmp_path / f".{name.lower()}"))


@pytest.fixture(autouse=True)
def no_warnings_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in which our own code logs a warning or worse that it does not expect."""
    yield
    ours = [
        record
        for record in caplog.get_records("call")
        if record.name.startswith("embexplorer") and record.levelno >= logging.WARNING
    ]
    assert not ours, f"unexpected log records: {[record.getMessage() for record in ours]}"


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    """Fail a test that leaves a lane's thread or a child's reader running."""
    before = set(threading.enumerate())
    yield
    left = [
        thread.name
        for thread in threading.enumerate()
        if thread not in before and thread.name.startswith(("lane-", "child-"))
    ]
    assert not left, f"threads left behind, shut the runner down: {left}"


@pytest.fixture
def space() -> Space:
    """Return a small space: king - man + woman is queen, two groups, a zero vector, a repeat."""
    rows = {
        "king": (1, 1, 0, 0),
        "queen": (1, -1, 0, 0),
        "man": (0, 1, 1, 0),
        "woman": (0, -1, 1, 0),
        "apple": (0, 0, 0, 5),
        "pear": (0, 0, 0.5, 5),
        "nothing": (0, 0, 0, 0),
    }
    vectors = np.array([*rows.values(), rows["king"]], np.float32)
    kinds = ["person"] * 4 + ["fruit"] * 2 + [None, "person"]
    sizes = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    table = make_table([*rows, "king"], {"kind": kinds, "size": sizes})
    return make_space(vectors, table, name="tiny")
