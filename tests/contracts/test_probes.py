"""What every probe must keep to, whoever wrote it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from embexplorer.core.contracts import Probe
from embexplorer.core.params import fields_of
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.probe import probe, result_values
from embexplorer.operations.probe_uncertainty import find_uncertainty
from embexplorer.plugins import Registry

PROBES = [pytest.param(one, id=one.id) for one in Registry.discover().all(Probe)]


@pytest.fixture(scope="module")
def space():
    rng = np.random.default_rng(0)
    names = [f"{key}{at}" for key in "xyabpqw" for at in range(6)]
    names += [f"word {at}" for at in range(200)]
    twice = names[:42]  # the words of sets: two rows each, for the probes of a column
    items = [*names, *(f"{name} again" for name in twice)]
    vectors = rng.normal(size=(len(items), 12)).astype(np.float32)
    return make_space(vectors, make_table(items, {"word": names + twice}), name="words")


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def sets_for(asks):
    """Return sets of six items that a probe takes."""

    def part(key):
        return [f"{key}{at}" for at in range(6)]

    document = {}
    if asks.targets != 0:
        document["targets"] = [part(key) for key in "xy"[: asks.targets or 2]]
    if asks.attributes != 0:
        document["attributes"] = [part(key) for key in "ab"[: asks.attributes or 2]]
    if asks.pairs:
        document["pairs"] = [list(pair) for pair in zip(part("p"), part("q"), strict=True)]
    if asks.words is not False:
        document["words"] = part("w")
    return document


@pytest.mark.parametrize("plugin", PROBES)
def test_it_says_what_it_is(plugin):
    assert plugin.formula
    assert any(character.isdigit() for character in plugin.source), "a source has a year"
    assert plugin.summary.endswith(".")
    assert plugin.run is not None
    asks = plugin.asks
    assert asks.targets != 0 or asks.attributes != 0 or asks.pairs or asks.words
    fields_of(plugin.params)


@pytest.mark.parametrize("plugin", PROBES)
def test_its_numbers_are_finite_named_and_repeatable(plugin, space, context):
    sets = sets_for(plugin.asks)
    before = np.array(space.vectors)
    result = probe(space, plugin.id, sets, context, seed=3)
    values = result_values(result)
    again = result_values(probe(space, plugin.id, sets, context, seed=3))
    assert {**values, "seconds": 0} == {**again, "seconds": 0}
    np.testing.assert_array_equal(space.vectors, before)
    assert result.found.value is not None
    assert math.isfinite(result.found.value)
    if result.found.bounds is not None:
        low, high = result.found.bounds
        assert low <= result.found.value <= high
    assert result.found.per_item
    keys = {one.key for one in result.coverage}
    if "pairs" in keys:
        keys |= {"first", "second"}
    assert {one.set for one in result.found.per_item} <= keys
    assert all(math.isfinite(one.score) for one in result.found.per_item)
    for note in result.notes:
        assert note.endswith(".")
    if result.found.p_value is not None:
        assert 0 <= result.found.p_value <= 1
        assert result.found.p_kind in ("exact", "sampled", None)
        assert (result.found.null is None) == (result.found.p_kind is None)


@pytest.mark.parametrize("plugin", [one for one in PROBES if one.values[0].measure is not None])
def test_its_number_can_be_repeated(plugin, space, context):
    result = probe(space, plugin.id, sets_for(plugin.asks), context)
    found = find_uncertainty(space, result, context, draws=20, null_draws=5)
    assert found.value == pytest.approx(result.found.value)
    assert len(found.draws) == 20
    assert len({one.score for one in found.leave_one_out}) > 1
