from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata
from sklearn.manifold import trustworthiness as sklearn_trustworthiness

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.measures import quality
from embexplorer.measures.quality import largest_k, measure_faithfulness


def random_pair(n, d=10, seed=15):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((n, d)).astype(np.float32)
    coords = (vectors[:, :2] + 0.3 * rng.standard_normal((n, 2))).astype(np.float32)
    return vectors, coords


def ranks(points, metric="euclidean"):
    points = points.astype(np.float64)
    if metric == "cosine":
        points = points / np.linalg.norm(points, axis=1, keepdims=True)
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distances, -1)
    return np.argsort(np.argsort(distances, axis=1, kind="stable"), axis=1, kind="stable")


def by_definition(vectors, coords, k, metric, queries):
    in_space, on_map = ranks(vectors, metric)[queries], ranks(coords)[queries]
    n, m = len(vectors), len(queries)
    is_near_space = (in_space > 0) & (in_space <= k)
    is_near_map = (on_map > 0) & (on_map <= k)
    factor = 2 / (m * k * (2 * n - 3 * k - 1))
    return (
        1 - factor * (in_space - k)[is_near_map & ~is_near_space].sum(),
        1 - factor * (on_map - k)[is_near_space & ~is_near_map].sum(),
        (is_near_space & is_near_map).sum(axis=1),
    )


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("k", [1, 5, 30])
def test_measures_equal_their_definition(metric, k):
    vectors, coords = random_pair(150)
    found = measure_faithfulness(vectors, coords, metric=metric, k=k)
    trust, continuity, kept = by_definition(vectors, coords, k, metric, np.arange(150))
    assert found.trustworthiness == pytest.approx(trust, abs=1e-12)
    assert found.continuity == pytest.approx(continuity, abs=1e-12)
    assert found.kept.tolist() == kept.tolist()
    assert found.neighbors_kept == pytest.approx(kept.mean() / k, abs=1e-12)
    assert not found.is_sampled


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_trustworthiness_and_continuity_equal_scikit_learn(metric):
    vectors, coords = random_pair(400, d=30)
    found = measure_faithfulness(vectors, coords, metric=metric, k=12)
    wide, flat = vectors.astype(np.float64), coords.astype(np.float64)
    expected = sklearn_trustworthiness(wide, flat, n_neighbors=12, metric=metric)
    assert found.trustworthiness == pytest.approx(expected, abs=1e-12)
    if metric == "euclidean":
        swapped = sklearn_trustworthiness(flat, wide, n_neighbors=12)
        assert found.continuity == pytest.approx(swapped, abs=1e-12)


def test_faithfulness_agrees_with_the_reference(crec, crec_map, reference_values):
    expected = reference_values("projection_faithfulness")[0]["value"]
    found = measure_faithfulness(crec[1], crec_map.astype(np.float32), k=expected["k"])
    assert found.trustworthiness == pytest.approx(expected["trustworthiness"], abs=1e-6)
    assert found.continuity == pytest.approx(expected["continuity"], abs=1e-6)
    assert found.neighbors_kept == pytest.approx(expected["knn_preservation"], abs=1e-6)


def test_by_hand_on_a_line():
    # In the space 0 1 2 3 at even steps, on the map 1 and 2 have changed places; k = 1.
    vectors = np.array([[0, 0], [1, 0], [2.1, 0], [3.3, 0]], np.float32)
    coords = np.array([[0, 0], [2.1, 0], [1, 0], [3.3, 0]], np.float32)
    found = measure_faithfulness(vectors, coords, k=1)
    # Nearest in the space: 1 0 1 2; on the map: 2 2 0 1. Ranks in the space of the new ones:
    # 0->2: 2, 1->2: 2, 2->0: 3, 3->1: 2; the factor is 2 / (4 · 1 · 4).
    assert found.kept.tolist() == [0, 0, 0, 0]
    assert found.trustworthiness == pytest.approx(1 - (1 + 1 + 2 + 1) / 8)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_a_faithful_map_is_perfect_and_one_shape_in_any_pose(metric):
    _, coords = random_pair(300)
    angle = 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    vectors = np.hstack([coords, np.zeros((300, 3))]).astype(np.float32)
    moved = (3 * coords @ turn + 5).astype(np.float32)
    if metric == "euclidean":
        found = measure_faithfulness(vectors, moved, k=10)
        assert (found.trustworthiness, found.continuity) == (1.0, 1.0)
        assert found.neighbors_kept == 1.0
    plain = measure_faithfulness(vectors, coords[:, ::-1].copy(), metric=metric, k=10)
    posed = measure_faithfulness(vectors * np.float32(8), moved, metric=metric, k=10)
    assert posed.trustworthiness == pytest.approx(plain.trustworthiness, abs=1e-4)


def test_sampled_queries_are_ranked_against_all_items(monkeypatch):
    monkeypatch.setattr(quality, "EXACT_ITEMS", 100)
    monkeypatch.setattr(quality, "_PRODUCT_BYTES", 8 * 50 * 70)  # several blocks of 70 items
    vectors, coords = random_pair(600)
    found = measure_faithfulness(vectors, coords, k=15, max_queries=50, seed=3)
    assert found.is_sampled
    assert len(np.unique(found.queries)) == 50
    trust, continuity, kept = by_definition(vectors, coords, 15, "euclidean", found.queries)
    assert found.trustworthiness == pytest.approx(trust, abs=1e-12)
    assert found.continuity == pytest.approx(continuity, abs=1e-12)
    assert found.kept.tolist() == kept.tolist()
    again = measure_faithfulness(vectors, coords, k=15, max_queries=50, seed=3)
    other = measure_faithfulness(vectors, coords, k=15, max_queries=50, seed=4)
    assert again.queries.tolist() == found.queries.tolist()
    assert other.queries.tolist() != found.queries.tolist()


def test_zero_vectors_do_not_count_for_the_cosine():
    vectors, coords = random_pair(100)
    with_zeros = np.vstack([vectors, np.zeros((5, 10), np.float32)])
    more_coords = np.vstack([coords, np.zeros((5, 2), np.float32)])
    found = measure_faithfulness(with_zeros, more_coords, metric="cosine", k=7)
    without = measure_faithfulness(vectors, coords, metric="cosine", k=7)
    assert found.queries.tolist() == list(range(100))
    assert found.trustworthiness == pytest.approx(without.trustworthiness, abs=1e-12)
    assert found.continuity == pytest.approx(without.continuity, abs=1e-12)
    assert found.neighbors_kept == without.neighbors_kept


def test_items_as_near_as_the_last_neighbor_cost_nothing():
    # Twenty items at one place and twenty at another: which duplicates are neighbors is arbitrary.
    vectors = np.repeat(np.array([[0.1, 0.7, 0.3], [5.1, 1.3, 2.7]], np.float32), 20, axis=0)
    coords = np.random.default_rng(16).standard_normal((40, 2)).astype(np.float32)
    coords[20:] += 100
    found = measure_faithfulness(vectors, coords, k=5)
    assert found.trustworthiness == 1.0


def test_k_must_fit_the_number_of_items():
    vectors, coords = random_pair(10)
    assert [largest_k(n) for n in (1, 3, 4, 10, 32)] == [0, 0, 1, 4, 15]
    with pytest.raises(ValueError, match="between 1 and 4"):
        measure_faithfulness(vectors, coords, k=5)


def test_measuring_can_be_cancelled():
    vectors, coords = random_pair(50)
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        measure_faithfulness(vectors, coords, k=5, progress=progress)


def test_progress_rises_to_the_end():
    seen = []

    class Watched(Progress):
        def report(self, fraction, message=""):
            seen.append(fraction)

    vectors, coords = random_pair(50)
    measure_faithfulness(vectors, coords, k=5, progress=Watched())
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def terms_by_definition(vectors, coords, k):
    """Return each item's terms by ranks with ties as the least, as a rank counts what is nearer."""
    n = len(vectors)
    false_terms, missing_terms = np.zeros(n), np.zeros(n)
    for item in range(n):
        others = np.delete(np.arange(n), item)
        in_space = np.linalg.norm(vectors[others].astype(float) - vectors[item], axis=1)
        on_map = np.linalg.norm(coords[others].astype(float) - coords[item], axis=1)
        near_space = np.argsort(in_space, kind="stable")[:k]
        near_map = np.argsort(on_map, kind="stable")[:k]
        intruders = np.setdiff1d(near_map, near_space)
        lost = np.setdiff1d(near_space, near_map)
        false_terms[item] = (rankdata(in_space, "min")[intruders] - k).sum()
        missing_terms[item] = (rankdata(on_map, "min")[lost] - k).sum()
    largest = sum(range(n - 1, n - 1 - k, -1)) - k * k  # the k farthest ranks
    return false_terms / largest, missing_terms / largest


@pytest.mark.parametrize("k", [1, 6, 20])
def test_false_and_missing_neighbors_equal_their_definition(monkeypatch, k):
    monkeypatch.setattr(quality, "_CHUNK", 32)  # several chunks, the last of them shorter
    vectors, coords = random_pair(90)
    found = measure_faithfulness(vectors, coords, k=k)
    false_terms, missing_terms = terms_by_definition(vectors, coords, k)
    assert found.false_neighbors == pytest.approx(false_terms, abs=1e-12)
    assert found.missing_neighbors == pytest.approx(missing_terms, abs=1e-12)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_the_items_of_a_map_add_up_to_its_measures(crec, crec_map, reference_values, metric):
    expected = reference_values("projection_faithfulness")[0]["value"]
    found = measure_faithfulness(
        crec[1], crec_map.astype(np.float32), metric=metric, k=expected["k"]
    )
    assert 1 - found.false_neighbors.mean() == pytest.approx(found.trustworthiness, abs=1e-12)
    assert 1 - found.missing_neighbors.mean() == pytest.approx(found.continuity, abs=1e-12)
    assert found.kept.mean() / found.k == pytest.approx(found.neighbors_kept, abs=1e-12)
    if metric == "euclidean":
        trust = 1 - found.false_neighbors.mean()
        assert trust == pytest.approx(expected["trustworthiness"], abs=1e-6)
        assert 1 - found.missing_neighbors.mean() == pytest.approx(expected["continuity"], abs=1e-6)


def test_the_farthest_neighbors_are_false_to_the_full():
    # On a line the first item's neighbors on the map are its two farthest, and the other way round.
    vectors = np.array([[0], [1], [2.1], [3.3], [4.6], [6]], np.float32)
    coords = np.array([[0, 0], [6, 0], [4.6, 0], [3.3, 0], [2.1, 0], [1, 0]], np.float32)
    found = measure_faithfulness(vectors, coords, k=2)
    assert found.false_neighbors[0] == 1.0
    assert found.missing_neighbors[0] == 1.0
    assert found.kept[0] == 0


def test_an_isometry_has_no_false_and_no_missing_neighbors():
    _, coords = random_pair(150)
    vectors = np.hstack([coords[:, ::-1], np.zeros((150, 2))]).astype(np.float32)
    found = measure_faithfulness(vectors, coords, k=9)
    assert not found.false_neighbors.any()
    assert not found.missing_neighbors.any()
    assert found.kept.tolist() == [9] * 150


def test_a_shuffled_map_is_what_chance_gives():
    n, k = 600, 10
    vectors, coords = random_pair(n)
    shuffled = coords[np.random.default_rng(4).permutation(n)]
    found = measure_faithfulness(vectors, shuffled, k=k)
    expected = (n - 1 - k) * (n - k) / ((n - 1) * (2 * n - 3 * k - 1))  # any rank is as likely
    assert found.false_neighbors.mean() == pytest.approx(expected, abs=0.03)
    assert found.missing_neighbors.mean() == pytest.approx(expected, abs=0.03)
    assert found.neighbors_kept == pytest.approx(k / (n - 1), abs=0.01)


def test_a_sample_of_the_items_has_the_terms_they_have_among_all(monkeypatch):
    vectors, coords = random_pair(500)
    whole = measure_faithfulness(vectors, coords, k=8)
    monkeypatch.setattr(quality, "EXACT_ITEMS", 100)
    found = measure_faithfulness(vectors, coords, k=8, max_queries=150, seed=2)
    assert found.is_sampled
    for name in ("false_neighbors", "missing_neighbors", "kept"):
        assert getattr(found, name) == pytest.approx(getattr(whole, name)[found.queries], abs=1e-12)
    error = whole.false_neighbors.std() / np.sqrt(150)
    assert found.trustworthiness == pytest.approx(whole.trustworthiness, abs=4 * error)
