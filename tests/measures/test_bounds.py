from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.core.results import METRICS
from embexplorer.measures.bounds import are_safe, bounds_of
from embexplorer.measures.similarity import exact_closeness


@pytest.fixture
def vectors():
    return np.random.default_rng(1).standard_normal((700, 37)).astype(np.float32)


def check_bounds(vectors, queries, metric, copy=None):
    for query, bounds in zip(queries, bounds_of(vectors, queries, metric, copy=copy), strict=True):
        exact = exact_closeness(vectors, query, metric)
        if metric == "euclidean":
            exact = -(exact**2)
        assert (bounds.lower <= exact).all()
        assert (exact <= bounds.upper).all()
        assert (bounds.upper[exact == -np.inf] == -np.inf).all()


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("scale", [1e-30, 1e-13, 1.0, 1e16, 1e30])
def test_the_exact_value_lies_within_the_bounds(vectors, metric, scale, scans):
    scaled = (vectors * np.float32(scale)).astype(np.float32)
    scaled[5] = 0
    check_bounds(scaled, scaled[:3].astype(np.float64), metric)


@pytest.mark.parametrize("metric", ["manhattan", "hamming"])
@pytest.mark.parametrize("d", [1, 7, 8, 63, 64, 65, 130])
def test_distances_in_any_number_of_dimensions_lie_within_the_bounds(metric, d, scans):
    vectors = np.random.default_rng(d).standard_normal((90, d)).astype(np.float32)
    vectors[3] = -0.0
    check_bounds(vectors, vectors[:4].astype(np.float64), metric)


def test_bounds_are_narrow_enough_to_leave_few_candidates(vectors):
    (bounds,) = bounds_of(vectors, vectors[:1], "cosine")
    assert (bounds.upper - bounds.lower).max() < 2e-5


def test_a_zero_query_has_no_cosine(vectors):
    with pytest.raises(ValueError, match="zero query"):
        next(bounds_of(vectors, np.zeros((1, 37)), "cosine"))


@pytest.mark.parametrize("metric", METRICS)
def test_a_scan_can_be_cancelled(vectors, metric, scans):
    many = np.tile(vectors, (100, 1))
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        next(bounds_of(many, many[:1], metric, progress=progress))


def test_norms_that_float32_products_cannot_hold_are_known():
    assert are_safe(np.array([0.0, 1e-11, 1e14]))
    assert are_safe(np.array([0.0]))
    assert not are_safe(np.array([1.0, 1e-13]))
    assert not are_safe(np.array([1.0, 1e16]))
