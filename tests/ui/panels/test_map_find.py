"""The find field: hits as one types, lifted on the map, stepped through, selected, ranked."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from embexplorer.core.space import Provenance
from tests.ui.real_window import selected_rows, settle, show_space

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(shared_window, topics):
    show_space(shared_window, topics)
    return shared_window


def type_text(window, text: str) -> None:
    bar = window.map.finder.bar
    bar.field.clear()
    QTest.keyClicks(bar.field, text)
    settle()


def press(window, key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.map.finder.bar.field, key, modifiers)
    settle()


def said(window, name: str) -> str:
    return window.map.finder.bar.findChild(QLabel, name).text()


def test_slash_and_ctrl_f_open_it_and_esc_closes(window) -> None:
    bar = window.map.finder.bar
    window.map.view.setFocus()
    for key, modifiers in (
        (Qt.Key.Key_Slash, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F, CTRL),
    ):
        QTest.keyClick(window, key, modifiers)
        settle()
        assert bar.isVisible()
        assert window.focusWidget() is bar.field
        press(window, Qt.Key.Key_Escape)
        assert not bar.isVisible()
        assert window.focusWidget() is window.map.view


def test_hits_are_counted_and_lifted_and_the_rest_is_dimmed(window) -> None:
    window.shell.show_find()
    type_text(window, "bread")
    assert said(window, "FindHits") == "20 hits"
    look = window.map.view.scatter._appearance
    assert look._emphasized.tolist() == list(range(30, 50))
    assert np.flatnonzero(~look._dimmed).tolist() == list(range(30, 50))
    press(window, Qt.Key.Key_Escape)
    look = window.map.view.scatter._appearance
    assert look._emphasized.tolist() == []
    assert look._dimmed is None


def test_enter_goes_on_and_shift_enter_back(window) -> None:
    window.shell.show_find()
    type_text(window, "bread 1")
    assert said(window, "FindHits") == "11 hits"
    press(window, Qt.Key.Key_Return)
    assert said(window, "FindHits") == "1 of 11 hits"
    press(window, Qt.Key.Key_Return, SHIFT)
    assert window.services.store.state.finding.current == 49
    assert [name.text for name in window.map.view.marks.names] == ["bread 19"]
    row = window.data.table.visualRect(window.data.table.items_model.index(49, 1))
    assert window.data.table.viewport().rect().contains(row.center())
    assert selected_rows(window) == []


def test_the_map_flies_to_a_hit_out_of_view(window) -> None:
    view = window.map.view
    view.flies = False
    window.shell.show_find()
    type_text(window, "chess 3")
    x, y = view.coords[0]
    view.set_camera({**view.camera(), "center": [float(x), float(y)], "height": 1e-3})
    before = view.camera()["height"]
    press(window, Qt.Key.Key_Return)
    at = view.to_pixels([53])[0]
    assert at == pytest.approx([view.width() / 2, view.height() / 2], abs=3)
    assert view.camera()["height"] == pytest.approx(before)


def test_alt_enter_selects_all_hits_and_ctrl_enter_one(window) -> None:
    window.shell.show_find()
    type_text(window, "chess")
    press(window, Qt.Key.Key_Return, ALT)
    assert selected_rows(window) == list(range(50, 60))
    press(window, Qt.Key.Key_Return)
    press(window, Qt.Key.Key_Return)
    press(window, Qt.Key.Key_Return, CTRL)
    assert selected_rows(window) == [51]


def test_a_bad_expression_is_said_under_the_field(window) -> None:
    window.shell.show_find()
    window.map.finder.bar.mode_changed.emit("regex")
    type_text(window, "ch(")
    assert said(window, "FindFault").startswith("Not a regular expression. At character 1, “ch(”")
    assert window.map.finder.bar.field.property("invalid")
    type_text(window, "ch(e)ss 1$")
    assert said(window, "FindFault") == ""
    assert said(window, "FindHits") == "1 hit"


def test_the_column_and_case_narrow_it(window) -> None:
    window.shell.show_find()
    type_text(window, "CHESS")
    bar = window.map.finder.bar
    bar.case_changed.emit(True)
    assert said(window, "FindHits") == "No hits"
    bar.case_changed.emit(False)
    bar.column_changed.emit("kind")
    settle()
    assert said(window, "FindHits") == "10 hits"


def test_a_text_is_ranked_by_the_encoder(window) -> None:
    state = window.services.store.state
    bare = state.document.spaces[0]
    encoded = dataclasses.replace(bare, id="e", provenance=Provenance(encoder="hashing"))
    window.shell.show_find()
    type_text(window, "art 3")
    assert not window.map.finder.bar._meaning.isVisible()
    show_space(window, encoded)
    window.shell.show_find()
    type_text(window, "art 3")
    window.map.finder.bar._meaning.click()
    settle()
    assert window.services.store.state.neighbors.text == "art 3"
    assert window.inspector.currentWidget() is window.neighbors
    assert window.neighbors.field.text() == "art 3"
