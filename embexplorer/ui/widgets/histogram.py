"""The bars of one column: all items faint, the shown ones over them, the selected in accent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QToolTip

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
    from PySide6.QtGui import (
        QColor,
        QContextMenuEvent,
        QFocusEvent,
        QHelpEvent,
        QKeyEvent,
        QMouseEvent,
        QPainter,
        QWheelEvent,
    )
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

# em
LEAST_WIDTH = 13.0
LEAST_HEIGHT = 7.0
EDGE = 0.25
TITLE = 1.5
FOOT = 1.125
ROW = 1.375  # of a category
NAME = 0.45  # share of the width that names of categories take
SHORTEST = 1.5  # px of a bar that is not empty
NOTHING = -1
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)
ON = (Qt.Key.Key_Right, Qt.Key.Key_Down)


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


class Histogram(Painted):
    """Drag over bars of numbers to brush, click a bar to choose it, double-click to clear.

    With the keyboard, arrows move from bar to bar, with Shift they brush, Enter chooses, Ctrl adds,
    and Esc clears.

    Signals
    -------
    brushed(int, int)
        First and last bar of a drag, while it goes on, in either order.
    bar_chosen(int, bool)
        A bar, and whether it is added to those that are chosen.
    cleared()
        Every bar shall count again.
    menu_requested(QPoint)
        Where on the screen.
    """

    brushed = Signal(int, int)
    bar_chosen = Signal(int, bool)
    cleared = Signal()
    menu_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Histogram")
        self._view = HistogramView("", "", "number", ())
        self._cursor = NOTHING
        self._anchor = NOTHING
        self._hovered = NOTHING
        self._first = 0  # category at the top
        self._is_dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(theme.px(LEAST_WIDTH), theme.px(LEAST_HEIGHT))

    @property
    def view(self) -> HistogramView:
        """What is shown."""
        return self._view

    def show_view(self, view: HistogramView) -> None:
        """Show other bars."""
        if view.title != self._view.title:
            self._cursor = self._anchor = NOTHING
            self._first = 0
        self._view = view
        self._first = max(0, min(self._first, len(view.bars) - self._n_rows()))
        self.setAccessibleName(f"Histogram of {view.title}")
        self.setAccessibleDescription(self._spoken())
        self.update()

    def sizeHint(self) -> QSize:
        """Return a little more than the least."""
        return QSize(self.theme.px(LEAST_WIDTH * 1.25), self.theme.px(LEAST_HEIGHT * 1.25))

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

    # -- what a person does --------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to brush, or choose a bar."""
        at = event.position()
        bar = self.bar_at(at.x(), at.y())
        if event.button() != Qt.MouseButton.LeftButton or bar == NOTHING or at.y() < self._top():
            return
        self._cursor = self._anchor = bar
        self._is_dragging = True
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Brush further."""
        at = event.position()
        bar = self.bar_at(at.x(), at.y())
        if self._is_dragging and self._view.kind == "number" and bar != self._cursor:
            self._cursor = bar
            self.brushed.emit(self._anchor, bar)
        elif not self._is_dragging and bar != self._hovered:
            self._hovered = bar
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the bar of a click that was no drag."""
        at = event.position()
        was_dragging, self._is_dragging = self._is_dragging, False
        bar = self.bar_at(at.x(), at.y())
        if was_dragging and bar == self._anchor and bar == self._cursor:
            adds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.bar_chosen.emit(bar, adds)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Let every bar count again."""
        self.cleared.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        self._hovered = NOTHING
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, brush, choose and clear by keyboard."""
        n = len(self._view.bars)
        key, modifiers = event.key(), event.modifiers()
        if key in (*BACK, *ON) and n:
            self._move(1 if key in ON else -1, bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and n:
            self._go_to(0 if key == Qt.Key.Key_Home else n - 1)
        elif key in ENTER and 0 <= self._cursor < n:
            adds = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
            self.bar_chosen.emit(self._cursor, adds)
        elif key == Qt.Key.Key_Escape and any(not bar.is_on for bar in self._view.bars):
            self.cleared.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Put the cursor on the first bar when the keyboard comes."""
        super().focusInEvent(event)
        if self._cursor == NOTHING and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._go_to(0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll through categories, where there are more than fit."""
        rest = len(self._view.bars) - self._n_rows()
        step = -1 if event.angleDelta().y() > 0 else 1
        first = max(0, min(rest, self._first + step))
        if self._view.kind == "number" or first == self._first:
            event.ignore()
            return
        self._first = first
        self.update()
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu."""
        self.menu_requested.emit(event.globalPos())

    def event(self, event: QEvent) -> bool:
        """Tell the numbers of the bar under the mouse."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]  # by its type
            place = help_event.pos()
            bar = self.bar_at(place.x(), place.y())
            text = self._bar_text(bar) if bar != NOTHING and place.y() >= self._top() else ""
            QToolTip.showText(help_event.globalPos(), text, self)
            return True
        return super().event(event)

    def _move(self, step: int, brushes: bool) -> None:
        if brushes and self._cursor != NOTHING and self._view.kind == "number":
            to = max(0, min(len(self._view.bars) - 1, self._cursor + step))
            self._cursor = to
            self.brushed.emit(self._anchor, to)
            self.update()
        else:
            self._go_to(self._cursor + step)

    def _go_to(self, bar: int) -> None:
        n = len(self._view.bars)
        if not n:
            return
        self._cursor = self._anchor = max(0, min(n - 1, bar))
        rows = self._n_rows()
        if self._view.kind == "category":
            self._first = min(max(self._first, self._cursor - rows + 1), self._cursor)
        self.setAccessibleDescription(self._spoken())
        self.update()

    # -- painting ------------------------------------------------------------------------------

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
