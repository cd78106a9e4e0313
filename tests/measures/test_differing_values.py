from __future__ import annotations

import dataclasses
import datetime
import math

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from embexplorer.measures.differing_values import NumberDifference, ValueDifference, values_of
from embexplorer.measures.overrepresented import ALL_SELECTED, NOTHING_SELECTED

NAN = float("nan")
ROWS = np.arange(6)
TOPIC = ["sport"] * 5 + ["art"] + ["art"] * 9 + ["news"] * 4 + [None]
YEAR = [2001, 2002, 2003, 2004, 2005, 2006, *range(1980, 1992), None, None]


def values(rows=ROWS, **columns):
    return values_of(pa.table(columns), rows)


def numbers_in(one):
    return [value for value in dataclasses.astuple(one) if isinstance(value, float)]


def test_groups_are_compared_value_by_value():
    found = values(topic=TOPIC)
    sport = found.values[0]
    expected = stats.fisher_exact([[5, 1], [0, 13]]).pvalue
    assert dataclasses.astuple(sport)[:7] == ("topic", "sport", 5, 0, 5 / 6, 0.0, 5 / 6)
    assert sport.p == pytest.approx(expected)
    assert sport.test == "Fisher"
    assert {one.value for one in found.values} == {"sport", "art", "news", None}


def test_missing_values_are_compared_too():
    missing = next(one for one in values(topic=TOPIC).values if one.value is None)
    assert (missing.n_in, missing.n_out, missing.share_in, missing.share_out) == (0, 1, 0.0, 1 / 14)


def test_numbers_are_compared_by_rank():
    found = values(year=YEAR)
    year, missing = found.values
    expected = stats.mannwhitneyu(YEAR[:6], YEAR[6:18], method="asymptotic")
    assert isinstance(year, NumberDifference)
    assert (year.n_in, year.n_out, year.missing_in, year.missing_out) == (6, 12, 0, 2)
    assert (year.mean_in, year.mean_out, year.effect) == (2003.5, 1985.5, 1.0)
    assert year.p == pytest.approx(expected.pvalue)
    assert isinstance(missing, ValueDifference)
    assert missing.n_out == 2


def test_dates_have_means_and_say_that_they_are_dates():
    days = [datetime.date(1970, 1, 2 + i) for i in range(20)]
    (day,) = values(day=days).values
    assert isinstance(day, NumberDifference)
    assert day.is_date
    assert (day.mean_in, day.mean_out) == (3.5 * 86400, 13.5 * 86400)


def test_true_and_false_are_one_test():
    (flag,) = values(flag=[True] * 6 + [False] * 14).values
    assert (flag.value, flag.n_in, flag.n_out, flag.effect) == ("true", 6, 0, 1.0)


def test_q_is_corrected_over_all_columns_and_the_most_surprising_come_first():
    found = values(topic=TOPIC, year=YEAR, flag=[True, False] * 10)
    p = [one.p for one in found.values]
    assert p == sorted(p)
    assert found.n_tested == len(p) == 4 + 2 + 1
    assert [one.q for one in found.values] == pytest.approx(stats.false_discovery_control(p))
    assert values_of(pa.table({"topic": TOPIC, "year": YEAR}), ROWS, ["year"]).n_tested == 2


def test_only_the_first_are_given_and_q_stays():
    table = pa.table({"topic": TOPIC, "year": YEAR})
    assert values_of(table, ROWS, n=1).values == values_of(table, ROWS).values[:1]


def test_items_and_texts_are_not_values():
    assert values(item=["a"] * 20, text=["b"] * 20).values == ()


@pytest.mark.parametrize(
    ("column", "why"),
    [
        (["same"] * 20, "all its values are equal"),
        ([3.5] * 20, "all its values are equal"),
        ([None] * 6 + [1.0] * 14, "no known value in the selection"),
        ([1.0, 2.0] * 3 + [NAN] * 14, "no known value in the rest"),
        ([[1]] * 20, "it holds list<item: int64>"),
        ([None] * 20, "no known value in the selection"),
    ],
)
def test_a_column_that_cannot_be_compared_is_named(column, why):
    found = values(odd=column)
    assert len(found.notes) == 1
    assert "odd" in found.notes[0]
    assert why in found.notes[0]


def test_names_are_not_groups():
    rows = np.arange(40)
    found = values(rows, name=[f"n{i}" for i in range(100)])
    assert found.values == ()
    assert found.notes == (
        "Column name was not compared: 100 different texts in 100 items are names, not groups.",
    )


def test_nothing_and_everything_selected_say_so():
    assert values(np.empty(0, np.int64), year=YEAR).notes == (NOTHING_SELECTED,)
    assert values(np.arange(20), year=YEAR).notes == (ALL_SELECTED,)


def test_infinite_and_huge_numbers_give_no_nan():
    huge = [1.7e308] * 6 + [1.6e308] * 10 + [float("inf"), NAN, 0.0, -1.7e308]
    found = values(huge=huge)
    assert all(math.isfinite(number) for one in found.values for number in numbers_in(one))
    (numbers,) = [one for one in found.values if isinstance(one, NumberDifference)]
    assert numbers.mean_in == pytest.approx(1.7e308)
    assert numbers.missing_out == 2


def test_one_selected_item_is_enough():
    found = values(np.array([3]), topic=TOPIC, year=YEAR)
    assert found.n_in == 1
    assert all(math.isfinite(number) for one in found.values for number in numbers_in(one))


def test_ten_thousand_groups_are_all_tested():
    rng = np.random.default_rng(0)
    groups = np.concatenate([np.arange(10_000), np.arange(10_000), rng.integers(0, 10_000, 20_000)])
    selected = np.flatnonzero(groups < 20)
    found = values(selected, group=[f"g{i}" for i in groups])
    assert found.n_tested == 10_000
    assert {one.value for one in found.values[:20]} == {f"g{i}" for i in range(20)}
    assert all(one.n_out == 0 and one.q < 0.01 for one in found.values[:20])
    assert found.values[20].q == 1.0


def test_dictionary_columns_and_many_chunks_count_alike():
    plain = values(topic=TOPIC)
    parts = [pa.array(TOPIC[:3]).dictionary_encode(), pa.array(TOPIC[3:]).dictionary_encode()]
    assert values(topic=pa.chunked_array(parts)).values == plain.values
