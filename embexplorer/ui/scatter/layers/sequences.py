"""Lines through items in their order, with an arrow where each ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPen, QPolygonF

from embexplorer.ui.scatter.line_drawing import draw_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from embexplorer.app.drawings import Sequences
    from embexplorer.ui.scatter.layer import Surface
    from embexplorer.ui.theme import Theme

WIDTH = 1.2
STRONGEST, FAINTEST = 190, 40  # opacity of 255; many lines are fainter
FEW = 150  # segments up to which lines are strongest
HEAD, HALF = 0.6, 0.26  # em, length and half the width of an arrow
MOST_ARROWS = 500


class SequencesLayer:
    """Lines in the colors of their categories.

    Attributes
    ----------
    is_moving, is_short
        As in `EdgesLayer`.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._sequences: Sequences | None = None
        self._starts: NDArray[np.int64] = np.empty(0, np.int64)
        self._ends: NDArray[np.int64] = np.empty(0, np.int64)
        self._which: NDArray[np.uint8] = np.empty(0, np.uint8)
        self._positions: list[int] = []
        self.is_moving = False
        self.is_short = False

    def show(self, sequences: Sequences | None) -> None:
        """Draw these lines; None for nothing."""
        self._sequences = sequences
        trails = () if sequences is None else sequences.trails
        empty = np.empty(0, np.int64)
        self._positions = sorted({trail.position for trail in trails})
        self._starts = np.concatenate([empty, *(trail.rows[:-1] for trail in trails)])
        self._ends = np.concatenate([empty, *(trail.rows[1:] for trail in trails)])
        places = [self._positions.index(trail.position) for trail in trails]
        lengths = [len(trail.rows) - 1 for trail in trails]
        self._which = np.repeat(np.array(places, np.uint8), lengths)

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Paint all lines, then the arrows."""
        self.is_short = False
        sequences = self._sequences
        count = len(self._which)
        if sequences is None or not count or self._ends.max() >= view.n_items:
            return []
        fade = min(1.0, (FEW / count) ** 0.5)
        opacity = max(FAINTEST, round(STRONGEST * fade))
        colors = []
        for position in self._positions:
            color = QColor(self._theme.category(position))
            color.setAlpha(opacity)
            colors.append(color)
        pixels = view.to_pixels(np.concatenate([self._starts, self._ends]))
        self.is_short = draw_lines(
            painter, view, pixels[:count], pixels[count:], self._which, colors, WIDTH,
            is_moving=self.is_moving,
        )  # fmt: skip
        trails = sequences.trails[:MOST_ARROWS]
        last = view.to_pixels(np.concatenate([trail.rows[-2:] for trail in trails]))
        for trail, start, end in zip(trails, last[::2], last[1::2], strict=True):
            self._arrow(painter, start, end, self._theme.category(trail.position))
        return []

    def _arrow(
        self,
        painter: QPainter,
        start: NDArray[np.float64],
        end: NDArray[np.float64],
        color: QColor,
    ) -> None:
        """Paint the head of an arrow at the end of a segment."""
        length = float(np.hypot(*(end - start)))
        if not length > 0:  # nor where an end has no pixel
            return
        em = self._theme.em
        along = (end - start) / length
        across = np.array([-along[1], along[0]]) * HALF * em
        base = end - along * HEAD * em
        painter.setPen(QPen(self._theme.color("halo", 220), 1.5))
        painter.setBrush(color)
        corners = (end, base + across, base - across)
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
