"""The neighbors panel asks, shows how it was answered, and leads on from row to row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QSpinBox

from embexplorer.ui.panels.error_line import ErrorLine
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.ranked_list import RankedList
from tests.ui.real_window import click_item, selected_rows, settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.panels.neighbors import NeighborsPanel


@pytest.fixture
def panel(main_window, topics) -> NeighborsPanel:
    show_space(main_window, topics)
    main_window.shell.show_tab("Neighbors")
    settle()
    return main_window.neighbors


def nearest(space, row: int, k: int = 10) -> list[int]:
    vectors = space.vectors / np.linalg.norm(space.vectors, axis=1, keepdims=True)
    scores = vectors @ vectors[row]
    scores[row] = -2
    return np.argsort(-scores, kind="stable")[:k].tolist()


def ask(panel: NeighborsPanel, text: str) -> None:
    panel.field.setText(text)
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    settle()


def shown(panel: NeighborsPanel) -> list[str]:
    model = panel.findChild(RankedList).model()
    return [row.text for row in model.rows]


def words(panel: NeighborsPanel) -> str:
    return " ".join(text.text() for text in panel.findChildren(QLabel) if text.isVisible())


def press_button(panel: NeighborsPanel, start: str) -> None:
    button = next(found for found in panel.findChildren(Button) if found.text().startswith(start))
    button.click()
    settle()


def test_it_says_what_to_ask_while_nothing_is_asked(panel) -> None:
    assert "Neighbors of what?" in words(panel)
    assert not panel.findChild(RankedList).isVisible()


def test_clicking_a_point_shows_its_nearest_items(panel, main_window, topics) -> None:
    click_item(main_window, 3)
    assert panel.field.text() == "art 3"
    assert shown(panel) == [topics.text(row) for row in nearest(topics, 3)]
    rows = panel.findChild(RankedList).model().rows
    vectors = topics.vectors
    cosine = vectors[nearest(topics, 3)[0]] @ vectors[3]
    cosine /= np.linalg.norm(vectors[nearest(topics, 3)[0]]) * np.linalg.norm(vectors[3])
    assert rows[0].score_text == f"{cosine:.3f}"
    assert [row.rank for row in rows] == list(range(1, 11))
    assert rows[0].bar == 1.0
    assert rows[0].category == 0
    assert "Exact search on the raw vectors, 60 items" in words(panel)
    assert "are also among its" in words(panel)  # how faithful the map is here


@pytest.mark.parametrize("query", ["bread 4", "#34", "art 1 - art 2 + bread 4"])
def test_items_rows_and_sums_are_understood(panel, main_window, topics, query) -> None:
    ask(panel, query)
    assert len(shown(panel)) == 10
    if query != "art 1 - art 2 + bread 4":
        assert shown(panel) == [topics.text(row) for row in nearest(topics, 34)]
    assert main_window.services.store.state.neighbors.error is None


def test_an_unknown_item_offers_spellings_that_work(panel, topics) -> None:
    ask(panel, "chess 77")
    assert panel.findChild(ErrorLine).isVisible()
    assert '"chess 77"' in words(panel)
    assert not panel.findChild(RankedList).isVisible()
    links = [button.text() for button in panel.findChild(ErrorLine).findChildren(Button)]
    assert "chess 7" in links
    press_button(panel, "chess 7")
    assert panel.field.text() == "chess 7"
    assert not panel.findChild(ErrorLine).isVisible()
    assert shown(panel) == [topics.text(row) for row in nearest(topics, 57)]


def test_metric_and_k_ask_again(panel, main_window, topics) -> None:
    ask(panel, "bread 4")
    k = panel.findChild(QSpinBox)
    k.setValue(4)
    QTest.keyClick(k, Qt.Key.Key_Return)
    settle()
    assert shown(panel) == [topics.text(row) for row in nearest(topics, 34, 4)]
    metric = panel.findChild(QComboBox)
    metric.setCurrentIndex(metric.findText("Euclidean distance"))
    settle()
    distance = np.linalg.norm(topics.vectors - topics.vectors[34], axis=1)
    assert shown(panel) == [topics.text(int(row)) for row in np.argsort(distance)[1:5]]
    settings = main_window.services.remembered.settings
    assert (settings.k, settings.metric) == (4, "euclidean")


def test_hovering_a_row_rings_its_item(panel, main_window, topics) -> None:
    ask(panel, "bread 4")
    found = panel.findChild(RankedList)
    at = QPointF(found.visualRect(found.model().index(2, 0)).center())
    button = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, found.mapToGlobal(at), button, button, Qt.KeyboardModifier(0)
    )
    QApplication.sendEvent(found.viewport(), event)
    assert main_window.map.view.marks.hovered == nearest(topics, 34)[2]
    QApplication.sendEvent(found.viewport(), QEvent(QEvent.Type.Leave))
    assert main_window.map.view.marks.hovered is None


def test_a_row_leads_to_its_own_neighbors(panel, main_window, topics) -> None:
    click_item(main_window, 3)
    second = nearest(topics, 3)[1]
    found = panel.findChild(RankedList)
    at = found.visualRect(found.model().index(1, 0)).center()
    QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at))
    settle()
    assert selected_rows(main_window) == [second]
    assert panel.field.text() == topics.items[second]
    assert shown(panel) == [topics.text(row) for row in nearest(topics, second)]


def test_all_rows_can_be_selected(panel, main_window, topics) -> None:
    ask(panel, "bread 4")
    press_button(panel, "Select all")
    assert selected_rows(main_window) == sorted(nearest(topics, 34))


def test_a_long_query_is_read_from_its_beginning(panel) -> None:
    ask(panel, "bread 4 + " * 20 + "bread 4")
    panel.focus_field()
    assert panel.field.cursorPosition() == 0
    assert panel.field.selectedText() == panel.field.text()


def test_another_space_forgets_the_question(panel, main_window, topics) -> None:
    from tests.ui.real_window import make_topics

    click_item(main_window, 3)
    show_space(main_window, make_topics("more", seed=3))
    assert "Neighbors of what?" in words(panel)
    assert not panel.findChild(RankedList).isVisible()
    assert panel.field.text() == ""
