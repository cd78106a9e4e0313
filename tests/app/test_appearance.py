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
    PALETTE_SIZE,
    SLOW_NUMBERS,
    color_columns,
    coloring_of,
    default_column,
    is_slow,
    number_columns,
    shape_columns,
)
from embexplorer.app.categories import MOST_CATEGORIES, read_categories
from embexplorer.app.document import Document, NamedSelection
from embexplorer.app.extended_space import SELECTIONS, extended
from embexplorer.app.style import Style
from embexplorer.core.derived import DerivedColumn
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
        pa.array([[1.0], [2.0]]),
    ],
    ids=lambda values: f"{values.type}-{values.null_count}",
)
def test_a_column_that_says_nothing_gives_one_color(values):
    space = space_with(column=values)
    assert default_column(space) == ""
    assert coloring_of(space, "column").kind == "none"
    found = coloring_of(space, "column")
    assert found.codes.tolist() == [0, 0]
    assert (found.column, found.note) == ("column", "No item has a value that can be colored.")
    assert found.leaves(frozenset([-1, 0])).all()


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
    assert color_columns(space) == ("day", "text", "flag", "year", "score")
    assert number_columns(space) == ("day", "year", "score")
    assert shape_columns(space) == ("text", "flag", "year")


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


def test_a_dictionary_of_many_values_that_never_repeat_is_no_legend():
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


def test_many_values_that_repeat_are_a_legend_and_texts_are_none():
    texts = [f"text {row}" for row in range(2 * HEAD)]
    few_first = ["same"] * HEAD + [f"text {row}" for row in range(MANY_VALUES)]
    assert color_columns(space_with(text=texts)) == ()
    assert color_columns(space_with(text=few_first)) == ()
    found = coloring_of(space_with(author=few_first), "author")
    assert (found.kind, len(found.names)) == ("category", MANY_VALUES + 1)
    assert (found.names[0], found.counts[0]) == ("same", HEAD)


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


def test_one_value_is_a_legend_of_one_row():
    found = coloring_of(space_with(kind=["same", None, "same"]), "kind")
    assert (found.kind, found.names, found.counts, found.n_missing) == (
        "category",
        ("same",),
        (2,),
        1,
    )
    assert found.rows.tolist() == [0, 1, 0]  # the last row of the palette is for missing values


def test_dates_and_decimals_are_a_ramp():
    days = [dt.date(2020, 1, 1), None, dt.date(2021, 12, 31), dt.date(2020, 12, 31)]
    found = coloring_of(space_with(day=days), "day")
    assert (found.kind, found.codes.tolist(), found.n_missing) == ("number", [0, -1, 255, 128], 1)
    assert found.ticks[:2] == ((0.0, "2020-01-01"), (1.0, "2021-12-31"))
    assert [text for _, text in found.ticks[2:]] == ["2021"]
    money = coloring_of(space_with(money=[Decimal("1.5"), Decimal("2.5")]), "money")
    assert money.codes.tolist() == [0, 255]


def test_values_of_mixed_types_come_as_texts_and_are_categories():
    found = coloring_of(space_with(mixed=["1", "two", "2024-01-01", "1"]), "mixed")
    assert (found.kind, found.names) == ("category", ("1", "2024-01-01", "two"))


def test_the_31_most_frequent_keep_their_color_where_there_are_more_than_32():
    whole = coloring_of(space_with(kind=[f"k{row % 32:02}" for row in range(64)]), "kind")
    assert whole.positions == tuple(range(PALETTE_SIZE))
    assert whole.note == ""
    space = space_with(kind=[f"k{row % 40:02}" for row in range(100)])
    found = coloring_of(space, "kind")
    assert found.positions == (*range(31), *[-1] * 9)
    assert found.note == "9 rarer values share one gray."
    assert (found.position(0), found.position(39)) == (0, -1)
    assert found.palette_codes()[[0, 30, 31, 39, 40]].tolist() == [0, 30, -1, -1, 0]


def test_ten_thousand_categories_keep_a_code_each():
    names = [f"category {row % 10_000:05}" for row in range(20_500)]
    found = coloring_of(space_with(kind=names), "kind")
    assert len(found.names) == 10_000
    assert found.names[:2] == ("category 00000", "category 00001")
    assert found.counts[499:501] == (3, 2)
    assert np.array_equal(found.codes[:10_000], np.arange(10_000))
    left = found.leaves(frozenset([9_999]))
    assert np.flatnonzero(~left).tolist() == [9_999, 19_999]


def test_values_beyond_what_a_palette_holds_share_the_last_row():
    names = pa.chunked_array([pa.array([f"{row:06}" for row in range(MOST_CATEGORIES + 5)])])
    found = read_categories(names, None, 32)
    assert len(found.names) == MOST_CATEGORIES
    assert (found.names[-1], found.counts[-1]) == ("6 rarer values", 6)
    assert (found.codes == MOST_CATEGORIES - 1).sum() == 6


def test_kept_selections_bring_their_colors_and_their_order():
    space = space_with(kind=["a", "b", "c", "d"])
    kept = (
        NamedSelection(space.id, "mine", 7, np.array([3])),
        NamedSelection(space.id, "yours", 2, np.array([0, 1])),
    )
    found = coloring_of(extended(space, Document((space,), selections=kept)), SELECTIONS)
    assert (found.names, found.counts, found.positions) == (("mine", "yours"), (1, 2), (7, 2))
    assert found.codes.tolist() == [1, 1, -1, 0]


def test_a_derived_column_leaves_what_is_known_about_the_others():
    space = space_with(kind=["a", "b", "b"])
    before = coloring_of(space, "kind")

    def with_column(values: list[float]) -> Space:
        column = DerivedColumn(space.id, "Density", pa.array(values), "")
        return extended(space, Document((space,), columns=(column,)))

    first, second = with_column([1.0, 2.0, 3.0]), with_column([3.0, 2.0, 1.0])
    assert coloring_of(first, "kind") is before
    assert coloring_of(first, "Density").codes.tolist() == [0, 128, 255]
    assert coloring_of(second, "Density").codes.tolist() == [255, 128, 0]


def test_hiding_leaves_the_other_items():
    found = coloring_of(space_with(kind=["b", "a", None, "b"]), "kind")
    assert found.leaves(frozenset([0])).tolist() == [False, True, True, False]
    assert found.leaves(frozenset([-1, 1])).tolist() == [True, False, False, True]
    assert found.leaves(frozenset([99])).all()


def test_only_what_takes_long_and_is_not_known_is_slow():
    small, large = space_with(score=[1.0, 2.0]), space_with(score=np.arange(float(SLOW_NUMBERS)))
    assert not is_slow(small, Style("score"))
    assert is_slow(large, Style("score"))
    coloring_of(large, "score", Style("score"))
    assert not is_slow(large, Style("score"))
    assert is_slow(large, Style("score", scale="quantile"))
    assert not is_slow(large, Style(""))
