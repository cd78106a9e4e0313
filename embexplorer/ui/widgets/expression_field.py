"""A field for an expression on columns: it completes as one types and underlines what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QCompleter, QListView

from embexplorer.ui.widgets.fields import LineEdit
from embexplorer.ui.widgets.labels import restyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

DELAY = 60  # ms without typing before completions are asked for
MOST_SHOWN = 10
MOST_OFFERED = 200
OPEN_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Down)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ExpressionField(LineEdit):
    """One line; what it means is known elsewhere.

    Signals
    -------
    completion_wanted(str, int)
        Text and place of the cursor; `show_completions` answers.
    entered(str)
        Enter was pressed.
    changed()
        A person changed the text: what was wrong may be no more.
    """

    completion_wanted = Signal(str, int)
    entered = Signal(str)
    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(theme, parent, name)
        self._theme = theme
        self._fault: tuple[int, int] | None = None
        self._start = 0  # where the word starts that a completion replaces
        self._words = QStringListModel(self)
        self._completer = QCompleter(self._words, self)
        self._completer.setWidget(self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(MOST_SHOWN)
        self._completer.activated[str].connect(self._insert)  # type: ignore[index]  # overloaded
        self._popup = QListView(self)
        self._popup.setObjectName("Completions")
        self._popup.setAccessibleName("Completions")
        self._completer.setPopup(self._popup)  # which takes it out of the window
        theme.dressing.add_part(self._popup)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(DELAY)
        self._pause.timeout.connect(self._want)
        self.textEdited.connect(self._on_edited)
        theme.changed.connect(self.update)

    @property
    def offered(self) -> list[str]:
        """What the open list offers; empty where none is open."""
        return self._words.stringList() if self._popup.isVisible() else []

    def show_completions(self, text: str, cursor: int, start: int, options: Sequence[str]) -> None:
        """Offer what may stand at the cursor, unless the text has changed meanwhile."""
        if (text, cursor) != (self.text(), self.cursorPosition()) or not self.hasFocus():
            return
        begun = text[start:cursor]
        popup = self._popup
        if not options or list(options) == [begun]:
            popup.hide()
            return
        self._start = start
        self._words.setStringList(list(options[:MOST_OFFERED]))
        rect = self.cursorRect()
        widths = [popup.fontMetrics().horizontalAdvance(option) for option in options[:MOST_SHOWN]]
        rect.setWidth(max(widths) + self._theme.px(3))
        self._completer.complete(rect)
        popup.setCurrentIndex(QModelIndex())  # Enter means the expression until a row is chosen

    def show_fault(self, position: int, length: int) -> None:
        """Underline what is wrong."""
        self._fault = (position, max(1, length))
        self._mark(is_invalid=True)

    def clear_fault(self) -> None:
        """Underline nothing."""
        self._fault = None
        self._mark(is_invalid=False)

    @property
    def fault(self) -> tuple[int, int] | None:
        """Where what is underlined starts, and how many characters it has."""
        return self._fault

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, or open the list with Ctrl+Space or Down; a list that is open comes first."""
        popup = self._popup
        is_chosen = popup.isVisible() and popup.currentIndex().isValid()
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (*ENTER, Qt.Key.Key_Tab) and is_chosen:
            event.ignore()  # the list inserts
        elif event.key() in ENTER:
            popup.hide()
            self._pause.stop()
            self.entered.emit(self.text())
        elif event.key() in OPEN_KEYS and (ctrl or event.key() == Qt.Key.Key_Down):
            self._want()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field, and a line under what is wrong."""
        super().paintEvent(event)
        if self._fault is None:
            return
        metrics = QFontMetricsF(self.font())
        text, (position, length) = self.text(), self._fault
        cursor = self.cursorRect()
        origin = cursor.center().x() - metrics.horizontalAdvance(text[: self.cursorPosition()])
        left = origin + metrics.horizontalAdvance(text[:position])
        wrong = text[position : position + length] or " "
        right = left + max(self._theme.em * 0.4, metrics.horizontalAdvance(wrong))
        painter = QPainter(self)
        painter.setClipRect(self.rect().adjusted(3, 0, -3, 0))
        painter.setPen(QPen(self._theme.color("danger"), 2, Qt.PenStyle.DotLine))
        y = cursor.center().y() + metrics.height() / 2
        painter.drawLine(round(left), round(y), round(right), round(y))
        painter.end()

    def _mark(self, *, is_invalid: bool) -> None:
        if bool(self.property("invalid")) != is_invalid:
            self.setProperty("invalid", is_invalid)
            restyle(self)
        self.update()

    def _on_edited(self) -> None:
        if self._fault is not None:
            self.clear_fault()
        self.changed.emit()
        if self.text():
            self._pause.start()
        else:
            self._pause.stop()
            self._popup.hide()

    def _want(self) -> None:
        self.completion_wanted.emit(self.text(), self.cursorPosition())

    def _insert(self, option: str) -> None:
        cursor, text = self.cursorPosition(), self.text()
        after = text[cursor:]
        space = "" if after.startswith(" ") else " "
        self.setText(text[: self._start] + option + space + after)
        self.setCursorPosition(self._start + len(option) + 1)
        self.changed.emit()
        self._want()
