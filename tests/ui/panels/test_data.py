"""The data panel shows the items of the map, and selecting there is selecting on the map."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from embexplorer.app.state import activate_texts
from embexplorer.ui.tables import ItemsTable
from tests.ui.real_window import click_item, selected_rows, settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(shared_window, topics) -> MainWindow:
    show_space(shared_window, topics)
    return shared_window


@pytest.fixture
def table(window) -> ItemsTable:
    return window.data.table


def heads(table: ItemsTable) -> list[str]:
    model = table.items_model
    return [
        model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())
    ]


def cell(table: ItemsTable, row: int, head: str) -> str:
    return table.items_model.index(row, heads(table).index(head)).data()


def click_row(table: ItemsTable, row: int, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    table.scrollTo(table.items_model.index(row, 1))
    at = table.visualRect(table.items_model.index(row, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifiers, QPoint(at))
    settle()


def test_it_shows_items_and_columns(table) -> None:
    assert heads(table) == ["", "Item", "Kind", "Size"]
    assert table.items_model.rowCount() == 60
    assert [cell(table, 34, head) for head in ("", "Item", "Kind", "Size")] == [
        "35",
        "bread 4",
        "bread",
        "34",
    ]


def test_a_click_selects_ctrl_toggles_and_shift_takes_a_range(table, window) -> None:
    click_row(table, 2)
    assert selected_rows(window) == [2]
    click_row(table, 4, CTRL)
    assert selected_rows(window) == [2, 4]
    click_row(table, 2, CTRL)
    assert selected_rows(window) == [4]
    click_row(table, 5)
    click_row(table, 8, SHIFT)
    assert selected_rows(window) == [5, 6, 7, 8]


def test_a_point_that_is_clicked_comes_into_view(table, window) -> None:
    click_item(window, 55)
    assert table.is_selected(55)
    assert not table.is_selected(3)
    row = table.visualRect(table.items_model.index(55, 1))
    assert table.viewport().rect().contains(row.center())


def test_a_query_adds_its_scores(table, window) -> None:
    click_item(window, 3)
    assert heads(table) == ["", "Item", "Kind", "Size", "Similarity"]
    answer = window.services.store.state.neighbors.answer
    first, score = int(answer.ranked.indices[0]), float(answer.ranked.scores[0])
    assert cell(table, first, "Similarity") == f"{score:.3f}"
    assert cell(table, 59, "Similarity") == ""
    window.services.neighbors.ask("art 3", metric="euclidean")
    settle()
    assert heads(table)[-1] == "Distance"


def test_sorting_orders_rows_and_keeps_items(table, window) -> None:
    table.horizontalHeader().setSortIndicator(
        heads(table).index("Size"), Qt.SortOrder.DescendingOrder
    )
    settle()
    assert cell(table, 0, "Item") == "chess 9"
    assert cell(table, 59, "Item") == "art 0"
    click_row(table, 0)
    assert selected_rows(window) == [59]
    table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    settle()
    assert cell(table, 0, "Item") == "art 0"


def test_it_follows_hidden_categories_and_the_active_space(table, window) -> None:
    window.services.styling.toggle((0,))
    settle()
    assert table.items_model.rowCount() == 30
    assert cell(table, 0, "Item") == "bread 0"
    window.services.library.close(window.services.store.state.active_space)
    settle()
    assert table.items_model.rowCount() == 0


@pytest.mark.parametrize("width", [60, 90])
def test_the_item_keeps_room_where_the_window_is_narrow(table, window, width) -> None:
    window.resize(window.theme.px(width), 800)
    settle()
    assert table.columnWidth(1) >= window.theme.px(12)
    others = sum(table.columnWidth(column) for column in (0, 2, 3))
    has_room = table.viewport().width() - others >= window.theme.px(12)
    assert table.horizontalScrollBar().maximum() == (
        0
        if has_room
        else pytest.approx(others + table.columnWidth(1) - table.viewport().width(), abs=2)
    )


def sort_by(table: ItemsTable, head: str, order: Qt.SortOrder) -> None:
    table.horizontalHeader().setSortIndicator(heads(table).index(head), order)
    settle()


def items_shown(table: ItemsTable, n: int = 3) -> list[str]:
    return [cell(table, row, "Item") for row in range(n)]


def test_rows_sort_by_similarity_and_follow_the_query(table, window) -> None:
    click_item(window, 3)
    sort_by(table, "Similarity", Qt.SortOrder.DescendingOrder)
    ranked = window.services.store.state.neighbors.answer.ranked.indices[:3]
    assert items_shown(table) == [f"art {row}" for row in ranked]
    window.services.neighbors.ask("chess 5")
    settle()
    ranked = window.services.store.state.neighbors.answer.ranked.indices[:3]
    assert items_shown(table) == [f"chess {row - 50}" for row in ranked]
    assert table.horizontalHeader().sortIndicatorSection() == heads(table).index("Similarity")
    window.services.neighbors.clear()
    settle()
    assert items_shown(table) == ["art 0", "art 1", "art 2"]
    assert table.horizontalHeader().sortIndicatorSection() == -1


def test_rows_sort_by_derived_columns_and_by_number(table, window) -> None:
    window.services.selecting.take(np.array([40, 41]))
    window.services.selecting.keep("two")
    settle()
    sort_by(table, "Selections", Qt.SortOrder.AscendingOrder)
    assert items_shown(table) == ["bread 10", "bread 11", "art 0"]
    sort_by(table, "", Qt.SortOrder.DescendingOrder)
    assert items_shown(table) == ["chess 9", "chess 8", "chess 7"]


def test_columns_are_hidden_moved_and_remembered(table, window) -> None:
    menu = QMenu(window)
    table.columns.fill(menu)
    kind, size = menu.actions()[:2]
    assert (kind.text(), kind.isChecked()) == ("Kind", True)
    kind.trigger()
    assert table.isColumnHidden(heads(table).index("Kind"))
    assert table.columns.shown_names() == ["item", "size"]
    kind.trigger()
    head = table.horizontalHeader()
    head.moveSection(3, 2)
    assert table.columns.shown_names() == ["item", "size", "kind"]
    head.moveSection(0, 3)  # number and item stay first
    assert [head.visualIndex(k) for k in (0, 1)] == [0, 1]
    size.trigger()
    kept = window.services.remembered.settings.window["columns"]
    assert json.loads(kept) == {"order": ["size", "kind"], "hidden": ["size"]}
    other = ItemsTable(window.theme, window)
    other.items_model.show_table(window.services.store.state.space.table)
    other.columns.restore("nonsense")
    other.columns.restore(kept)
    assert other.columns.shown_names() == ["item", "kind"]
    other.close()
    menu.close()


def test_ctrl_c_copies_the_selected_rows_as_they_are_shown(table, window) -> None:
    sort_by(table, "Size", Qt.SortOrder.DescendingOrder)
    window.services.selecting.take(np.array([31, 5]))
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_C, CTRL)
    settle()
    assert QGuiApplication.clipboard().text().split("\n") == [
        "item\tkind\tsize",
        "bread 1\tbread\t31",
        "art 5\tart\t5",
    ]


def test_a_double_click_selects_and_flies(table, window) -> None:
    window.map.view.flies = False
    table.item_activated.emit(53)
    settle()
    assert selected_rows(window) == [53]
    at = window.map.view.to_pixels([53])[0]
    far = window.map.view.to_pixels([0])[0]
    assert 0 <= at[0] <= window.map.view.width()
    assert not 0 <= far[0] <= window.map.view.width()


def menu_of(window, item: int, column: str) -> dict[str, object]:
    at = window.mapToGlobal(window.rect().center())
    window.data.table.menu_requested.emit(item, column, at)
    menu = [found for found in window.data.findChildren(QMenu) if found.isVisible()][-1]
    return {action.text(): action for action in menu.actions() if action.text()}


def test_the_menu_of_a_cell_selects_shows_and_leaves_out_its_value(table, window) -> None:
    entries = menu_of(window, 33, "kind")
    assert [*entries] == [
        "Select items with kind = bread",
        "Show only kind = bread",
        "Leave out kind = bread",
        "Show on the map",
        "Copy the selected rows",
        "Columns",
    ]
    entries["Select items with kind = bread"].trigger()
    assert selected_rows(window) == list(range(30, 50))
    entries["Leave out kind = bread"].trigger()
    settle()
    assert table.items_model.rowCount() == 40
    window.services.filtering.clear()
    entries["Show only kind = bread"].trigger()
    settle()
    assert window.services.store.state.filters[0].title == 'kind == "bread"'
    assert table.items_model.rowCount() == 20


def test_it_collapses_to_its_tabs(table, window) -> None:
    window.data._fold.click()
    settle()
    assert not table.isVisible()
    assert window.data.height() <= window.theme.px(2.5)
    window.data._fold.click()
    settle()
    assert table.isVisible()


def test_widths_stay_while_the_columns_do(table, window) -> None:
    table.setColumnWidth(2, 77)
    window.services.filtering.add_expression("size > 3")
    window.services.selecting.take(np.array([5, 6]))
    settle()
    assert table.columnWidth(2) == 77


def test_texts_are_read_before_they_are_encoded_and_not_selected(shared_window, tmp_path) -> None:
    path = tmp_path / "diary.csv"
    path.write_text("text,year\nIt rained all day.,2001\nThe sun came out.,2002\n")
    services, table = shared_window.services, shared_window.data.table
    shared_window.projects.open([path])
    settle()
    assert services.store.state.space is None
    assert table.items_model.rowCount() == 2
    assert cell(table, 1, "Item") == "The sun came out."
    assert cell(table, 1, "Year") == "2002"
    click_row(table, 1)
    QTest.mouseDClick(
        table.viewport(),
        Qt.MouseButton.LeftButton,
        pos=table.visualRect(table.items_model.index(1, 1)).center(),
    )
    table.item_hovered.emit(1)
    table.sort_requested.emit("year", False)
    table.copy_requested.emit()
    settle()
    state = services.store.state
    assert (state.selection, state.order, state.problems) == (None, None, ())
    assert not table.selectionModel().hasSelection()
    (texts,) = state.document.texts
    services.library.encode(texts.id, "hashing", {"dimensions": 64}, "cpu")
    services.store.apply(lambda state: activate_texts(state, ""))  # as while it is encoded
    assert table.items_model.rowCount() == 2
    settle()
    for data in (services.store.state.space, texts):
        services.library.close(data.id)
    settle()
    assert table.items_model.rowCount() == 0
