"""Generated analogies: against a search in all pairs, by hand, and at their limits."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.measures import parallel_pairs
from embexplorer.measures.parallel_pairs import find_parallel_pairs
from embexplorer.operations.probe import probe

BY_HAND = {
    "she": [1.0, 0.0, 0.5], "he": [-1.0, 0.0, 0.5],
    "queen": [0.3, 1.0, 0.0], "king": [-0.3, 1.0, 0.0],
    "aunt": [0.4, 0.0, 2.0], "uncle": [-0.3, 0.1, 2.0],
    "tree": [0.0, -1.0, 0.0],
}  # fmt: skip


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def all_pairs(vectors, direction, k, most_apart):
    """Return the pairs that a search in all of them takes, best first."""
    found = []
    for x, one in enumerate(vectors):
        for y, other in enumerate(vectors):
            apart = np.linalg.norm(one - other)
            if x != y and 1e-6 < apart <= most_apart and (one - other) @ direction > 0:
                found.append((-((one - other) @ direction) / apart, x, y))
    taken = []
    for score, x, y in sorted(found):
        if all(x != first and y != second for first, second, _ in taken):
            taken.append((x, y, -score))
    return taken[:k]


@pytest.mark.parametrize("block", [1 << 10, 1 << 25])
@pytest.mark.parametrize("k", [1, 5, 400])
def test_the_pairs_are_those_of_a_search_in_all(monkeypatch, block, k):
    monkeypatch.setattr(parallel_pairs, "BLOCK_BYTES", block)
    monkeypatch.setattr(parallel_pairs, "MOST_KEPT", 64)
    rng = np.random.default_rng(k)
    vectors = unit(rng.normal(size=(90, 4)))
    vectors[7] = vectors[3]  # equal vectors have no difference
    direction = unit(rng.normal(size=(1, 4)))[0]
    found = find_parallel_pairs(vectors, direction, k, 1.0, Progress())
    expected = all_pairs(vectors, direction, k, 1.0)
    assert len(found.scores) == len(expected)
    assert found.scores == pytest.approx([score for _, _, score in expected])
    apart = np.linalg.norm(vectors[found.first] - vectors[found.second], axis=1)
    assert found.distances == pytest.approx(apart)
    assert len(set(found.first)) == len(set(found.second)) == len(expected)


def test_by_hand(space_of, context):
    space = space_of(BY_HAND)
    found = probe(space, "generated-analogies", {"pairs": [["she", "he"]]}, context).found
    near = found.details["analogies"]
    assert [(one["x"], one["y"]) for one in near] == [
        ("queen", "king"), ("aunt", "uncle"), ("uncle", "he"), ("she", "aunt"),
    ]  # fmt: skip
    assert near[0]["score"] == pytest.approx(1.0)
    assert near[0]["distance"] == pytest.approx(0.6 / np.sqrt(1.09))
    assert [one["by_definition"] for one in near] == [False, False, True, True]
    assert found.statistic == pytest.approx(np.mean([one["score"] for one in near]))
    sets, wide = {"pairs": [["she", "he"]]}, {"delta": 2.0}
    far = probe(space, "generated-analogies", sets, context, params=wide).found
    # She and he are farther apart than 1.
    assert {(one["x"], one["y"]) for one in far.details["analogies"]} == {
        ("queen", "king"), ("she", "he"), ("aunt", "uncle"),
    }  # fmt: skip


def test_without_restriction_the_word_itself_may_be_the_answer(space_of, context):
    """The step from y by a - b = (0.2, 0) is too short to leave it."""
    up = np.sqrt(1 - 0.1**2)
    space = space_of({"a": [0.1, up, 0], "b": [-0.1, up, 0], "x": [0.45, 0, 1], "y": [-0.4, 0, 1]})
    found = probe(space, "generated-analogies", {"pairs": [["a", "b"]]}, context).found
    by_pair = {(one["x"], one["y"]): one["unrestricted"] for one in found.details["analogies"]}
    assert by_pair["a", "b"] == "a"
    assert by_pair["x", "y"] == "y"
    share = np.mean([answer == y for (_, y), answer in by_pair.items()])
    assert found.details["same_word_share"] == pytest.approx(share)


def test_only_the_vocabulary_is_compared(space_of, context):
    rng = np.random.default_rng(0)
    names = ["she", "he", *(f"w{at}" for at in range(40))]
    space = space_of({name: rng.normal(size=3) for name in names})
    result = probe(
        space, "generated-analogies", {"pairs": [["she", "he"]]}, context, params={"vocabulary": 12}
    )
    assert {one.item for one in result.found.per_item} <= set(names[:12])
    assert "The first 12 of 42 items were compared." in result.notes


def test_no_near_pair_is_refused(space_of, context):
    space = space_of({"she": [1, 0, 0], "he": [0, 1, 0], "up": [0, 0, 1]})
    with pytest.raises(UserError) as caught:
        probe(space, "generated-analogies", {"pairs": [["she", "he"]]}, context)
    assert caught.value.title == "No pairs are near enough"
