from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.core.threads import Threads
from embexplorer.engines.neighbor_graph import find_neighbor_graph
from embexplorer.engines.umap.edges import Edges
from embexplorer.engines.umap.fuzzy_graph import find_fuzzy_graph
from embexplorer.engines.umap.spectral import find_parts, find_smoothest, find_spectral_start


def graph_of(vectors, k=7):
    with Threads(2) as pool:
        return find_fuzzy_graph(find_neighbor_graph(vectors, k, "euclidean", Progress()), pool)


def blobs(n=300, groups=4, apart=1.5, d=5):
    rng = np.random.default_rng(0)
    centers = apart * rng.normal(size=(groups, d))
    return (centers[np.arange(n) % groups] + rng.normal(size=(n, d))).astype(np.float32)


def smoothest(edges, dims, threads=2, progress=None):
    with Threads(threads) as pool:
        rng = np.random.default_rng(0)
        return find_smoothest(edges, dims, rng, pool, progress or Progress())


def start(edges, vectors, dims=2):
    with Threads(2) as pool:
        parts = find_parts(edges)
        return parts, find_spectral_start(edges, parts, vectors, dims, 0, pool, Progress())


def ring(n):
    """Return a circle of n items, each joined to the two beside it."""
    beside = np.sort(np.stack([np.arange(n) - 1, np.arange(n) + 1], axis=1) % n, axis=1)
    starts = np.arange(0, 2 * n + 1, 2)
    return Edges(starts, beside.astype(np.int32).ravel(), np.ones(2 * n, np.float32))


@pytest.mark.parametrize("dims", [2, 3])
def test_they_are_the_first_eigenvectors(dims):
    edges = graph_of(blobs())
    matrix = np.zeros((edges.n, edges.n))
    matrix[edges.rows(), edges.columns] = edges.weights
    roots = np.sqrt(matrix.sum(axis=1))
    expected = np.linalg.eigh(matrix / np.outer(roots, roots))[1][:, ::-1][:, 1 : dims + 1]
    found = smoothest(edges, dims)
    np.testing.assert_allclose(np.abs(np.sum(found * expected, axis=0)), 1, atol=1e-4)


def test_a_ring_is_laid_out_as_a_circle():
    coords = smoothest(ring(100), 2)
    radius = np.linalg.norm(coords, axis=1)
    np.testing.assert_allclose(radius, np.sqrt(2 / 100), rtol=1e-2)
    steps = np.linalg.norm(np.diff(coords, axis=0), axis=1)
    np.testing.assert_allclose(steps, 2 * np.sin(np.pi / 100) * np.sqrt(2 / 100), rtol=1e-2)


def test_the_bytes_do_not_depend_on_threads():
    edges = graph_of(blobs(3000))
    assert smoothest(edges, 2, 1).tobytes() == smoothest(edges, 2, 3).tobytes()


def test_a_cancel_is_noticed_between_two_products():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        smoothest(ring(50), 2, progress=progress)


def test_parts_are_numbered_by_their_first_rows():
    one, other = ring(5), ring(4)
    both = Edges(
        np.concatenate([one.starts, 10 + other.starts[1:]]),
        np.concatenate([one.columns, 5 + other.columns]),
        np.concatenate([one.weights, other.weights]),
    )
    parts = find_parts(both)
    assert parts.count == 2
    assert parts.labels.tolist() == [0] * 5 + [1] * 4


@pytest.mark.parametrize("groups", [2, 3, 9])
def test_parts_start_beside_each_other(groups):
    vectors = blobs(30 * groups, groups, apart=100.0)
    parts, coords = start(graph_of(vectors), vectors)
    assert parts.count == groups
    middles = np.stack([coords[parts.labels == part].mean(axis=0) for part in range(groups)])
    nearest = np.linalg.norm(coords[:, None] - middles, axis=2).argmin(axis=1)
    np.testing.assert_array_equal(nearest, parts.labels)


def test_tiny_parts_get_places_too():
    vectors = np.repeat(100 * np.eye(6), 3, axis=0) + np.arange(18)[:, None] % 3
    parts, coords = start(graph_of(vectors.astype(np.float32), k=2), vectors.astype(np.float32))
    assert parts.count == 6
    assert len(np.unique(coords, axis=0)) == 18
