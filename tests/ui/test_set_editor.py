"""The editor of item sets says of every item whether the space has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.ui.widgets.buttons import Button
from tests.ui.real_window import settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.set_editor import SetEditor

SETS = ItemSets(
    "kinds",
    (ItemSet("arts", ("art 1", "art 2", "art 99")), ItemSet("breads", ("bread 1", "bread 2"))),
    (ItemSet("more art", ("art 10", "art 11")), ItemSet("chess", ("chess 1", "chess 2"))),
)


@pytest.fixture
def editor(main_window, topics) -> SetEditor:
    show_space(main_window, topics)
    main_window.shell.show_tab("Bias")
    main_window.shell.ask_edit_sets(SETS)
    settle()
    return main_window.shell._set_editor


def press(editor: SetEditor, text: str) -> None:
    next(one for one in editor.findChildren(Button) if one.text() == text).click()
    settle()


def words(editor: SetEditor) -> str:
    return " ".join(one.text() for one in editor.findChildren(QLabel) if one.isVisible())


def test_missing_items_are_marked_and_counted(editor) -> None:
    assert [(row.text, row.note) for row in editor.sets.rows][:2] == [
        ("Target: arts", "2 of 3 found"),
        ("Target: breads", "2 of 2 found"),
    ]
    assert editor.sets.rows[0].warns
    marks = {row.text: (row.warns, row.note) for row in editor.items.rows}
    assert marks["art 99"] == (True, "missing")


def test_items_are_added_and_removed_and_undo_takes_it_back(editor, main_window) -> None:
    editor.typed.setText("art 3, art 4")
    QTest.keyClick(editor.typed, Qt.Key.Key_Return)
    settle()
    assert [row.text for row in editor.items.rows][-2:] == ["art 3", "art 4"]
    editor.items.setCurrentIndex(editor.items.model().index(2, 0))
    press(editor, "Remove item")
    assert "art 99" not in [row.text for row in editor.items.rows]
    main_window.services.store.undo()
    settle()
    assert "art 99" in [row.text for row in editor.items.rows]


def test_pairs_are_typed_as_two_items(editor) -> None:
    press(editor, "Add pairs")
    editor.typed.setText("art 1, bread 1")
    QTest.keyClick(editor.typed, Qt.Key.Key_Return)
    settle()
    assert [row.text for row in editor.items.rows] == ["art 1 · bread 1"]
    editor.typed.setText("alone")
    QTest.keyClick(editor.typed, Qt.Key.Key_Return)
    settle()
    assert "alone" in words(editor)
    assert len(editor.items.rows) == 1


def test_sets_are_used_for_the_probe_and_kept(editor, main_window) -> None:
    main_window.services.bias.ask("weat", SETS, allow_missing=True)
    settle()
    editor.items.setCurrentIndex(editor.items.model().index(2, 0))
    press(editor, "Remove item")
    press(editor, "Use for the probe")
    state = main_window.services.store.state
    assert state.document.item_sets[0].targets[0].items == ("art 1", "art 2")
    assert state.bias.sets == state.document.item_sets[0]
    assert state.bias.answer.coverage[0].missing == ()
    assert main_window.bias.form.sets.currentText() == "kinds: arts, breads"
