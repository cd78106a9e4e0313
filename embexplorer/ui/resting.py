"""What a window does when nothing was opened, made or closed for a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from embexplorer.core.memory import give_back_memory

if TYPE_CHECKING:
    from embexplorer.app.state import State
    from embexplorer.app.store import Store

REST = 1000  # ms without a change of the document


class Resting(QObject):
    """Gives the memory of what was closed back to the system."""

    def __init__(self, store: Store, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST)
        self._timer.timeout.connect(give_back_memory)
        store.subscribe(self._changed)

    def _changed(self, old: State, new: State) -> None:
        if old.document is not new.document:
            self._timer.start()
