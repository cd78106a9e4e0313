"""Brings events of jobs into the window's thread; the one cross-thread signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Posted = TypeVar("Posted")


class JobBridge(QObject):
    """`post` from any thread; the handler runs in the thread the bridge was made in."""

    event_posted = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.event_posted.connect(self._handle, Qt.ConnectionType.QueuedConnection)

    def post(self, handle: Callable[[Posted], None], event: Posted) -> None:
        """Let ``handle(event)`` be called in the window's thread."""
        self.event_posted.emit(handle, event)

    @Slot(object, object)
    def _handle(self, handle: Callable[[Posted], None], event: Posted) -> None:
        handle(event)
