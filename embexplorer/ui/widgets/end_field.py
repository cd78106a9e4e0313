"""Where a person writes the number of an end of a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QLineEdit

from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.own_keys import ENTER, keep_keys

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget


class EndField(QLineEdit):
    """A field for the number of an end.

    Signals
    -------
    left()
        Esc was pressed: what was written does not count.
    """

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        name_widget(self, "Range end")
        self.hide()

    def event(self, event: QEvent) -> bool:
        """Keep Enter and Esc from the shortcuts of the map."""
        keep_keys(event, (Qt.Key.Key_Escape, *ENTER))
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Esc; Enter is not for the ramp as well."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
            event.accept()
