"""Details of several items: what they are made of, what stands out, and what can be done."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton

from embexplorer.app.presenters.results import text_of
from embexplorer.ui.panels.details import DetailsPanel
from embexplorer.ui.widgets.contrast_list import ContrastList
from tests.ui.real_window import settle


@pytest.fixture
def panel(theme, window, services, show) -> DetailsPanel:
    services.selecting.take(np.arange(20))
    made = DetailsPanel(theme, services, window)
    show(made, 22, 45)
    services.explaining.ask()  # as the pause after a selection does
    settle()
    return made


def selected_rows(services) -> list[int]:
    return services.store.state.selection.indices.tolist()


def words(panel) -> ContrastList:
    return panel.several.findChild(ContrastList, "WordsThatStandOut")


def values(panel) -> ContrastList:
    return panel.several.findChild(ContrastList, "ValuesThatStandOut")


def press(panel, name: str) -> None:
    panel.several.findChild(QPushButton, name).click()
    settle()


def test_words_and_values_stand_out(panel, services) -> None:
    assert [row.text for row in words(panel).rows] == ["art"]
    assert words(panel).rows[0].note == "100% here, 25% elsewhere · q < 0.001"
    assert [row.text for row in values(panel).rows] == [
        "size",
        "kind = art",
        "kind = bread",
        "kind = chess",
    ]
    assert values(panel).rows[0].figure == "−1.00"
    assert values(panel).rows[1].figure == "+0.75"
    assert words(panel).isVisible()


def test_a_word_tells_its_items_and_a_click_selects_them(panel, services) -> None:
    told = []
    panel.several.rows_pointed.connect(told.append)
    words(panel).row_hovered.emit(0)
    words(panel).row_hovered.emit(-1)
    assert told[0].tolist() == list(range(30))
    assert told[1] is None
    words(panel).row_activated.emit(0)
    assert selected_rows(services) == list(range(30))


def test_a_column_of_numbers_asks_for_its_histogram(panel, services) -> None:
    asked = []
    panel.several.histograms_requested.connect(partial(asked.append, True))
    values(panel).row_activated.emit(0)
    assert asked == [True]


def test_the_menu_of_a_value_filters(panel, services) -> None:
    values(panel).menu_requested.emit(1, panel.mapToGlobal(panel.rect().center()))
    menu = next(found for found in panel.findChildren(QMenu) if found.isVisible())
    entries = {action.text(): action for action in menu.actions()}
    assert [*entries] == [
        "Select all items with it",
        "Keep only these in the selection",
        "Take these out of the selection",
        "Show only items with it",
    ]
    entries["Show only items with it"].trigger()
    menu.close()
    settle()
    assert services.store.state.filters[0].title == "kind: art"


def test_the_old_answer_is_dimmed_until_the_new_one_is_there(panel, services) -> None:
    services.selecting.take(np.arange(5))
    settle()
    assert words(panel)._delegate.is_dimmed
    assert not panel.several._copy.isEnabled()
    services.explaining.ask()
    settle()
    assert not words(panel)._delegate.is_dimmed


def test_buttons_isolate_and_project(panel, services) -> None:
    assert text_of(services.store.state, "Details").startswith(
        "What sets 20 selected items of topics apart from 40 others."
    )
    press(panel, "Isolate")
    assert services.store.state.visible.sum() == 20
    press(panel, "ProjectOnlyThese")
    made = services.store.state.projection
    assert made.rows.tolist() == list(range(20))


def test_the_list_is_a_list_for_the_keyboard(panel, services) -> None:
    found = values(panel)
    found.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(found, Qt.Key.Key_Down)
    QTest.keyClick(found, Qt.Key.Key_Return)
    settle()
    assert selected_rows(services) == list(range(30))
