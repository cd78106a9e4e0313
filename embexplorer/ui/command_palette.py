"""The command palette: type to find a command or an item; Enter runs it, Esc closes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from embexplorer.app.commands import Command, matching
from embexplorer.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.ui.actions import Actions
    from embexplorer.ui.theme import Theme

WIDTH = 38  # em
ROWS = 12
ITEMS = 8  # items of the space listed under the commands


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
        self._list.itemClicked.connect(self._run)
        self.body.addWidget(self._field)
        self.body.addWidget(self._list)
        self.setFixedWidth(theme.px(WIDTH))

    def open(self) -> None:
        """Show it in the middle of the window, empty."""
        self._field.clear()
        self._fill("")
        self._list.setFixedHeight(self.theme.px(1.9 * ROWS))
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
                self.hide()
                return True
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if key == Qt.Key.Key_Down else -1
                count = max(1, self._list.count())
                self._list.setCurrentRow((self._list.currentRow() + step) % count)
                return True
        if watched is self._field and event.type() == QEvent.Type.FocusOut:
            self.hide()
        return super().eventFilter(watched, event)

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
                item.setData(Qt.ItemDataRole.UserRole, row)
        self._list.setCurrentRow(0)

    def _add_command(self, command: Command, *, is_enabled: bool) -> None:
        note = command.shortcut if is_enabled else command.needs
        item = self._item(command.title, note)
        item.setData(Qt.ItemDataRole.UserRole, command.id)
        if not is_enabled:
            item.setFlags(Qt.ItemFlag.NoItemFlags)

    def _item(self, text: str, note: str) -> QListWidgetItem:
        item = QListWidgetItem(f"{text}     {note}" if note else text, self._list)
        item.setSizeHint(QSize(0, self.theme.px(1.875)))
        return item

    def _run_current(self) -> None:
        item = self._list.currentItem()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self._run(item)

    def _run(self, item: QListWidgetItem) -> None:
        chosen = item.data(Qt.ItemDataRole.UserRole)
        self.hide()
        if isinstance(chosen, str):
            self._actions.action(chosen).trigger()
        elif chosen is not None:
            self._services.map.select([int(chosen)])
