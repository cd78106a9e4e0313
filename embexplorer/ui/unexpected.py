"""Errors that nobody expected, from wherever: logged, shown once each, and the window goes on."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from embexplorer.storage.log_file import log_path, place_note
from embexplorer.ui.job_bridge import JobBridge
from embexplorer.ui.whole_errors import forget_handled

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from embexplorer.ui.main_window import MainWindow

LONGEST = 200  # characters that are shown of what an error says

_log = logging.getLogger(__name__)


class Unexpected(QObject):
    """Takes what slots, threads and destructors raise, while it is open.

    Parameters
    ----------
    parent
        Lives as long as the application.
    show
        Called in the window's thread with one sentence and the traceback.
    """

    def __init__(self, parent: QObject, show: Callable[[str, str], None]) -> None:
        super().__init__(parent)
        self._show = show
        self._bridge = JobBridge(self)
        self._times: Counter[tuple[str, str]] = Counter()
        self._before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self._raised
        threading.excepthook = self._raised_in_thread
        sys.unraisablehook = self._raised_where_nobody_listens

    def close(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before

    def _raised(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        self._take(kind, error, trace, "")

    def _raised_in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and arguments.exc_type is not SystemExit:
            name = arguments.thread.name if arguments.thread is not None else "a thread"
            self._take(
                arguments.exc_type, arguments.exc_value, arguments.exc_traceback, f"in {name}"
            )

    def _raised_where_nobody_listens(self, arguments: sys.UnraisableHookArgs) -> None:
        if arguments.exc_value is not None:
            where = f"in {arguments.object!r}"[:LONGEST]
            self._take(arguments.exc_type, arguments.exc_value, arguments.exc_traceback, where)

    def _take(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
        where: str,
    ) -> None:
        frames = traceback.extract_tb(trace)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else where
        self._times[kind.__name__, place] += 1
        times = self._times[kind.__name__, place]
        if times > 1:  # such as an error in painting, which comes again with each frame
            if str(times).strip("0") == "1":
                _log.error("%s at %s came %s times", kind.__name__, place, times)
            return
        forget_handled(error)
        details = "".join(traceback.format_exception(kind, error, trace))
        _log.error("unexpected error %s\n%s", where, details)
        said = f"{kind.__name__}: {error}".rstrip(": ")[:LONGEST]
        self._bridge.post(lambda _: self._show(said, details), None)


def show_unexpected(window: MainWindow, said: str, details: str) -> None:
    """Show an error in a window, whose panels may not be there yet."""
    log = log_path()
    place = place_note() or (f"The log is {log}." if log is not None else "")
    hint = f"Copy the details into a report; your data is unchanged. {place}".strip()
    if window.is_furnished:
        from embexplorer.app.state import Problem
        from embexplorer.app.work import show_problem
        from embexplorer.core.errors import UserError

        error = UserError("Something went wrong", said, hint)
        show_problem(window.services.store, Problem(error, details))
        return
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Warning, "Something went wrong", said, parent=window)
    box.setInformativeText(hint)
    box.setDetailedText(details)
    box.setModal(False)
    box.show()
