"""A hull around each category, in its color."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPen

from embexplorer.ui.scatter.layers.outlines import add_outline

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QColor, QPainter

    from embexplorer.app.drawings import Hulls
    from embexplorer.ui.scatter.layer import Surface
    from embexplorer.ui.theme import Theme

WIDTH = 1.3
FILL, LINE = 22, 200  # opacity of 255
RADIUS = 0.45  # em, around a single place


class HullsLayer:
    """Thin outlines with a faint fill, the largest first.

    Attributes
    ----------
    hulls
        What is drawn; None for nothing.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.hulls: Hulls | None = None

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Paint all hulls."""
        if self.hulls is None or view.dims != 2:
            return []
        shown = zip(self.hulls.hulls, self.hulls.positions, strict=True)
        for hull, position in sorted(shown, key=lambda pair: -pair[0].n):
            color = self._theme.category(position)
            painter.setPen(QPen(_with_opacity(color, LINE), WIDTH))
            painter.setBrush(_with_opacity(color, FILL))
            pixels = view.data_to_pixels(hull.corners)
            if len(pixels) == 1:
                radius = RADIUS * self._theme.em
                painter.drawEllipse(QPointF(*pixels[0]), radius, radius)
                continue
            path = QPainterPath()
            add_outline(path, pixels)
            painter.drawPath(path)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return []


def _with_opacity(color: QColor, opacity: int) -> QColor:
    color.setAlpha(opacity)
    return color
