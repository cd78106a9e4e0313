"""Cluster and neighbor bias: by hand, with another original, and at their limits."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from embexplorer.core.contracts import Probe
from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.operations.find_groups import find_groups
from embexplorer.operations.item_sets import sets_from
from embexplorer.operations.probe import probe, probing_of

PAIRS = [["she", "he"]]
N = 20  # words of a side


def scores(found):
    return {one.item: one.score for one in found.per_item}


def parted(space_of, names=(), along=1.0, apart=5.0, seed=0):
    """Return a space of two crowds, of which the direction of the pairs tells by `along`."""
    rng = np.random.default_rng(seed)
    vectors = {"she": [1.0, 0, 0, 0], "he": [-1.0, 0, 0, 0]}
    for name, sign in (("f", 1.0), ("m", -1.0)):
        for at in range(N):
            far = along * sign * (1.0 + at / N)
            vectors[f"{name}{at}"] = [far, apart * sign, *rng.normal(scale=0.1, size=2)]
    vectors |= {name: [0.0, 0.0, 1.0, 1.0] for name in names}
    return space_of(vectors)


def debiased(space_of, space, *, keep_crowds=True):
    """Return the space without its first axis, and without the second if asked."""
    vectors = np.array(space.vectors)
    vectors[2:, 0] = 0.0
    if not keep_crowds:
        vectors[2:, 1] = 0.0
    return space_of(dict(zip(space.items, vectors, strict=True)))


def test_two_crowds_are_found_in_the_space_and_after_the_direction_was_taken_out(space_of, context):
    space = parted(space_of)
    sets = {"pairs": PAIRS}
    params = {"k": 10}
    found = probe(space, "cluster-bias", sets, context, params=params).found
    assert found.statistic == 1.0
    assert {one.item for one in found.per_item if one.set == "first"} == {
        f"f{at}" for at in range(10, N)
    }
    assert {one.item for one in found.per_item if one.set == "second"} == {
        f"m{at}" for at in range(10, N)
    }
    still = debiased(space_of, space)
    result = probe(still, "cluster-bias", sets, context, params=params, original=space)
    assert result.found.statistic == 1.0
    assert scores(result.found) == scores(found)  # sides are those of the original
    assert "sides of items from “words”" in result.how


def test_without_crowds_the_accuracy_is_near_chance(space_of, context):
    space = parted(space_of)
    gone = debiased(space_of, space, keep_crowds=False)
    params = {"k": N, "classifier": True}
    found = probe(
        gone, "cluster-bias", {"pairs": PAIRS}, context, params=params, original=space
    ).found
    assert 0.5 <= found.statistic <= 0.7
    assert found.details["by_chance"] == pytest.approx(0.5 + np.sqrt(1 / (2 * np.pi * 2 * N)))
    assert found.details["classifier"]["n_train"] == 8
    assert found.details["classifier"]["n_test"] == 32


def test_the_classifier_tells_sides_that_can_be_told(space_of, context):
    params = {"k": 5, "classifier": True}
    found = probe(parted(space_of), "cluster-bias", {"pairs": PAIRS}, context, params=params).found
    assert found.details["classifier"]["accuracy"] == 1.0


def test_the_original_may_have_other_items_in_another_order(space_of, context):
    space = parted(space_of)
    turned = list(zip(space.items, np.array(space.vectors), strict=True))[::-1]
    sets, params = {"pairs": PAIRS}, {"k": 10}
    same = probe(space, "cluster-bias", sets, context, params=params, original=space)
    whole = space_of(dict([("more", np.ones(4)), *turned]))
    result = probe(space, "cluster-bias", sets, context, params=params, original=whole)
    assert scores(result.found) == pytest.approx(scores(same.found))
    lacking = space_of(dict(turned[3:]))
    less = probe(space, "cluster-bias", sets, context, params=params, original=lacking)
    assert "3 of the first 42 items are not in the original space." in less.notes
    assert "m19" not in scores(less.found)


def test_the_original_may_have_other_dimensions(space_of, context):
    space = parted(space_of)
    flat = space_of(dict(zip(space.items, np.array(space.vectors)[:, :2], strict=True)))
    found = probe(space, "cluster-bias", {"pairs": PAIRS}, context, original=flat).found
    two = np.float64(flat.vectors)
    expected = (two[:, 0] / np.linalg.norm(two, axis=1))[2:]
    assert scores(found) == pytest.approx(dict(zip(space.items[2:], expected, strict=True)))


def test_words_at_one_place_are_no_two_groups(space_of, context):
    space = parted(space_of)
    vectors = np.array(space.vectors)
    vectors[2:] = [0, 0, 0, 2]
    same = space_of(dict(zip(space.items, vectors, strict=True)))
    result = probe(same, "cluster-bias", {"pairs": PAIRS}, context, original=space)
    assert result.found.statistic == 0.5


def test_an_original_without_the_pairs_is_refused(space_of, context):
    space = parted(space_of)
    vectors = dict(zip(space.items, np.array(space.vectors), strict=True))
    del vectors["he"]
    with pytest.raises(UserError, match="has no vector for he") as caught:
        probe(space, "cluster-bias", {"pairs": PAIRS}, context, original=space_of(vectors))
    assert caught.value.title == "The original lacks pairs"


def test_a_probe_of_one_space_refuses_an_original(space_of, context):
    space = parted(space_of)
    with pytest.raises(UserError) as caught:
        probe(space, "direction", {"pairs": PAIRS}, context, original=space)
    assert caught.value.title == "No original is used"


def test_fewer_words_than_asked_are_said_and_too_few_refused(space_of, context):
    space = parted(space_of)
    result = probe(space, "cluster-bias", {"pairs": PAIRS}, context)
    assert result.found.details["k"] == N
    assert "Only 20 words lie on one of the sides, not 500" in " ".join(result.notes)
    one_sided = space_of({"she": [1, 0], "he": [-1, 0], "a": [1, 1], "b": [2, 1], "c": [-1, 1]})
    with pytest.raises(UserError) as caught:
        probe(one_sided, "cluster-bias", {"pairs": PAIRS}, context)
    assert caught.value.title == "Too few words on a side"
    assert "2 words lie on the first side of the pairs and 1 on the second" in caught.value.detail


def test_items_of_one_side_by_definition_are_left_out(space_of, context):
    space = parted(space_of)
    sets = {"pairs": PAIRS, "specific": ["f19", "m19", "aunt"]}
    result = probe(space, "cluster-bias", sets, context, params={"k": N})
    assert result.found.details["k"] == N - 1
    assert not {"f19", "m19", "she", "he"} & set(scores(result.found))
    assert "2 items of one side by definition" in " ".join(result.notes)


def test_only_the_first_items_are_looked_at(space_of, context):
    space = parted(space_of)
    params = {"k": 10, "n_first": 25}  # she, he, 20 f and 3 m
    result = probe(space, "cluster-bias", {"pairs": PAIRS}, context, params=params)
    assert result.found.details["k"] == 3


def test_neighbors_by_hand(space_of, context):
    """Of the 3 nearest of each word, 3, 2 and 0 lay on the first side."""
    space = space_of(
        {
            "she": [1, 0, 0], "he": [-1, 0, 0],
            "a": [3, 0, 5], "a1": [1, 0, 5], "a2": [2, 0, 5], "a3": [4, 0, 5],
            "b": [1, 5, 0], "b1": [2, 5, 0], "b2": [3, 5, 0], "b3": [-1, 5, 0],
            "c": [-2, -5, 0], "c1": [-1, -5, 0], "c2": [-1, -5, 1], "c3": [-2, -5, 1],
        }
    )  # fmt: skip
    sets = {"pairs": PAIRS, "words": ["a", "b", "c"]}
    found = probe(space, "neighbor-bias", sets, context, params={"k": 3}).found
    assert scores(found) == pytest.approx({"a": 1.0, "b": 2 / 3, "c": 0.0})
    original = [3 / np.sqrt(34), 1 / np.sqrt(26), -2 / np.sqrt(29)]
    assert [one["original"] for one in found.details["words"]] == pytest.approx(original)
    assert found.statistic == pytest.approx(np.corrcoef([1, 2 / 3, 0], original)[0, 1])


def test_neighbors_are_those_of_the_space_and_sides_those_of_the_original(space_of, context):
    space = parted(space_of)
    sets = {"pairs": PAIRS, "words": ["f0", "f19", "m0", "m19"]}
    for changed in (space, debiased(space_of, space)):
        found = probe(
            changed, "neighbor-bias", sets, context, params={"k": 5}, original=space
        ).found
        assert scores(found) == {"f0": 1.0, "f19": 1.0, "m0": 0.0, "m19": 0.0}
        assert found.statistic > 0.9


def test_a_word_beyond_the_first_items_has_neighbors_too(space_of, context):
    space = parted(space_of, ["x", "y"])
    sets = {"pairs": PAIRS, "words": ["f0", "m0", "m18", "y"]}
    params = {"k": 4, "n_first": 41}
    result = probe(space, "neighbor-bias", sets, context, params=params)
    assert scores(result.found)["m18"] == 0.0
    assert 0.0 <= scores(result.found)["y"] <= 1.0
    assert result.found.details["k"] == 4


def test_a_vector_that_is_no_row_of_the_space_has_neighbors_too(space_of, context):
    """Such as the mean of the sentences about a word: its group has the row -1."""
    space = parted(space_of)
    sets = sets_from({"pairs": PAIRS, "words": ["f0", "m0", "m1"]}, "sets")
    plugin = context.registry.get(Probe, "neighbor-bias")
    groups = find_groups(space, sets, plugin.asks, plugin.title)
    assert groups.words is not None
    words = dataclasses.replace(groups.words, rows=np.full(3, -1))
    probing = probing_of(groups, space, plugin.params(k=5), 0, Progress())
    found = plugin.run(dataclasses.replace(probing, words=words))
    assert scores(found) == {"f0": 1.0, "m0": 0.0, "m1": 0.0}
    assert found.details["words"][0]["original"] == pytest.approx(1 / np.sqrt(26), abs=1e-2)


def test_words_that_cannot_be_correlated_are_refused(space_of, context):
    space = parted(space_of)
    few = {"pairs": PAIRS, "words": ["f0", "m0"]}
    with pytest.raises(UserError, match="needs 3 words; there are 2") as caught:
        probe(space, "neighbor-bias", few, context)
    assert caught.value.title == "Too few words"
    same = {"pairs": PAIRS, "words": ["f0", "f1", "f2"]}
    with pytest.raises(UserError) as caught:
        probe(space, "neighbor-bias", same, context, params={"k": 5})
    assert caught.value.title == "Nothing to correlate"


def test_words_that_the_original_lacks_are_said(space_of, context):
    space = parted(space_of)
    vectors = dict(zip(space.items, np.array(space.vectors), strict=True))
    del vectors["f3"]
    sets = {"pairs": PAIRS, "words": ["f0", "f3", "m0", "m1"]}
    result = probe(
        space, "neighbor-bias", sets, context, params={"k": 5}, original=space_of(vectors)
    )
    assert set(scores(result.found)) == {"f0", "m0", "m1"}
    assert "Words without a vector in the original space: f3." in result.notes


@pytest.mark.parametrize("probe_id", ["cluster-bias", "neighbor-bias", "generated-analogies"])
def test_a_cancel_is_heard(space_of, context, probe_id):
    progress = Progress()
    progress.cancel()
    sets = {"pairs": PAIRS, "words": ["f0", "m0", "m1"]}
    with pytest.raises(CancelledError):
        probe(parted(space_of), probe_id, sets, context, progress=progress)
