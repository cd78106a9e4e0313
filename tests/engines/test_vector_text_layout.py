from __future__ import annotations

import pytest

from embexplorer.engines.vector_text_layout import find_layout


def layout_of(text, *, is_whole=True):
    return find_layout(text.encode(), is_whole=is_whole)


def test_two_integers_on_the_first_line_are_a_header():
    layout = layout_of("2 3\na 0.1 0.2 0.3\nb 1 2 3\n")
    assert (layout.d, layout.header, layout.has_items, layout.share) == (3, (2, 3), True, 1.0)


def test_the_dimension_is_that_of_most_lines():
    lines = ["new york 0.1 0.2", "at 5 0.3 0.4", "a 0.5 0.6", "b 0.7 0.8", "c 0.9"]
    layout = layout_of("\n".join(lines))
    assert (layout.d, layout.header, layout.share) == (2, None, 0.8)


def test_items_that_all_end_in_whole_numbers_are_told_by_the_header():
    layout = layout_of("2 2\nroute 66 0.1 0.2\nboeing 747 0.3 0.4\n")
    assert (layout.d, layout.share) == (2, 1.0)
    assert layout_of("2 2\nking 6.6 0.1 0.2\nqueen 7.4 0.3 0.4\n").d == 3


def test_the_last_line_of_a_part_of_a_file_does_not_count():
    layout = layout_of("a 0.1 0.2\nb 0.3 0.4\nc 0.", is_whole=False)
    assert layout.share == 1.0


def test_integers_are_noticed():
    assert layout_of("a 1 2\nb 3 4\n").only_integers
    assert not layout_of("a 1 2\nb 3 4.5\n").only_integers


@pytest.mark.parametrize("text", ["", "\n\n", "Call me Ishmael.\nSome years ago.\n"])
def test_prose_has_no_layout(text):
    assert layout_of(text) is None


def test_a_line_of_numbers_keeps_its_first_as_the_item_unless_it_has_a_point():
    assert layout_of("2019 0.1 0.2\n2020 0.3 0.4\n").has_items
    assert not layout_of("0.5 0.1 0.2\n1 0.3 0.4\n").has_items
