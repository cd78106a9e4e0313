"""Mitigations against independent code, against brute force, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from embexplorer.core.space import make_space, make_table
from embexplorer.debiasings.soft import soft_gram
from embexplorer.measures.bias_direction import find_direction
from tests.debiasings.conftest import unit

PAIR = {"pairs": [["she", "he"]]}


# Soft: where the sums of squares lie along the axes, only M11 differs from 1: it minimizes
# s² (M11 - 1)² + λ r M11² for the sums s of all and r of neutral items, so M11 = s² / (s² + λ r).


def test_soft_by_hand(space_of, changed):
    space = space_of({"she": [2, 0], "he": [-3, 0], "up": [3, 4], "down": [3, -4]})
    s, r = 2 + 2 * 0.36, 2 * 0.36
    made, found = changed(space, "soft", PAIR, strength=3 * s**2 / r)  # M11 = 1/4, T11 = 1/2
    assert found["left_of_direction"] == pytest.approx(0.5)
    assert made.vectors[:2] == pytest.approx(np.array([[1, 0], [-1, 0]]), abs=1e-6)
    assert made.vectors[2] == pytest.approx(np.array([0.3, 0.8]) / np.hypot(0.3, 0.8), abs=1e-6)
    # With means of squares, λ is so many times larger as all pairs of items are more than neutral
    # ones: 4² / 2.
    made, found = changed(space, "soft", PAIR, strength=3 * s**2 / r / 8, per_product=True)
    assert found["left_of_direction"] == pytest.approx(0.5)


def test_soft_is_what_a_general_minimizer_finds():
    rng = np.random.default_rng(4)
    w = rng.normal(size=(3, 12)) * np.array([[0.6], [1.0], [1.5]])
    n, along = w[:, 4:], unit(rng.normal(size=(1, 3)))[0]

    def objective(flat):
        t = flat.reshape(3, 3)
        kept = np.linalg.norm((t @ w).T @ (t @ w) - w.T @ w) ** 2
        return kept + 5.0 * np.linalg.norm((t @ n).T @ (t @ along)) ** 2

    reached = minimize(objective, np.eye(3).ravel(), method="BFGS", options={"gtol": 1e-8})
    t = reached.x.reshape(3, 3)
    assert t.T @ t == pytest.approx(soft_gram(w @ w.T, n @ n.T, along, 5.0), abs=1e-5)


def test_half_sibling_by_hand(space_of, changed):
    # D = diag(3, 4), so with α = 9 the shares taken out are 9/18 and 16/25.
    space = space_of({"she": [3, 0], "he": [0, 4], "nurse": [2, 1], "none": [0, 0]})
    made, _ = changed(space, "half-sibling", PAIR, alpha=9.0)
    assert made.vectors[2] == pytest.approx([1.0, 0.36], abs=1e-6)
    assert not made.vectors[3].any()


# Double-hard: WEFE 1.0.1, DoubleHardDebias(pca_args={"n_components": 10}, incremental_pca=False,
# n_words=20, n_components=10).fit(model, pairs, ["she0", "he0"]).transform(model, ignore=pairs),
# rows scaled to length 1 and the accuracies of its clusters. In this space both do the same: its
# mean is zero, and no pair has anything along the axis that is dropped.
WEFE_ACCURACIES = [1.0, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
WEFE_DOUBLE_HARD = {
    "word 0": [
        -0.3516179, 0.2865873, 0.1798035, -0.7567272, -0.0640266,
        0.0356163, 0.2637721, -0.1744336, 0.2816052, 0.0677865,
    ],
    "word 25": [
        -0.0677992, -0.2983732, -0.2601001, 0.1353323, -0.153328,
        0.05591, 0.5124204, 0.1957495, -0.2817861, 0.6430229,
    ],
}  # fmt: skip


def hiding():
    """Return a space whose most biased words a second axis tells apart, and its pairs."""
    rng = np.random.default_rng(3)

    def words(count, biased, hidden):
        rest = rng.normal(size=(count, 8)) * np.linspace(0.5, 1.5, 8)
        rest *= np.sqrt(1 - biased**2 - hidden**2) / np.linalg.norm(rest, axis=1, keepdims=True)
        half = np.column_stack([np.full(count, biased), np.full(count, hidden), rest])
        return np.concatenate([half, half * np.r_[1, 1, [-1.0] * 8]])

    she = words(4, 0.6, 0.0)
    parts = [she, she * np.r_[-1.0, np.ones(9)]]
    for biased, hidden, count in ((0.4, 0.8, 10), (0.2, -0.8, 20)):
        one = words(count, biased, hidden)
        parts += [one, -one]
    far = unit(rng.normal(size=(100, 10)) * np.r_[0, 0, 8, np.ones(7)])
    parts += [far, -far]
    turn = np.linalg.qr(rng.normal(size=(10, 10)))[0]
    vectors = (np.concatenate(parts) @ turn).astype(np.float32)
    names = [f"{side}{at}" for side in ("she", "he") for at in range(8)]
    names += [f"word {at}" for at in range(len(vectors) - 16)]
    pairs = {"pairs": [[f"she{at}", f"he{at}"] for at in range(8)]}
    return make_space(vectors, make_table(names), name="hiding"), pairs


def test_double_hard_drops_the_axis_that_wefe_drops_and_has_its_values(changed):
    space, pairs = hiding()
    made, found = changed(space, "double-hard", pairs, n_biased=20)
    assert found["dropped_axis"] == 2
    assert found["accuracies"] == WEFE_ACCURACIES
    for item, values in WEFE_DOUBLE_HARD.items():
        assert made.vectors[space.items.index_of(item)] == pytest.approx(values, abs=2e-6)


# RAN in a plane: at the angle θ from a direction, or from the neighbor that repels, the minimum of
# b (1 - cos(φ - θ)) / 2 + c |cos φ| is where tan φ = b sin θ / (b cos θ - 2c), and at right angles
# as soon as 2c is at least b cos θ.


def reached(theta, attraction, other):
    left = attraction * np.cos(theta) - 2 * other
    return np.arctan2(attraction * np.sin(theta), left) if left > 0 else np.pi / 2


@pytest.mark.parametrize(("attraction", "neutralization"), [(7.0, 1.0), (1.0, 1.0)])
def test_ran_neutralizes_by_hand(space_of, changed, attraction, neutralization):
    theta = np.radians(40)
    space = space_of({"she": [1, 0], "he": [-1, 0], "nurse": [np.cos(theta), np.sin(theta)]})
    weights = {"repulsion": 0.0, "attraction": attraction, "neutralization": neutralization}
    made, found = changed(space, "ran", PAIR, **weights, n_steps=1500)
    phi = reached(theta, attraction, neutralization)
    assert made.vectors[2] == pytest.approx([np.cos(phi), np.sin(phi)], abs=1e-3)
    sums = attraction + neutralization
    value = attraction * (1 - np.cos(phi - theta)) / 2 + neutralization * np.cos(phi)
    assert found["objective"][1] == pytest.approx(value / sums, abs=1e-4)


@pytest.mark.parametrize("attraction", [4.0, 1.0])
def test_ran_repels_by_hand(space_of, changed, attraction):
    # Across z the cosine of both words is 1/2, with it .68: a quarter is through the direction.
    nurse, sister = np.array([0.8, 0, 0.6]), np.array([0.4, 0.8 * np.sqrt(0.75), 0.6])
    space = space_of({"she": [0, 0, 1], "he": [0, 0, -1], "nurse": nurse, "sister": sister})
    made, found = changed(
        space, "ran", PAIR, n_items=1, n_neighbors=1, attraction=attraction, neutralization=0.0,
        n_steps=1500,
    )  # fmt: skip
    assert found["repelled"] == 1
    phi = reached(np.arccos(0.68), attraction, 1.0)
    away = unit((nurse - 0.68 * sister)[None])[0]
    assert made.vectors[2] == pytest.approx(np.cos(phi) * sister + np.sin(phi) * away, abs=1e-3)
    # A neighbor that is near for other reasons does not repel.
    made, found = changed(
        space, "ran", PAIR, n_items=1, n_neighbors=1, threshold=0.3, neutralization=0.0
    )
    assert found["repelled"] == 0
    assert made.vectors[2] == pytest.approx(nurse, abs=1e-6)


# The loss of WEFE 1.0.1, RAN_Loss(w_b=w, w=w, repulsion_set, direction) with all weights 1/3, where
# 6,000 steps of torch 2.13 Adam (rate .01, falling to zero, w_b to length 1 after each step) leave
# it, and the first four numbers of w_b. The repulsion sets are those of WEFE's
# RepulsionAttractionNeutralization(n_neighbours=20), in the fixture `gendered`.
WEFE_RAN = {
    "noun 0": (0.0684032, [0.05544, -0.06151, 0.07476, 0.00368]),
    "noun 4": (0.0778936, [-0.17265, 0.06486, 0.05610, 0.22085]),
    "noun 20": (0.0692315, [-0.12837, 0.02587, 0.00434, 0.00765]),
    "noun 39": (0.0721517, [0.35400, 0.09380, 0.37725, 0.03052]),
}


def test_ran_minimizes_the_loss_of_wefe(gendered, changed):
    space, sets = gendered
    pairs = {"pairs": sets["pairs"]}
    made, _ = changed(space, "ran", pairs, n_items=40, n_neighbors=20, n_steps=1500)
    words = unit(space.vectors)
    along = find_direction(words[:8], words[8:16]).vector
    across = unit(words - np.outer(words @ along, along))
    for item, (lowest, first) in WEFE_RAN.items():
        row = space.items.index_of(item)
        cosines = words @ words[row]
        nearest = np.argsort(-cosines)[1:21]
        bias = 1 - (across[nearest] @ across[row]) / cosines[nearest]
        x = np.asarray(made.vectors[row], np.float64)
        repulsion = np.abs(words[nearest[bias > 0.05]] @ x).mean()
        loss = (repulsion + (1 - x @ words[row]) / 2 + abs(x @ along)) / 3
        assert loss == pytest.approx(lowest, abs=2e-5)
        assert x[:4] == pytest.approx(first, abs=0.01)


def test_inlp_is_the_intersection_of_null_spaces_of_classifiers(changed):
    """Train, project onto the null space, and again; as the algorithm of the paper says it."""
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(200, 8)) @ np.diag(np.linspace(0.3, 2, 8)) + 1
    vectors[:100] += 1.2 * rng.normal(size=8)
    vectors = vectors.astype(np.float32)
    names = [f"i{at}" for at in range(200)]
    sets = {"targets": [names[:100], names[100:]]}
    made, found = changed(make_space(vectors, make_table(names)), "inlp", sets)

    x, labels = np.asarray(vectors, np.float64), np.repeat([0, 1], 100)
    rng = np.random.default_rng(0)
    held_out = np.r_[rng.permutation(100)[:30], 100 + rng.permutation(100)[:30]]
    learned_from = np.setdiff1d(np.arange(200), held_out)
    projector, row_spaces, accuracies = np.eye(8), np.zeros((8, 8)), []
    while True:
        left = x @ projector
        scale = np.linalg.norm(left, axis=1).mean()
        classifier = LogisticRegression(C=1.0, max_iter=1000)
        classifier.fit(left[learned_from] / scale, labels[learned_from])
        accuracies.append(classifier.score(left[held_out] / scale, labels[held_out]))
        if accuracies[-1] <= 0.5:
            break
        weights = classifier.coef_[0] / np.linalg.norm(classifier.coef_)
        row_spaces += np.outer(weights, weights)
        values, axes = np.linalg.eigh(row_spaces)
        spanned = axes[:, values > 1e-8]
        projector = np.eye(8) - spanned @ spanned.T
    assert len(accuracies) > 2
    assert found["accuracies"] == pytest.approx(accuracies)
    assert found["dimensions"] == len(accuracies) - 1
    assert np.asarray(made.vectors) == pytest.approx(x @ projector, abs=1e-4)
