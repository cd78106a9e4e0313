"""What holds for every probe of words: invariances, signs, and sets that have no number."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.contracts import Probe
from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.probe import probe
from embexplorer.plugins import Registry

TARGETS = [[f"{key}{at}" for at in range(4)] for key in "xy"]
ATTRIBUTES = [[f"{key}{at}" for at in range(4)] for key in "ab"]
PAIRS = [[f"p{at}", f"q{at}"] for at in range(4)]
WORDS = [f"w{at}" for at in range(6)]
TEST = {"targets": TARGETS, "attributes": ATTRIBUTES}
ONE = {"targets": TARGETS, "attributes": ATTRIBUTES[:1]}
ALONG = {"pairs": PAIRS, "words": WORDS}
SETS = {
    "weat": TEST, "ml-eat": TEST, "sc-weat": TEST, "mac": TEST, "rnsb": TEST,
    "ect": ONE, "rnd": ONE, "ripa": ONE,
    "direction": ALONG, "direct-bias": ALONG, "indirect-bias": ALONG,
}  # fmt: skip
RAW = {"rnd": 1, "ripa": 1, "rnsb": None}  # by which power of the scale they grow; None: otherwise
UNIT = {"rnd": {"unit_length": True}, "ripa": {"unit_length": True}}


@pytest.fixture
def words():
    names = [f"{key}{at}" for key in "xyabpqw" for at in range(6)]
    vectors = np.random.default_rng(2).normal(size=(len(names), 8)) + 0.3
    return make_space(vectors.astype(np.float32), make_table(names), name="words")


def changed(space, vectors):
    return make_space(vectors.astype(np.float32), make_table(space.items[:]), name="changed")


def value(space, name, context, sets=None, **params):
    return probe(space, name, sets or SETS[name], context, params=params).found.value


def test_every_probe_of_words_by_repetition_is_here():
    every = {one.id for one in Registry.discover().all(Probe) if one.measure is not None}
    assert every - {"seat", "ceat", "ieat"} == set(SETS)


@pytest.mark.parametrize("name", SETS)
def test_turning_the_space_changes_nothing(words, context, name):
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(8, 8)))[0]
    turned = changed(words, words.vectors @ turn)
    assert value(turned, name, context) == pytest.approx(value(words, name, context), abs=1e-5)


@pytest.mark.parametrize("name", SETS)
def test_scaling_the_space_changes_only_what_takes_vectors_as_they_are(words, context, name):
    scaled, there = changed(words, 5 * words.vectors), value(words, name, context)
    here = value(scaled, name, context)
    if name not in RAW:
        assert here == pytest.approx(there, abs=1e-5)
        return
    power = RAW[name]
    if power is None:
        assert abs(here - there) > 0.01
    else:
        assert here == pytest.approx(5**power * there, rel=1e-5)
    if name in UNIT:
        assert value(scaled, name, context, **UNIT[name]) == pytest.approx(
            value(words, name, context, **UNIT[name]), abs=1e-6
        )


@pytest.mark.parametrize("name", ["weat", "sc-weat", "mac", "direct-bias"])
def test_subtracting_the_mean_changes_cosines(words, context, name):
    centered = changed(words, words.vectors - words.vectors.mean(axis=0))
    assert abs(value(centered, name, context) - value(words, name, context)) > 1e-3


@pytest.mark.parametrize(
    ("name", "what"),
    [("weat", "targets"), ("weat", "attributes"), ("ml-eat", "targets"), ("ml-eat", "attributes"),
     ("sc-weat", "attributes"), ("rnd", "targets"), ("ripa", "targets")],
)  # fmt: skip
def test_swapping_opposite_sets_negates_the_number(words, context, name, what):
    swapped = SETS[name] | {what: SETS[name][what][::-1]}
    found = value(words, name, context, swapped)
    assert found == pytest.approx(-value(words, name, context), abs=1e-12)


@pytest.mark.parametrize(("name", "what"), [("mac", "targets"), ("mac", "attributes")])
def test_swapping_sets_of_no_order_changes_nothing(words, context, name, what):
    swapped = SETS[name] | {what: SETS[name][what][::-1]}
    assert value(words, name, context, swapped) == pytest.approx(value(words, name, context))


def test_turning_the_pairs_round_leaves_sizes_and_negates_cosines(words, context):
    turned = {"pairs": [pair[::-1] for pair in PAIRS], "words": WORDS}
    for name in ("direction", "direct-bias", "indirect-bias"):
        assert value(words, name, context, turned) == pytest.approx(value(words, name, context))
    one, other = (probe(words, "direct-bias", sets, context).found for sets in (ALONG, turned))
    signs = [-score.score for score in other.per_item]
    assert [score.score for score in one.per_item] == pytest.approx(signs)


@pytest.mark.parametrize("name", ["weat", "ml-eat", "sc-weat"])
def test_attributes_of_one_place_have_no_spread(words, context, name):
    same = np.array(words.vectors)
    rows = [words.items.index_of(item) for part in ATTRIBUTES for item in part]
    same[rows] = same[rows[0]]
    with pytest.raises(UserError) as caught:
        probe(changed(words, same), name, TEST, context)
    assert caught.value.title == "No differences to compare"


@pytest.mark.parametrize("name", ["weat", "ml-eat", "sc-weat"])
def test_the_same_items_as_both_attributes_are_refused(words, context, name):
    with pytest.raises(UserError) as caught:
        probe(words, name, TEST | {"attributes": [ATTRIBUTES[0]] * 2}, context)
    assert caught.value.title == "An item is in both sets"


@pytest.mark.parametrize("name", ["direction", "direct-bias", "indirect-bias"])
def test_pairs_of_equal_vectors_have_no_direction(words, context, name):
    same = np.array(words.vectors)
    for pair in PAIRS:
        first, second = (words.items.index_of(item) for item in pair)
        same[second] = same[first]
    with pytest.raises(UserError) as caught:
        probe(changed(words, same), name, ALONG, context)
    assert caught.value.title == "The pairs have no direction"


@pytest.mark.parametrize("name", SETS)
def test_how_says_how_many_items_of_how_many_were_used(words, context, name):
    result = probe(words, name, SETS[name], context)
    for one in result.coverage:
        assert f"{one.name} ({len(one.used)} of {len(one.asked)})" in result.how
    assert "42 × 8" in result.how


@pytest.mark.parametrize("name", ["weat", "ml-eat", "sc-weat"])
def test_how_says_deviation_sides_and_partitions(words, context, name):
    exact = probe(words, name, TEST, context, params={"ddof": 0}).how
    assert "ddof 0" in exact
    assert "greater p from all 70 partitions" in exact
    asked = {"exact_up_to": 0, "n_permutations": 200, "alternative": "two-sided"}
    drawn = probe(words, name, TEST, context, params=asked, seed=4).how
    assert "two-sided p from 200 random partitions, seed 4" in drawn


@pytest.mark.parametrize("name", SETS)
def test_a_zero_vector_is_left_out_and_said(words, context, name):
    zero = np.array(words.vectors)
    for item in ("x1", "a2", "p3", "w2"):
        zero[words.items.index_of(item)] = 0
    with pytest.raises(UserError):  # a quarter of a set, or a pair of four, is lost
        probe(changed(words, zero), name, SETS[name], context)
    found = probe(changed(words, zero), name, SETS[name], context, allow_missing=True)
    assert np.isfinite(found.found.value)
    assert "its vector is zero" in " ".join(found.notes) or "missing: p3 – q3" in " ".join(
        found.notes
    )
