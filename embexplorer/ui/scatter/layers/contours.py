"""Lines around the places that hold shares of the points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath, QPen

from embexplorer.ui.scatter.kernel_loading import kernels_ready
from embexplorer.ui.scatter.layers.outlines import add_outline
from embexplorer.ui.scatter.line_drawing import draw_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from embexplorer.app.drawings import Terrain
    from embexplorer.ui.scatter.layer import Surface
    from embexplorer.ui.theme import Theme

WIDTH = 1.1
OPACITIES = (175, 135, 100, 75)  # of 255, the smallest share first


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
        self._cut: tuple[Terrain, NDArray[np.float64], NDArray[np.uint8]] | None = None

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Paint all lines."""
        if self.terrain is None or view.dims != 2:
            return []
        if view.halo_text.draws_outlines or not kernels_ready():
            self._paint_paths(painter, view, self.terrain)
        else:
            self._paint_segments(painter, view, self.terrain)
        return []

    def _paint_paths(self, painter: QPainter, view: Surface, terrain: Terrain) -> None:
        """Paint whole lines, which a file keeps as they are."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        levels = zip(terrain.contours, OPACITIES, strict=True)
        for lines, opacity in reversed(list(levels)):
            path = QPainterPath()
            for line in lines:
                add_outline(path, view.data_to_pixels(line))
            painter.setPen(QPen(self._theme.color("ink", opacity), WIDTH))
            painter.drawPath(path)

    def _paint_segments(self, painter: QPainter, view: Surface, terrain: Terrain) -> None:
        """Paint the lines in pieces, which is many times as fast."""
        if self._cut is None or self._cut[0] is not terrain:
            self._cut = (terrain, *_cut(terrain))
        _, ends, which = self._cut
        pixels = view.data_to_pixels(ends)
        colors = [self._theme.color("ink", opacity) for opacity in OPACITIES]
        count = len(which)
        draw_lines(painter, view, pixels[:count], pixels[count:], which, colors, WIDTH)


def _cut(terrain: Terrain) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return where all pieces start, then where they end (2 m, 2), and the level of each (m,)."""
    nothing = np.empty((0, 2))
    lines = [(line, level) for level, found in enumerate(terrain.contours) for line in found]
    starts = np.concatenate([nothing, *(line[:-1] for line, _ in lines)])
    ends = np.concatenate([nothing, *(line[1:] for line, _ in lines)])
    levels = [level for _, level in lines]
    which = np.repeat(np.array(levels, np.uint8), [len(line) - 1 for line, _ in lines])
    return np.concatenate([starts, ends]), which
