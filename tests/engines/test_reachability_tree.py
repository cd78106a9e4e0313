from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import cdist

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.engines.reachability_tree import find_reachability_tree


def clumps(n, d, groups, spread):
    rng = np.random.default_rng(4)
    centers = spread * rng.uniform(-1, 1, size=(groups, d))
    scales = rng.uniform(0.01, 0.3, size=groups)
    group = rng.integers(groups, size=n)
    points = centers[group] + scales[group, None] * rng.normal(size=(n, d))
    return (points / np.abs(points).max()).astype(np.float32)


def reference_weights(points, neighbors):
    """The weights of the tree, by the definition, from all distances in float64."""
    distances = cdist(points.astype(np.float64), points.astype(np.float64))
    core = np.sort(distances, axis=1)[:, neighbors]  # the first is the point itself
    reachable = np.maximum(distances, np.maximum(core[:, None], core[None]))
    tree = minimum_spanning_tree(reachable + 1 - np.eye(len(points)))
    return np.sort(tree.data - 1)


@pytest.mark.parametrize(
    ("n", "d", "groups", "neighbors"),
    [(400, 12, 6, 5), (300, 40, 1, 10), (250, 3, 40, 2), (60, 5, 3, 1), (20, 4, 1, 18)],
)
def test_the_weights_are_those_of_the_definition(n, d, groups, neighbors):
    points = clumps(n, d, groups, spread=5)
    edges = find_reachability_tree(points, neighbors, Progress())
    assert edges.shape == (n - 1, 3)
    weights = np.sort(edges[:, 2])
    assert weights == pytest.approx(reference_weights(points, neighbors), abs=2e-6)


def test_copies_of_a_point_are_joined_at_no_distance():
    points = np.repeat(np.eye(3, 6, dtype=np.float32), [30, 20, 10], axis=0)
    edges = find_reachability_tree(points, 5, Progress())
    assert np.sort(edges[:, 2])[:57] == pytest.approx(0)
    assert np.sort(edges[:, 2])[57:] == pytest.approx(np.sqrt(2))


def test_a_cancel_ends_the_search():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        find_reachability_tree(clumps(60, 5, 3, 2), 3, progress)
