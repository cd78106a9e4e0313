"""What every mitigation must keep to, whoever wrote it."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.contracts import Debiasing
from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.params import as_dict, fields_of
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.debias import debias
from embexplorer.plugins import Registry

METHODS = [pytest.param(one, id=one.id) for one in Registry.discover().all(Debiasing)]
KEEPING = [one for one in METHODS if one.values[0].asks.pairs or one.values[0].asks.are_paired]


@pytest.fixture(scope="module")
def space():
    """Two sides of pairs, two classes, words, and many others, apart along one axis."""
    rng = np.random.default_rng(0)
    names = [f"{key}{at}" for key in "pqxyw" for at in range(6)] + ["nothing"]
    names += [f"word {at}" for at in range(200)]
    vectors = rng.normal(size=(len(names), 12))
    vectors[[name[0] in "px" for name in names], 0] += 3
    vectors[[name[0] in "qy" for name in names], 0] -= 3
    vectors[names.index("nothing")] = 0
    columns = {"number": list(range(len(names)))}
    return make_space(vectors.astype(np.float32), make_table(names, columns), name="words")


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def sets_for(asks):
    """Return sets of six items that a mitigation takes."""

    def part(key):
        return [f"{key}{at}" for at in range(6)]

    document = {}
    if asks.targets != 0:
        document["targets"] = [part(key) for key in "xy"[: asks.targets or 2]]
    if asks.pairs:
        document["pairs"] = [list(pair) for pair in zip(part("p"), part("q"), strict=True)]
    document["specific"] = part("w")
    return document


@pytest.mark.parametrize("plugin", METHODS)
def test_it_says_what_it_is(plugin):
    assert plugin.formula
    assert any(character.isdigit() for character in plugin.source), "a source has a year"
    assert "https://" in plugin.source
    assert plugin.summary.endswith(".")
    assert plugin.run is not None
    fields_of(plugin.params)


@pytest.mark.parametrize("plugin", METHODS)
def test_it_makes_a_new_space_and_leaves_the_old_one(plugin, space, context):
    before = np.array(space.vectors)
    made = debias(space, plugin.id, sets_for(plugin.asks), context, seed=3)
    np.testing.assert_array_equal(space.vectors, before)
    assert made.vectors.dtype == np.float32
    assert made.vectors.shape == before.shape
    assert np.isfinite(made.vectors).all()
    assert not np.array_equal(made.vectors, before)
    assert made.table.equals(space.table)
    assert made.id != space.id
    assert made.folder is not None
    origin = made.provenance
    assert (origin.source, origin.encoder) == ("", "")
    assert origin.params["method"] == plugin.id
    assert origin.params["params"] == as_dict(plugin.params())
    assert origin.params["of"] == {"id": space.id, "name": "words"}
    assert origin.params["seed"] == 3
    assert origin.params["order"]
    assert origin.params["sets"]["specific"] == sets_for(plugin.asks)["specific"]
    assert "Gonen and Goldberg" in " ".join(origin.notes)
    assert all(note.endswith(".") for note in origin.notes)


@pytest.mark.parametrize("plugin", METHODS)
def test_it_gives_the_same_for_a_seed_and_is_found_in_the_cache(plugin, space, context, tmp_path):
    made = debias(space, plugin.id, sets_for(plugin.asks), context, seed=1)
    assert debias(space, plugin.id, sets_for(plugin.asks), context, seed=1).folder == made.folder
    again = debias(
        space, plugin.id, sets_for(plugin.asks), Context.default(tmp_path / "two"), seed=1
    )
    np.testing.assert_array_equal(again.vectors, made.vectors)


@pytest.mark.parametrize("plugin", METHODS)
def test_a_cancel_leaves_nothing_behind(plugin, space, context):
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        debias(space, plugin.id, sets_for(plugin.asks), context, progress=progress)
    assert context.cache.entries() == []


@pytest.mark.parametrize("plugin", METHODS)
def test_what_cannot_be_told_apart_is_refused(plugin, context):
    """Both sides have the same vectors: no direction, no axis, no class."""
    rng = np.random.default_rng(1)
    half = rng.normal(size=(6, 12))
    others = rng.normal(size=(40, 12))
    names = [f"{key}{at}" for key in ("pq" if plugin.asks.pairs else "xy") for at in range(6)]
    names += [f"w{at}" for at in range(40)]
    vectors = np.concatenate([half, half, others]).astype(np.float32)
    space = make_space(vectors, make_table(names))
    if plugin.id == "half-sibling":
        pytest.skip("it asks for no direction")
    with pytest.raises(UserError) as caught:
        debias(space, plugin.id, sets_for(plugin.asks), context)
    assert len(caught.value.title.split()) <= 6
    assert caught.value.hint
    assert context.cache.entries() == []


@pytest.mark.parametrize("plugin", KEEPING)
def test_a_space_in_which_no_item_is_neutral_is_refused(plugin, space, context):
    sets = sets_for(plugin.asks)
    used = {item for one in (*sets.get("pairs", ()), *sets.get("targets", ())) for item in one}
    sets["specific"] = [item for item in space.items if item not in used]
    with pytest.raises(UserError, match="neutral"):
        debias(space, plugin.id, sets, context, allow_missing=True)


@pytest.mark.parametrize("plugin", [one for one in METHODS if one.values[0].asks.targets != 0])
def test_a_class_of_one_item_or_a_single_class_is_refused(plugin, space, context):
    sets = sets_for(plugin.asks)
    with pytest.raises(UserError, match=r"(Two classes|Other item sets) are needed"):
        debias(space, plugin.id, sets | {"targets": sets["targets"][:1]}, context)
    if plugin.asks.least > 1:
        with pytest.raises(UserError, match="1 of 1 items of T1"):
            debias(space, plugin.id, sets | {"targets": [["x0"], sets["targets"][1]]}, context)
