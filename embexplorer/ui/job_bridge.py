"""Brings events of jobs into the window's thread; the one cross-thread signal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from embexplorer.jobs.events import Framed

    Posted = TypeVar("Posted")

BREATH = 5  # ms before a frame is shown, at least


class JobBridge(QObject):
    """`post` from any thread; the handler runs in the thread the bridge was made in.

    Of the frames of a job only the newest is handled, and frames take half of the thread's time at
    most: those of a large map take longer than the next one needs to come, and handled at once they
    would leave no time for what a person does.
    """

    event_posted = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frames: dict[int, tuple[Callable[[Any], None], Framed]] = {}
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(BREATH)
        self._breath.timeout.connect(self._show_frames)
        self.event_posted.connect(self._handle, Qt.ConnectionType.QueuedConnection)

    def post(self, handle: Callable[[Posted], None], event: Posted) -> None:
        """Let ``handle(event)`` be called in the window's thread."""
        self.event_posted.emit(handle, event)

    @Slot(object, object)
    def _handle(self, handle: Callable[[Posted], None], event: Posted) -> None:
        from embexplorer.jobs.events import Ended, Framed  # with NumPy, after the first page

        if isinstance(event, Framed):
            self._frames[event.job.id] = (handle, event)
            if not self._breath.isActive():
                self._breath.start()
            return
        if isinstance(event, Ended):
            self._frames.pop(event.job.id, None)  # what it ends with is newer
        handle(event)

    @Slot()
    def _show_frames(self) -> None:
        frames, self._frames = self._frames, {}
        start = time.perf_counter()
        for handle, event in frames.values():
            handle(event)
        taken = round((time.perf_counter() - start) * 1000)
        self._breath.setInterval(max(BREATH, taken))
