"""A tab whose panel is made when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent


class LaterTab(QWidget):
    """Holds a panel that few visits need, so that a window is there sooner.

    Parameters
    ----------
    make
        Returns the panel; gets this tab, its parent.
    """

    def __init__(self, parent: QWidget, make: Callable[[QWidget], QWidget]) -> None:
        super().__init__(parent)
        self._make = make
        self._place = QVBoxLayout(self)
        self._place.setContentsMargins(0, 0, 0, 0)

    @cached_property
    def panel(self) -> QWidget:
        """The panel, made if it is not there yet."""
        made = self._make(self)
        self._place.addWidget(made)
        return made

    def showEvent(self, event: QShowEvent) -> None:
        """Make the panel."""
        super().showEvent(event)
        self.panel.show()
