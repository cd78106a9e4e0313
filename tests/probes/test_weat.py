from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.operations.probe import probe
from tests.probes.conftest import references

SETS = {"X": ["x1", "x2", "x3"], "Y": ["y1", "y2"], "A": ["a1", "a2"], "B": ["b1", "b2"]}


@pytest.fixture
def words(space_of):
    rng = np.random.default_rng(0)
    names = [word for part in SETS.values() for word in part]
    return space_of({name: rng.normal(size=6) for name in names})


def by_hand(space, sets):
    """Return s(w) of X and of Y, one cosine at a time."""

    def vector(word):
        return np.asarray(space.vectors[space.items.index_of(word)], np.float64)

    def cosine(one, other):
        return (
            vector(one)
            @ vector(other)
            / np.linalg.norm(vector(one))
            / np.linalg.norm(vector(other))
        )

    def s(word):
        near = [cosine(word, a) for a in sets["A"]]
        far = [cosine(word, b) for b in sets["B"]]
        return np.mean(near) - np.mean(far)

    return np.array([s(w) for w in sets["X"]]), np.array([s(w) for w in sets["Y"]])


@pytest.mark.parametrize("reference", references("weat_gnews347") + references("weat_other"))
@pytest.mark.parametrize("ddof", [0, 1])
def test_it_agrees_with_independent_code(reference, ddof, reference_space, context):
    asked = {key: reference["inputs"][key] for key in "XYAB"}
    space = reference_space(reference["data"])
    found = probe(space, "weat", asked, context, params={"ddof": ddof}).found
    value, tolerance = reference["value"], reference["tolerance"]
    assert found.statistic == pytest.approx(value["stat"], abs=tolerance["stat"])
    expected = value[f"d_ddof{ddof}"]
    assert found.effect_size == pytest.approx(expected, abs=tolerance[f"d_ddof{ddof}"])
    assert (found.p_kind, found.n_permutations) == ("exact", value["n_perm"])
    assert found.p_value == pytest.approx(value["p_one_ge"], abs=1e-9)
    two = probe(space, "weat", asked, context, params={"alternative": "two-sided"}).found
    assert two.p_value == pytest.approx(value["p_two_ge"], abs=1e-9)


@pytest.mark.parametrize("alternative", ["greater", "less", "two-sided"])
def test_unequal_sets_by_hand(words, context, alternative):
    x, y = by_hand(words, SETS)
    found = probe(words, "weat", SETS, context, params={"alternative": alternative}).found
    values = np.concatenate([x, y])
    assert found.statistic == pytest.approx(x.sum() - y.sum())
    assert found.effect_size == pytest.approx((x.mean() - y.mean()) / values.std(ddof=1))
    observed = x.mean() - y.mean()
    drawn = []
    for chosen in combinations(range(5), 3):
        rest = [at for at in range(5) if at not in chosen]
        drawn.append(values[list(chosen)].mean() - values[rest].mean())
    drawn = np.array(drawn)
    extreme = {
        "greater": drawn >= observed - 1e-12,
        "less": drawn <= observed + 1e-12,
        "two-sided": np.abs(drawn) >= abs(observed) - 1e-12,
    }[alternative]
    assert found.p_value == pytest.approx(extreme.mean())
    assert "3 and 2 items" in found.notes[0]


def test_it_says_in_words_which_way_the_sets_lie(words, context):
    document = SETS | {"names": {"X": "ex", "Y": "why", "A": "ay", "B": "bee"}}
    found = probe(words, "weat", document, context)
    near, far = ("ay", "bee") if found.found.effect_size > 0 else ("bee", "ay")
    assert (
        f"“ex” lies nearer to “{near}” and farther from “{far}” than “why” does" in found.sentence
    )
    assert f"{abs(found.found.effect_size):.2f} standard deviations" in found.sentence
    assert "does not say why" in found.sentence


def test_contributions_add_up_to_the_effect(words, context):
    found = probe(words, "weat", SETS, context).found
    assert sum(one.score for one in found.contributions) == pytest.approx(found.effect_size)
    assert [(one.item, one.set) for one in found.per_item] == [
        ("x1", "X"), ("x2", "X"), ("x3", "X"), ("y1", "Y"), ("y2", "Y"),
    ]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [("X", "Y"), ("A", "B")])
def test_swapping_sets_negates_it(words, context, one, other):
    swapped = SETS | {one: SETS[other], other: SETS[one]}
    there = probe(words, "weat", SETS, context).found
    back = probe(words, "weat", swapped, context).found
    assert back.statistic == pytest.approx(-there.statistic)
    assert back.effect_size == pytest.approx(-there.effect_size)


def test_turning_and_scaling_the_space_change_nothing(words, context, space_of):
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(6, 6)))[0]
    turned = space_of(dict(zip(words.items[:], 7 * words.vectors @ turn, strict=True)))
    there, here = (probe(space, "weat", SETS, context).found for space in (words, turned))
    assert here.effect_size == pytest.approx(there.effect_size, abs=1e-5)
    assert here.p_value == there.p_value


def test_its_bounds_are_reached_by_sets_of_one_value_each(space_of, context):
    space = space_of(
        {"x1": [1, 0], "x2": [1, 0], "x3": [1, 0], "y1": [0, 1], "y2": [0, 1]}
        | {"a1": [1, 0], "a2": [1, 0], "b1": [0, 1], "b2": [0, 1]}
    )
    found = probe(space, "weat", SETS, context).found
    assert found.effect_size == pytest.approx(found.bounds[1])


def test_many_partitions_are_sampled_and_repeatable(words, context):
    asked = {"exact_up_to": 0, "n_permutations": 5000}
    one, again = (probe(words, "weat", SETS, context, params=asked, seed=3) for _ in range(2))
    exact = probe(words, "weat", SETS, context).found
    assert one.found.p_value == again.found.p_value
    assert (one.found.p_kind, one.found.n_permutations) == ("sampled", 5000)
    assert one.found.p_value == pytest.approx(exact.p_value, abs=0.05)
    assert "5,000 random partitions, seed 3" in one.how


def test_equal_attributes_have_no_effect_size(space_of, context):
    rng = np.random.default_rng(0)
    vectors = {name: rng.normal(size=4) for name in ("x1", "x2", "y1", "y2", "a1", "a2")}
    space = space_of(vectors | {"b1": vectors["a1"], "b2": vectors["a2"]})
    sets = SETS | {"X": ["x1", "x2"]}
    with pytest.raises(UserError) as caught:
        probe(space, "weat", sets, context)
    assert caught.value.title == "No differences to compare"


def test_ee_probe_takes_a_dictionary(words):
    import embexplorer as ee

    result = ee.probe(words, "weat", SETS, ddof=0)
    assert result.found.ddof == 0
    assert result.found.effect_size == pytest.approx(
        ee.probe(words, "weat", SETS).found.effect_size * np.sqrt(5 / 4)
    )


def test_ee_probe_reads_words_in_sentences():
    import embexplorer as ee

    result = ee.probe(None, "seat", SETS, encoder="hashing", templates="This is {word}.")
    assert result.found.details["sentences"] == {"X": 3, "Y": 2, "A": 2, "B": 2}
    with pytest.raises(TypeError, match="give a space, or None and an encoder"):
        ee.probe(None, "seat", SETS)
