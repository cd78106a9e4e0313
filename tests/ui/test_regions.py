"""F6 goes through the regions of the window, and passes over those nobody can use."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QWidget

from embexplorer.ui.regions import focus_next_region
from tests.ui.real_window import settle


@pytest.fixture
def regions(window) -> list[QWidget]:
    """Return a field, a label, a hidden field, a panel with a label and a field."""
    panel = QWidget(window)
    inner = QHBoxLayout(panel)
    inner.addWidget(QLabel("name", panel))
    inner.addWidget(QLineEdit(panel))
    made = [QLineEdit(window), QLabel("nothing to do here", window), QLineEdit(window), panel]
    layout = QHBoxLayout(window)
    for widget in made:
        layout.addWidget(widget)
    made[2].hide()
    window.show()
    window.activateWindow()
    settle()
    return made


def focused() -> QWidget | None:
    return QApplication.focusWidget()


def test_forth_and_round_again(regions):
    field, _, _, panel = regions
    inner = panel.findChild(QLineEdit)
    field.setFocus()
    focus_next_region(regions)
    assert focused() is inner
    focus_next_region(regions)
    assert focused() is field


def test_back(regions):
    field, _, _, panel = regions
    field.setFocus()
    focus_next_region(regions, -1)
    assert focused() is panel.findChild(QLineEdit)


def test_from_nowhere_it_begins_at_the_ends(regions):
    field, _, _, panel = regions
    for step, expected in ((1, field), (-1, panel.findChild(QLineEdit))):
        if focused() is not None:
            focused().clearFocus()
        focus_next_region(regions, step)
        assert focused() is expected
