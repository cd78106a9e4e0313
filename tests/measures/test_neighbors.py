from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.results import HIGHER_IS_NEARER, METRICS
from embexplorer.measures.neighbors import find_nearest, find_nearest_many
from embexplorer.measures.ranking import value_reached_by
from embexplorer.measures.similarity import exact_scores, norms


@pytest.fixture
def vectors():
    return np.random.default_rng(4).standard_normal((5000, 24)).astype(np.float32)


def brute_force(vectors, query, k, metric, exclude=()):
    scores = exact_scores(vectors, query, metric)
    closeness = scores if HIGHER_IS_NEARER[metric] else -scores
    order = [i for i in np.lexsort((np.arange(len(scores)), -closeness)) if i not in set(exclude)]
    order = [i for i in order if closeness[i] > -np.inf][:k]
    return order, scores[order]


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("k", [1, 10, 300])
def test_nearest_equal_brute_force(vectors, metric, k):
    query = np.random.default_rng(5).standard_normal(24)
    ranked = find_nearest(vectors, query, k, metric)
    indices, scores = brute_force(vectors, query, k, metric)
    assert ranked.indices.tolist() == indices
    assert ranked.scores.tolist() == scores.tolist()
    assert ranked.indices.dtype == np.int64
    assert ranked.scores.dtype == np.float64


@pytest.mark.parametrize("metric", METRICS)
def test_many_queries_equal_one_at_a_time(vectors, metric):
    rows = np.array([0, 17, 4999])
    many = find_nearest_many(vectors, vectors[rows], 7, metric, rows=rows, exclude=[3])
    for row, ranked in zip(rows, many, strict=True):
        one = find_nearest(vectors, vectors[row], 7, metric, exclude=[3, row])
        assert ranked.indices.tolist() == one.indices.tolist()
        assert ranked.scores.tolist() == one.scores.tolist()


@pytest.mark.parametrize("metric", METRICS)
def test_the_query_is_left_out_by_index_and_its_duplicates_stay_in_order(vectors, metric):
    copied = vectors.copy()
    copied[[9, 4000, 2]] = copied[100]
    ranked = find_nearest(copied, copied[100], 4, metric, exclude=[100])
    assert ranked.indices[:3].tolist() == [2, 9, 4000]
    assert len(set(ranked.scores[:3])) == 1


@pytest.mark.parametrize("metric", METRICS)
def test_ties_go_by_index(metric):
    vectors = np.tile(np.array([[1, -2], [-2, 1]], np.float32), (500, 1))
    ranked = find_nearest(vectors, np.array([1.0, -2.0]), 600, metric)
    assert ranked.indices[:500].tolist() == list(range(0, 1000, 2))
    assert ranked.indices[500:].tolist() == list(range(1, 201, 2))


def test_scores_that_float32_cannot_tell_apart_are_ordered():
    # The products with (1, 1, 1, 1) differ in the tenth digit; float32 has seven.
    vectors = np.full((3000, 4), 1.0, np.float32)
    vectors[:, 1] = 1e-9 * np.random.default_rng(6).permutation(3000)
    ranked = find_nearest(vectors, np.ones(4), 5, "dot")
    assert ranked.indices.tolist() == np.argsort(-vectors[:, 1])[:5].tolist()


def test_neighbors_far_from_the_origin_are_exact():
    rng = np.random.default_rng(7)
    vectors = (1e4 + rng.standard_normal((2000, 16))).astype(np.float32)
    ranked = find_nearest(vectors, vectors[0], 20, "euclidean", exclude=[0])
    assert ranked.indices.tolist() == brute_force(vectors, vectors[0], 20, "euclidean", [0])[0]


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("scale", [1e-35, 1e30])
def test_very_small_and_very_large_vectors_are_exact(vectors, metric, scale):
    scaled = vectors * np.float32(scale)
    ranked = find_nearest(scaled, scaled[0], 20, metric, exclude=[0])
    indices, scores = brute_force(scaled, scaled[0], 20, metric, [0])
    assert ranked.indices.tolist() == indices
    assert ranked.scores.tolist() == scores.tolist()


def test_norms_of_very_different_size_are_exact(vectors):
    scaled = vectors * (10.0 ** np.random.default_rng(8).uniform(-6, 6, (5000, 1)))
    scaled = scaled.astype(np.float32)
    for metric in METRICS:
        ranked = find_nearest(scaled, scaled[0], 20, metric)
        assert ranked.indices.tolist() == brute_force(scaled, scaled[0], 20, metric)[0]


def test_zero_vectors_have_no_cosine_but_a_distance(vectors):
    with_zeros = vectors[:20].copy()
    with_zeros[[3, 7]] = 0
    ranked = find_nearest(with_zeros, with_zeros[0], 50, "cosine", exclude=[0])
    assert sorted(ranked.indices) == [i for i in range(1, 20) if i not in (3, 7)]
    assert np.isfinite(ranked.scores).all()
    assert len(find_nearest(with_zeros, with_zeros[0], 50, "euclidean", exclude=[0])) == 19


def test_only_zero_vectors_give_no_neighbors_by_cosine():
    assert len(find_nearest(np.zeros((5, 3), np.float32), np.ones(3), 3, "cosine")) == 0


@pytest.mark.parametrize("metric", METRICS)
def test_fewer_items_than_asked_for_give_all_there_are(metric):
    vectors = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
    assert len(find_nearest(vectors, vectors[0], 10, metric, exclude=[0])) == 2
    assert len(find_nearest(vectors[:1], vectors[0], 10, metric, exclude=[0])) == 0


@pytest.mark.parametrize("metric", ["cosine", "dot", "euclidean"])
def test_a_rotation_changes_no_neighbor(vectors, metric):
    rotation = np.linalg.qr(np.random.default_rng(9).standard_normal((24, 24)))[0]
    turned = (vectors @ rotation).astype(np.float32)
    before = find_nearest(vectors, vectors[1], 10, metric)
    after = find_nearest(turned, turned[1], 10, metric)
    assert before.indices.tolist() == after.indices.tolist()
    np.testing.assert_allclose(before.scores, after.scores, atol=1e-5)


@pytest.mark.parametrize("metric", METRICS)
def test_one_scale_for_all_changes_no_order(vectors, metric):
    before = find_nearest(vectors, vectors[1], 10, metric)
    after = find_nearest(vectors * np.float32(4), vectors[1] * 4, 10, metric)
    assert before.indices.tolist() == after.indices.tolist()


def test_unit_vectors_have_the_same_order_by_cosine_dot_and_euclidean(vectors):
    units = (vectors / norms(vectors)[:, None]).astype(np.float32)
    orders = [find_nearest(units, units[8], 30, m).indices.tolist() for m in METRICS[:3]]
    assert orders[0] == orders[2]
    assert orders[0] == orders[1]


def test_given_norms_change_nothing(vectors):
    known = norms(vectors)
    for metric in METRICS:
        with_norms = find_nearest(vectors, vectors[0], 5, metric, norms=known)
        assert (
            with_norms.indices.tolist()
            == find_nearest(vectors, vectors[0], 5, metric).indices.tolist()
        )


def test_memory_mapped_vectors_are_searched(tmp_path, vectors):
    path = tmp_path / "vectors.npy"
    np.save(path, vectors)
    mapped = np.load(path, mmap_mode="r")
    for metric in METRICS:
        found = find_nearest(mapped, mapped[0], 5, metric)
        assert (
            found.indices.tolist() == find_nearest(vectors, vectors[0], 5, metric).indices.tolist()
        )


def test_k_below_one_is_refused(vectors):
    with pytest.raises(ValueError, match="k is 0"):
        find_nearest(vectors, vectors[0], 0)


@pytest.mark.parametrize("n", [1, 5, 63, 64, 5000])
@pytest.mark.parametrize("k", [1, 4, 200])
def test_a_threshold_is_reached_by_at_least_k_values(n, k):
    values = np.random.default_rng(n + k).standard_normal(n)
    threshold = value_reached_by(values, k)
    assert np.count_nonzero(values >= threshold) >= min(n, k)
    assert threshold == -np.inf or np.count_nonzero(values >= threshold) <= 2 * k + 64


@pytest.mark.parametrize(
    ("metric", "key"), [("cosine", "cosine"), ("euclidean", "euclidean_raw"), ("dot", "dot_raw")]
)
def test_neighbors_agree_with_the_reference(twitter, reference_values, metric, key):
    items, vectors = twitter
    for reference in reference_values("neighbours"):
        row = items.index(reference["what"].split("'")[1])
        ranked = find_nearest(vectors, vectors[row], 10, metric, exclude=[row])
        expected = reference["value"][key]
        assert [items[i] for i in ranked.indices] == [item for item, _ in expected]
        np.testing.assert_allclose(ranked.scores, [s for _, s in expected], atol=1e-5)


def test_neighbors_agree_with_gensim():
    from gensim.models import KeyedVectors

    rng = np.random.default_rng(10)
    vectors = rng.standard_normal((800, 20)).astype(np.float32)
    keyed = KeyedVectors(20)
    keyed.add_vectors([f"i{i}" for i in range(800)], vectors)
    for row in (0, 5, 799):
        expected = keyed.most_similar(f"i{row}", topn=12)
        ranked = find_nearest(vectors, vectors[row], 12, "cosine", exclude=[row])
        assert [f"i{i}" for i in ranked.indices] == [item for item, _ in expected]
        np.testing.assert_allclose(ranked.scores, [s for _, s in expected], atol=1e-5)
