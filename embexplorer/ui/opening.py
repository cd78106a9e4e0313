"""Opens the window: its first page at once, then all the rest; Ctrl-C and an orderly end.

Nothing is imported here that the first page does not need.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, QTimer, Signal

from embexplorer.core.imports_only import imports_only
from embexplorer.storage.settings import load_settings
from embexplorer.storage.usable import use_temporary_folders
from embexplorer.ui.application import first_page, log_messages, make_application
from embexplorer.ui.heartbeat import DEBUG, watch_stalls
from embexplorer.ui.unexpected import Unexpected, show_unexpected
from embexplorer.ui.whole_errors import with_whole_errors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QApplication, QWidget

QUIT_AFTER = "EMBEXPLORER_QUIT_AFTER"  # seconds, for smoke tests
PAINTED_BY = 500  # ms after which a window that is not painted, such as a minimized one, goes on


@with_whole_errors
def run(paths: Sequence[Path] = (), *, sample: str = "") -> int:
    """Open the window with these paths, as if dropped, and return the exit code when it closes."""
    app = make_application()
    said = use_temporary_folders()
    log_messages()
    unexpected = Unexpected(app, lambda said, details: show_unexpected(window, said, details))
    window = first_page(app, load_settings())
    if paths or sample:
        window.say_opening(_named(paths))
    interrupt = _Interrupt(app)

    def go_on() -> None:
        from embexplorer.jobs.process_lane import ProcessLane

        files = ProcessLane("files", warm_up=["embexplorer.operations.read:import_readers"])
        if paths or sample:
            files.warm()  # it imports while this process does
        with imports_only():
            from embexplorer.app.services import process_lanes
            from embexplorer.ui import running

            running.furnish(window, process_lanes(files))
        running.begin(window, paths, sample, said)
        if os.environ.get(DEBUG):
            watch_stalls(window)

    _FirstPaint(window).happened.connect(go_on)
    window.show()
    if os.environ.get(QUIT_AFTER):
        QTimer.singleShot(int(float(os.environ[QUIT_AFTER]) * 1000), window.close_unasked)
    try:
        return app.exec()
    finally:
        interrupt.close()
        window.end()
        unexpected.close()


def _named(paths: Sequence[Path]) -> str:
    if not paths:
        return "the sample"
    return paths[0].name if len(paths) == 1 else f"{len(paths):,} files"


class _FirstPaint(QObject):
    """Tells once when a window has been painted for the first time."""

    happened = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self._tell)
        self._late.start(PAINTED_BY)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the painting, and for what it draws to reach the screen."""
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            self._late.start(0)
        return False

    def _tell(self) -> None:
        self._window.removeEventFilter(self)
        self.happened.emit()


class _Interrupt(QObject):
    """Closes the windows on Ctrl-C: Qt's loop runs no Python until something happens."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._interrupted)
        self._old_fd = signal.set_wakeup_fd(self._writer.fileno())
        self._old_handler = signal.signal(signal.SIGINT, _ignore)

    def _interrupted(self) -> None:
        self._reader.recv(1)
        self._app.closeAllWindows()

    def close(self) -> None:
        """Give the signal back."""
        self._notifier.setEnabled(False)
        signal.signal(signal.SIGINT, self._old_handler)
        signal.set_wakeup_fd(self._old_fd)
        for end_point in (self._reader, self._writer):
            with contextlib.suppress(OSError):
                end_point.close()


def _ignore(number: int, frame: object) -> None:
    """Do nothing: the wake-up socket tells."""
