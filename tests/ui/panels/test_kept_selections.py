"""The list of kept selections recalls and combines, renames, colors, updates and removes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QMenu, QPushButton, QToolButton

from embexplorer.ui.panels.kept_selections import KeptSelectionsPanel
from tests.ui.real_window import settle

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def panel(theme, window, services, show) -> KeptSelectionsPanel:
    for name, rows in (("first", range(5)), ("second", range(3, 8))):
        services.selecting.take(np.array(rows))
        services.selecting.keep(name)
    services.selecting.clear()
    made = KeptSelectionsPanel(theme, services, window)
    show(made, 22, 30)
    return made


def selected_rows(services) -> list[int]:
    chosen = services.store.state.selection
    return [] if chosen is None else chosen.indices.tolist()


def press_key(panel, key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(panel.list, key, modifiers)
    settle()


def go_to(panel, place: int) -> None:
    kept = panel.list
    kept.setFocus()
    kept.setCurrentIndex(kept.model().index(place))


def menu_of(panel, place: int) -> dict[str, object]:
    at = panel.mapToGlobal(panel.rect().center())
    panel.list.menu_requested.emit(place, at)
    menu = [one for one in panel.findChildren(QMenu) if one.isVisible()][-1]
    return {action.text(): action for action in menu.actions() if action.text()}


def names(panel) -> list[tuple[str, int, int]]:
    return [(row.name, row.color, row.n) for row in panel.list.rows]


def test_the_keyboard_recalls_and_combines(panel, services) -> None:
    assert names(panel) == [("first", 0, 5), ("second", 1, 5)]
    go_to(panel, 0)
    press_key(panel, Qt.Key.Key_Return)
    assert selected_rows(services) == [0, 1, 2, 3, 4]
    go_to(panel, 1)
    press_key(panel, Qt.Key.Key_Return, SHIFT)
    assert selected_rows(services) == list(range(8))
    press_key(panel, Qt.Key.Key_Return, ALT)
    assert selected_rows(services) == [0, 1, 2]
    go_to(panel, 0)
    press_key(panel, Qt.Key.Key_Return)
    go_to(panel, 1)
    press_key(panel, Qt.Key.Key_Return, SHIFT | ALT)
    assert selected_rows(services) == [3, 4]


def test_a_click_recalls_and_a_double_click_renames(panel, services, monkeypatch) -> None:
    kept = panel.list
    place = kept.visualRect(kept.model().index(1)).center()
    QTest.mouseClick(kept.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert selected_rows(services) == [3, 4, 5, 6, 7]
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("the second", True))
    QTest.mouseDClick(kept.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle()
    assert names(panel)[1][0] == "the second"
    services.store.undo()
    settle()
    assert names(panel)[1][0] == "second"


def test_hovering_tells_the_items(panel) -> None:
    told = []
    panel.rows_pointed.connect(told.append)
    panel.list.row_hovered.emit(1)
    panel.list.row_hovered.emit(-1)
    assert told[0].tolist() == [3, 4, 5, 6, 7]
    assert told[1] is None


def test_the_menu_updates_colors_and_removes(panel, services) -> None:
    services.selecting.take(np.array([50, 51]))
    entries = menu_of(panel, 0)
    entries["Replace by the selection"].trigger()
    settle()
    assert names(panel)[0] == ("first", 0, 2)
    colors = entries["Color"].menu()
    colors.findChild(QToolButton, "Color6").click()
    settle()
    assert names(panel)[0] == ("first", 5, 2)
    menu_of(panel, 0)["Intersect with the selection"].trigger()
    assert selected_rows(services) == [50, 51]
    go_to(panel, 0)
    press_key(panel, Qt.Key.Key_Delete)
    assert names(panel) == [("second", 1, 5)]


def test_items_are_copied_and_exported(panel, services, tmp_path) -> None:
    go_to(panel, 0)
    press_key(panel, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "art 0\nart 1\nart 2\nart 3\nart 4"
    asked = []
    panel.export_requested.connect(asked.append)
    menu_of(panel, 1)["Export…"].trigger()
    kept = services.store.state.document.selections[1]
    assert asked == [kept.id]
    services.results.export_rows(kept.rows, tmp_path / "second.csv")
    lines = (tmp_path / "second.csv").read_text().splitlines()
    assert len(lines) == 6
    assert "art 3" in lines[1]


def test_the_map_is_colored_by_them(panel, services) -> None:
    button = panel.findChild(QPushButton, "ColorBySelections")
    button.click()
    settle()
    assert services.store.state.style.color_by == "Selections"
    assert not button.isEnabled()


def test_without_any_the_panel_says_how_to_keep_one(panel, services) -> None:
    for row in panel.list.rows:
        services.selecting.forget(row.id)
    settle()
    assert panel._empty.isVisible()
    assert not panel.list.isVisible()
