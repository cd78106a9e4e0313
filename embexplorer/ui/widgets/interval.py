"""A value with its interval, on the full range that it can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPen

from embexplorer.ui.widgets.painting import (
    CENTER,
    LEFT,
    RIGHT,
    Painted,
    draw_bar,
    draw_focus,
    draw_text,
)

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
ROOM = 2.75  # of the number at a tick
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
        span = self._view.span if self._view is not None else (0.0, 1.0)
        return _position(self.theme, QRectF(self.rect()), span, value)

    def paint(self, painter: QPainter) -> None:
        """Paint line, ticks, interval and value."""
        paint_interval(painter, self.theme, QRectF(self.rect()), self._view)
        if self.hasFocus():
            ring = self.theme.em * EDGE
            draw_focus(painter, QRectF(self.rect()), self.theme.color("focus"), ring)


def paint_interval(
    painter: QPainter, theme: Theme, rect: QRectF, view: IntervalView | None
) -> None:
    """Paint a value with its interval into `rect`; the line alone where there is none."""
    em = theme.em
    shown = view or IntervalView(0.0, 0.0, 0.0)
    y = rect.y() + em * LINE
    painter.setPen(QPen(theme.color("control"), 1))
    start, end = (_position(theme, rect, shown.span, value) for value in shown.span)
    painter.drawLine(QPointF(start, y), QPointF(end, y))
    for tick in shown.ticks:
        _paint_tick(painter, theme, rect, tick, _position(theme, rect, shown.span, tick))
    if view is None:
        return
    low, high = (_position(theme, rect, view.span, value) for value in (view.low, view.high))
    thick = em * THICK
    band = QRectF(low, y - thick / 2, high - low, thick)
    draw_bar(painter, band, theme.color("accent", INTERVAL_ALPHA))
    painter.setBrush(theme.color("accent"))
    painter.setPen(QPen(theme.color("panel"), 1.5))
    middle = _position(theme, rect, view.span, view.value)
    painter.drawEllipse(QPointF(middle, y), em * RADIUS, em * RADIUS)


def _position(theme: Theme, rect: QRectF, span: tuple[float, float], value: float) -> float:
    low, high = span
    edge = theme.em * EDGE
    inside = min(high, max(low, value))
    return rect.x() + edge + (inside - low) / (high - low) * (rect.width() - 2 * edge)


def _paint_tick(painter: QPainter, theme: Theme, rect: QRectF, tick: float, x: float) -> None:
    em = theme.em
    y, length = rect.y() + em * LINE, em * (ZERO_TICK if tick == 0 else TICK)
    painter.setPen(QPen(theme.color("control"), 1))
    painter.drawLine(QPointF(x, y - length), QPointF(x, y + length))
    place, align = _label_place(theme, rect, x)
    small = theme.font("caption", tabular=True)
    draw_text(painter, place, _number(tick), small, theme.color("faint"), align)


def _label_place(theme: Theme, rect: QRectF, x: float) -> tuple[QRectF, Qt.AlignmentFlag]:
    em = theme.em
    top, room, edge = rect.y() + em * (LINE + ZERO_TICK), em * ROOM, em * EDGE
    if x - rect.x() <= room:
        return QRectF(max(rect.x(), x - edge / 2), top, room, em), LEFT
    if x >= rect.right() - room:
        end = min(rect.right(), x + edge / 2)
        return QRectF(end - room, top, room, em), RIGHT
    return QRectF(x - room / 2, top, room, em), CENTER


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
