"""The six shapes of points, and the marker of an item set that has one of them on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen, QPolygonF

from embexplorer.ui.widgets.painting import NO_PEN

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from embexplorer.ui.theme import Theme

MARK = 0.27  # em, radius
CIRCLE = 0
RIM = 0.1  # em


def draw_set_marker(painter: QPainter, theme: Theme, shape: int, center: QPointF) -> None:
    """Draw a marker around `center`; a circle is hollow, as it is on the map."""
    color = theme.color("muted")
    if shape == CIRCLE:
        painter.setPen(QPen(color, theme.em * RIM))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setPen(NO_PEN)
        painter.setBrush(color)
    painter.drawPath(shape_path(shape, center, theme.em * MARK))


def shape_path(shape: int, center: QPointF, radius: float) -> QPainterPath:
    """Return one of the six shapes of points, about as large as a circle of the radius."""
    path, x, y, r = QPainterPath(), center.x(), center.y(), radius
    if shape == 0:
        path.addEllipse(center, r, r)
    elif shape == 1:
        path.addRect(QRectF(x - 0.89 * r, y - 0.89 * r, 1.77 * r, 1.77 * r))
    elif shape == 5:
        arm, half = 1.19 * r, 0.4 * r
        path.setFillRule(Qt.FillRule.WindingFill)
        path.addRect(QRectF(x - arm, y - half, 2 * arm, 2 * half))
        path.addRect(QRectF(x - half, y - arm, 2 * half, 2 * arm))
    else:
        corners = {
            2: ((0, -1.4), (1.25, 0.85), (-1.25, 0.85)),
            3: ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
            4: ((0, 1.4), (1.25, -0.85), (-1.25, -0.85)),
        }[shape]
        path.addPolygon(QPolygonF([QPointF(x + r * dx, y + r * dy) for dx, dy in corners]))
        path.closeSubpath()
    return path
