"""An error line says what is wrong, and offers near spellings as links."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.query import UnknownItemError
from embexplorer.ui.panels.error_line import ErrorLine
from embexplorer.ui.widgets.buttons import Button
from tests.ui.real_window import settle


@pytest.fixture
def line(theme, window) -> ErrorLine:
    window.show()
    return ErrorLine(theme, window)


def links(line: ErrorLine) -> list[Button]:
    return [link for link in line.findChildren(Button) if link.isVisible()]


def test_it_shows_title_detail_and_hint(line) -> None:
    line.show_error(UserError("No such row", "#77 is beyond row 59.", "Rows go from #0 to #59."))
    assert line.isVisible()
    assert [text.text() for text in line.findChildren(QLabel)] == [
        "No such row",
        "#77 is beyond row 59. Rows go from #0 to #59.",
    ]
    assert links(line) == []
    line.show_error(None)
    assert not line.isVisible()


def test_each_spelling_is_a_link(line, qtbot) -> None:
    space = make_space(np.eye(4, dtype=np.float32), make_table(["queen", "quena", "man", "tree"]))
    line.show_error(UnknownItemError("quen", space))
    settle()
    assert [link.text() for link in links(line)] == ["queen", "quena"]
    assert line.findChildren(QLabel)[1].text() == '"quen" is not among 4 items. Did you mean'
    with qtbot.waitSignal(line.suggestion_chosen) as heard:
        links(line)[0].click()
    assert heard.args == ["queen"]
    line.show_error(UnknownItemError("mann", space))
    settle()
    assert [link.text() for link in links(line)] == ["man"]


def test_an_item_with_commas_is_one_link(line) -> None:
    items = ["Paris, the capital, at night", "Rome"]
    space = make_space(np.eye(2, dtype=np.float32), make_table(items))
    line.show_error(UnknownItemError("Paris, the capital, at nigth", space))
    settle()
    assert [link.text() for link in links(line)] == [items[0]]
