"""A menu of the palette's colors, as a grid of dots that the keyboard reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QGridLayout, QMenu, QToolButton, QWidget, QWidgetAction

from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.painting import draw_dot

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from embexplorer.ui.theme import Theme

COLUMNS = 8
SIDE = 1.75  # em
DOT = 0.45


class ColorMenu(QMenu):
    """All positions of the palette of categories.

    Signals
    -------
    chosen(int)
        A position.
    """

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget, current: int = -1) -> None:
        super().__init__("Color", parent)
        grid = QWidget(self)
        box = QGridLayout(grid)
        box.setContentsMargins(theme.px(0.25), theme.px(0.25), theme.px(0.25), theme.px(0.25))
        box.setSpacing(0)
        for position in range(theme.n_categories):
            button = QToolButton(grid)
            name_widget(button, f"Color {position + 1}")
            button.setToolTip(f"Color {position + 1}")
            button.setProperty("position", position)
            button.setCheckable(True)
            button.setChecked(position == current)
            button.setFixedSize(theme.px(SIDE), theme.px(SIDE))
            button.setIconSize(theme.icon_size())
            button.setIcon(dot_icon(theme, theme.category(position)))
            button.clicked.connect(self._choose)
            box.addWidget(button, position // COLUMNS, position % COLUMNS)
        held = QWidgetAction(self)
        held.setDefaultWidget(grid)
        self.addAction(held)

    def _choose(self) -> None:
        position = int(self.sender().property("position"))
        self.close()
        menu = self.parent()
        while isinstance(menu, QMenu):  # the menu that this one opened from
            menu.close()
            menu = menu.parent()
        self.chosen.emit(position)


def dot_icon(theme: Theme, color: QColor) -> QIcon:
    """Return the dot of a category as an icon."""
    side = theme.icon_size()
    ratio = 2.0
    pixmap = QPixmap(side * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    size = pixmap.deviceIndependentSize()
    draw_dot(painter, QPointF(size.width() / 2, size.height() / 2), theme.em * DOT, color)
    painter.end()
    return QIcon(pixmap)
