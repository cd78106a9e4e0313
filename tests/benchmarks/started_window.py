"""A window that says when it was painted, and when all of it or its map was there; then it ends.

`bench_start.py` starts it, with the time of the start as the first argument.
"""

from __future__ import annotations

import sys
import time

started = float(sys.argv[1])

from pathlib import Path  # noqa: E402  what is imported is part of what is measured

from PySide6.QtCore import QEvent, QObject, QTimer  # noqa: E402

from embexplorer.ui import opening  # noqa: E402
from embexplorer.ui.main_window import MainWindow  # noqa: E402, TC001


def tell(name: str) -> None:
    """Print a name and the seconds since the start."""
    sys.stdout.write(f"{name} {time.time() - started:.3f}\n")
    sys.stdout.flush()


class Watch(QObject):
    """Tells of the first painting of a window, and of the first map with points in it."""

    def __init__(self, window: MainWindow, *, waits_for_map: bool) -> None:
        super().__init__(window)
        self._window = window
        self._waits_for_map = waits_for_map
        self._is_painted = False
        window.installEventFilter(self)
        self._look = QTimer(self)
        self._look.setInterval(2)
        self._look.timeout.connect(self._look_for_map)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self, self._painted)
        return False

    def _painted(self) -> None:
        tell("painted")
        self._look.start()

    def _look_for_map(self) -> None:
        if not hasattr(self._window, "palette_"):
            return  # its parts are still coming
        if not self._waits_for_map:
            tell("ready")
        elif self._window.map.view.n_items:
            self._window.map.view.viewport().repaint()
            tell("map")
        else:
            return
        self._look.stop()
        self._window.close_unasked()


def main() -> None:
    """Open the window with the paths of the command line."""
    paths = [Path(path) for path in sys.argv[2:]]
    make = opening.first_page

    def watched(*arguments: object) -> MainWindow:
        window = make(*arguments)
        Watch(window, waits_for_map=bool(paths))
        return window

    opening.first_page = watched
    opening.run(paths)


if __name__ == "__main__":
    main()
