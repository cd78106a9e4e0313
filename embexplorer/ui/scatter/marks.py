"""What lies on the points, in plain pixels: the selected item, its neighbors, arrows, names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from embexplorer.ui.scatter.halo_text import HALO, HaloText
from embexplorer.ui.scatter.inside import is_inside
from embexplorer.ui.scatter.labels import Box, Label, place_labels
from embexplorer.ui.scatter.set_markers import SetMarkers

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QFont

    from embexplorer.ui.theme import Theme

    ToPixels = Callable[[Sequence[int]], NDArray[np.float64]]

RING = 0.55  # em, radius of the ring around the selected item
DOT = 0.27
STRONG_DOT = 0.28
SET_MARK = 0.3  # em, radius of the marker of an item set
SMALL_DOT = 0.2
FAINT = 110  # alpha of the lines from the item under the cursor
ARROW_GAP = 0.45  # em between an arrow and the items it joins
ARROW_HEAD = 0.6
MOST_NAMES = 400  # in view that room is looked for; a map has none for more
CLEARANCES = (0.45, 1.2, 2.4)  # em between an item and its name, the nearest first


@dataclass(frozen=True, slots=True)
class Name:
    """The name of an item on the map; a strong one is bold with a dot, and comes first.

    `shape` is that of its dot, CIRCLE to CROSS; None for a plain dot. No text is a dot alone.
    """

    row: int
    text: str
    is_strong: bool = False
    has_dot: bool = False
    shape: int | None = None


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow between two items; a predicted one is dashed."""

    start: int
    end: int
    is_predicted: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """Everything drawn over the points, by row of the space.

    Parameters
    ----------
    center
        The selected item, or None.
    ends
        Items joined to it by edges.
    names
        In order of priority; a name without room is left out.
    arrows
        Of an analogy.
    hovered
        The item under the cursor, or None.
    hovered_ends
        Items joined to it by faint lines.
    """

    center: int | None = None
    ends: tuple[int, ...] = ()
    names: tuple[Name, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    hovered: int | None = None
    hovered_ends: tuple[int, ...] = ()

    def rows(self) -> list[int]:
        """Return the rows of all items that something is drawn at."""
        single = [row for row in (self.center, self.hovered) if row is not None]
        arrows = [row for arrow in self.arrows for row in (arrow.start, arrow.end)]
        return [*single, *self.ends, *self.hovered_ends, *(n.row for n in self.names), *arrows]

    def without(self, gone: Container[int]) -> Marks:
        """Return the marks that need none of these items."""
        return Marks(
            None if self.center in gone else self.center,
            tuple(row for row in self.ends if row not in gone),
            tuple(name for name in self.names if name.row not in gone),
            tuple(one for one in self.arrows if one.start not in gone and one.end not in gone),
            None if self.hovered in gone else self.hovered,
            tuple(row for row in self.hovered_ends if row not in gone),
        )


class MarkPainter:
    """Paints `Marks` in pixels of the view.

    Parameters
    ----------
    theme
        Colors and fonts.
    to_pixels
        Rows of the space to (m, 2) pixels of the view.
    color_of
        Row to the color of its point.
    halo_text
        Draws the names.
    """

    def __init__(
        self,
        theme: Theme,
        to_pixels: ToPixels,
        color_of: Callable[[int], QColor],
        halo_text: HaloText,
    ) -> None:
        self._theme = theme
        self._to_pixels = to_pixels
        self._color_of = color_of
        self._halo_text = halo_text
        self._markers = SetMarkers(halo_text)
        self._wanted: tuple[object, ...] = ()
        self._written: list[tuple[Name, QRectF]] = []

    def paint(
        self, painter: QPainter, marks: Marks, area: QRectF, covered: list[QRectF]
    ) -> list[QRectF]:
        """Paint all marks, and return where they are; names avoid `covered` and each other."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        taken = [*self._edges(painter, marks), *self._arrows(painter, marks)]
        taken += self._dots(painter, marks, area)
        self._hovered(painter, marks)
        return [*taken, *self._names(painter, marks, area, [*covered, *taken])]

    def _edges(self, painter: QPainter, marks: Marks) -> list[QRectF]:
        if marks.center is None:
            return []
        center = QPointF(*self._to_pixels([marks.center])[0])
        ends = [QPointF(*end) for end in self._to_pixels(marks.ends)] if marks.ends else []
        em, ink, halo = self._theme.em, self._theme.color("ink"), self._theme.color("halo", 230)
        for color, width in ((halo, 3.4), (ink, 1.1)):
            painter.setPen(QPen(color, width))
            for end in ends:
                painter.drawLine(center, end)
        for row, end in zip(marks.ends, ends, strict=True):
            self._disc(painter, end, DOT * em, self._color_of(row), ink, 1.2)
        self._disc(painter, center, RING * em, self._theme.color("map"), ink, 2)
        self._disc(painter, center, 0.3 * em, self._color_of(marks.center), None, 0)
        return [_around(center, 0.75 * em), *(_around(end, 0.4 * em) for end in ends)]

    def _disc(
        self,
        painter: QPainter,
        at: QPointF,
        radius: float,
        fill: QColor,
        rim: QColor | None,
        width: float,
    ) -> None:
        if rim is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("halo", 230), width + 3))
            painter.drawEllipse(at, radius, radius)
        painter.setBrush(fill)
        painter.setPen(QPen(rim, width) if rim is not None else QPen(Qt.PenStyle.NoPen))
        painter.drawEllipse(at, radius, radius)

    def _arrows(self, painter: QPainter, marks: Marks) -> list[QRectF]:
        em, taken = self._theme.em, []
        for arrow in marks.arrows:
            start, end = self._to_pixels([arrow.start, arrow.end])
            length = float(np.hypot(*(end - start)))
            if length < (2 * ARROW_GAP + ARROW_HEAD) * em:
                continue  # too close to draw an arrow between them
            along = (end - start) / length
            self._arrow(
                painter, start + along * ARROW_GAP * em, end - along * ARROW_GAP * em, arrow
            )
            taken += [
                _around(QPointF(*(start + (end - start) * t)), 0.3 * em)
                for t in np.linspace(0, 1, 24)
            ]
        return taken

    def _arrow(
        self, painter: QPainter, start: NDArray[np.float64], end: NDArray[np.float64], arrow: Arrow
    ) -> None:
        em = self._theme.em
        along = (end - start) / np.hypot(*(end - start))
        across = np.array([-along[1], along[0]]) * 0.28 * em
        base = end - along * ARROW_HEAD * em
        head = QPolygonF([QPointF(*end), QPointF(*(base + across)), QPointF(*(base - across))])
        for color, width in (
            (self._theme.color("halo", 235), 6.0),
            (self._theme.color("accent_text"), 2.2),
        ):
            pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            if arrow.is_predicted and width < 5:
                pen.setDashPattern([3.2, 2.2])
            painter.setPen(pen)
            painter.drawLine(QPointF(*start), QPointF(*base))
            painter.setPen(QPen(color, 4.0 if width > 5 else 1.0))
            painter.setBrush(color)
            painter.drawPolygon(head)

    def _dots(self, painter: QPainter, marks: Marks, area: QRectF) -> list[QRectF]:
        dots = [name for name in marks.names if name.has_dot]
        if not dots:
            return []
        ink, halo, em = self._theme.color("ink"), self._theme.color("halo", 230), self._theme.em
        taken = []
        pixels = self._to_pixels([name.row for name in dots])
        for number in _inside(area, pixels, reach=em):
            name, pixel = dots[number], pixels[number]
            at = QPointF(*pixel)
            radius = (STRONG_DOT if name.is_strong else SMALL_DOT) * em
            if name.shape is None:
                self._disc(painter, at, radius, ink, ink, 1)
            else:
                self._markers.draw(painter, at, SET_MARK * em, name.shape, ink, halo)
            taken.append(_around(at, radius))
        return taken

    def _hovered(self, painter: QPainter, marks: Marks) -> None:
        if marks.hovered is not None:
            at = QPointF(*self._to_pixels([marks.hovered])[0])
            ink = self._theme.color("ink")
            faint = QColor(ink)
            faint.setAlpha(FAINT)
            painter.setPen(QPen(faint, 1))
            for end in self._to_pixels(marks.hovered_ends) if marks.hovered_ends else ():
                painter.drawLine(at, QPointF(*end))
            self._disc(painter, at, 0.42 * self._theme.em, QColor(0, 0, 0, 0), ink, 1.6)

    def _names(
        self, painter: QPainter, marks: Marks, area: QRectF, taken: list[QRectF]
    ) -> list[QRectF]:
        names = [name for name in marks.names if name.text]
        if not names:
            return []
        fonts = {
            is_strong: self._theme.font("body", 600 if is_strong else 500)
            for is_strong in (True, False)
        }
        pixels = self._to_pixels([name.row for name in names])
        places = tuple(rect.getRect() for rect in (area, *taken))
        wanted = tuple(names), pixels.tobytes(), places, fonts[True].key(), fonts[False].key()
        if wanted != self._wanted:  # the cursor that moves over the map moves no name
            self._wanted = wanted
            self._written = self._lay_out(names, pixels, area, taken, fonts)
        ascents = {strong: QFontMetricsF(font).ascent() for strong, font in fonts.items()}
        for name, rect in self._written:
            y = rect.top() + ascents[name.is_strong]
            self._text(painter, rect.left(), y, name.text, fonts[name.is_strong])
        return [rect for _, rect in self._written]

    def _lay_out(
        self,
        names: list[Name],
        pixels: NDArray[np.float64],
        area: QRectF,
        taken: list[QRectF],
        fonts: dict[bool, QFont],
    ) -> list[tuple[Name, QRectF]]:
        """Return the names that find room, and where."""
        written: list[tuple[Name, QRectF]] = []
        boxes = [_box(rect) for rect in taken]
        in_view = _inside(area, pixels)
        for is_strong in (True, False):
            waiting = [at for at in in_view if names[at].is_strong == is_strong][:MOST_NAMES]
            metrics = QFontMetricsF(fonts[is_strong])
            widths = {at: metrics.horizontalAdvance(names[at].text) for at in waiting}
            # A name in a crowd moves out until it finds room; far out only one with a dot to see.
            for clearance in CLEARANCES if is_strong else CLEARANCES[:-1]:
                labels = [
                    Label(
                        float(pixels[at, 0]),
                        float(pixels[at, 1]),
                        widths[at],
                        metrics.height(),
                        clearance=clearance * self._theme.em,
                    )
                    for at in waiting
                ]
                placed = place_labels(labels, _box(area), boxes)
                for number, box in placed:
                    name = names[waiting[number]]
                    written.append((name, QRectF(*box)))
                    boxes.append(Box(box.left - HALO, box.top, box.width + 2 * HALO, box.height))
                gone = {number for number, _ in placed}
                waiting = [at for number, at in enumerate(waiting) if number not in gone]
        return written

    def _text(self, painter: QPainter, x: float, y: float, text: str, font: QFont) -> None:
        ink, halo = self._theme.color("ink"), self._theme.color("halo", 235)
        self._halo_text.draw(painter, x, y, text, font, ink, halo)


def _inside(area: QRectF, pixels: NDArray[np.float64], reach: float = 0.0) -> list[int]:
    """Return which pixels lie in an area, or within reach of it."""
    wider = area.adjusted(-reach, -reach, reach, reach)
    return np.flatnonzero(is_inside(pixels, wider)).tolist()


def _around(at: QPointF, reach: float) -> QRectF:
    return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)


def _box(rect: QRectF) -> Box:
    return Box(rect.left(), rect.top(), rect.width(), rect.height())
