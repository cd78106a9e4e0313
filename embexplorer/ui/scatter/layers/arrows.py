"""Arrows from where items were to where they are, with the names of those that moved farthest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPen, QPolygonF

from embexplorer.ui.scatter.labels import Box, Label, place_labels
from embexplorer.ui.scatter.line_drawing import draw_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from embexplorer.app.drawings import Arrows
    from embexplorer.ui.scatter.layer import Surface
    from embexplorer.ui.theme import Theme

WIDTH, HALO = 1.3, 3.2  # pixels, of a shaft and of the line around it
STRONGEST, FAINTEST = 220, 70  # opacity of 255; many arrows are fainter
FEW = 120  # arrows up to which they are strongest
HEAD, HALF = 0.55, 0.22  # em, length and half the width of a head
DOT = 0.16  # em, radius of where an arrow starts
NAMED = 40  # arrows whose items are named where there is room
LONGEST = 14  # em of a name


class ArrowsLayer:
    """Arrows in ink; only their heads and names are drawn one by one."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._arrows: Arrows | None = None
        self._texts: tuple[str, ...] = ()

    def show(self, arrows: Arrows | None) -> None:
        """Draw these arrows; None for nothing."""
        self._arrows = arrows
        self._texts = ()

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Paint all arrows, the longest last, then names."""
        arrows = self._arrows
        if arrows is None or not len(arrows.rows) or arrows.rows.max() >= view.n_items:
            return []
        if arrows.starts.shape[1] != view.dims:
            return []  # of the map before
        ends = view.to_pixels(arrows.rows[::-1])  # type: ignore[arg-type]  # an array is a sequence
        starts = view.data_to_pixels(arrows.starts[::-1])
        theme, count = self._theme, len(ends)
        strength = max(FAINTEST, round(STRONGEST * min(1.0, (FEW / count) ** 0.5)))
        tips, heads = _heads(starts, ends, theme.em)
        ink, halo = theme.color("ink", strength), theme.color("halo", strength)
        which = np.zeros(count, np.uint8)
        draw_lines(painter, view, starts, tips, which, [halo], HALO)
        draw_lines(painter, view, starts, tips, which, [ink], WIDTH)
        area = QRectF(view.viewport().rect())
        painter.setPen(QPen(halo, 1.0))
        painter.setBrush(ink)
        dot = DOT * theme.em
        for start, head in zip(starts.tolist(), heads, strict=True):
            if head is not None and head.boundingRect().intersects(area):
                painter.drawPolygon(head)
            if area.contains(*start):
                painter.drawEllipse(QPointF(*start), dot, dot)
        return self._name(painter, view, ends[::-1], starts[::-1], covered)

    def _name(
        self,
        painter: QPainter,
        view: Surface,
        ends: NDArray[np.float64],
        starts: NDArray[np.float64],
        covered: list[QRectF],
    ) -> list[QRectF]:
        """Write the names of the items that moved farthest where they cover nothing."""
        arrows, theme = self._arrows, self._theme
        assert arrows is not None, "there is something to name"
        font = theme.font("caption")
        metrics = QFontMetricsF(font)
        if not self._texts:
            elided = theme.em * LONGEST
            self._texts = tuple(
                metrics.elidedText(name, Qt.TextElideMode.ElideRight, elided)
                for name in arrows.names[:NAMED]
            )
        height = metrics.height()
        labels = [
            Label(x, y, metrics.horizontalAdvance(text), height, -number, 0.5 * theme.em)
            for number, (text, (x, y)) in enumerate(zip(self._texts, ends.tolist(), strict=False))
        ]
        obstacles = [Box(at.x(), at.y(), at.width(), at.height()) for at in covered]
        for start, end in zip(starts[:NAMED], ends[:NAMED], strict=True):
            obstacles += _along(start, end, 0.35 * theme.em)
        area = view.viewport().rect()
        color, halo = theme.color("ink"), theme.color("halo", 235)
        taken = []
        placed = place_labels(labels, Box(0, 0, area.width(), area.height()), obstacles)
        for number, box in placed:
            text = self._texts[number]
            base = box.top + metrics.ascent()
            view.halo_text.draw(painter, box.left, base, text, font, color, halo)
            taken.append(QRectF(box.left, box.top, box.width, box.height))
        return taken


def _heads(
    starts: NDArray[np.float64], ends: NDArray[np.float64], em: float
) -> tuple[NDArray[np.float64], list[QPolygonF | None]]:
    """Return (m, 2) where shafts end, and the heads beyond; None where an arrow is too short."""
    apart = ends - starts
    lengths = np.hypot(apart[:, 0], apart[:, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        along = apart / lengths[:, None]
    reach = np.minimum(HEAD * em, 0.6 * lengths)
    bases = ends - along * reach[:, None]
    sides = np.column_stack((-along[:, 1], along[:, 0])) * (HALF / HEAD * reach)[:, None]
    heads: list[QPolygonF | None] = []
    corners = np.stack((ends, bases + sides, bases - sides), axis=1)
    for length, triangle in zip(lengths.tolist(), corners.tolist(), strict=True):
        is_seen = length > 1.0  # pixel; NaN is not
        heads.append(QPolygonF([QPointF(*corner) for corner in triangle]) if is_seen else None)
    return np.where(lengths[:, None] > 1.0, bases, ends), heads


def _along(start: NDArray[np.float64], end: NDArray[np.float64], side: float) -> list[Box]:
    """Return small boxes along a line, that no name shall cover."""
    length = float(np.hypot(*(end - start)))
    if not np.isfinite(length) or length < 1.0:
        return []
    count = min(12, max(2, int(length / (2 * side))))
    spots = start + (end - start) * np.linspace(0, 1, count)[:, None]
    return [Box(x - side / 2, y - side / 2, side, side) for x, y in spots.tolist()]
