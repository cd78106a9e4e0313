from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.measures.bias_direction import find_direction, principal_axes
from tests.debiasings.conftest import unit

PAIR = {"pairs": [["she", "he"]]}


def test_a_pair_and_a_neutral_word_by_hand(space_of, changed):
    # The direction is x. A neutral (3, 4) becomes (0, 1). The middle of (.6, .8) and (-.8, .6) is
    # (-.1, .7); across x it is (0, .7), so both are (±√.51, .7) afterwards.
    space = space_of({"she": [6, 8], "he": [-0.8, 0.6], "nurse": [3, 4], "keeps": [3, 4]})
    made, found = changed(space, "hard", PAIR | {"specific": ["keeps"]}, direction="single")
    along = np.array([1.4, 0.2]) / np.hypot(1.4, 0.2)
    across = np.array([-along[1], along[0]])
    nurse = np.array([0.6, 0.8]) - (np.array([0.6, 0.8]) @ along) * along
    height = np.array([-0.1, 0.7]) @ across
    root = np.sqrt(1 - height**2)
    assert made.vectors[0] == pytest.approx(height * across + root * along, abs=1e-6)
    assert made.vectors[1] == pytest.approx(height * across - root * along, abs=1e-6)
    assert made.vectors[2] == pytest.approx(nurse / np.linalg.norm(nurse), abs=1e-6)
    assert made.vectors[3] == pytest.approx([0.6, 0.8], abs=1e-6)
    assert (found["neutralized"], found["kept"], found["equalized"]) == (1, 1, 2)
    assert found["share"] == pytest.approx(1)


@pytest.mark.parametrize("direction", ["pca", "single", "sum", "mean"])
def test_neutral_words_have_nothing_along_the_direction_and_are_equally_far(
    gendered, changed, direction
):
    space, sets = gendered
    made, found = changed(space, "hard", sets, direction=direction)
    wide = np.asarray(space.vectors, np.float64)
    along = find_direction(wide[:8], wide[8:16], direction).vector
    new = np.asarray(made.vectors, np.float64)
    neutral = np.r_[16:56, 58:456]
    assert np.abs(new[neutral] @ along).max() < 1e-6
    assert np.linalg.norm(new, axis=1) == pytest.approx(1, abs=1e-6)
    for at in range(8):
        assert new[neutral] @ new[at] == pytest.approx(new[neutral] @ new[8 + at], abs=1e-6)
        assert new[at] @ along == pytest.approx(-new[8 + at] @ along, abs=1e-6)
        assert new[at] @ along > 0.1
    assert new[56:58] == pytest.approx(unit(space.vectors)[56:58], abs=1e-6)
    assert found["neutralized"] == len(neutral)


def test_sets_to_equalize_take_the_place_of_the_pairs(gendered, changed):
    space, sets = gendered
    made, found = changed(space, "hard", sets | {"equalize": [["noun 0", "noun 20", "word 5"]]})
    new = np.asarray(made.vectors, np.float64)
    others = np.r_[17:36, 37:56, 64:456]
    triple = new[[16, 36, 61]]
    assert np.ptp(new[others] @ triple.T, axis=1).max() < 1e-6
    assert new[:16] == pytest.approx(unit(space.vectors)[:16], abs=1e-6)  # pairs stay
    assert (found["equalized_sets"], found["equalized"], found["kept"]) == (1, 3, 18)
    _, none = changed(space, "hard", sets, equalize=False)
    assert none["equalized_sets"] == 0


def test_a_set_to_equalize_that_lacks_a_word_is_left_out_whole(gendered, changed):
    space, sets = gendered
    equal = [["noun 0", "noun 20"]] * 1 + [[f"noun {at}", f"noun {at + 20}"] for at in range(1, 8)]
    made, found = changed(space, "hard", sets | {"equalize": [*equal, ["noun 9", "gone"]]})
    assert found["equalized_sets"] == 8
    assert "missing: noun 9 – gone." in " ".join(made.provenance.notes)
    with pytest.raises(UserError, match="0 of 1 items of equalize"):
        changed(space, "hard", sets | {"equalize": [["noun 9", "gone"]]})
    with pytest.raises(UserError, match="“noun 0” is to be equalized with"):
        changed(space, "hard", sets | {"equalize": [["noun 0", "noun 1"], ["noun 2", "noun 0"]]})


def test_a_set_without_sides_is_refused_by_name(space_of, changed):
    space = space_of({"she": [1, 1], "he": [-1, 1], "up": [0, 1], "down": [0, -1], "far": [1, 2]})
    with pytest.raises(UserError, match="“up” does not differ along the direction"):
        changed(space, "hard", PAIR | {"equalize": [["up", "down"]]})


def test_a_word_that_is_the_direction_becomes_zero_and_is_named(space_of, changed):
    space = space_of({"she": [1, 1, 0], "he": [-1, 1, 0], "axis": [5, 0, 0], "other": [1, 2, 3]})
    made, _ = changed(space, "hard", PAIR)
    assert not made.vectors[2].any()
    assert "Nothing is left of 1 vector, which is zero now: “axis”." in made.provenance.notes


def test_rotation_and_scale_of_the_space_do_not_matter(gendered, changed, space_of):
    space, sets = gendered
    made, _ = changed(space, "hard", sets)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(30, 30)))[0]
    turned = space_of(dict(zip(space.items, 7 * space.vectors @ turn, strict=True)))
    other, _ = changed(turned, "hard", sets)
    assert other.vectors == pytest.approx(made.vectors @ turn, abs=1e-5)


def test_multiclass_takes_out_all_axes_and_equalizes_the_classes(gendered, changed):
    space, _ = gendered
    classes = [[f"word {10 * of + at}" for at in range(4)] for of in range(1, 4)]
    made, found = changed(space, "multiclass-hard", {"targets": classes}, n_axes=3)
    rows = np.array([[space.items.index_of(item) for item in one] for one in classes])
    units = unit(space.vectors)
    axes = principal_axes(list(units[rows.T]), 3).vectors
    new = np.asarray(made.vectors, np.float64)
    neutral = np.setdiff1d(np.arange(space.n), rows)
    assert np.abs(new[neutral] @ axes.T).max() < 1e-6
    for one in rows.T:
        assert np.ptp(new[neutral] @ new[one].T, axis=1).max() < 1e-6
    assert len(found["shares"]) == 3
    assert (found["equalized_sets"], found["equalized"]) == (4, 12)


def test_double_hard_drops_the_axis_it_says(gendered, changed):
    space, sets = gendered
    made, found = changed(space, "double-hard", sets, n_candidates=5, n_biased=20)
    units = unit(space.vectors)
    centered = units - units.mean(axis=0)
    axes = np.linalg.svd(centered, full_matrices=False)[2][:5]
    dropped = axes[found["dropped_axis"] - 1]
    assert found["dropped_axis"] == int(np.argmin(found["accuracies"])) + 1
    assert len(found["accuracies"]) == 5
    assert all(0.5 <= one <= 1 for one in found["accuracies"])
    before = unit(centered - np.outer(centered @ dropped, dropped))
    along = find_direction(before[:8], before[8:16]).vector
    new = np.asarray(made.vectors, np.float64)
    neutral = np.r_[16:56, 58:456]
    assert np.abs(new[neutral] @ along).max() < 1e-6
    assert np.abs(new[neutral] @ dropped).max() < 1e-6
    expected = unit(before[neutral] - np.outer(before[neutral] @ along, along))
    assert new[neutral] == pytest.approx(expected, abs=1e-6)
    assert new[56:58] == pytest.approx(before[56:58], abs=1e-6)


# Rows of the fixture `gendered` after WEFE 1.0.1 (HardDebias, MulticlassHardDebias with PCA of two
# components, equalizing the same sets, ignoring the definition and the words), first four numbers.
WEFE_HARD = {
    "she0": [0.25843737, -0.13913059, 0.00333932, 0.29707015],
    "noun 4": [-0.25423512, 0.08170275, -0.00161177, 0.09927414],
}
WEFE_MULTICLASS = {
    "noun 4": [-0.004673, -0.080960, 0.047166, 0.398221],
    "word 10": [0.208199, 0.018612, -0.296327, -0.152210],
    "word 20": [0.189330, 0.016198, -0.307713, -0.195107],
}


def test_the_values_are_those_of_wefe(gendered, changed):
    space, sets = gendered
    made, _ = changed(space, "hard", sets)
    for item, values in WEFE_HARD.items():
        row = made.vectors[space.items.index_of(item)]
        assert row[:4] == pytest.approx(values, abs=1e-6)
    classes = [[f"word {10 * of + at}" for at in range(4)] for of in range(1, 4)]
    made, _ = changed(space, "multiclass-hard", {"targets": classes}, n_axes=2)
    for item, values in WEFE_MULTICLASS.items():
        row = made.vectors[space.items.index_of(item)]
        assert row[:4] == pytest.approx(values, abs=1e-5)
