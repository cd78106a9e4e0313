"""Filters say which items of a table pass."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.app.filters import (
    ExpressionFilter,
    RangeFilter,
    RowsFilter,
    ValuesFilter,
    mask_of,
)
from embexplorer.measures.expression import ExpressionError

TABLE = pa.table(
    {
        "item": ["a", "b", "c", "d", "e"],
        "year": pa.array([1999, 2005, None, 2010, 2020]),
        "score": [0.5, float("nan"), 2.0, 3.0, -1.0],
        "topic": ["sport", "art", "sport", None, "law"],
    }
)


def passing(*filters) -> str:
    return "".join(np.array(list("abcde"))[mask_of(TABLE, filters)])


def test_no_filter_lets_all_pass():
    assert passing() == "abcde"


def test_a_range_is_closed_and_leaves_out_missing_numbers():
    assert passing(RangeFilter("year", 2005, 2010)) == "bd"
    assert passing(RangeFilter("score", -1.0, 2.0)) == "ace"


def test_values_pass_and_missing_ones_when_asked_for():
    assert passing(ValuesFilter("topic", frozenset(["sport", "law"]))) == "ace"
    assert passing(ValuesFilter("topic", frozenset(["art", None]))) == "bd"
    assert passing(ValuesFilter("year", frozenset(["1999"]))) == "a"


def test_an_item_must_pass_all_filters():
    both = RangeFilter("year", 1990, 2015), ValuesFilter("topic", frozenset(["sport"]))
    assert passing(*both) == "a"
    assert passing(RowsFilter("2 isolated items", np.array([1, 4])), both[0]) == "b"


def test_an_expression_passes_what_it_says():
    assert passing(ExpressionFilter('year > 2000 and topic != "art"')) == "e"


def test_an_expression_about_nothing_says_so():
    with pytest.raises(ExpressionError, match="colour"):
        passing(ExpressionFilter("colour == 1"))


@pytest.mark.parametrize(
    ("one", "title"),
    [
        (RangeFilter("year", 2005, 2010.5), "2005 ≤ year ≤ 2010.5"),
        (ValuesFilter("topic", frozenset(["law", None])), "topic: law, missing"),
        (ValuesFilter("topic", frozenset("abcd")), "topic: 4 values"),
        (ExpressionFilter("year > 1"), "year > 1"),
    ],
)
def test_titles_say_what_passes(one, title: str):
    assert one.title == title
