"""The charts of the data panel follow the state, and their bars filter it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from embexplorer.app.filters import RangeFilter, ValuesFilter
from embexplorer.ui.panels.data import DataPanel
from tests.ui.real_window import settle

LEFT = Qt.MouseButton.LeftButton
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def panel(theme, window, services, show) -> DataPanel:
    made = DataPanel(theme, services, window)
    show(made, 60, 16)
    made.show_histograms()
    settle()
    return made


def chart(panel, title: str):
    return next(one for one in panel.histograms.charts if one.view.title == title)


def click_bar(one, bar: int, modifiers=NONE) -> None:
    QTest.mouseClick(one, LEFT, modifiers, one.bar_rect(bar).center().toPoint())
    settle()


def drag(one, first: int, last: int) -> None:
    QTest.mousePress(one, LEFT, NONE, one.bar_rect(first).center().toPoint())
    step = 1 if last > first else -1
    for bar in range(first, last + step, step):
        QTest.mouseMove(one, one.bar_rect(bar).center().toPoint())
    QTest.mouseRelease(one, LEFT, NONE, one.bar_rect(last).center().toPoint())
    settle()


def test_each_column_has_a_chart_with_its_numbers(panel, services) -> None:
    kind, size = chart(panel, "kind"), chart(panel, "size")
    assert [(bar.label, bar.all, bar.position) for bar in kind.view.bars] == [
        ("art", 30, 0),
        ("bread", 20, 1),
        ("chess", 10, 2),
    ]
    assert (len(size.view.bars), size.view.ends, size.view.note) == (
        60,
        ("0", "59"),
        "median 29.5",
    )
    assert size.accessibleDescription().startswith("size: 60 bars, 60 items, 60 shown, 0 selected")


def test_a_drag_brushes_live_and_is_one_step_back(panel, services) -> None:
    size = chart(panel, "size")
    drag(size, 5, 9)
    state = services.store.state
    assert state.filters == (RangeFilter("size", 5.0, 9.0),)
    assert state.visible.sum() == 5
    on = [k for k, bar in enumerate(size.view.bars) if bar.is_on]
    assert on == [5, 6, 7, 8, 9]
    assert [bar.shown for bar in chart(panel, "kind").view.bars] == [5, 0, 0]
    assert panel.filter.chips.texts == ["5 ≤ size ≤ 9"]
    services.store.undo()
    settle()
    assert services.store.state.filters == ()


def test_a_click_on_a_category_shows_it_and_ctrl_adds(panel, services) -> None:
    kind = chart(panel, "kind")
    click_bar(kind, 1)
    assert services.store.state.filters == (ValuesFilter("kind", frozenset(["bread"])),)
    click_bar(kind, 2, CTRL)
    assert services.store.state.visible.sum() == 30
    QTest.mouseDClick(kind, LEFT, NONE, kind.bar_rect(0).center().toPoint())
    settle()
    assert services.store.state.filters == ()


def test_the_selection_is_counted(panel, services) -> None:
    services.selecting.take([0, 1, 30])
    settle()
    assert [bar.selected for bar in chart(panel, "kind").view.bars] == [2, 1, 0]
    assert chart(panel, "size").view.note == "median 1 selected"


def test_the_keyboard_does_the_same(panel, services) -> None:
    size = chart(panel, "size")
    size.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(3):
        QTest.keyClick(size, Qt.Key.Key_Right)
    assert size.accessibleDescription().startswith("3: 1 of 1 shown")
    QTest.keyClick(size, Qt.Key.Key_Return)
    assert services.store.state.filters == (RangeFilter("size", 3.0, 3.0),)
    QTest.keyClick(size, Qt.Key.Key_Right, SHIFT)
    assert services.store.state.filters == (RangeFilter("size", 3.0, 4.0),)
    QTest.keyClick(size, Qt.Key.Key_Escape)
    assert services.store.state.filters == ()


def test_the_numbers_are_copied_as_a_table(panel, services) -> None:
    kind = chart(panel, "kind")
    kind.menu_requested.emit(kind.mapToGlobal(kind.rect().center()))
    menu = panel.histograms.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == [
        "Copy as table",
        "Color by kind",
        "Clear the filter",
    ]
    menu.actions()[0].trigger()
    assert QGuiApplication.clipboard().text().split("\n")[1] == "art\t30\t30\t0"
    menu.close()


def test_nothing_is_counted_while_the_table_is_shown(panel, services) -> None:
    panel._tabs.setCurrentIndex(0)
    before = chart(panel, "kind").view
    services.selecting.take([0, 1])
    settle()
    assert chart(panel, "kind").view is before
    panel.show_histograms()
    settle()
    assert chart(panel, "kind").view.bars[0].selected == 2
