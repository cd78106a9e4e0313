"""A drawn icon that stands beside words, in the colors of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme


class IconLabel(QLabel):
    """Shows an icon; `color` is the token of its color."""

    def __init__(self, theme: Theme, parent: QWidget, icon: str, color: str = "muted") -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown = icon, color
        self._renew()
        theme.changed.connect(self._renew)

    def _renew(self) -> None:
        self.setPixmap(self._theme.pixmap(*self._shown))
