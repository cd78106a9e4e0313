"""What an approximate search found is put in order, and measured against the truth.

The search itself takes half a minute to compile: tests/benchmarks/bench_knn.py runs it.
"""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from embexplorer.core.progress import Progress
from embexplorer.core.threads import Threads
from embexplorer.engines.nearest import approximate
from embexplorer.engines.nearest.points import find_points
from embexplorer.engines.nearest.search import find_exact

METRICS = ("cosine", "euclidean", "manhattan")
K = 5


@pytest.fixture
def threads():
    with Threads() as found:
        yield found


@pytest.fixture
def vectors():
    return np.random.default_rng(0).normal(size=(1200, 6)).astype(np.float32)


@pytest.mark.parametrize("metric", METRICS)
def test_what_was_found_is_ordered_by_exact_distance(metric, vectors, threads):
    points = find_points(vectors, metric, threads)
    distances, rows = find_exact(points, K, metric, threads, Progress())
    own = np.arange(points.m, dtype=np.int32)[:, None]
    shuffled = np.random.default_rng(1).permuted(np.hstack([own, rows]), axis=1)
    found = approximate.in_order(points, shuffled, K, metric, threads)
    np.testing.assert_array_equal(found[1], rows)
    np.testing.assert_array_equal(found[0], distances)
    assert approximate.measure_recall(points, found, K, metric, threads, Progress()) == 1


def test_what_lacks_is_filled_and_counts_as_not_found(vectors, threads):
    points = find_points(vectors, "euclidean", threads)
    exact = find_exact(points, K, "euclidean", threads, Progress())
    near = exact[1].copy()
    near[:, 3:] = -1  # pynndescent's sign for none
    near[:, 2] = near[:, 1]
    found = approximate.in_order(points, near, K, "euclidean", threads)
    assert all(len(set(row)) == K for row in found[1].tolist())
    assert (found[1] != np.arange(points.m)[:, None]).all()
    assert (np.diff(found[0], axis=1) >= 0).all()
    measured = approximate.measure_recall(points, found, K, "euclidean", threads, Progress())
    assert measured == pytest.approx(np.mean(found[0] <= exact[0][:, -1:]), abs=0.01)
    assert 0.4 <= measured < 0.45


def test_pynndescent_knows_what_it_is_asked_for():
    pynndescent = pytest.importorskip("pynndescent")
    asked = approximate.settings_of(K, "cosine")
    assert asked["metric"] == "euclidean"  # of points on a sphere
    inspect.signature(pynndescent.NNDescent).bind(np.eye(3), **asked, n_jobs=2)
    assert isinstance(pynndescent.NNDescent.neighbor_graph, property)
