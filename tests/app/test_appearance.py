"""How columns become colors: ranks, ramps, and what cannot color at all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.app.appearance import (
    BINS,
    HEAD,
    MANY_VALUES,
    color_columns,
    coloring_of,
    default_column,
)
from embexplorer.core.space import Space, make_space, make_table


def space_with(**columns) -> Space:
    n = len(next(iter(columns.values())))
    table = make_table([f"item{row}" for row in range(n)], columns)
    return make_space(np.ones((n, 2), np.float32), table)


def test_categories_rank_by_count_then_by_name():
    space = space_with(kind=["b", "c", "a", "c", None, "b", "d", "c"])
    found = coloring_of(space, "kind")
    assert (found.column, found.kind) == ("kind", "category")
    assert found.names == ("c", "b", "a", "d")
    assert found.counts == (3, 2, 1, 1)
    assert found.codes.tolist() == [1, 0, 2, 0, -1, 1, 3, 0]
    assert found.codes.dtype == np.int32


def test_more_categories_than_colors_keep_a_code_each():
    space = space_with(kind=[f"k{row % 40:02}" for row in range(100)])
    found = coloring_of(space, "kind")
    assert len(found.names) == 40
    assert found.names[:2] == ("k00", "k01")
    assert (found.counts[0], found.counts[-1]) == (3, 2)
    assert found.codes[[0, 39, 40]].tolist() == [0, 39, 0]
    assert sorted(set(found.codes.tolist())) == list(range(40))


def test_no_column_gives_one_color():
    space = space_with(kind=["a", "b"])
    for name in ("", "gone"):
        found = coloring_of(space, name)
        assert (found.column, found.kind) == ("", "none")
        assert found.codes.tolist() == [0, 0]
        assert (found.names, found.counts) == ((), ())


def test_numbers_lie_on_the_ramp_from_first_to_last_step():
    space = space_with(score=[-1.0, 0.0, 3.0, None, float("nan"), float("inf"), 1.0])
    found = coloring_of(space, "score")
    assert found.kind == "number"
    assert (found.low, found.high) == (-1.0, 3.0)
    # 255 steps over 4: 63.75 for 0 and 127.5 for 1, both rounded to the even neighbor
    assert found.codes.tolist() == [0, 64, 255, -1, -1, -1, 128]
    assert len(found.counts) == BINS
    assert sum(found.counts) == 4
    assert (found.counts[0], found.counts[8], found.counts[16], found.counts[31]) == (1, 1, 1, 1)
    assert found.names == ()


def test_a_constant_number_is_the_first_step():
    found = coloring_of(space_with(score=[2.5, 2.5, 2.5]), "score")
    assert (found.kind, found.low, found.high) == ("number", 2.5, 2.5)
    assert found.codes.tolist() == [0, 0, 0]
    assert found.counts == (3, *[0] * 31)


@pytest.mark.parametrize(
    "values",
    [
        pa.array([None, None], pa.float64()),
        pa.array([float("nan"), float("inf")]),
        pa.array([None, None], pa.int64()),
        pa.array([None, None], pa.string()),
        pa.array([None, None], pa.bool_()),
        pa.nulls(2),
        pa.array(["same", "same"]),
        pa.array([dt.date(2020, 1, 1), dt.date(2021, 1, 1)]),
        pa.array([dt.datetime(2020, 1, 1), dt.datetime(2021, 1, 1)]),
        pa.array([Decimal("1.5"), Decimal("2.5")]),
        pa.array([[1.0], [2.0]]),
    ],
    ids=lambda values: f"{values.type}-{values.null_count}",
)
def test_a_column_that_says_nothing_gives_one_color(values):
    space = space_with(column=values)
    assert default_column(space) == ""
    assert coloring_of(space, "column").kind == "none"
    assert coloring_of(space, "column").codes.tolist() == [0, 0]


def test_a_column_is_offered_when_it_colors():
    space = space_with(
        none=pa.nulls(3),
        blank=[None, None, None],
        day=[dt.date(2020, 1, 1)] * 3,
        text=["long", "texts", "differ"],
        flag=[True, False, None],
        year=[2001, 2002, 2001],
        score=[0.1, 0.2, 0.3],
    )
    assert color_columns(space) == ("text", "flag", "year", "score")


def test_yes_and_no_are_categories():
    found = coloring_of(space_with(flag=[True, None, False, False]), "flag")
    assert (found.names, found.counts) == (("false", "true"), (2, 1))
    assert found.codes.tolist() == [1, -1, 0, 0]


def test_a_dictionary_column_is_what_it_holds():
    kind = pa.array(["a", "b", None, "b"]).dictionary_encode()
    found = coloring_of(space_with(kind=kind), "kind")
    assert (found.names, found.counts) == (("b", "a"), (2, 1))
    assert found.codes.tolist() == [1, 0, -1, 0]
    assert default_column(space_with(kind=kind)) == "kind"


def test_a_dictionary_of_many_values_is_no_legend():
    kind = pa.array([f"value{row}" for row in range(MANY_VALUES + 1)]).dictionary_encode()
    assert color_columns(space_with(kind=kind)) == ()


def test_values_are_counted_over_chunks():
    kind = pa.chunked_array([pa.array(["a", "b"]), pa.array(["b", "c"])])
    found = coloring_of(space_with(kind=kind), "kind")
    assert (found.names, found.counts) == (("b", "a", "c"), (2, 1, 1))


def test_few_whole_numbers_are_categories_and_many_are_a_ramp():
    few = coloring_of(space_with(year=[2001, 2002] * 6), "year")
    assert (few.kind, few.names, few.counts) == ("category", ("2001", "2002"), (6, 6))
    twelve = coloring_of(space_with(year=list(range(12))), "year")
    assert (twelve.kind, len(twelve.names)) == ("category", 12)
    thirteen = coloring_of(space_with(year=list(range(13))), "year")
    assert (thirteen.kind, thirteen.low, thirteen.high) == ("number", 0.0, 12.0)


def test_whole_numbers_above_2_to_the_53_are_a_ramp_too():
    found = coloring_of(space_with(key=[2**60 + row * 2**50 for row in range(13)]), "key")
    assert found.kind == "number"
    assert (found.codes[0], found.codes[-1]) == (0, 255)
    assert found.low == float(2**60)


def test_half_precision_numbers_are_a_ramp():
    found = coloring_of(space_with(score=pa.array(np.array([0, 1, 2], np.float16))), "score")
    assert found.codes.tolist() == [0, 128, 255]


def test_a_rare_value_far_down_is_a_category_all_the_same():
    names = ["a"] * HEAD + ["b"]
    found = coloring_of(space_with(kind=names), "kind")
    assert (found.names, found.counts) == (("a", "b"), (HEAD, 1))


def test_texts_are_no_legend_however_many_there_are():
    texts = [f"text {row}" for row in range(2 * HEAD)]
    few_first = ["same"] * HEAD + [f"text {row}" for row in range(MANY_VALUES)]
    assert color_columns(space_with(text=texts)) == ()
    assert color_columns(space_with(text=few_first)) == ()


def test_the_first_column_of_at_most_32_categories_is_the_default():
    many = [f"m{row % 33:02}" for row in range(66)]
    kind = ["a", "b", "c"] * 22
    assert default_column(space_with(score=np.arange(66.0), many=many, kind=kind)) == "kind"
    assert default_column(space_with(many=[name if name != "m32" else "m00" for name in many]))


def test_a_constant_column_is_no_default():
    assert default_column(space_with(flag=[True, True], version=[1, 1])) == ""


def test_numbers_are_no_default():
    assert default_column(space_with(score=[0.1, 0.2])) == ""
    assert default_column(space_with(score=[0.1, 0.2], year=[2001, 2002])) == "year"


def test_texts_do_not_color_the_first_map_however_few_there_are():
    space = space_with(text=["one", "two", "two"], kind=["a", "b", "b"])
    assert default_column(space) == "kind"
