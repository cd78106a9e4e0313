"""Starts the window: application object, theme, services, signals of the system, orderly end."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
import traceback
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QSocketNotifier,
    Qt,
    QTimer,
    QtMsgType,
    qFormatLogMessage,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from embexplorer.app.services import Services, process_lanes
from embexplorer.app.state import Problem
from embexplorer.app.work import Then, show_problem
from embexplorer.core.errors import UserError
from embexplorer.operations.cluster import compile_groupings
from embexplorer.operations.keep import on_disk
from embexplorer.operations.read import load_parser
from embexplorer.storage.log_file import log_to_file
from embexplorer.ui.job_bridge import JobBridge
from embexplorer.ui.main_window import MainWindow
from embexplorer.ui.scatter.kernel_loading import compile_kernels, load_kernels_in_background
from embexplorer.ui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Event
    from embexplorer.jobs.runner import Lane

DEMO = ("words", "sentences")  # the last one comes to the front
OFFSCREEN_LACKS = "This plugin does not support"  # Qt says so of each thing that needs a screen
QUIT_AFTER = "EMBEXPLORER_QUIT_AFTER"  # seconds, for smoke tests

_log = logging.getLogger(__name__)


def make_application() -> QApplication:
    """Return the application object, made once per process."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(sys.argv[:1])
    app.setApplicationName("embexplorer")
    app.setDesktopFileName("embexplorer")
    if app.platformName() == "offscreen":
        _silence_offscreen()
    return app


def make_window(
    app: QApplication,
    lanes: dict[str, Lane] | None = None,
    post: Callable[[Callable[[Event], None], Event], None] | None = None,
) -> MainWindow:
    """Return a window with its services.

    Parameters
    ----------
    app
        From `make_application`.
    lanes, post
        Where jobs run and how their events come; child processes and a bridge by default.
    """
    bridge = JobBridge(app)
    services = Services.start(lanes or process_lanes(), post or bridge.post)
    theme = Theme(app, services.remembered.settings.theme)  # type: ignore[arg-type]  # checked there
    theme.apply()
    app.setWindowIcon(theme.app_icon())
    return MainWindow(theme, services)


def run(paths: Sequence[Path] = (), *, sample: str = "") -> int:
    """Open the window with these paths, as if dropped, and return the exit code when it closes."""
    app = make_application()
    window = make_window(app)
    sys.excepthook = _excepthook(window)
    interrupt = _Interrupt(app)
    window.show()
    QTimer.singleShot(0, window, lambda: _begin(window, paths, sample))
    if os.environ.get(QUIT_AFTER):
        QTimer.singleShot(int(float(os.environ[QUIT_AFTER]) * 1000), window.close_unasked)
    with log_to_file():
        try:
            return app.exec()
        finally:
            interrupt.close()
            end(window)


def explore(spaces: Sequence[Space], *, block: bool = True) -> list[int] | MainWindow:
    """Open the window with spaces from memory.

    Returns
    -------
    list[int] or MainWindow
        The selected rows of the active space when the window has closed; without `block`, the
        window at once.
    """
    app = make_application()
    window = make_window(app)
    window.show()
    for space in spaces:
        window.services.library.add(on_disk(space, window.services.context))
    warm_up(window)
    if not block:
        app.aboutToQuit.connect(window.services.runner.shutdown)
        return window
    app.exec()
    rows = window.selection()
    end(window)
    return rows


def end(window: MainWindow) -> None:
    """End jobs, children and threads of a window."""
    window.services.work.close()
    window.services.runner.shutdown()
    window.map.view.scatter.close()
    window.close_unasked()
    window.deleteLater()
    window.theme.deleteLater()


def warm_up(window: MainWindow) -> None:
    """Get ready what the first map, projection, vector file and clusters need, in children."""
    runner, work = window.services.runner, window.services.work

    def map_compiled(_: object) -> None:
        load_kernels_in_background()
        compile_(load_parser, "parser", parser_compiled)

    def parser_compiled(_: object) -> None:
        compile_(compile_groupings, "groupings", groupings_compiled)

    def groupings_compiled(_: object) -> None:
        runner.retire("kernels")

    def compile_(function: Callable[..., None], key: str, then: Callable[[object], None]) -> None:
        work.submit(
            function,
            key=key,
            title="Preparing",
            lane="kernels",
            then=Then(finished=then, failed=then),
            is_shown=False,
        )

    runner.warm("compute")
    compile_(compile_kernels, "kernels", map_compiled)


def _silence_offscreen() -> None:
    """Keep from standard error what a picture needs no window system for."""
    before: Callable[..., None] | None = None

    def tell(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if text.startswith(OFFSCREEN_LACKS):
            return
        if before is not None:
            before(kind, context, text)
        else:
            sys.stderr.write(f"{qFormatLogMessage(kind, context, text)}\n")

    before = qInstallMessageHandler(tell)


def _begin(window: MainWindow, paths: Sequence[Path], sample: str) -> None:
    """Open what was asked for after the first paint."""
    for name in DEMO if sample == "demo" else filter(None, [sample]):
        window.services.library.open_sample(name)
    window.services.project.open_paths(paths)
    warm_up(window)


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


def _excepthook(
    window: MainWindow,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        details = "".join(traceback.format_exception(kind, error, trace))
        _log.error("unexpected error:\n%s", details)
        unexpected = UserError(
            "Something went wrong",
            f"{kind.__name__}: {error}",
            "Copy the details into a report; your data is unchanged.",
        )
        show_problem(window.services.store, Problem(unexpected, details))

    return hook
