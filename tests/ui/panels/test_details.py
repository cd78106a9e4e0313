"""The details panel tells about one item, about several, or says that there is none."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.interval import Interval
from embexplorer.ui.widgets.key_values import KeyValues
from embexplorer.ui.widgets.ranked_list import RankedList
from tests.ui.real_window import click_item, settle, show_space


@pytest.fixture
def panel(main_window, topics):
    show_space(main_window, topics)
    main_window.shell.show_tab("Details")
    settle()
    return main_window.details


def words(panel) -> list[str]:
    return [text.text() for text in panel.findChildren(QLabel) if text.isVisible() and text.text()]


def test_without_a_selection_it_says_how_to_get_one(panel) -> None:
    assert words(panel)[0] == "No item selected"


def test_one_item_shows_text_place_columns_and_vector(panel, main_window, topics) -> None:
    click_item(main_window, 33)
    said = words(panel)
    assert said[0] == "A longer text about bread 3."
    assert said[1] == "Item 34 of 60 · topics"
    columns, vector = (table.accessibleDescription() for table in panel.findChildren(KeyValues))
    assert "kind: bread" in columns
    assert "size: 33" in columns
    norm = float(np.linalg.norm(topics.vectors[33]))
    assert f"Norm: {norm:.3f}" in vector
    assert "Row: #33" in vector


def test_how_faithful_the_map_is_here_is_counted(panel, main_window, topics) -> None:
    click_item(main_window, 33)
    coords = main_window.services.store.state.projection.coords

    def nearest(points, k=15):
        distance = np.linalg.norm(points - points[33], axis=1)
        return set(np.argsort(distance)[1 : k + 1].tolist())

    kept = len(nearest(topics.vectors) & nearest(coords))
    assert f"{kept} of 15 neighbors kept" in words(panel)
    assert f"The map shows {kept} of this item's 15 nearest items" in " ".join(words(panel))
    assert panel.findChild(Interval).isVisible()


def test_find_neighbors_opens_them(panel, main_window) -> None:
    click_item(main_window, 33)
    main_window.services.neighbors.clear()
    panel.findChild(Button, "FindNeighbors").click()
    settle()
    assert main_window.services.store.state.neighbors.text == "bread 3"
    assert main_window.inspector.currentWidget() is main_window.neighbors


def test_several_items_show_what_they_are_made_of(panel, main_window) -> None:
    main_window.services.selecting.take([*range(6), 30, 31, 50, 51])
    settle()
    said = words(panel)
    assert said[:2] == ["10 items selected", "16.7% of topics"]
    rows = panel.findChild(RankedList, "WhatTheSelectionIsMadeOf").model().rows
    assert [(row.text, row.score_text) for row in rows] == [
        ("art", "60%"),
        ("bread", "20%"),
        ("chess", "20%"),
    ]
    assert [row.category for row in rows] == [0, 1, 2]


def test_several_items_without_a_color_have_no_composition(panel, main_window) -> None:
    main_window.services.selecting.take([1, 2])
    main_window.services.map.color_by("")
    settle()
    assert words(panel) == ["2 items selected", "3.3% of topics"]
