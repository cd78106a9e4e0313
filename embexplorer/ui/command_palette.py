"""The command palette: type to find a command or an item; Enter runs it, Esc closes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from shiboken6 import isValid

from embexplorer.app.commands import Command, matching
from embexplorer.ui.widgets.overlay import Overlay
from embexplorer.ui.widgets.painting import LEFT, RIGHT, draw_text

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from embexplorer.app.services import Services
    from embexplorer.ui.actions import Actions
    from embexplorer.ui.theme import Theme

WIDTH = 38  # em
ROWS = 12
ROW = 1.875
PADDING = 0.5
ITEMS = 8  # items of the space listed under the commands
CHOSEN = Qt.ItemDataRole.UserRole  # id of a command, or row of an item
NOTE = Qt.ItemDataRole.UserRole + 1  # its keys, or what it needs


class CommandPalette(Overlay):
    """Lists the commands that match; those that cannot run now say what they need."""

    def __init__(self, theme: Theme, services: Services, actions: Actions, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._services = services
        self._actions = actions
        self._field = QLineEdit(self)
        self._field.setProperty("kind", "command")
        self._field.setObjectName("palette-field")
        self._field.setAccessibleName("Find a command or an item")
        self._field.setPlaceholderText("Run a command or find an item")
        self._field.textChanged.connect(self._fill)
        self._field.returnPressed.connect(self._run_current)
        self._field.installEventFilter(self)
        self._list = QListWidget(self)
        self._list.setObjectName("palette-list")
        self._list.setAccessibleName("Commands and items")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setMouseTracking(True)
        self._list.setItemDelegate(_RowDelegate(theme, self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._run)
        self._before: QWidget | None = None
        self.body.addWidget(self._field)
        self.body.addWidget(self._list)
        self.setFixedWidth(theme.px(WIDTH))

    def open(self) -> None:
        """Show it in the middle of the window, empty."""
        self._before = QApplication.focusWidget()
        self._field.clear()
        self._fill("")
        self._list.setFixedHeight(self.theme.px(ROW * ROWS))
        self.fit()
        window = self.window().width()
        self.move((window - self.width()) // 2, self.theme.px(2.5))
        self.show()
        self.raise_()
        self._field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move through the list from the field; Esc and losing focus close."""
        if watched is self._field and event.type() == QEvent.Type.KeyPress:
            key = event.key()  # type: ignore[attr-defined]  # a key event
            if key == Qt.Key.Key_Escape:
                self._leave()
                return True
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._step(1 if key == Qt.Key.Key_Down else -1)
                return True
        if watched is self._field and event.type() == QEvent.Type.FocusOut:
            self.hide()
        return super().eventFilter(watched, event)

    def _leave(self) -> None:
        """Hide, and give the focus back to who had it: keys of the map work again."""
        before, self._before = self._before, None
        self.hide()
        if before is not None and isValid(before):
            before.setFocus()

    def _fill(self, query: str) -> None:
        self._list.clear()
        state = self._services.store.state
        found = matching(query)
        for command in sorted(found, key=lambda command: not command.enabled(state)):
            self._add_command(command, is_enabled=command.enabled(state))
        space = state.space
        if space is not None and query.strip():
            for row in self._services.library.find_items(query.strip(), ITEMS):
                item = self._item(space.items[row], "item")
                item.setData(CHOSEN, row)
        self._list.setCurrentRow(-1)
        self._step(1)

    def _step(self, step: int) -> None:
        """Go to the next row that can be run, around the ends."""
        count, row = self._list.count(), self._list.currentRow()
        for distance in range(1, count + 1):
            wanted = (row + step * distance) % count
            if self._list.item(wanted).flags() & Qt.ItemFlag.ItemIsEnabled:
                self._list.setCurrentRow(wanted)
                return

    def _add_command(self, command: Command, *, is_enabled: bool) -> None:
        note = command.shortcut if is_enabled else command.needs
        item = self._item(command.title, note)
        item.setData(CHOSEN, command.id)
        if not is_enabled:
            item.setFlags(Qt.ItemFlag.NoItemFlags)

    def _item(self, text: str, note: str) -> QListWidgetItem:
        item = QListWidgetItem(text, self._list)
        item.setData(NOTE, note)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{text}, {note}" if note else text)
        item.setSizeHint(QSize(0, self.theme.px(ROW)))
        return item

    def _run_current(self) -> None:
        item = self._list.currentItem()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self._run(item)

    def _run(self, item: QListWidgetItem) -> None:
        chosen = item.data(CHOSEN)
        self._leave()
        if isinstance(chosen, str):
            self._actions.action(chosen).trigger()
        elif chosen is not None:
            self._services.selecting.take([int(chosen)])


class _RowDelegate(QStyledItemDelegate):
    """Paints a row: what it is at the left, its keys or what it needs at the right."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        theme, rect = self._theme, QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        is_enabled = bool(state & QStyle.StateFlag.State_Enabled)
        painter.save()
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        is_current = bool(state & QStyle.StateFlag.State_Selected)
        if is_current or (is_enabled and state & QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft" if is_current else "hover"))
            painter.drawRoundedRect(rect, theme.em * 0.25, theme.em * 0.25)
        inner = rect.adjusted(theme.em * PADDING, 0, -theme.em * PADDING, 0)
        note, small = str(index.data(NOTE) or ""), theme.font("caption")
        draw_text(painter, inner, note, small, theme.color("muted"), RIGHT)
        room = QFontMetricsF(small).horizontalAdvance(note) + theme.em if note else 0.0
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        color = theme.color("text" if is_enabled else "faint")
        draw_text(painter, inner.adjusted(0, 0, -room, 0), text, theme.font(), color, LEFT)
        painter.restore()
