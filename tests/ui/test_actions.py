"""Every command is an action with its shortcut, enabled when it can run, and does its work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QInputDialog, QMenuBar, QMessageBox

from embexplorer.app.commands import COMMANDS, MENUS
from tests.ui.real_window import click_item, selected_rows, settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow

# The others compile their kernels first: the journey projects with child processes.
SLOW = ("map.tsne", "map.umap", "file.sample-words", "file.sample-sentences")
QUICK = [command for command in COMMANDS if command.id not in SLOW]
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def action(window: MainWindow, command_id: str) -> QAction:
    return window.actions_.action(command_id)


def fill(window: MainWindow, topics) -> None:
    """Bring the window into a state where nearly every command can run."""
    show_space(window, topics)
    window.services.analogy.ask("art 1", "art 2", "bread 1")
    click_item(window, 3)


def press(window: MainWindow, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.focusWidget() or window, key, modifiers)
    settle()


def test_every_command_is_an_action(main_window) -> None:
    for command in COMMANDS:
        made = action(main_window, command.id)
        assert made.text() == command.title
        assert made.objectName() == command.id
        assert made.shortcut() == QKeySequence(command.shortcut)
        assert made.isCheckable() == (command.checked is not None)
        assert made.isEnabled() == command.enabled(main_window.services.store.state)


def test_the_menus_hold_every_command_in_its_menu(main_window) -> None:
    bar = main_window.findChild(QMenuBar, "menus")
    menus = {made.text(): made.menu() for made in bar.actions()}
    assert tuple(menus) == MENUS
    for name, menu in menus.items():
        shown = [made.objectName() for made in menu.actions() if not made.isSeparator()]
        assert shown == [command.id for command in COMMANDS if command.menu == name]
        assert not menu.actions()[0].isSeparator()


def test_shortcuts_are_unique() -> None:
    used = [key for command in COMMANDS for key in (command.shortcut, command.also) if key]
    assert len(used) == len(set(used))


def test_alt_and_a_number_turn_to_the_tabs_of_the_inspector_in_their_order(
    main_window, topics
) -> None:
    show_space(main_window, topics)
    tabs = main_window.inspector
    for number in reversed(range(tabs.count())):
        press(main_window, Qt.Key(Qt.Key.Key_1 + number), ALT)
        assert tabs.currentIndex() == number


def test_the_state_decides_what_can_run(main_window, topics) -> None:
    def can(*command_ids: str) -> list[bool]:
        return [action(main_window, command_id).isEnabled() for command_id in command_ids]

    about_items = "select.keep", "analyze.neighbors-of-selection", "file.export-selection"
    assert can("map.pca", "map.fit", "file.close-space", "file.open") == [False] * 3 + [True]
    show_space(main_window, topics)
    assert can("map.pca", "map.fit", "file.close-space") == [True] * 3
    assert can(*about_items, "file.export-neighbors") == [False] * 4
    click_item(main_window, 3)
    assert can(*about_items, "file.export-neighbors") == [True] * 4
    click_item(main_window, 40, Qt.KeyboardModifier.ShiftModifier)
    assert can(*about_items) == [True, False, True]
    assert can("file.export-analogy", "map.keep", "map.cancel") == [False] * 3
    main_window.services.analogy.ask("art 1", "art 2", "bread 1")
    assert can("file.export-analogy") == [True]


def the_destructive_one(box: QMessageBox) -> QAbstractButton:
    """Return the button that a person clicks who does not want to save."""
    role = QMessageBox.ButtonRole.DestructiveRole
    return next(button for button in box.buttons() if box.buttonRole(button) == role)


@pytest.mark.parametrize("menu", MENUS)
def test_the_commands_of_a_menu_run_without_a_problem(
    main_window, topics, tmp_path, monkeypatch, menu
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "out"), ""))
    for name in ("getText", "getMultiLineText", "getItem"):
        monkeypatch.setattr(QInputDialog, name, lambda *_, **__: ("a name", True))
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_, **__: (1.0, True))
    monkeypatch.setattr(QMessageBox, "exec", lambda box: None)
    monkeypatch.setattr(QMessageBox, "clickedButton", the_destructive_one)
    told = []
    monkeypatch.setattr(QMessageBox, "about", lambda *words: told.append(words[2]))
    for command in QUICK:
        if command.menu == menu:
            fill(main_window, topics)
            action(main_window, command.id).trigger()
            settle()
            problems = main_window.services.store.state.problems
            assert problems == (), f"{command.id}: {problems}"
    assert [words.split()[0] for words in told] == (["embexplorer"] if menu == "Help" else [])
    assert main_window.isVisible() == (menu != "File")  # whose last command is Quit


def test_letters_act_only_while_the_map_has_focus(main_window, topics) -> None:
    show_space(main_window, topics)
    view = main_window.map.view
    view.setFocus()
    before = view.to_pixels([0, 59])
    press(main_window, Qt.Key.Key_Plus)
    grown = view.to_pixels([0, 59])
    assert distance(grown) == pytest.approx(1.25 * distance(before), rel=1e-6)
    press(main_window, Qt.Key.Key_Minus)
    assert distance(view.to_pixels([0, 59])) == pytest.approx(distance(before), rel=1e-6)
    main_window.shell.zoom(3)
    press(main_window, Qt.Key.Key_F)
    assert view.to_pixels([0, 59]) == pytest.approx(before, abs=0.5)
    main_window.shell.show_tab("Neighbors")
    main_window.shell.zoom(2)
    zoomed = view.to_pixels([0, 59])
    press(main_window, Qt.Key.Key_F)
    assert main_window.neighbors.field.text() == "f"
    assert view.to_pixels([0, 59]) == pytest.approx(zoomed)


def distance(points) -> float:
    return float(((points[0] - points[1]) ** 2).sum() ** 0.5)


def test_esc_on_the_map_clears_the_selection(main_window, topics) -> None:
    show_space(main_window, topics)
    click_item(main_window, 3)
    assert selected_rows(main_window) == [3]
    press(main_window, Qt.Key.Key_Escape)
    assert selected_rows(main_window) == []


def test_keys_of_the_window_work_from_anywhere(main_window, topics) -> None:
    show_space(main_window, topics)
    press(main_window, Qt.Key.Key_F, CTRL)
    assert main_window.map.isAncestorOf(main_window.focusWidget())  # the field to find items
    for key, name in ((Qt.Key.Key_1, "Library"), (Qt.Key.Key_J, "Data")):
        press(main_window, key, CTRL)
        assert not main_window.shell.is_dock_shown(name)
        press(main_window, key, CTRL)
        assert main_window.shell.is_dock_shown(name)
    press(main_window, Qt.Key.Key_A, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert main_window.focusWidget() is main_window.analogy.fields[0]


def test_select_all_in_a_field_stays_in_the_field(main_window, topics) -> None:
    show_space(main_window, topics)
    main_window.map.view.setFocus()
    press(main_window, Qt.Key.Key_A, CTRL)
    assert len(selected_rows(main_window)) == 60
    press(main_window, Qt.Key.Key_Escape)
    main_window.shell.show_tab("Neighbors")
    main_window.neighbors.field.setText("art 1")
    press(main_window, Qt.Key.Key_A, CTRL)
    assert main_window.neighbors.field.selectedText() == "art 1"
    assert selected_rows(main_window) == []


def test_checked_commands_show_what_is_on(main_window, topics) -> None:
    show_space(main_window, topics)
    view_menu = main_window.findChild(QMenuBar, "menus").actions()[MENUS.index("View")].menu()
    main_window.shell.toggle_dock("Data")
    view_menu.aboutToShow.emit()
    checked = {
        made.objectName(): made.isChecked() for made in view_menu.actions() if made.isCheckable()
    }
    assert checked == {
        "view.library": True,
        "view.data": False,
        "view.inspector": True,
        "view.light": True,
        "view.dark": False,
        "view.system": False,
        "view.split": False,
    }
