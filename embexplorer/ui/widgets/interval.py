"""A value with its interval, on the full range that it can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPen

from embexplorer.ui.widgets.painting import CENTER, LEFT, RIGHT, Painted, draw_bar, draw_text

if TYPE_CHECKING:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

# em
HEIGHT = 2.0
EDGE = 0.4
LINE = 0.625
TICK = 0.2
ZERO_TICK = 0.32
THICK = 0.32
RADIUS = 0.34
INTERVAL_ALPHA = 110


@dataclass(frozen=True, slots=True)
class IntervalView:
    """A value with its interval; `low` and `high` equal it where there is no interval.

    Raises
    ------
    ValueError
        When the span is empty.
    """

    value: float
    low: float
    high: float
    span: tuple[float, float] = (0.0, 1.0)
    ticks: tuple[float, ...] = (0.0, 0.5, 1.0)

    def __post_init__(self) -> None:
        if self.span[0] >= self.span[1]:
            raise ValueError(f"the span {self.span} is empty")

    @property
    def spoken(self) -> str:
        """The numbers in words."""
        value = _number(self.value)
        if self.low == self.high:
            return value
        return f"{value}, interval {_number(self.low)} to {_number(self.high)}"


class Interval(Painted):
    """A line with ticks, the interval as a band on it and the value as a dot."""

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(theme, parent, name)
        self._view: IntervalView | None = None
        self.setFixedHeight(theme.px(HEIGHT))

    def show_view(self, view: IntervalView | None) -> None:
        """Show a value, or the empty line."""
        self._view = view
        self.setAccessibleDescription(view.spoken if view is not None else "")
        self.update()

    def position(self, value: float) -> float:
        """Return where on the line a value lies, pixels from the left."""
        low, high = self._view.span if self._view is not None else (0.0, 1.0)
        edge = self.theme.em * EDGE
        inside = min(high, max(low, value))
        return edge + (inside - low) / (high - low) * (self.width() - 2 * edge)

    def paint(self, painter: QPainter) -> None:
        """Paint line, ticks, interval and value."""
        theme, em = self.theme, self.theme.em
        view = self._view or IntervalView(0.0, 0.0, 0.0)
        y = em * LINE
        painter.setPen(QPen(theme.color("control"), 1))
        start, end = self.position(view.span[0]), self.position(view.span[1])
        painter.drawLine(QPointF(start, y), QPointF(end, y))
        for tick in view.ticks:
            self._paint_tick(painter, tick, y)
        if self._view is None:
            return
        low, high = self.position(view.low), self.position(view.high)
        thick = em * THICK
        band = QRectF(low, y - thick / 2, high - low, thick)
        draw_bar(painter, band, theme.color("accent", INTERVAL_ALPHA))
        painter.setBrush(theme.color("accent"))
        painter.setPen(QPen(theme.color("panel"), 1.5))
        painter.drawEllipse(QPointF(self.position(view.value), y), em * RADIUS, em * RADIUS)

    def _paint_tick(self, painter: QPainter, tick: float, y: float) -> None:
        theme, em = self.theme, self.theme.em
        x = self.position(tick)
        length = em * (ZERO_TICK if tick == 0 else TICK)
        painter.setPen(QPen(theme.color("control"), 1))
        painter.drawLine(QPointF(x, y - length), QPointF(x, y + length))
        rect, align = self._label_place(x)
        small = theme.font("caption", tabular=True)
        draw_text(painter, rect, _number(tick), small, theme.color("faint"), align)

    def _label_place(self, x: float) -> tuple[QRectF, Qt.AlignmentFlag]:
        em = self.theme.em
        top, room, edge = em * (LINE + ZERO_TICK), em * 2, em * EDGE
        if x <= room:
            return QRectF(max(0.0, x - edge / 2), top, room, em), LEFT
        if x >= self.width() - room:
            end = min(float(self.width()), x + edge / 2)
            return QRectF(end - room, top, room, em), RIGHT
        return QRectF(x - room / 2, top, room, em), CENTER


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
