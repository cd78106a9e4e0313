"""The ramp of a numeric column: colors, distribution, and two ends that choose a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient

from embexplorer.ui.widgets.end_field import EndField
from embexplorer.ui.widgets.own_keys import ENTER, keep_keys
from embexplorer.ui.widgets.painting import (
    NO_PEN,
    Painted,
    draw_bar,
    draw_focus,
    draw_text,
    fill_rounded,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme
    from embexplorer.ui.widgets.legend_views import RampLegend

# em
HEIGHT = 4.25
EDGE = 0.75
BAR = 0.625
BARS_HEIGHT = 1.75
TOP = 0.25
HANDLE = 0.1875  # width of an end's line
OVER = 0.1875  # that it stands out at both sides
LABEL = 1.125
GAP = 0.5  # between two labels

LOW, HIGH = 0, 1
OWN_KEYS = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
    Qt.Key.Key_End, Qt.Key.Key_Space, Qt.Key.Key_Backspace, Qt.Key.Key_Delete, *ENTER,
)  # fmt: skip
STEP, LONG_STEP = 1 / 128, 1 / 16  # of the keys


class Ramp(Painted):
    """A histogram over a bar of colors, its ends to drag.

    By keyboard: left and right move an end (with Shift far), up and down change between the two,
    Enter writes its number, Backspace shows everything again.

    Signals
    -------
    range_moved(float, float)
        The shares of the ends, while they are dragged and after each key.
    end_typed(int, str)
        0 for the low end, 1 for the high one, and what was written.
    reset_requested()
        Everything shall be shown again.
    """

    range_moved = Signal(float, float)
    end_typed = Signal(int, str)
    reset_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Range")
        self._view: RampLegend | None = None
        self._chosen = (0.0, 1.0)
        self._end = LOW
        self._is_dragging = False
        self.setFixedHeight(theme.px(HEIGHT))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(
            "Drag the ends to show only a range; double-click a number to write it.\n"
            "Double-click the colors to show everything again."
        )
        self._editor = EndField(self)
        self._editor.left.connect(self._leave_editor)
        self._editor.editingFinished.connect(self._on_typed)

    def show_view(self, view: RampLegend) -> None:
        """Show another column or range."""
        if len(view.colors) < 2:
            raise ValueError(f"a ramp needs at least two colors, {view.title} has {view.colors}")
        self._view = view
        if not self._is_dragging:
            self._chosen = view.chosen
        said = (
            f"{view.title} from {view.ticks[0][1]} to {view.ticks[min(1, len(view.ticks) - 1)][1]}"
        )
        if view.is_chosen:
            said += f", shown from {view.chosen_texts[0]} to {view.chosen_texts[1]}"
        self.setAccessibleDescription(said)
        self.update()

    # -- choosing ------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keep its keys from the shortcuts of the map."""
        keep_keys(event, OWN_KEYS)
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the end that is nearer."""
        if event.button() != Qt.MouseButton.LeftButton or self._view is None:
            return
        self._is_dragging = True
        share = self._share(event.position())
        low, high = self._chosen
        self._end = LOW if abs(share - low) < abs(share - high) else HIGH
        if low == high:
            self._end = LOW if share < low else HIGH
        if self._labels().contains(event.position()):
            self._is_dragging = False
        elif min(abs(share - low), abs(share - high)) * self._width() > self.theme.em * EDGE:
            self._move(share)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the end."""
        if self._is_dragging:
            self._move(self._share(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the end go; at both extremes everything is shown."""
        if self._is_dragging:
            self._is_dragging = False
            if self._chosen == (0.0, 1.0):
                self.reset_requested.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Write a number, or show everything."""
        self._is_dragging = False
        if self._labels().contains(event.position()):
            self._edit(LOW if event.position().x() < self.width() / 2 else HIGH)
        else:
            self.reset_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, change, write or reset an end."""
        key = event.key()
        is_far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = LONG_STEP if is_far else STEP
        at = self._chosen[self._end]
        moves = {
            Qt.Key.Key_Left: at - step,
            Qt.Key.Key_Right: at + step,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }
        if key in moves:
            self._move(moves[Qt.Key(key)])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Space):
            self._end = HIGH if self._end == LOW else LOW
            self.update()
        elif key in ENTER:
            self._edit(self._end)
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.reset_requested.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which end the keys move."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no more."""
        super().focusOutEvent(event)
        self.update()

    def _move(self, share: float) -> None:
        low, high = self._chosen
        share = min(1.0, max(0.0, share))
        self._chosen = (min(share, high), high) if self._end == LOW else (low, max(share, low))
        self.range_moved.emit(*self._chosen)
        self.update()

    def _edit(self, end: int) -> None:
        if self._view is None:
            return
        self._end = end
        text = self._view.chosen_texts[end]
        if not self._view.is_chosen:
            text = self._view.ticks[min(end, len(self._view.ticks) - 1)][1]
        area, width = self._labels(), self.width() * 0.45
        left = area.x() if end == LOW else area.right() - width
        self._editor.setText(text)
        self._editor.setAccessibleName("Lowest shown" if end == LOW else "Highest shown")
        self._editor.setGeometry(
            round(left), round(area.y() - 2), round(width), round(area.height() + 4)
        )
        self._editor.show()
        self._editor.setFocus()
        self._editor.selectAll()

    def _on_typed(self) -> None:
        if self._editor.isVisible():
            self._editor.hide()
            self.setFocus()
            if self._editor.isModified():
                self.end_typed.emit(self._end, self._editor.text())

    def _leave_editor(self) -> None:
        self._editor.setModified(False)
        self._on_typed()

    # -- drawing -------------------------------------------------------------------------------

    def _left(self) -> float:
        return self.theme.em * EDGE

    def _width(self) -> float:
        return max(1.0, self.width() - 2 * self._left())

    def _share(self, position: QPointF) -> float:
        return (position.x() - self._left()) / self._width()

    def _labels(self) -> QRectF:
        em = self.theme.em
        top = em * (TOP + BARS_HEIGHT + BAR + 0.25)
        return QRectF(self._left(), top, self._width(), em * LABEL)

    def paint(self, painter: QPainter) -> None:
        """Paint histogram, ramp, ends and numbers."""
        view = self._view
        if view is None:
            return
        theme, em = self.theme, self.theme.em
        left, width = self._left(), self._width()
        base = em * (TOP + BARS_HEIGHT)
        self._paint_bars(painter, QRectF(left, em * TOP, width, em * BARS_HEIGHT))
        bar = QRectF(left, base + 1, width, em * BAR)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        last = len(view.colors) - 1
        for i, color in enumerate(view.colors):
            gradient.setColorAt(i / last, QColor(color))
        fill_rounded(painter, bar, gradient, em * 0.125)
        low, high = (left + share * width for share in self._chosen)
        veil = theme.color("raised", 190)
        painter.fillRect(QRectF(left, em * TOP, low - left, bar.bottom() - em * TOP), veil)
        painter.fillRect(QRectF(high, em * TOP, left + width - high, bar.bottom() - em * TOP), veil)
        for end, x in ((LOW, low), (HIGH, high)):
            self._paint_end(painter, end, QRectF(x, bar.y(), 0, bar.height()))
        self._paint_numbers(painter, (low, high))

    def _paint_end(self, painter: QPainter, end: int, at: QRectF) -> None:
        theme, em = self.theme, self.theme.em
        over, width = em * OVER, em * HANDLE
        handle = QRectF(at.x() - width / 2, at.y() - over, width, at.height() + 2 * over)
        has_keys = self.hasFocus() and self._end == end
        draw_bar(painter, handle.adjusted(-1, -1, 1, 1), theme.color("raised"))
        draw_bar(painter, handle, theme.color("accent" if has_keys else "muted"))
        if has_keys:
            room = handle.adjusted(-3, -3, 3, 3)
            draw_focus(painter, room, theme.color("focus"), em * 0.25)

    def _paint_numbers(self, painter: QPainter, ends: tuple[float, float]) -> None:
        view = self._view
        assert view is not None
        area, color = self._labels(), "muted"
        left, width = self._left(), self._width()
        wanted = [(left + share * width, text) for share, text in view.ticks]
        if view.is_chosen:
            wanted, color = list(zip(ends, view.chosen_texts, strict=True)), "text"
        font = self.theme.font("caption", tabular=True)
        metrics, taken = QFontMetricsF(font), list[QRectF]()
        for number, (x, text) in enumerate(wanted):
            size = metrics.horizontalAdvance(text) + 1
            at = min(max(area.x(), x - size / 2), area.right() - size)
            place = QRectF(at, area.y(), size, area.height())
            if view.is_chosen and taken and place.left() < taken[0].right() + self.theme.em * GAP:
                place.moveLeft(min(taken[0].right() + self.theme.em * GAP, area.right() - size))
            gap = self.theme.em * GAP
            if number < 2 or not any(place.adjusted(-gap, 0, gap, 0).intersects(t) for t in taken):
                draw_text(painter, place, text, font, self.theme.color(color))
                taken.append(place)

    def _paint_bars(self, painter: QPainter, rect: QRectF) -> None:
        counts = self._view.counts if self._view is not None else ()
        if not counts or not max(counts):
            return
        painter.save()
        painter.setRenderHint(painter.RenderHint.Antialiasing, False)
        painter.setPen(NO_PEN)
        painter.setBrush(self.theme.color("press"))
        width = rect.width() / len(counts)
        for i, count in enumerate(counts):
            height = rect.height() * count / max(counts)
            left = round(rect.x() + i * width)
            right = round(rect.x() + (i + 1) * width) - (1 if width > 3 else 0)
            painter.drawRect(QRectF(left, rect.bottom() - height, right - left, height))
        painter.restore()
