"""Histograms count all, shown and selected items; a bar as a filter passes what it holds."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.app.column_counts import bin_edges, count_columns
from embexplorer.app.filters import RangeFilter, ValuesFilter
from embexplorer.app.presenters.histograms import as_text, described
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table

N = 1000


@pytest.fixture
def wide():
    """A thousand items with columns of every kind."""
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=N)
    day = dt.date(2020, 1, 1)
    table = make_table(
        [f"item {k}" for k in range(N)],
        {
            "text": ["said"] * N,
            "score": pa.array(numbers, mask=numbers > 2),
            "year": rng.integers(1980, 2025, N),
            "day": [day + dt.timedelta(days=int(k)) for k in rng.integers(0, 900, N)],
            "same": np.ones(N),
            "none": pa.nulls(N, pa.float64()),
            "many": [f"v{k % 300}" for k in range(N)],
            "flag": pa.array([None if k % 10 == 0 else k % 2 == 0 for k in range(N)]),
        },
    )
    return make_space(rng.normal(size=(N, 2)), table)


def counted(space, shown=None, selected=None):
    found = count_columns(space, shown, selected, Progress())
    return {counts.column: counts for counts in found}


def test_columns_with_values_have_bars(wide) -> None:
    assert [*counted(wide)] == ["score", "year", "day", "same", "many", "flag"]


@pytest.mark.parametrize("column", ["score", "year", "day"])
def test_a_brush_passes_what_its_bars_hold(wide, column) -> None:
    counts = counted(wide)[column]
    last = len(counts.labels) - 1
    for first, end in ((0, 0), (3, 7), (last, last), (0, last)):
        passes = counts.range_of(first, end)
        assert passes.mask(wide.table).sum() == counts.all[first : end + 1].sum()
        left = counts.brushed((passes,))
        assert [k for k, is_on in enumerate(left) if is_on] == list(range(first, end + 1))
    assert counts.all.sum() + counts.n_missing == N


def test_shown_and_selected_items_are_counted(wide) -> None:
    shown = np.zeros(N, bool)
    shown[:500] = True
    selected = np.arange(400, 600)
    counts = counted(wide, shown, selected)["year"]
    years = wide.table["year"].to_numpy()
    in_first = years == 1980
    assert counts.labels[0] == "1980"
    assert (counts.all[0], counts.shown[0], counts.selected[0]) == (
        in_first.sum(),
        in_first[:500].sum(),
        in_first[400:600].sum(),
    )
    assert counts.note == f"median {np.median(years[400:600]):g} selected"
    assert counted(wide, shown)["year"].note == f"median {np.median(years[:500]):g}"


def test_rare_values_share_a_bar_and_missing_ones_have_one(wide) -> None:
    counts = counted(wide)
    many = counts["many"]
    assert (len(many.labels), many.labels[-1], many.note) == (41, "260 others", "300 values")
    assert many.all.sum() == N
    rest = ValuesFilter("many", many.values[-1])
    assert rest.mask(wide.table).sum() == many.all[-1]
    flag = counts["flag"]
    assert dict(zip(flag.labels, flag.all.tolist(), strict=True)) == {
        "false": 500,
        "true": 400,
        "missing": 100,
    }
    assert ValuesFilter("flag", flag.values[-1]).mask(wide.table).sum() == 100


def test_a_constant_column_has_one_bar(wide) -> None:
    same = counted(wide)["same"]
    assert (same.labels, same.all.tolist()) == (("1",), [N])
    assert same.range_of(0, 0) == RangeFilter("same", 1.0, 1.0)


@pytest.mark.parametrize(
    ("low", "high", "is_whole", "n", "last"),
    [
        (0, 9, True, 10, 10),
        (0, 99, True, 34, 102),
        (0, 63, True, 64, 64),
        (0.0, 1.0, False, 40, 1.0),
        (5, 5, True, 1, 5),
    ],
)
def test_edges(low, high, is_whole, n, last) -> None:
    edges = bin_edges(low, high, is_whole=is_whole)
    assert (len(edges) - 1, edges[0], edges[-1]) == (n, low, last)


def test_the_widest_numbers_have_bins() -> None:
    edges = bin_edges(-1.7e308, 1.7e308, is_whole=False)
    assert np.isfinite(edges).all()
    assert len(edges) == 41


def test_bars_become_filters(services, wide) -> None:
    services.library.add(wide)
    told = []
    services.histograms.ask(told.append)
    counts = {one.column: one for one in told[-1]}
    services.histograms.brush(counts["year"], 5, 3)
    services.histograms.brush(counts["year"], 5, 2)
    years = wide.table["year"].to_numpy()
    state = services.store.state
    assert state.filters == (RangeFilter("year", 1982.0, 1985.0),)
    assert state.visible.sum() == ((years >= 1982) & (years <= 1985)).sum()
    services.store.undo()
    assert services.store.state.filters == ()  # a drag is one step
    services.store.redo()
    services.histograms.choose(counts["flag"], 0, adds=False)
    services.histograms.choose(counts["flag"], 2, adds=True)
    assert services.store.state.filters[-1] == ValuesFilter("flag", frozenset(["false", None]))
    services.histograms.choose(counts["flag"], 0, adds=True)
    services.histograms.choose(counts["flag"], 2, adds=False)
    assert services.store.state.filters == (RangeFilter("year", 1982.0, 1985.0),)
    services.histograms.clear(counts["year"])
    assert services.store.state.filters == ()


def test_a_bin_is_chosen_added_to_and_taken_back(services, wide) -> None:
    services.library.add(wide)
    told = []
    services.histograms.ask(told.append)
    year = next(one for one in told[-1] if one.column == "year")
    services.histograms.choose(year, 4, adds=False)
    assert services.store.state.filters == (RangeFilter("year", 1984.0, 1984.0),)
    services.histograms.choose(year, 6, adds=True)
    assert services.store.state.filters == (RangeFilter("year", 1984.0, 1986.0),)
    services.histograms.choose(year, 4, adds=False)
    services.histograms.choose(year, 4, adds=False)
    assert services.store.state.filters == ()


def test_the_numbers_can_be_read(wide) -> None:
    flag = counted(wide, None, np.arange(20))["flag"]
    assert as_text(flag).split("\n") == [
        "flag\tall\tshown\tselected",
        "false\t500\t500\t10",
        "true\t400\t400\t8",
        "missing\t100\t100\t2",
    ]
    assert described(flag) == (
        "flag: 3 bars, 1,000 items, 1,000 shown, 20 selected; most in false, 500. 2 values"
    )
    score = counted(wide)["score"]
    missing = wide.table["score"].null_count
    assert as_text(score).split("\n")[-1] == f"missing\t{missing}\t\t"
