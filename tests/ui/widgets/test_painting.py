"""Lines are broken where a person would break them, in any script."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF

from embexplorer.ui.widgets.painting import break_lines

TEXT = "Glacier retreat opens a new lake above the village"


def test_a_short_text_is_one_line(theme) -> None:
    assert break_lines("queen", theme.font(), 500, 2) == ["queen"]
    assert break_lines("", theme.font(), 500, 2) == []


def test_no_word_is_lost_and_no_line_but_the_last_too_long(theme) -> None:
    width = theme.em * 12
    lines = break_lines(TEXT, theme.font(), width, 2)
    assert len(lines) == 2
    assert " ".join(lines) == TEXT
    assert QFontMetricsF(theme.font()).horizontalAdvance(lines[0]) <= width


@pytest.mark.parametrize("text", ["🦊🦊🦊🦊 🐙🐙🐙🐙 foxes", "الطقس اليوم جميل جدا", "星" * 40])
def test_any_script_survives(theme, text: str) -> None:
    lines = break_lines(text, theme.font(), theme.em * 6, 9)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(lines) > 1


def test_line_breaks_of_the_text_are_spaces(theme) -> None:
    assert break_lines("two\n\n lines", theme.font(), 500, 4) == ["two lines"]
