"""Edges go to the true nearest items of the full space."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.operations.context import Context
from embexplorer.operations.keep import on_disk
from embexplorer.operations.neighbor_edges import find_neighbor_edges, neighbor_edges_to_plain


def vectors(n: int = 300, d: int = 8) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, d)).astype(np.float32)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_edges_are_those_of_all_distances(metric: str) -> None:
    points = vectors()
    rows = np.array([5, 17, 299])
    found = find_neighbor_edges(points, rows, 4, metric, Progress())
    wide = points.astype(float)
    if metric == "cosine":
        wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    apart = np.linalg.norm(wide[rows][:, None] - wide[None], axis=2)
    apart[np.arange(3), rows] = np.inf
    expected = np.argsort(apart, axis=1)[:, :4]
    assert found.starts.tolist() == np.repeat(rows, 4).tolist()
    assert found.ends.tolist() == expected.ravel().tolist()
    assert found.ranks.tolist() == [0, 1, 2, 3] * 3
    assert found.n_without == 0


def test_an_item_without_a_direction_has_no_edges() -> None:
    points = vectors(20)
    points[3] = 0
    found = find_neighbor_edges(points, np.array([2, 3, 4]), 2, "cosine", Progress())
    assert sorted(set(found.starts.tolist())) == [2, 4]
    assert 3 not in found.ends
    assert found.n_without == 1


def test_the_job_of_a_child_gives_the_same(space) -> None:
    kept = on_disk(space, Context.default())
    rows = np.arange(4)
    plain = neighbor_edges_to_plain(str(kept.folder), rows, 2, "cosine", Progress())
    found = find_neighbor_edges(space.vectors, rows, 2, "cosine", Progress())
    for one, other in zip(plain, found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_it_stops_when_cancelled() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        find_neighbor_edges(vectors(), np.arange(3), 2, "euclidean", progress)
