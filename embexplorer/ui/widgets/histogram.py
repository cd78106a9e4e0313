"""The bars of one column, which a person brushes and chooses by mouse and keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QToolTip

from embexplorer.ui.widgets.histogram_picture import (
    NOTHING,
    Bar,
    HistogramPicture,
    HistogramView,
)

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QContextMenuEvent,
        QFocusEvent,
        QHelpEvent,
        QKeyEvent,
        QMouseEvent,
        QWheelEvent,
    )
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

# em
LEAST_WIDTH = 13.0
LEAST_HEIGHT = 5.0
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)
ON = (Qt.Key.Key_Right, Qt.Key.Key_Down)

__all__ = ["Bar", "Histogram", "HistogramView"]


class Histogram(HistogramPicture):
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
        super().__init__(theme, parent)
        self._anchor = NOTHING
        self._is_dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(theme.px(LEAST_WIDTH), theme.px(LEAST_HEIGHT))

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
