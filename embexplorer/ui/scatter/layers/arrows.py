"""Arrows from where items were to where they are, and the names of those that moved farthest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainterPath, QPen, QPolygonF

from embexplorer.ui.scatter.labels import Box, Label, place_labels
from embexplorer.ui.scatter.line_drawing import draw_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from embexplorer.app.drawings import Arrows
    from embexplorer.ui.scatter.layer import Surface
    from embexplorer.ui.theme import Theme

WIDTH, HALO = 1.4, 4.0  # pixels, of a shaft and of the line around it
VEIL = 120  # opacity of 255 of what lies over the points, so that arrows stand out
STRONGEST, FAINTEST = 220, 70  # opacity of 255; many arrows are fainter
FEW = 120  # arrows up to which they are strongest
HEAD, HALF = 0.55, 0.22  # em, length and half the width of a head
DOT = 0.16  # em, radius of where an arrow starts
PLAIN_FROM = 200  # arrows from which heads have no rim and starts no dots
NAMED = 25  # arrows whose items are named where there is room
LONGEST = 14  # em of a name


class ArrowsLayer:
    """Arrows in ink over paler points; only their heads are drawn one by one."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._arrows: Arrows | None = None

    def show(self, arrows: Arrows | None) -> None:
        """Draw these arrows; None for nothing."""
        self._arrows = arrows

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Paint all arrows, the longest last."""
        arrows = self._arrows
        if arrows is None or not is_on(arrows, view):
            return []
        theme, count = self._theme, len(arrows.rows)
        starts, ends = (pixels[::-1] for pixels in pixels_of(arrows, view))
        strength = max(FAINTEST, round(STRONGEST * min(1.0, (FEW / count) ** 0.5)))
        bases, heads = _heads(starts, ends, theme.em)
        ink, halo = theme.color("ink", strength), theme.color("halo", strength)
        which, area = np.zeros(count, np.uint8), QRectF(view.viewport().rect())
        painter.fillPath(_around(area, covered), theme.color("map", VEIL))
        draw_lines(painter, view, starts, bases, which, [halo], HALO)
        draw_lines(painter, view, starts, bases, which, [ink], WIDTH)
        is_plain = count > PLAIN_FROM
        painter.setPen(QPen(Qt.PenStyle.NoPen) if is_plain else QPen(halo, 1.0))
        painter.setBrush(ink)
        dot = DOT * theme.em
        for (x, y), head in zip(starts.tolist(), heads, strict=True):
            if head is not None and head.boundingRect().intersects(area):
                painter.drawPolygon(head)
            if not is_plain and area.contains(x, y):
                painter.drawEllipse(QPointF(x, y), dot, dot)
        return []


class ArrowNamesLayer:
    """The names of the items that moved farthest, at the heads of their arrows."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._arrows: Arrows | None = None

    def show(self, arrows: Arrows | None) -> None:
        """Name the items of these arrows; None for nothing."""
        self._arrows = arrows

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Write names where they cover nothing, and return what they take."""
        arrows, theme = self._arrows, self._theme
        if arrows is None or not is_on(arrows, view):
            return []
        font = theme.font("caption")
        metrics = QFontMetricsF(font)
        height, elide = metrics.height(), Qt.TextElideMode.ElideRight
        texts = [metrics.elidedText(one, elide, theme.em * LONGEST) for one in arrows.names[:NAMED]]
        starts, ends = (pixels[:NAMED] for pixels in pixels_of(arrows, view))
        labels = [
            Label(x, y, metrics.horizontalAdvance(text), height, -number, 0.5 * theme.em)
            for number, (text, (x, y)) in enumerate(zip(texts, ends.tolist(), strict=True))
        ]
        obstacles = [Box(at.x(), at.y(), at.width(), at.height()) for at in covered]
        for start, end in zip(starts, ends, strict=True):
            obstacles += _along(start, end, 0.35 * theme.em)
        area = view.viewport().rect()
        color, halo = theme.color("ink"), theme.color("halo", 235)
        taken = []
        for number, box in place_labels(labels, Box(0, 0, area.width(), area.height()), obstacles):
            base = box.top + metrics.ascent()
            view.halo_text.draw(painter, box.left, base, texts[number], font, color, halo)
            taken.append(QRectF(box.left, box.top, box.width, box.height))
        return taken


def is_on(arrows: Arrows, view: Surface) -> bool:
    """Return whether there are arrows, and they are of the map that is seen."""
    there = len(arrows.rows) > 0 and int(arrows.rows.max()) < view.n_items
    return there and arrows.starts.shape[1] == view.dims


def pixels_of(arrows: Arrows, view: Surface) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (m, 2) pixels of where arrows start and end."""
    return view.data_to_pixels(arrows.starts), view.to_pixels(arrows.rows)


def _around(area: QRectF, covered: list[QRectF]) -> QPainterPath:
    """Return an area without what is written on it, which stays as strong as it is."""
    path = QPainterPath()
    path.addRect(area)
    for rect in covered:
        path.addRect(rect)  # the rule of odd and even leaves a hole
    return path


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
