from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.debiasings.leace import find_eraser
from embexplorer.debiasings.soft import root_of, soft_gram
from embexplorer.measures.bias_direction import find_direction
from tests.debiasings.conftest import unit


@pytest.fixture
def classes():
    """A space of three classes of 60, and the sets."""
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(260, 10)) @ np.diag(np.linspace(0.3, 3, 10)) + 2
    vectors[:60] += rng.normal(size=10)
    vectors[60:120] += rng.normal(size=10)
    names = [f"i{at}" for at in range(260)]
    sets = {"targets": [names[:60], names[60:120], names[120:180]]}
    return make_space(vectors.astype(np.float32), make_table(names)), sets


LABELS = np.repeat(np.arange(3), 60)


def test_soft_without_strength_changes_nothing_but_lengths(gendered, changed):
    space, sets = gendered
    made, found = changed(space, "soft", sets, strength=0.0)
    assert made.vectors == pytest.approx(unit(space.vectors), abs=1e-6)
    assert found["left_of_direction"] == pytest.approx(1)


def test_soft_with_all_strength_leaves_nothing_along_the_direction(gendered, changed):
    space, sets = gendered
    wide = np.asarray(space.vectors, np.float64)
    along = find_direction(wide[:8], wide[8:16]).vector
    sizes = []
    for strength in (0.0, 0.2, 20.0, 2000.0, 1e9):
        made, _ = changed(space, "soft", sets, strength=strength)
        sizes.append(float(np.abs(np.asarray(made.vectors, np.float64) @ along).max()))
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < 1e-3 < sizes[1]


def test_soft_is_hard_neutralizing_where_all_directions_weigh_the_same():
    along = np.array([0.6, 0.8, 0.0])
    same = 5 * np.eye(3)
    root, lost = root_of(soft_gram(same, same, along, 1e9))
    assert root == pytest.approx(np.eye(3) - np.outer(along, along), abs=1e-4)
    assert lost < 1e-9


def test_soft_minimizes_what_it_says():
    rng = np.random.default_rng(0)
    w = rng.normal(size=(6, 40)) * np.linspace(0.5, 2, 6)[:, None]
    n, g, weight = w[:, 5:], unit(rng.normal(size=(1, 6)))[0], 30.0
    found = soft_gram(w @ w.T, n @ n.T, g, weight)

    def objective(gram):
        kept = np.linalg.norm(w.T @ gram @ w - w.T @ w) ** 2
        return kept + weight * np.linalg.norm(n.T @ gram @ g) ** 2

    assert np.linalg.eigvalsh(found).min() > 0
    for _ in range(50):
        step = rng.normal(size=(6, 6))
        for size in (1e-1, 1e-3):
            assert objective(found + size * (step + step.T)) > objective(found)
    root, _ = root_of(found)
    assert root @ root == pytest.approx(found)
    assert np.linalg.norm(n.T @ found @ g) < np.linalg.norm(n.T @ g)


def test_a_gram_matrix_that_no_map_has_loses_its_negative_part():
    root, lost = root_of(np.diag([4.0, 1.0, -0.25]))
    assert root == pytest.approx(np.diag([2.0, 1.0, 0.0]))
    assert lost == 0.25


def test_half_sibling_is_ridge_regression_without_intercept(gendered, changed):
    space, sets = gendered
    wide = np.asarray(space.vectors, np.float64)
    kept = np.r_[:16, 56:58]
    neutral = np.setdiff1d(np.arange(space.n), kept)
    for alpha in (60.0, 1.0):
        made, found = changed(space, "half-sibling", sets, alpha=alpha)
        learned = Ridge(alpha=alpha, fit_intercept=False).fit(wide[kept].T, wide[neutral].T)
        expected = wide[neutral] - learned.predict(wide[kept].T).T
        assert made.vectors[neutral] == pytest.approx(expected, abs=1e-5)
        np.testing.assert_array_equal(made.vectors[kept], space.vectors[kept])
        assert found == {"definition": 18, "neutralized": len(neutral)}
    made, _ = changed(space, "half-sibling", sets, alpha=0.0)  # more items than dimensions are not
    assert np.abs(made.vectors[neutral] @ wide[kept].T).max() < 1e-4


@pytest.mark.parametrize("covariance", ["classes", "space"])
def test_leace_leaves_no_covariance_and_nothing_for_a_linear_classifier(
    classes, changed, covariance
):
    space, sets = classes
    made, found = changed(space, "leace", sets, covariance=covariance)
    new = np.asarray(made.vectors[:180], np.float64)
    onehot = np.eye(3)[LABELS]
    cross = (new - new.mean(axis=0)).T @ (onehot - onehot.mean(axis=0)) / 180
    assert np.abs(cross).max() < 1e-6
    learned = LogisticRegression(C=1e3, max_iter=5000).fit(new, LABELS)
    assert learned.score(new, LABELS) <= 1 / 3 + 0.01
    before = LogisticRegression(C=1e3, max_iter=5000).fit(space.vectors[:180], LABELS)
    assert before.score(space.vectors[:180], LABELS) > 0.6
    assert found["erased_dimensions"] == 2
    assert found["majority"] == pytest.approx(1 / 3)


def test_leace_is_its_definition_and_changes_less_than_projecting_means_out(classes):
    space, _ = classes
    x = np.asarray(space.vectors[:180], np.float64)
    mean, covariance = x.mean(axis=0), np.cov(x.T, ddof=0)
    onehot = np.eye(3)[LABELS] - 1 / 3
    cross = (x - mean).T @ onehot / 180
    values, axes = np.linalg.eigh(covariance)
    w = axes @ np.diag(values**-0.5) @ axes.T
    left = np.linalg.svd(w @ cross)[0][:, :2]
    expected = x - (np.linalg.inv(w) @ left @ left.T @ w @ (x - mean).T).T
    erased = find_eraser(x, LABELS, mean, covariance).erase(x)
    assert erased == pytest.approx(expected, abs=1e-9)
    basis = np.linalg.svd(cross)[0][:, :2]
    projected = x - (x - mean) @ basis @ basis.T
    assert np.linalg.norm(erased - x) < 0.9 * np.linalg.norm(projected - x)


def test_leace_with_fewer_items_than_dimensions_says_so(gendered, changed):
    space, _ = gendered
    sets = {"targets": [[f"she{at}" for at in range(8)], [f"he{at}" for at in range(8)]]}
    made, found = changed(space, "leace", sets)
    new = np.asarray(made.vectors[:16], np.float64)
    assert new[:8].mean(axis=0) == pytest.approx(new[8:].mean(axis=0), abs=1e-6)
    assert found["erased_dimensions"] == 1
    assert "16 items and the space 30 dimensions" in " ".join(made.provenance.notes)


def test_inlp_is_a_projector_of_the_rank_it_says(classes, changed):
    space, sets = classes
    made, found = changed(space, "inlp", sets)
    x, new = (np.asarray(one.vectors, np.float64) for one in (space, made))
    projector = np.linalg.lstsq(x, new, rcond=None)[0]
    assert projector @ projector == pytest.approx(projector, abs=1e-5)
    assert projector == pytest.approx(projector.T, abs=1e-5)
    assert np.trace(projector) == pytest.approx(10 - found["dimensions"], abs=1e-4)
    assert found["accuracies"][0] > 0.6
    assert found["accuracies"][-1] <= found["majority"] or found["dimensions"] == 10
    assert all(accuracy > found["majority"] for accuracy in found["accuracies"][:-1])


def test_inlp_says_where_it_stopped_early(classes, changed):
    space, sets = classes
    made, found = changed(space, "inlp", sets, n_classifiers=1)
    assert len(found["accuracies"]) == 1
    assert "stopped before" in " ".join(made.provenance.notes)


def test_linear_projection_kills_the_mean_difference(classes, changed):
    space, sets = classes
    sets = {"targets": sets["targets"][:2]}
    made, found = changed(space, "linear-projection", sets, unit_length=False)
    new = np.asarray(made.vectors, np.float64)
    assert new[:60].mean(axis=0) == pytest.approx(new[60:120].mean(axis=0), abs=1e-5)
    x = np.asarray(space.vectors, np.float64)
    apart = x[:60].mean(axis=0) - x[60:120].mean(axis=0)
    assert found["mean_difference"] == pytest.approx(np.linalg.norm(apart))
    along = apart / np.linalg.norm(apart)
    assert new == pytest.approx(x - np.outer(x @ along, along), abs=1e-5)
    made, found = changed(space, "linear-projection", sets, direction="pca")
    both = unit(x[:120])
    axis = np.linalg.svd(both - both.mean(axis=0), full_matrices=False)[2][0]
    assert np.abs(made.vectors @ axis).max() < 1e-6
    assert np.linalg.norm(made.vectors, axis=1) == pytest.approx(1, abs=1e-6)


def test_ran_moves_items_off_the_direction_and_stays_near(gendered, changed):
    space, sets = gendered
    made, found = changed(space, "ran", sets, n_items=40, n_neighbors=20)
    wide = np.asarray(space.vectors, np.float64)
    along = find_direction(wide[:8], wide[8:16]).vector
    before, after = unit(wide), np.asarray(made.vectors, np.float64)
    assert found["changed"] == 40
    assert found["objective"][1] < 0.7 * found["objective"][0]
    assert np.abs(after[16:56] @ along).mean() < 0.2 * np.abs(before[16:56] @ along).mean()
    assert np.vecdot(after[16:56], before[16:56]).mean() > 0.6
    others = np.r_[:16, 56:456]
    assert after[others] == pytest.approx(before[others], abs=1e-6)
    assert "400 further neutral items" not in " ".join(made.provenance.notes)
    assert "398 further neutral items were left as they are." in made.provenance.notes


def test_ran_with_attraction_alone_stays(gendered, changed):
    space, sets = gendered
    made, _ = changed(space, "ran", sets, n_items=5, repulsion=0.0, neutralization=0.0)
    assert made.vectors == pytest.approx(unit(space.vectors), abs=1e-6)
    with pytest.raises(UserError, match="nothing to minimize"):
        changed(space, "ran", sets, repulsion=0.0, attraction=0.0, neutralization=0.0)


def test_the_values_are_those_of_other_packages(classes, gendered, changed):
    # concept-erasure 0.2.4, LeaceFitter with shrinkage=False in float64, of the same vectors.
    space, sets = classes
    made, _ = changed(space, "leace", sets)
    first = [1.55640196, 1.58271749, 0.97619664, 2.17329578, 3.22302842]
    last = [1.48217577, 1.92727451, 0.82501046, 1.78489568, 2.44560364]
    assert made.vectors[0, :5] == pytest.approx(first, abs=1e-6)
    assert made.vectors[179, :5] == pytest.approx(last, abs=1e-6)
    # WEFE 1.0.1, HalfSiblingRegression with alpha 60 and the same definitional words.
    space, sets = gendered
    made, _ = changed(space, "half-sibling", sets)
    noun = [-0.93208253, 0.5387651, 0.32220194, 0.69360864]
    assert made.vectors[space.items.index_of("noun 4"), :4] == pytest.approx(noun, abs=1e-6)
