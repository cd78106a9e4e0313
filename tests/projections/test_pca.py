from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from embexplorer.engines.neighbor_graph import projecting_alone
from embexplorer.projections import pca


def run(vectors, dims=2, **params):
    return pca.run(projecting_alone(vectors, pca.PcaParams(**params), dims))


def test_a_known_ellipse_lies_along_its_axes():
    vectors = np.array([[2, 0], [-2, 0], [0, 1], [0, -1]], np.float32) + 5
    result = run(vectors)
    np.testing.assert_allclose(result.coords, [[2, 0], [-2, 0], [0, 1], [0, -1]], atol=1e-6)
    assert result.axes == ("PC 1, 80.0%", "PC 2, 20.0%")
    assert result.notes == ()


@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("shape", [(300, 40), (60, 500)], ids=["tall", "wide"])
def test_coords_and_shares_agree_with_scikit_learn(shape, dims):
    rng = np.random.default_rng(3)
    vectors = (rng.normal(size=shape) * np.geomspace(3, 0.1, shape[1]) + 4).astype(np.float32)
    oracle = PCA(dims, svd_solver="full").fit(vectors.astype(np.float64))
    expected = oracle.transform(vectors.astype(np.float64))
    result = run(vectors, dims)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(np.abs(result.coords), np.abs(expected), atol=1e-4 * scale)
    shares = [f"PC {i + 1}, {r:.1%}" for i, r in enumerate(oracle.explained_variance_ratio_)]
    assert list(result.axes) == shares
    assert result.explained_variance == pytest.approx(oracle.explained_variance_ratio_, rel=1e-5)


def test_the_largest_loading_of_each_axis_is_positive():
    vectors = np.zeros((50, 3), np.float32)
    vectors[:, 1] = np.linspace(-1, 1, 50)
    assert np.all(np.diff(run(vectors).coords[:, 0]) > 0)
    np.testing.assert_array_equal(run(-vectors).coords, -run(vectors).coords)


def test_vectors_on_a_line_leave_the_other_axes_empty():
    vectors = np.outer(np.arange(10), [1.0, 2.0, 2.0]).astype(np.float32)
    result = run(vectors, 3)
    np.testing.assert_allclose(result.coords[:, 0], 3 * (np.arange(10) - 4.5), rtol=1e-5)
    assert not result.coords[:, 1:].any()
    assert result.axes == ("PC 1, 100.0%", "PC 2, 0.0%", "PC 3, 0.0%")
    assert result.notes == ("The vectors lie on a line, so the map has 2 empty axes.",)


def test_three_items_keep_their_distances():
    vectors = np.random.default_rng(0).normal(size=(3, 100)).astype(np.float32)
    coords = run(vectors).coords
    for a, b in [(0, 1), (0, 2), (1, 2)]:
        expected = np.linalg.norm(vectors[a] - vectors[b])
        assert np.linalg.norm(coords[a] - coords[b]) == pytest.approx(expected, rel=1e-5)


def test_unit_length_makes_parallel_vectors_one_point():
    vectors = np.array([[1, 0, 0], [7, 0, 0], [0, 3, 0], [0, 0, 2]], np.float32)
    coords = run(vectors, unit_length=True).coords
    np.testing.assert_allclose(coords[0], coords[1], atol=1e-6)
    assert not np.allclose(run(vectors).coords[0], run(vectors).coords[1], atol=1)


def test_unit_length_keeps_a_zero_vector_at_zero_and_says_so():
    vectors = np.array([[2, 0], [0, 3], [0, 0]], np.float32)
    expected = run(np.array([[1, 0], [0, 1], [0, 0]], np.float32))
    result = run(vectors, unit_length=True)
    np.testing.assert_array_equal(result.coords, expected.coords)
    assert result.notes == (
        "1 item has a zero vector, which has no direction: its cosine with every other item "
        "counts as 0.",
    )


def test_whitened_axes_have_the_same_spread():
    vectors = (np.random.default_rng(1).normal(size=(200, 5)) * [9, 3, 1, 1, 1]).astype(np.float32)
    np.testing.assert_allclose(run(vectors, whiten=True).coords.std(axis=0), [1, 1], rtol=1e-5)


@pytest.mark.parametrize("scale", [1e-25, 1e25])
def test_very_small_and_very_large_numbers_change_only_the_scale(scale):
    vectors = np.random.default_rng(2).normal(size=(50, 6)).astype(np.float32)
    scaled = run((vectors * scale).astype(np.float32))
    np.testing.assert_allclose(scaled.coords / scale, run(vectors).coords, rtol=1e-3, atol=1e-4)
    assert scaled.axes == run(vectors).axes


def test_keeps_the_metric_that_its_parameters_say():
    assert pca.metric(pca.PcaParams()) == "euclidean"
    assert pca.metric(pca.PcaParams(unit_length=True)) == "cosine"
