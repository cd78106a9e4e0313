"""What a drag on the map encloses: rectangle, lasso, circle; and how it acts on the selection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.app.shell import Tool
    from embexplorer.ui.theme import Theme

REGION_TOOLS = ("rectangle", "lasso", "circle")

CORNERS = 64  # of a circle
STEP = 2.0  # pixels between two corners of a lasso
FILL = 36  # alpha of what is enclosed


def how_to_combine(
    modifiers: Qt.KeyboardModifier,
) -> Literal["replace", "add", "remove", "intersect"]:
    """Return what the keys say: Shift adds, Alt removes, both intersect."""
    has_shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    has_alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
    if has_shift:
        return "intersect" if has_alt else "add"
    return "remove" if has_alt else "replace"


class Region:
    """A region of the view that is being drawn, in logical pixels."""

    def __init__(self, tool: Tool, start: QPointF) -> None:
        self._tool = tool
        self._points = [start]

    def move(self, to: QPointF) -> None:
        """Follow the mouse."""
        if self._tool != "lasso":
            self._points[1:] = [to]
        elif (to - self._points[-1]).manhattanLength() >= STEP:
            self._points.append(to)

    def polygon(self) -> NDArray[np.float64]:
        """Return (k, 2) corners; fewer than three enclose nothing."""
        first, last = self._points[0], self._points[-1]
        if self._tool == "rectangle":
            left, top, right, bottom = first.x(), first.y(), last.x(), last.y()
            return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        if self._tool == "circle":
            radius = float(np.hypot(last.x() - first.x(), last.y() - first.y()))
            turns = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
            around = np.column_stack([np.cos(turns), np.sin(turns)]) * radius
            return np.add(around, [first.x(), first.y()])
        return np.array([[point.x(), point.y()] for point in self._points])

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Draw the outline and a faint fill."""
        shape = QPolygonF([QPointF(x, y) for x, y in self.polygon()])
        fill = QColor(theme.color("accent"))
        fill.setAlpha(FILL)
        painter.setBrush(fill)
        for color, width in ((theme.color("halo", 200), 3.0), (theme.color("accent"), 1.4)):
            painter.setPen(QPen(color, width))
            painter.drawPolygon(shape)
            painter.setBrush(Qt.BrushStyle.NoBrush)
