"""The list of groups says everything, keeps what is chosen, and a row can be renamed in place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from embexplorer.ui.widgets.contents_list import ContentsList, ContentsRow
from tests.ui.real_window import settle

ROWS = (
    ContentsRow(0, "planets", 120, "orbit, moon", 0),
    ContentsRow(1, "football", 80, "", 1),
    ContentsRow(4, "bread", 7, "oven", -1),
)


@pytest.fixture
def shown(theme, window) -> ContentsList:
    made = ContentsList(theme, window)
    made.set_rows(ROWS)
    window.resize(300, 300)
    made.resize(300, made.height())
    window.show()
    settle()
    return made


def choose(shown: ContentsList, *places: int) -> None:
    shown.clearSelection()
    for place in places:
        index = shown.model().index(place, 0)
        shown.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)


def test_a_row_is_spoken_with_size_and_terms(shown) -> None:
    said = [
        shown.model().index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole) for place in range(3)
    ]
    assert said == ["planets, 120 items, orbit, moon", "football, 80 items", "bread, 7 items, oven"]


def test_the_chosen_groups_are_told_by_their_numbers(shown) -> None:
    choose(shown, 2, 0)
    assert shown.chosen == [0, 4]


def test_what_is_chosen_stays_when_a_name_changes(shown) -> None:
    choose(shown, 1, 2)
    shown.set_rows((ROWS[0], ContentsRow(1, "soccer", 80, "", 1), ROWS[2]))
    assert shown.chosen == [1, 4]
    assert shown.model().index(1, 0).data() == "soccer"


def test_rows_without_terms_are_lower(shown) -> None:
    before = shown.height()
    shown.set_rows(tuple(ContentsRow(row.number, row.name, row.size, "", 0) for row in ROWS))
    assert shown.height() < before


def test_f2_renames_the_row_with_the_keyboard(shown, qtbot) -> None:
    shown.setFocus()
    shown.setCurrentIndex(shown.model().index(2, 0))
    with qtbot.waitSignal(shown.renamed) as told:
        shown.begin_rename()
        field = shown.findChild(QLineEdit, "ClusterName")
        assert field.text() == "bread"
        field.setText("baking")
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert told.args == [4, "baking"]


def test_an_empty_name_changes_nothing(shown, qtbot) -> None:
    shown.setCurrentIndex(shown.model().index(0, 0))
    with qtbot.assertNotEmitted(shown.renamed):
        shown.begin_rename()
        field = shown.findChild(QLineEdit, "ClusterName")
        field.setText("  ")
        QTest.keyClick(field, Qt.Key.Key_Return)
