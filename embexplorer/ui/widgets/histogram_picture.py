"""What the bars of one column look like: where each lies, and how it is painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from embexplorer.ui.widgets.painting import (
    DOT,
    LEFT,
    NO_PEN,
    RIGHT,
    Painted,
    draw_dot,
    draw_focus,
    draw_text,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QPainter
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

# em
EDGE = 0.25
TITLE = 1.5
FOOT = 1.125
ROW = 1.375  # of a category
NAME = 0.45  # share of the width that names of categories take
SHORTEST = 1.5  # px of a bar that is not empty
NOTHING = -1


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Parameters
    ----------
    label
        What it stands for.
    all, shown, selected
        How many items.
    position
        Place of its category in the palette; None for no dot.
    is_on
        Whether the filter on this column leaves it.
    """

    label: str
    all: int
    shown: int
    selected: int
    position: int | None = None
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class HistogramView:
    """A column.

    Parameters
    ----------
    title, note
        Its name, and its median or how many values there are.
    kind
        Bars of numbers stand beside each other, those of categories under each other.
    bars
        In their order.
    ends
        What stands under the first and the last bar of numbers.
    spoken
        All of it in one sentence with its numbers.
    """

    title: str
    note: str
    kind: Literal["number", "category"]
    bars: tuple[Bar, ...]
    ends: tuple[str, str] = ("", "")
    spoken: str = ""


class HistogramPicture(Painted):
    """All items faint, the shown ones over them, the selected in accent."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Histogram")
        self._view = HistogramView("", "", "number", ())
        self._cursor = NOTHING
        self._hovered = NOTHING
        self._first = 0  # category at the top

    @property
    def view(self) -> HistogramView:
        """What is shown."""
        return self._view

    def bar_rect(self, bar: int) -> QRectF:
        """Return the room of a bar, from end to end; empty where it is scrolled away."""
        area = self._area()
        if self._view.kind == "category":
            row = bar - self._first
            if not 0 <= row < self._n_rows():
                return QRectF()
            height = self.theme.em * ROW
            return QRectF(area.x(), area.y() + row * height, area.width(), height)
        n = max(1, len(self._view.bars))
        left = area.x() + area.width() * bar / n
        return QRectF(left, area.y(), area.width() / n, area.height())

    def bar_at(self, x: float, y: float) -> int:
        """Return the bar whose room holds a place, the nearest of numbers; -1 for none."""
        area, n = self._area(), len(self._view.bars)
        if not n:
            return NOTHING
        if self._view.kind == "category":
            row = int((y - area.y()) // (self.theme.em * ROW))
            bar = row + self._first
            return bar if 0 <= row < self._n_rows() and bar < n else NOTHING
        return max(0, min(n - 1, int((x - area.x()) / max(1.0, area.width()) * n)))

    def paint(self, painter: QPainter) -> None:
        """Paint title, bars and ends."""
        theme, em, view = self.theme, self.theme.em, self._view
        head = QRectF(em * EDGE, 0, self.width() - 2 * em * EDGE, em * TITLE)
        small = theme.font("caption", tabular=True)
        noted = min(QFontMetricsF(small).horizontalAdvance(view.note) + 1, head.width() * 0.7)
        note = QRectF(head.right() - noted, head.y(), noted, head.height())
        draw_text(painter, note, view.note, small, theme.color("muted"), RIGHT)
        title = head.adjusted(0, 0, -noted - em * 0.5, 0)
        draw_text(painter, title, view.title, theme.font("body", 600), theme.color("text"), LEFT)
        if view.kind == "category":
            self._paint_categories(painter)
        else:
            self._paint_numbers(painter)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), theme.color("focus"), em * 0.375)

    def _paint_numbers(self, painter: QPainter) -> None:
        theme, em, bars = self.theme, self.theme.em, self._view.bars
        area = self._area()
        most = max((bar.all for bar in bars), default=0)
        painter.save()
        painter.setRenderHint(painter.RenderHint.Antialiasing, False)
        painter.setPen(NO_PEN)
        for k, bar in enumerate(bars):
            room = self.bar_rect(k)
            left, right = round(room.x()), round(room.right()) - (1 if room.width() > 3 else 0)
            if k in (self._cursor if self.hasFocus() else NOTHING, self._hovered):
                painter.fillRect(
                    QRectF(left, area.y(), right - left, area.height()), theme.color("hover")
                )
            for count, color in self._layers(bar):
                height = _length(count, most, area.height())
                painter.fillRect(QRectF(left, area.bottom() - height, right - left, height), color)
        painter.fillRect(QRectF(area.x(), area.bottom(), area.width(), 1), theme.color("line"))
        painter.restore()
        ends = QRectF(area.x(), area.bottom() + 1, area.width(), em * FOOT)
        font, muted = theme.font("caption", tabular=True), theme.color("muted")
        if len(bars) == 1:
            draw_text(painter, ends, self._view.ends[0], font, muted)
        else:
            half = ends.width() / 2
            draw_text(painter, ends.adjusted(0, 0, -half, 0), self._view.ends[0], font, muted)
            draw_text(painter, ends.adjusted(half, 0, 0, 0), self._view.ends[1], font, muted, RIGHT)

    def _paint_categories(self, painter: QPainter) -> None:
        theme, em, bars = self.theme, self.theme.em, self._view.bars
        most = max((bar.all for bar in bars), default=0)
        small = theme.font("caption", tabular=True)
        counts = [f"{self._counted(bar):,}" for bar in bars]
        metrics = QFontMetricsF(small)
        number = max((metrics.horizontalAdvance(count) for count in counts), default=0.0)
        shown = range(self._first, min(len(bars), self._first + self._n_rows()))
        for k in shown:
            bar, room = bars[k], self.bar_rect(k)
            if k == self._hovered or (k == self._cursor and self.hasFocus()):
                painter.fillRect(room, theme.color("hover"))
            name = QRectF(room.x(), room.y(), room.width() * NAME, room.height())
            if bar.position is not None:
                dot = QPointF(name.x() + em * DOT, name.center().y())
                draw_dot(
                    painter, dot, em * DOT, theme.category(bar.position), is_hollow=not bar.is_on
                )
                name.setLeft(name.x() + em)
            ink = theme.color("text" if bar.is_on else "faint")
            draw_text(painter, name.adjusted(0, 0, -em * 0.25, 0), bar.label, small, ink)
            end = QRectF(room.right() - number, room.y(), number, room.height())
            draw_text(painter, end, counts[k], small, theme.color("muted"), RIGHT)
            width = end.x() - name.right() - em * 0.5
            for count, color in self._layers(bar):
                length = _length(count, most, width)
                thick = em * 0.625
                painter.fillRect(
                    QRectF(name.right(), room.center().y() - thick / 2, length, thick), color
                )

    def _layers(self, bar: Bar) -> tuple[tuple[int, QColor], ...]:
        theme = self.theme
        return (
            (bar.all, theme.color("line")),
            (bar.shown, theme.color("dim" if bar.is_on else "line")),
            (bar.selected, theme.color("accent")),
        )

    def _counted(self, bar: Bar) -> int:
        """Return the number beside a bar of a category: of the selection, where there is one."""
        has_selection = any(one.selected for one in self._view.bars)
        return bar.selected if has_selection else bar.shown

    def _area(self) -> QRectF:
        em = self.theme.em
        top, edge = em * TITLE + em * 0.25, em * EDGE
        foot = em * FOOT if self._view.kind == "number" else em * EDGE
        return QRectF(edge, top, self.width() - 2 * edge, self.height() - top - foot)

    def _top(self) -> float:
        return self.theme.em * TITLE

    def _n_rows(self) -> int:
        return max(1, int(self._area().height() // (self.theme.em * ROW)))

    def _bar_text(self, bar: int) -> str:
        one = self._view.bars[bar]
        said = f"{one.label}: {one.shown:,} of {one.all:,} shown"
        return f"{said}, {one.selected:,} selected" if self._counted(one) != one.shown else said

    def _spoken(self) -> str:
        if 0 <= self._cursor < len(self._view.bars):
            return f"{self._bar_text(self._cursor)}. {self._view.spoken}"
        return self._view.spoken


def _length(count: int, most: int, room: float) -> float:
    """Return the length of a bar, in px; what is not empty can be seen."""
    if not count or not most:
        return 0.0
    return max(SHORTEST, room * count / most)
