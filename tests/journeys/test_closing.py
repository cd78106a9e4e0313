"""A window that is closed in the middle of work ends at once, with all its processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.test_no_network import environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are counted in /proc")

LIMIT = 2.0  # seconds

SCRIPT = """
import sys, time
from PySide6.QtCore import QTimer
from embexplorer.ui import opening, running

kind = sys.argv[1]

def begin(window, *arguments):
    before(window, *arguments)
    services, started = window.services, []
    look = QTimer(window)
    def go_on():
        state = services.store.state
        if not started and state.projection is not None and not state.activity:
            started.append(kind)
            if kind == "layout":
                services.map.project("tsne", {"n_iter": 10_000})
            elif kind == "clusters":
                services.clustering.find("hdbscan")
            else:
                services.neighbors.ask("#7")
                services.selecting.take(range(200))
        elif started and (state.live_coords is not None or kind != "layout"):
            look.stop()
            print(time.monotonic(), flush=True)
            window.close_unasked()
    look.timeout.connect(go_on)
    look.start(10)

before, running.begin = running.begin, begin
from embexplorer.storage.settings import Settings, save_settings
save_settings(Settings(method="pca"))
sys.exit(opening.run(sample="sentences"))
"""


def processes_of(session: int) -> list[str]:
    """Return what runs in a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        if int(text.rpartition(")")[2].split()[3]) == session:
            found.append(text)
    return found


@pytest.mark.parametrize("kind", ["layout", "clusters", "questions"])
def test_closing_ends_everything_within_two_seconds(kind: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, kind],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    said, errors = process.communicate(timeout=120)
    ended = time.monotonic()
    assert process.returncode == 0, errors
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # others take their share
    assert ended - float(said) < LIMIT * busy
    assert "Traceback" not in errors
    assert processes_of(process.pid) == []
    assert not (tmp_path / "network").exists()
    assert "Traceback" not in "".join(
        path.read_text(encoding="utf-8") for path in (tmp_path / "LOGS").glob("*.log")
    )
