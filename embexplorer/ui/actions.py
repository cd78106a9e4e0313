"""Turns the command table into QActions, menus and shortcuts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from embexplorer.app.commands import COMMANDS, MENUS, Command

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.app.shell import Shell
    from embexplorer.app.state import State


class Actions(QObject):
    """One QAction per command, enabled by the state.

    Shortcuts without Ctrl or Alt act only while `map_widget` has focus, the others in the window.
    """

    def __init__(
        self, services: Services, shell: Shell, window: QWidget, map_widget: QWidget
    ) -> None:
        super().__init__(window)
        self._services = services
        self._shell = shell
        self._by_id: dict[str, QAction] = {}
        for command in COMMANDS:
            self._add(command, window, map_widget)
        services.store.subscribe(self._changed)
        self._update(services.store.state)

    def action(self, command_id: str) -> QAction:
        """Return the action of a command."""
        return self._by_id[command_id]

    def act_in(self, widget: QWidget) -> None:
        """Let single keys act while this widget has focus, as they do on the map."""
        for action in self._by_id.values():
            if action.shortcutContext() == Qt.ShortcutContext.WidgetWithChildrenShortcut:
                widget.addAction(action)

    def fill(self, bar: QMenuBar) -> None:
        """Add the menus."""
        for name in MENUS:
            menu = QMenu(name, bar)
            menu.setObjectName(f"menu-{name}")
            for command in COMMANDS:
                if command.menu == name:
                    if command.starts_group and not menu.isEmpty():
                        menu.addSeparator()
                    menu.addAction(self._by_id[command.id])
            menu.aboutToShow.connect(self._update_checked)
            bar.addMenu(menu)

    def _add(self, command: Command, window: QWidget, map_widget: QWidget) -> None:
        action = QAction(command.title, self)
        action.setObjectName(command.id)
        action.setData(command)
        action.setCheckable(command.checked is not None)
        if command.shortcut:
            keys = [command.shortcut, command.also] if command.also else [command.shortcut]
            action.setShortcuts([QKeySequence(key) for key in keys])
            is_single = not re.search(r"Ctrl\+|Alt\+|F\d", command.shortcut)
            owner = map_widget if is_single else window
            action.setShortcutContext(
                Qt.ShortcutContext.WidgetWithChildrenShortcut
                if is_single
                else Qt.ShortcutContext.WindowShortcut
            )
            owner.addAction(action)
        action.triggered.connect(self._run)
        self._by_id[command.id] = action

    def _run(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        command: Command = action.data()
        command.run(self._services, self._shell)
        self._update_checked()

    def _changed(self, old: State, new: State) -> None:
        self._update(new)

    def _update(self, state: State) -> None:
        for action in self._by_id.values():
            is_enabled = action.data().enabled(state)
            if action.isEnabled() != is_enabled:
                action.setEnabled(is_enabled)
        self._by_id["edit.undo"].setText(f"Undo {state.undo_title}".strip())
        self._by_id["edit.redo"].setText(f"Redo {state.redo_title}".strip())

    def _update_checked(self) -> None:
        for action in self._by_id.values():
            checked = action.data().checked
            if checked is not None:
                action.setChecked(checked(self._services, self._shell))
