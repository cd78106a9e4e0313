"""The analogy panel solves a sentence of three fields and always shows both lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel

from embexplorer.ui.panels.error_line import ErrorLine
from embexplorer.ui.scatter.marks import Arrow
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.ranked_list import RankedList
from tests.ui.real_window import selected_rows, settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.panels.analogy import AnalogyPanel

KING, QUEEN, MAN, WOMAN = range(4)


@pytest.fixture
def panel(main_window, space) -> AnalogyPanel:
    show_space(main_window, space)
    main_window.shell.show_tab("Analogy")
    settle()
    return main_window.analogy


def ask(panel: AnalogyPanel, *items: str) -> None:
    for field, item in zip(panel.fields, items, strict=True):
        field.setText(item)
    QTest.keyClick(panel.fields[2], Qt.Key.Key_Return)
    settle()


def button(panel: AnalogyPanel, text: str) -> QAbstractButton:
    return next(found for found in panel.findChildren(Button) if found.text() == text)


def lists(panel: AnalogyPanel) -> list[list[str]]:
    return [[row.text for row in found.model().rows] for found in panel.findChildren(RankedList)]


def words(panel: AnalogyPanel) -> str:
    return " ".join(text.text() for text in panel.findChildren(QLabel) if text.isVisible())


def test_examples_of_this_space_can_be_tried(panel) -> None:
    assert "A is to B as C is to ?" in words(panel)
    links = [found.text() for found in panel.findChildren(Button) if found.isVisible()]
    assert "man is to king as woman is to ?" in links
    button(panel, "man is to king as woman is to ?").click()
    settle()
    assert [field.text() for field in panel.fields] == ["man", "king", "woman"]
    assert lists(panel)[0][0] == "queen"
    assert "A is to B as C is to ?" not in words(panel)


def test_both_lists_are_shown_with_what_they_differ_in(panel) -> None:
    ask(panel, "man", "king", "woman")
    without, with_inputs = lists(panel)
    assert without[0] == "queen"
    assert not {"man", "woman"} & set(without)
    assert len(with_inputs) == 3
    rows = panel.findChildren(RankedList)[0].model().rows
    assert rows[0].score_text == "1.000"  # king - man + woman is exactly queen
    second = float(rows[1].score_text.replace("\N{MINUS SIGN}", "-"))
    assert f"Margin to the second: {1 - second:.3f}" in words(panel)
    assert "Inputs left out" in words(panel)
    assert "man, king, woman" in words(panel)
    assert "The answer does not depend on leaving the inputs out." in words(panel)


def test_arrows_join_the_pairs_on_the_map_and_can_be_taken_away(panel, main_window) -> None:
    ask(panel, "man", "king", "woman")
    view = main_window.map.view
    assert view.marks.arrows == (Arrow(MAN, KING), Arrow(WOMAN, QUEEN, is_predicted=True))
    toggle = button(panel, "Show on map")
    assert toggle.isChecked()
    toggle.click()
    assert view.marks.arrows == ()
    toggle.click()
    assert len(view.marks.arrows) == 2


def test_an_unknown_item_offers_spellings_for_its_field(panel) -> None:
    ask(panel, "man", "king", "womn")
    error = panel.findChild(ErrorLine)
    assert error.isVisible()
    assert '"womn"' in words(panel)
    links = {link.text(): link for link in error.findChildren(Button)}
    links["woman"].click()
    settle()
    assert [field.text() for field in panel.fields] == ["man", "king", "woman"]
    assert lists(panel)[0][0] == "queen"
    assert not error.isVisible()


def test_another_method_asks_again(panel, main_window) -> None:
    ask(panel, "man", "king", "woman")
    method = panel.findChild(QComboBox)
    for number in range(method.count()):
        method.setCurrentIndex(number)
        settle()
        asked = main_window.services.store.state.analogy
        assert asked.method == method.itemData(number)
        assert asked.error is None
        assert len(lists(panel)[0]) > 0


def test_a_row_leads_to_its_item(panel, main_window) -> None:
    ask(panel, "man", "king", "woman")
    found = panel.findChildren(RankedList)[0]
    QTest.mouseClick(
        found.viewport(),
        Qt.MouseButton.LeftButton,
        pos=found.visualRect(found.model().index(0, 0)).center(),
    )
    settle()
    assert selected_rows(main_window) == [QUEEN]


def test_fewer_than_three_items_ask_nothing(panel, main_window) -> None:
    ask(panel, "man", "", "woman")
    assert main_window.services.store.state.analogy is None
