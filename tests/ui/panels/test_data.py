"""The data panel shows the items of the map, and selecting there is selecting on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import click_item, selected_rows, settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow
    from embexplorer.ui.tables import ItemsTable

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(main_window, topics) -> MainWindow:
    show_space(main_window, topics)
    return main_window


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
    window.services.styling.toggle_category(0)
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
