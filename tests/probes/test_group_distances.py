"""MAC, RND, ECT, RIPA, RNSB and SC-WEAT: against independent code, by hand, and at their limits."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.operations.probe import probe
from tests.probes.conftest import references


def asked(reference, attributes):
    inputs = reference["inputs"]
    return {
        "targets": [inputs["T1"], inputs["T2"]],
        "attributes": [inputs[key] for key in attributes],
    }


def scores(found):
    return {one.item: one.score for one in found.per_item}


@pytest.fixture
def words(space_of):
    rng = np.random.default_rng(0)
    return space_of({f"{key}{at}": rng.normal(size=5) for key in "xyab" for at in range(4)})


SETS = {
    "targets": [[f"x{at}" for at in range(4)], [f"y{at}" for at in range(4)]],
    "attributes": [[f"a{at}" for at in range(4)]],
}
BOTH = SETS | {"attributes": [*SETS["attributes"], [f"b{at}" for at in range(4)]]}


@pytest.mark.parametrize("reference", references("mac"))
def test_mac_agrees(reference, reference_space, context):
    space = reference_space(reference["data"])
    found = probe(space, "mac", asked(reference, ["A1", "A2"]), context).found
    assert found.statistic == pytest.approx(reference["value"], abs=reference["tolerance"])


@pytest.mark.parametrize("reference", references("rnd"))
def test_rnd_agrees(reference, reference_space, context):
    params = {
        "distance": "cos" if "(cos" in reference["what"] else "norm",
        "unit_length": "normalize=True" in reference["what"],
    }
    space = reference_space(reference["data"])
    found = probe(space, "rnd", asked(reference, ["A1"]), context, params=params).found
    value, tolerance = reference["value"], reference["tolerance"]
    assert found.statistic == pytest.approx(value["mean"], abs=tolerance)
    assert found.details["sum"] == pytest.approx(value["sum"], abs=8 * tolerance)
    assert scores(found) == pytest.approx(value["by_word"], abs=tolerance)


@pytest.mark.parametrize("reference", references("ect"))
def test_ect_agrees(reference, reference_space, context):
    params = {"unit_length": "normalize=True" in reference["what"]}
    space = reference_space(reference["data"])
    found = probe(space, "ect", asked(reference, ["A1"]), context, params=params).found
    assert found.statistic == pytest.approx(reference["value"], abs=reference["tolerance"])


@pytest.mark.parametrize("reference", references("ripa"))
def test_ripa_agrees(reference, reference_space, context):
    params = {"unit_length": "normalize=True" in reference["what"]}
    space = reference_space(reference["data"])
    found = probe(space, "ripa", asked(reference, ["A1"]), context, params=params).found
    value, tolerance = reference["value"], reference["tolerance"]
    assert found.statistic == pytest.approx(value["mean"], abs=tolerance)
    means = {item: one["mean"] for item, one in value["by_word"].items()}
    spreads = {item: one["std_ddof0"] for item, one in value["by_word"].items()}
    assert scores(found) == pytest.approx(means, abs=tolerance)
    assert found.details["spread_over_pairs"] == pytest.approx(spreads, abs=tolerance)


@pytest.mark.parametrize("reference", references("rnsb")[:1])
def test_rnsb_agrees(reference, reference_space, context):
    space = reference_space(reference["data"])
    found = probe(space, "rnsb", asked(reference, ["A1", "A2"]), context).found
    value, tolerance = reference["value"], reference["tolerance"]
    assert found.statistic == pytest.approx(value["rnsb"], abs=tolerance["rnsb"])
    assert scores(found) == pytest.approx(value["negative_probability"], abs=tolerance["prob"])


@pytest.mark.parametrize("name", ["rnd", "ripa"])
def test_swapping_the_groups_negates_it(words, context, name):
    there = probe(words, name, SETS, context).found
    back = probe(words, name, SETS | {"targets": SETS["targets"][::-1]}, context).found
    assert back.statistic == pytest.approx(-there.statistic)
    assert sum(one.score for one in there.contributions) == pytest.approx(there.statistic)


def test_ect_gives_equal_cosines_their_mean_rank(space_of, context):
    space = space_of(
        {"x": [1, 0], "y": [1, 0.1], "a": [1, 1], "b": [2, 2], "c": [1, 0], "d": [0, 1]}
    )
    sets = {"targets": [["x"], ["y"]], "attributes": [["a", "b", "c", "d"]]}
    assert probe(space, "ect", sets, context).found.statistic == pytest.approx(1.0)
    few = sets | {"attributes": [["a", "c"]]}
    with pytest.raises(UserError, match="needs 3 attributes; there are 2"):
        probe(space, "ect", few, context)


def test_ect_with_equal_cosines_only_has_no_ranks(space_of, context):
    space = space_of({f"{key}{at}": [1, at % 2] for key in "xya" for at in (0, 2, 4)})
    sets = {"targets": [["x0", "x2", "x4"], ["y0", "y2", "y4"]], "attributes": [["a0", "a2", "a4"]]}
    with pytest.raises(UserError, match="same cosine"):
        probe(space, "ect", sets, context)


def test_a_pair_of_equal_vectors_has_no_direction(space_of, context):
    space = space_of({"x": [1, 2], "y": [1, 2], "a": [0, 1]})
    sets = {"targets": [["x"], ["y"]], "attributes": [["a"]]}
    with pytest.raises(UserError, match="x and y have the same vector"):
        probe(space, "ripa", sets, context)


def test_rnsb_of_even_targets_is_zero(space_of, context):
    space = space_of({"p": [1, 0], "n": [-1, 0], "t": [0.5, 1], "u": [0.5, 2]})
    sets = {"targets": [["t", "u"]], "attributes": [["p"], ["n"]]}
    found = probe(space, "rnsb", sets, context).found
    assert found.statistic == pytest.approx(0, abs=1e-12)
    assert found.bounds == (0, pytest.approx(np.log(2)))


def test_mac_counts_large_sets_as_small_ones(space_of, context):
    space = space_of({"t": [1, 0], "a": [1, 0], "b": [0, 1], "c": [0, 2], "d": [0, 3]})
    sets = {"targets": [["t"]], "attributes": [["a"], ["b", "c", "d"]]}
    assert probe(space, "mac", sets, context).found.statistic == pytest.approx(0.5)


def test_sc_weat_by_hand(words, context):
    found = probe(words, "sc-weat", BOTH, context).found
    unit = words.vectors / np.linalg.norm(words.vectors, axis=1, keepdims=True)
    rows = {name: at for at, name in enumerate(words.items[:])}
    for item, effect in scores(found).items():
        near = [unit[rows[item]] @ unit[rows[name]] for name in BOTH["attributes"][0]]
        far = [unit[rows[item]] @ unit[rows[name]] for name in BOTH["attributes"][1]]
        expected = (np.mean(near) - np.mean(far)) / np.std(near + far, ddof=1)
        assert effect == pytest.approx(expected, abs=1e-5)
    assert found.statistic == pytest.approx(np.mean(list(scores(found).values())))
    assert (found.p_kind, found.n_permutations) == ("exact", 70)
    assert found.details["p_values"]["x0"] * 70 == pytest.approx(
        round(found.details["p_values"]["x0"] * 70)
    )
