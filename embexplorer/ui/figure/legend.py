"""The legend of a figure, painted as text and dots in as many columns as there is room for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient

from embexplorer.core.counted import counted
from embexplorer.ui.widgets.painting import DOT, RIGHT, draw_dot, draw_text, fill_rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from embexplorer.ui.theme import Theme

# em
ROW = 1.2
TITLE = 1.45
PADDING = 0.5
NAME = 1.05  # from the left of a row to its name
COUNT_GAP = 0.75
LEAST_NAME, MOST_NAME = 3.0, 10.0
SLACK = 0.2  # a text that just fits is not shortened
BAR = 0.7
RAMP_WIDTH = 9.0
COLUMN_GAP = 1.0
MOST_WIDTH = 0.42  # of the figure
MOST_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One category: its color, name and number of items."""

    color: QColor
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class FigureLegend:
    """What the colors mean: `rows` of categories, or the `ramp` from `low` to `high`."""

    title: str
    rows: tuple[LegendRow, ...] = ()
    ramp: tuple[QColor, ...] = ()
    low: str = ""
    high: str = ""
    note: str = ""


class LegendPainter:
    """A legend that is laid out for a figure of some size.

    Parameters
    ----------
    theme
        Colors and fonts.
    legend
        What it says.
    area
        Of the map.

    Attributes
    ----------
    rect
        What it covers, at the top left of the map.
    rest
        How many rows have no room.
    """

    def __init__(self, theme: Theme, legend: FigureLegend, area: QRectF) -> None:
        self._theme = theme
        self._legend = legend
        self._em = theme.em
        self._font = theme.font("caption")
        self._title_font = theme.font("caption", 600)
        self._metrics = QFontMetricsF(self._font)
        inner = area.adjusted(*(side * PADDING * self._em for side in (1, 1, -1, -1)))
        self._columns: list[tuple[LegendRow, ...]] = []
        self.rest = 0
        size = self._ramp_size() if legend.ramp else self._lay_out(inner)
        self.rect = QRectF(inner.topLeft(), size)

    @property
    def columns(self) -> tuple[int, ...]:
        """How many rows each column has."""
        return tuple(len(rows) for rows in self._columns)

    def paint(self, painter: QPainter, *, has_ground: bool = True) -> None:
        """Paint it over what is there; a ground keeps it readable on points."""
        theme, em, legend = self._theme, self._em, self._legend
        if has_ground:
            ground = self.rect.adjusted(-0.25 * em, 0, 0.25 * em, 0.25 * em)
            fill_rounded(painter, ground, theme.color("halo", 215), 0.25 * em)
        title = QRectF(self.rect.x(), self.rect.y(), self.rect.width(), TITLE * em)
        draw_text(painter, title, legend.title, self._title_font, theme.color("text"))
        if legend.ramp:
            self._paint_ramp(painter, title.bottom())
            return
        for number, rows in enumerate(self._columns):
            left = self.rect.x() + number * (self._column_width + COLUMN_GAP * em)
            for at, row in enumerate(rows):
                place = QRectF(left, title.bottom() + at * ROW * em, self._column_width, ROW * em)
                self._paint_row(painter, place, row)
        if self.rest:
            top = self.rect.bottom() - ROW * em
            place = QRectF(self.rect.x(), top, self.rect.width(), ROW * em)
            more = f"and {counted(self.rest, 'more value')}"
            draw_text(painter, place, more, self._font, theme.color("muted"))

    def _paint_row(self, painter: QPainter, place: QRectF, row: LegendRow) -> None:
        em, theme = self._em, self._theme
        center = QPointF(place.x() + 0.45 * em, place.center().y())
        draw_dot(painter, center, em * DOT, row.color)
        name = place.adjusted(NAME * em, 0, -(self._count_width + COUNT_GAP * em), 0)
        draw_text(painter, name, row.name, self._font, theme.color("text"))
        draw_text(painter, place, f"{row.count:,}", self._font, theme.color("muted"), RIGHT)

    def _paint_ramp(self, painter: QPainter, top: float) -> None:
        em, legend = self._em, self._legend
        bar = QRectF(self.rect.x(), top, self.rect.width(), BAR * em)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for at, color in enumerate(legend.ramp):
            gradient.setColorAt(at / (len(legend.ramp) - 1), color)
        fill_rounded(painter, bar, gradient, 0.1 * em)
        ends = QRectF(bar.x(), bar.bottom(), bar.width(), ROW * em)
        muted = self._theme.color("muted")
        draw_text(painter, ends, legend.low, self._font, muted)
        draw_text(painter, ends, legend.high, self._font, muted, RIGHT)
        if legend.note:
            draw_text(painter, ends.translated(0, ROW * em), legend.note, self._font, muted)

    def _ramp_size(self) -> QSizeF:
        rows = 2 if self._legend.note else 1
        return QSizeF(RAMP_WIDTH * self._em, (TITLE + BAR + rows * ROW) * self._em)

    def _lay_out(self, area: QRectF) -> QSizeF:
        """Fill the columns, as many as are needed and fit, and return the size of the whole."""
        em, rows = self._em, self._legend.rows
        names = max((self._metrics.horizontalAdvance(row.name) for row in rows), default=0.0)
        names += SLACK * em
        counts = [self._metrics.horizontalAdvance(f"{row.count:,}") for row in rows]
        self._count_width = max(counts, default=0.0)
        around = (NAME + COUNT_GAP) * em + self._count_width
        widest = MOST_WIDTH * area.width()
        name = min(max(names, LEAST_NAME * em), MOST_NAME * em, max(widest - around, 0.0))
        self._column_width = around + name
        room = max(1, int((area.height() - TITLE * em) / (ROW * em)))
        fit = int((widest + COLUMN_GAP * em) / (self._column_width + COLUMN_GAP * em))
        count = min(MOST_COLUMNS, max(1, fit), -(-len(rows) // room) or 1)
        shown = rows
        if len(rows) > count * room:
            shown = rows[: count * max(1, room - 1)]
            self.rest = len(rows) - len(shown)
        high = -(-len(shown) // count)
        self._columns = [shown[at : at + high] for at in range(0, len(shown), max(1, high))]
        lines = high + (1 if self.rest else 0)
        width = count * self._column_width + (count - 1) * COLUMN_GAP * em
        title = QFontMetricsF(self._title_font).horizontalAdvance(self._legend.title)
        return QSizeF(min(max(width, title), area.width()), (TITLE + lines * ROW) * em)
