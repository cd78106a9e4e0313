"""The filter field: it completes, says what is wrong, and each filter is a chip."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from embexplorer.ui.panels.data import DataPanel
from embexplorer.ui.widgets.buttons import ToolButton
from embexplorer.ui.widgets.labels import ElidedLabel
from tests.ui.real_window import settle


@pytest.fixture
def panel(theme, window, services, show) -> DataPanel:
    made = DataPanel(theme, services, window)
    show(made, 60, 16)
    return made


def enter(panel, text: str) -> None:
    field = panel.filter.field
    field.setFocus()
    field.clear()
    QTest.keyClicks(field, text)
    field._popup.hide()
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()


def test_an_expression_becomes_a_chip_and_filters(panel, services) -> None:
    enter(panel, 'kind == "bread" and size > 40')
    bar = panel.filter
    assert bar.chips.texts == ['kind == "bread" and size > 40']
    assert bar.field.text() == ""
    assert panel.table.items_model.rowCount() == 9
    enter(panel, "size < 45")
    assert bar.chips.texts[1] == "size < 45"
    assert panel.table.items_model.rowCount() == 4
    bar.chips.findChildren(ToolButton)[0].click()
    settle()
    assert bar.chips.texts == ["size < 45"]
    assert panel.table.items_model.rowCount() == 45
    bar.chips.findChild(QPushButton, "ClearAll").click()
    settle()
    assert not bar.chips.isVisible()
    assert panel.table.items_model.rowCount() == 60


def test_an_error_is_underlined_and_said_and_changes_nothing(panel, services) -> None:
    enter(panel, "size > 3 and knd == 1")
    bar = panel.filter
    assert bar.field.fault == (13, 3)
    text = bar.fault.findChild(ElidedLabel).full_text
    assert text.startswith("No such column. “knd” is no column. Did you mean kind?")
    assert bar.field.text() == "size > 3 and knd == 1"
    assert services.store.state.filters == ()
    QTest.keyClick(bar.field, Qt.Key.Key_Backspace)
    assert bar.field.fault is None
    assert not bar.fault.isVisible()


def test_a_text_that_is_no_filter_can_be_found(panel, services) -> None:
    enter(panel, "chess 3")
    bar = panel.filter
    button = bar.fault.findChild(QPushButton)
    assert button.text() == "Find “chess 3”"
    asked = []
    panel.find_requested.connect(asked.append)
    button.click()
    assert asked == ["chess 3"]
    assert bar.field.text() == ""


def test_columns_and_values_are_offered(panel, services) -> None:
    field = panel.filter.field
    field.setFocus()
    QTest.keyClicks(field, "ki")
    field._want()
    assert field.offered == ["kind"]
    QTest.keyClicks(field, 'nd == "c')
    field._want()
    assert field.offered == ['"chess"']
    field._completer.activated[str].emit('"chess"')
    assert field.text() == 'kind == "chess" '
    assert field.offered[:2] == ["and", "or"]
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert panel.table.items_model.rowCount() == 10


def test_when_nothing_passes_the_panel_says_so(panel, services) -> None:
    enter(panel, "size > 1000")
    button = panel.findChild(QPushButton, "ClearFilter")
    assert button.isVisible()
    button.click()
    settle()
    assert not button.isVisible()
    assert panel.table.items_model.rowCount() == 60
