from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import distance

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.core.results import METRICS
from embexplorer.measures.similarity import exact_scores, norms

SCIPY = {
    "cosine": lambda x, q: 1 - distance.cdist(x, q, "cosine"),
    "dot": lambda x, q: x @ q.T,
    "euclidean": lambda x, q: distance.cdist(x, q, "euclidean"),
    "manhattan": lambda x, q: distance.cdist(x, q, "cityblock"),
    "hamming": lambda x, q: x.shape[1] * distance.cdist(np.sign(x), np.sign(q), "hamming"),
}


@pytest.fixture
def vectors():
    return np.random.default_rng(1).standard_normal((700, 37)).astype(np.float32)


@pytest.mark.parametrize("metric", METRICS)
def test_scores_equal_scipy(vectors, metric):
    query = np.random.default_rng(2).standard_normal(37)
    expected = SCIPY[metric](vectors.astype(np.float64), query[None])[:, 0]
    np.testing.assert_allclose(exact_scores(vectors, query, metric), expected, rtol=0, atol=1e-12)


def test_scores_by_hand():
    rows = np.array([[3, 4], [-3, 4], [0, 0]], np.float32)
    query = np.array([4, 3])
    assert exact_scores(rows, query, "cosine").tolist() == [24 / 25, 0.0, -np.inf]
    assert exact_scores(rows, query, "dot").tolist() == [24.0, 0.0, 0.0]
    np.testing.assert_allclose(exact_scores(rows, query, "euclidean") ** 2, [2, 50, 25])
    assert exact_scores(rows, query, "manhattan").tolist() == [2.0, 8.0, 7.0]
    assert exact_scores(rows, query, "hamming").tolist() == [0.0, 1.0, 2.0]


def test_parallel_vectors_of_whole_numbers_have_cosine_one():
    rows = np.array([[1, 2, 3], [3, 6, 9], [7, 14, 21], [-1, -2, -3]], np.float32)
    assert exact_scores(rows, rows[0], "cosine").tolist() == [1.0, 1.0, 1.0, -1.0]


@pytest.mark.parametrize("metric", METRICS)
def test_equal_rows_get_equal_scores_wherever_they_stand(metric):
    rng = np.random.default_rng(3)
    rows = np.tile(rng.standard_normal(301).astype(np.float32), (1001, 1))
    assert len(np.unique(exact_scores(rows, rng.standard_normal(301), metric))) == 1


def test_norms_are_accumulated_in_float64():
    vectors = np.full((3, 100_000), 1e-3, np.float32)
    expected = np.float64(np.float32(1e-3)) * np.sqrt(100_000)
    np.testing.assert_allclose(norms(vectors), expected, rtol=1e-14)
    assert norms(vectors).dtype == np.float64


def test_norms_neither_overflow_nor_vanish():
    vectors = np.array([[3e38, 0], [1e-40, 0], [0, 0]], np.float32)
    expected = vectors[:, 0].astype(np.float64)
    np.testing.assert_allclose(norms(vectors), expected, rtol=1e-12, atol=0)


def test_a_zero_query_has_no_cosine(vectors):
    with pytest.raises(ValueError, match="zero query"):
        exact_scores(vectors, np.zeros(37), "cosine")


def test_norms_can_be_cancelled(vectors):
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        norms(vectors, progress)
