"""The table of items shows the rows that are asked for, and reads no more than it shows."""

from __future__ import annotations

import datetime
import time

import numpy as np
import pyarrow as pa
import pytest
from PySide6.QtCore import QPoint, Qt

from embexplorer.ui.items_model import CategoryColumn, ItemsModel, ScoreColumn, shown_value
from embexplorer.ui.tables import ItemsTable

TABLE = pa.table(
    {
        "item": ["king", "queen", "man", "woman"],
        "text": ["a", "b", "c", "d"],
        "section": ["royal", "royal", "people", None],
        "length": [4, 5, 3, 5],
        "date": [datetime.date(2025, 3, 14), None, None, None],
    }
)
CATEGORY = CategoryColumn("section", np.array([1, 1, 0, -1]))
SCORE = ScoreColumn("Similarity", np.array([1.0, 0.7551, -0.25, np.nan], np.float32))


class CountingModel(ItemsModel):
    """Remembers which rows were read."""

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        self.__dict__.setdefault("rows_read", set()).add(index.row())
        return super().data(index, role)


@pytest.fixture
def table(theme, window) -> ItemsTable:
    made = ItemsTable(theme, window)
    made.items_model.show_table(TABLE, category=CATEGORY, score=SCORE)
    made.resize(theme.px(60), theme.px(12))
    window.resize(made.size())
    window.show()
    return made


def texts(model: ItemsModel, row: int) -> list[str]:
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_a_row_has_number_item_columns_and_score(table: ItemsTable) -> None:
    model = table.items_model
    head = [model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount())]
    assert head == ["", "Item", "Section", "Length", "Date", "Similarity"]
    assert texts(model, 0) == ["1", "king", "royal", "4", "14 Mar 2025", "1.000"]
    assert texts(model, 1) == ["2", "queen", "royal", "5", "", "0.755"]
    assert texts(model, 2)[-1] == "\N{MINUS SIGN}0.250"
    assert texts(model, 3) == ["4", "woman", "", "5", "", ""]


def test_rows_follow_the_order(table: ItemsTable) -> None:
    model = table.items_model
    model.set_order(np.array([3, 0]))
    assert model.rowCount() == 2
    assert [texts(model, row)[:2] for row in range(2)] == [["4", "woman"], ["1", "king"]]
    assert [model.row_of(item) for item in range(5)] == [1, -1, -1, 0, -1]
    assert model.items_between(1, 0).tolist() == [3, 0]
    model.set_order(None)
    assert [model.row_of(item) for item in (0, 3, 4)] == [0, 3, -1]


def test_an_order_outside_the_items_is_refused(table: ItemsTable) -> None:
    with pytest.raises(ValueError, match=r"outside 0\.\.3"):
        table.items_model.set_order(np.array([4]))
    assert table.items_model.rowCount() == 4


def test_scores_and_categories_must_be_as_many_as_the_items(table: ItemsTable) -> None:
    with pytest.raises(ValueError, match="2 scores for 4 items"):
        table.items_model.show_table(TABLE, score=ScoreColumn("S", np.zeros(2)))
    with pytest.raises(ValueError, match="1 categories for 4 items"):
        table.items_model.show_table(TABLE, category=CategoryColumn("section", np.zeros(1, int)))


def test_a_category_has_the_dot_of_the_legend(table: ItemsTable, theme) -> None:
    model = table.items_model
    role = Qt.ItemDataRole.DecorationRole
    assert model.index(0, 2).data(role) == theme.category(1)
    assert model.index(3, 2).data(role) == theme.color("other")
    assert model.index(0, 3).data(role) is None
    theme.set_mode("dark")
    assert model.index(0, 2).data(role).name() == "#e8702a"


def test_numbers_are_aligned_right(table: ItemsTable) -> None:
    alignments = [
        bool(table.items_model.index(0, c).data(Qt.ItemDataRole.TextAlignmentRole) & 0x2)
        for c in range(6)
    ]
    assert alignments == [True, False, False, True, False, True]


def click(qtbot, table: ItemsTable, row: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    spot = table.visualRect(table.items_model.index(row, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, spot)


def test_clicks_choose_items(table: ItemsTable, qtbot) -> None:
    table.items_model.set_order(np.array([3, 2, 1, 0]))
    chosen = []
    table.items_chosen.connect(lambda items, how: chosen.append((items.tolist(), how)))
    click(qtbot, table, 0)
    click(qtbot, table, 2, Qt.KeyboardModifier.ShiftModifier)
    click(qtbot, table, 1, Qt.KeyboardModifier.ControlModifier)
    assert chosen == [([3], "replace"), ([3, 2, 1], "add"), ([2], "toggle")]


def test_the_keyboard_chooses_and_activates(table: ItemsTable, qtbot) -> None:
    chosen, activated = [], []
    table.items_chosen.connect(lambda items, how: chosen.append((items.tolist(), how)))
    table.item_activated.connect(activated.append)
    table.setFocus()
    table.setCurrentIndex(table.items_model.index(0, 1))
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert chosen == [([1], "replace")]
    assert activated == [1]


def test_hovering_names_the_item_and_leaving_takes_it_back(table: ItemsTable, qtbot) -> None:
    hovered = []
    table.items_model.set_order(np.array([3, 2, 1, 0]))
    table.item_hovered.connect(hovered.append)
    qtbot.mouseMove(table.viewport(), table.visualRect(table.items_model.index(1, 1)).center())
    qtbot.mouseMove(table.viewport(), QPoint(5, table.viewport().height() - 3))
    assert hovered == [2, -1]


def test_the_header_asks_for_a_sort(table: ItemsTable, qtbot) -> None:
    with qtbot.waitSignal(table.sort_requested) as asked:
        table.horizontalHeader().setSortIndicator(3, Qt.SortOrder.DescendingOrder)
    assert asked.args == ["length", False]


def test_the_selection_of_the_map_is_shown(table: ItemsTable) -> None:
    plain = table.grab().toImage()
    table.show_selected(np.array([2]))
    assert [table.is_selected(row) for row in range(4)] == [False, False, True, False]
    assert table.grab().toImage() != plain
    table.items_model.set_order(np.array([2]))
    assert table.is_selected(0)


def test_a_million_rows_open_and_scroll_at_once(theme, window) -> None:
    n = 1_000_000
    numbers = pa.array(np.arange(n))
    items = pa.chunked_array([pa.array(np.arange(n)).cast(pa.large_string())])
    made = ItemsTable(theme, window)
    made.items_model = CountingModel(theme, made)
    made.setModel(made.items_model)
    made.resize(theme.px(60), theme.px(20))
    window.show()
    start = time.perf_counter()
    made.items_model.show_table(pa.table({"item": items, "number": numbers}))
    made.scroll_to_item(n - 1)
    made.grab()
    seconds = time.perf_counter() - start
    assert made.items_model.index(n - 1, 1).data() == str(n - 1)
    assert n - 1 in made.items_model.rows_read
    assert len(made.items_model.rows_read) < 100
    assert seconds < 1.0


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "Yes"),
        (1234567, "1,234,567"),
        (2015, "2015"),
        (-3, "\N{MINUS SIGN}3"),
        (0.123456, "0.1235"),
        ("two\nlines", "two lines"),
        ("x" * 1000, "x" * 300),
        (datetime.datetime(2025, 3, 1, 9, 5), "1 Mar 2025, 09:05"),
    ],
)
def test_values_read_as_people_write_them(value: object, shown: str) -> None:
    assert shown_value(value) == shown
