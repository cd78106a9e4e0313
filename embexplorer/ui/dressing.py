"""How a window changes its style sheet part by part, so that it answers meanwhile."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget


class Dressing(QObject):
    """Gives the parts of windows another style sheet, one in each turn of the event loop.

    The style sheet of the application would be four times as slow: Qt then visits every widget
    for each of its ancestors. Until all parts are dressed the window is not painted, so that it
    changes in one moment.

    Signals
    -------
    ended()
        Every part wears the newest style sheet.
    """

    ended = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.sheet: str | None = None  # that of the application serves until another one is given
        self._windows: list[QWidget] = []
        self._alone: list[QWidget] = []
        self._bare: list[QWidget] = []
        self._turn = QTimer(self)
        self._turn.timeout.connect(self._take_turn)

    @property
    def has_windows(self) -> bool:
        """Whether there is a window to dress in parts."""
        self._windows = _alive(self._windows)
        return bool(self._windows)

    @property
    def is_running(self) -> bool:
        """Whether a part still wears the style sheet before."""
        return self._turn.isActive()

    def add_window(self, window: QWidget) -> None:
        """Dress the children of a window from now on; the window itself follows the palette."""
        self._windows.append(window)

    def add_part(self, part: QWidget) -> None:
        """Dress a widget that came later, or has no parent in a window."""
        if part.parent() not in self._windows:
            self._alone.append(part)
        if self.sheet is not None:
            part.setStyleSheet(self.sheet)

    def begin(self, sheet: str) -> None:
        """Give every part this style sheet."""
        self.finish()
        self.sheet = sheet
        self._windows, self._alone = _alive(self._windows), _alive(self._alone)
        self._bare = list(self._alone)
        for window in self._windows:
            window.setUpdatesEnabled(False)
            window.style().polish(window)  # its own look, made of colors of the palette
            direct = Qt.FindChildOption.FindDirectChildrenOnly
            self._bare += window.findChildren(QWidget, options=direct)
        self._turn.start()

    def finish(self) -> None:
        """Do at once what is left."""
        while self.is_running:
            self._take_turn()

    def _take_turn(self) -> None:
        """Dress one part, or show all of them when they are dressed."""
        if self._bare:
            part = self._bare.pop(0)
            if shiboken6.isValid(part):
                assert self.sheet is not None
                part.setStyleSheet(self.sheet)
            return
        self._turn.stop()
        for window in _alive(self._windows):
            window.setUpdatesEnabled(True)
            window.repaint()  # Qt may have lost an update meanwhile, and waits for it for ever
        self.ended.emit()


def _alive(widgets: list[QWidget]) -> list[QWidget]:
    return [widget for widget in widgets if shiboken6.isValid(widget)]
