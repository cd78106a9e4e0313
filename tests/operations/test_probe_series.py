from __future__ import annotations

import json

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.probe import probe
from embexplorer.operations.probe_series import probe_series, series_values

SETS = {key: [f"{key.lower()}{at}" for at in range(6)] for key in "XYAB"}
WORDS = [word for part in SETS.values() for word in part]
DECADES = ["1900", "1910", "1920", "1930"]


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def decade(strength, name, without=()):
    """A space in which X lies toward A, and Y toward B, by so much."""
    rng = np.random.default_rng(0)
    vectors = {word: rng.normal(size=20) for word in WORDS}
    for word in WORDS:
        vectors[word][0] += strength * (1 if word[0] in "xa" else -1)
    kept = [word for word in WORDS if word not in without]
    return make_space(np.array([vectors[word] for word in kept]), make_table(kept), name=name)


@pytest.fixture
def decades():
    strengths = zip((0.2, 0.5, 1.0, 2.0), DECADES, strict=True)
    return [decade(strength, name) for strength, name in strengths]


def test_a_rise_is_found_with_an_interval_of_each_number(decades, context):
    found = probe_series(decades, "weat", SETS, context, draws=200)
    single = [probe(space, "weat", SETS, context).found.effect_size for space in decades]
    assert [one.value for one in found.points] == single
    assert single == sorted(single)
    for one in found.points:
        assert one.interval.low <= one.value <= one.interval.high
    assert found.trend.rho == pytest.approx(1)
    assert found.trend.p == pytest.approx(2 / 24)
    values = series_values(found)
    assert values["trend"]["p_kind"] == "exact"
    assert [one["space"] for one in values["series"]] == DECADES
    assert values["series"][0]["used"] == 24
    assert "p cannot be below 0.083" in " ".join(found.notes)
    assert "Garg" in found.citation
    assert found.how.startswith("WEAT (ddof 1, alternative greater, ")
    assert "95% percentile intervals from 200 draws" in found.how
    json.dumps(values, allow_nan=False)


def test_only_items_that_all_spaces_have_are_used(decades, context):
    spaces = [*decades[:2], decade(1.0, "1920", without=("x3", "a1"))]
    found = probe_series(spaces, "weat", SETS, context, draws=0)
    fewer = {key: [w for w in words if w not in ("x3", "a1")] for key, words in SETS.items()}
    for one, space in zip(found.points, spaces, strict=True):
        expected = probe(space, "weat", fewer, context).found.effect_size
        assert one.value == pytest.approx(expected)
        assert one.interval is None
    assert found.coverage[0].missing == ("x3",)
    assert "X: 5 of 6 items are in all these spaces; missing: x3." in found.notes
    assert "Not in “1920”, or zero there: a1, x3." in found.notes
    assert sum("x3" in note for note in found.notes) == 2


def test_another_case_stands_in_where_a_space_has_no_other(decades, context):
    spaces = [decades[0], decade(1.0, "1920")]
    table = make_table([item.upper() for item in spaces[1].items[:]])
    spaces[1] = make_space(spaces[1].vectors, table, name="1920")
    found = probe_series(spaces, "weat", SETS, context, ignore_case=True, draws=50)
    expected = probe(decade(1.0, "1920"), "weat", SETS, context).found.effect_size
    assert found.points[1].value == pytest.approx(expected)
    assert found.points[1].interval.low < expected < found.points[1].interval.high
    assert any(
        note.startswith("1920: Items that differ in case stand in: A0 for a0")
        for note in found.notes
    )


def test_too_few_shared_items_are_refused(decades, context):
    spaces = [*decades, decade(1.0, "1940", without=("x0", "x1"))]
    with pytest.raises(UserError) as caught:
        probe_series(spaces, "weat", SETS, context)
    assert "2 of 6 items of X are not in all these spaces: x0, x1." in caught.value.detail
    found = probe_series(spaces, "weat", SETS, context, allow_missing=True, draws=0)
    assert len(found.points) == 5


def test_a_number_that_does_not_exist_stops_no_other(decades, context):
    flat = make_space(np.ones((len(WORDS), 3)), make_table(WORDS), name="flat")
    found = probe_series([*decades, flat], "weat", SETS, context, draws=0)
    assert found.points[-1].value is None
    assert found.trend.n == 24
    assert "“flat” has no number: No differences to compare" in " ".join(found.notes)


def test_two_spaces_have_no_trend_and_one_is_no_series(decades, context):
    found = probe_series(decades[:2], "mac", SETS, context, draws=0)
    assert found.trend is None
    assert "A trend needs 3 numbers at least; there are 2." in found.notes
    with pytest.raises(UserError) as caught:
        probe_series(decades[:1], "weat", SETS, context)
    assert caught.value.title == "A series needs several spaces"
    with pytest.raises(UserError) as caught:
        probe_series(decades, "ceat", SETS, context)
    assert caught.value.title == "No series of this probe"


def test_it_stops_when_cancelled(decades, context):
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        probe_series(decades, "weat", SETS, context, progress=progress)
