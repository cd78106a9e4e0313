"""The window shows its first page before anything heavy is imported, and then all the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from embexplorer.ui import opening

HEAVY = ("numpy", "pyarrow", "pyqtgraph", "numba", "embexplorer.ui.furniture")
make = opening.first_page

class Watched(opening._FirstPaint):
    def _tell(self):
        print("painted", [name for name in HEAVY if name in sys.modules])
        print("says", self._window.center.currentWidget().text())
        super()._tell()
        window = self._window
        print("furnished", [name for name in window.docks if window.shell.is_dock_shown(name)])
        look = QTimer(window)
        look.timeout.connect(lambda: self._look(look))
        look.start(10)

    def _look(self, look):
        state = self._window.services.store.state
        if state.projection is not None and not state.activity:
            look.stop()
            docks = [name for name, dock in self._window.docks.items() if dock.isVisible()]
            print("shows", state.space.name, self._window.map.view.n_items, docks)
            self._window.close_unasked()

opening._FirstPaint = Watched
sys.exit(opening.run([Path(sys.argv[1])]))
"""

FAILING = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView
from embexplorer.ui import opening

class View(QGraphicsView):
    def paintEvent(self, event):
        super().paintEvent(event)

    def drawForeground(self, painter, rect):
        [][3]

class Watched(opening._FirstPaint):
    def _tell(self):
        super()._tell()
        window = self._window
        view = View(QGraphicsScene(window), window)
        view.show()
        look = QTimer(window)
        look.timeout.connect(lambda: self._look(look, view))
        look.start(10)

    def _look(self, look, view):
        problems = self._window.services.store.state.problems
        if problems:
            look.stop()
            view.hide()
            print(problems[0].error.detail)
            print(problems[0].details.splitlines()[0])
            self._window.close_unasked()

opening._FirstPaint = Watched
sys.exit(opening.run())
"""


def open_script(script: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script that opens the window, with folders of its own."""
    places = {
        f"EMBEXPLORER_{name}": str(folder / name) for name in ("CACHE", "CONFIG", "LOGS", "STATE")
    }
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, **places, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_first_page_comes_before_what_is_heavy_and_then_the_file(tmp_path: Path) -> None:
    table = tmp_path / "fruit.csv"
    table.write_text("item,x,y\na,1,2\nb,3,4\nc,4,4\n", encoding="utf-8")
    done = open_script(SCRIPT, tmp_path, str(table))
    assert done.stdout.splitlines() == [
        "painted []",
        "says Opening fruit.csv…",
        "furnished ['Library', 'Data', 'Inspector']",
        "shows fruit 3 ['Library', 'Data', 'Inspector']",
    ], done.stderr
    assert done.returncode == 0


def test_an_error_of_c_in_a_method_inside_another_one_is_a_message(tmp_path: Path) -> None:
    done = open_script(FAILING, tmp_path)
    said, first = done.stdout.splitlines()
    assert said.startswith("IndexError: ")
    assert said.endswith("list index out of range")
    assert first == "Traceback (most recent call last):"
    assert done.returncode == 0


WARMED = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from embexplorer.ui import opening, running

warm_up = running.warm_up

def told(window):
    state = window.services.store.state
    print("warms up", [space.name for space in state.document.spaces])
    warm_up(window)
    QTimer.singleShot(0, window.close_unasked)

running.warm_up = told
running.WAITS_AT_MOST = 600_000  # however busy the computer is
sys.exit(opening.run([Path(name) for name in sys.argv[1:]]))
"""


def test_the_kernels_wait_for_the_file_that_was_asked_for(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("item,x,y\n" + "\n".join(f"i{row},{row},{row % 3}" for row in range(9)))
    for paths, said in (([path], "warms up ['points']"), ([], "warms up []")):
        ran = subprocess.run(
            [sys.executable, "-c", WARMED, *map(str, paths)],
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout.strip() == said
