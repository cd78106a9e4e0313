"""Lines around the places that hold shares of the points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath, QPen

from embexplorer.ui.scatter.layers.outlines import add_outline

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from embexplorer.app.drawings import Terrain
    from embexplorer.ui.scatter.map_view import MapView
    from embexplorer.ui.theme import Theme

WIDTH = 1.1
OPACITIES = (190, 150, 115, 85)  # of 255, the smallest share first


class ContoursLayer:
    """Closed lines, the stronger the denser.

    Attributes
    ----------
    terrain
        What is drawn; None for nothing.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.terrain: Terrain | None = None

    def paint(self, painter: QPainter, view: MapView, covered: list[QRectF]) -> list[QRectF]:
        """Paint all lines."""
        if self.terrain is None or view.dims != 2:
            return []
        painter.setBrush(Qt.BrushStyle.NoBrush)
        levels = zip(self.terrain.contours, OPACITIES, strict=True)
        for lines, opacity in reversed(list(levels)):
            path = QPainterPath()
            for line in lines:
                add_outline(path, view.data_to_pixels(line))
            painter.setPen(QPen(self._theme.color("ink", opacity), WIDTH))
            painter.drawPath(path)
        return []
