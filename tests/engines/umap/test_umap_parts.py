"""The stages of UMAP, each beside that of umap-learn."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from umap.umap_ import (
    discrete_metric_simplicial_set_intersection,
    find_ab_params,
    fuzzy_simplicial_set,
)

from embexplorer.core.progress import Progress
from embexplorer.engines.neighbor_graph import find_neighbor_graph
from embexplorer.engines.umap.curve import fit_curve
from embexplorer.engines.umap.edges import Edges, kept, reordered
from embexplorer.engines.umap.fuzzy_graph import find_fuzzy_graph, with_groups
from embexplorer.engines.umap.layout import lay_out, scaled_start
from embexplorer.engines.umap.spectral import find_parts, find_spectral_start


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as made:
        yield made


def points(n=300, d=8, apart=3.0):
    rng = np.random.default_rng(0)
    return (
        apart * rng.normal(size=(5, d))[rng.integers(5, size=n)] + rng.normal(size=(n, d))
    ).astype(np.float32)


def matrix(edges: Edges):
    return csr_matrix((edges.weights, edges.columns, edges.starts), (edges.n, edges.n))


def graph_of(vectors, pool, k=14, metric="euclidean"):
    return find_fuzzy_graph(find_neighbor_graph(vectors, k, metric, Progress()), pool)


def their_graph(vectors, k=15):
    found = find_neighbor_graph(vectors, k - 1, "euclidean", Progress())
    own = np.arange(len(vectors))[:, None]
    rows = np.hstack([own, found.rows])
    distances = np.hstack([np.zeros((len(vectors), 1), np.float32), found.distances])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fuzzy_simplicial_set(
            vectors, k, np.random.RandomState(0), "euclidean", knn_indices=rows,
            knn_dists=distances,
        )[0]  # fmt: skip


@pytest.mark.parametrize(("spread", "min_dist"), [(1.0, 0.1), (1.0, 0.0), (2.5, 0.8), (0.5, 0.5)])
def test_the_curve_is_that_of_umap_learn(spread, min_dist):
    assert fit_curve(spread, min_dist) == pytest.approx(find_ab_params(spread, min_dist), rel=1e-4)


def test_the_fuzzy_graph_is_that_of_umap_learn(pool):
    vectors = points()
    ours, theirs = matrix(graph_of(vectors, pool)), their_graph(vectors)
    assert abs(ours - ours.T).max() < 1e-6
    assert abs(ours - theirs).max() < 2e-4


def test_groups_weaken_edges_as_in_umap_learn(pool):
    vectors = points()
    groups = np.random.default_rng(1).integers(-1, 3, len(vectors)).astype(np.int32)
    ours = matrix(with_groups(graph_of(vectors, pool), groups))
    theirs = discrete_metric_simplicial_set_intersection(
        their_graph(vectors), groups, far_dist=2.5 / 0.5
    )
    assert abs(ours - theirs).max() < 5e-4


def test_the_layout_is_the_same_on_any_number_of_threads(pool):
    vectors = points(600)
    edges = graph_of(vectors, pool)
    start = scaled_start(vectors[:, :2], 3)
    maps = []
    for threads in (1, 2, 5):
        with ThreadPoolExecutor(threads) as other:
            curve = fit_curve(1.0, 0.1)
            maps.append(lay_out(edges, start, 50, curve, 3, other, Progress()).tobytes())
    assert maps[0] == maps[1] == maps[2]


def test_the_spectral_start_is_smooth_on_the_graph(pool):
    together = points(apart=0.7)
    edges = graph_of(together, pool)
    parts = find_parts(edges)
    assert parts.number == 1
    start = find_spectral_start(edges, parts, together, 2, 0, pool, Progress())
    weights = matrix(edges).toarray().astype(np.float64)
    degrees = weights.sum(axis=1)
    laplacian = np.eye(len(weights)) - weights / np.sqrt(degrees[:, None] * degrees)
    values, vectors = np.linalg.eigh(laplacian)
    for axis in range(2):
        wanted = vectors[:, axis + 1]
        found = start[:, axis].astype(np.float64)
        found /= np.linalg.norm(found)
        # One of the two smoothest, or a mixture where their values hardly differ.
        assert np.linalg.norm(vectors[:, 1:4].T @ found) > 0.99, (axis, values[:5], wanted[:2])


def test_parts_are_what_no_edge_joins():
    joined = np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]], np.float32)
    sparse = csr_matrix(joined)
    edges = Edges(sparse.indptr.astype(np.int64), sparse.indices.astype(np.int32), sparse.data)
    parts = find_parts(edges)
    assert parts.number == 2
    assert parts.labels[0] == parts.labels[1] != parts.labels[2] == parts.labels[3]


def test_edges_are_kept_and_renamed():
    edges = Edges(
        np.array([0, 2, 3, 4]), np.array([1, 2, 0, 0], np.int32), np.array([5, 6, 5, 6], np.float32)
    )
    fewer = kept(edges, edges.weights > 5)
    assert (fewer.starts.tolist(), fewer.columns.tolist()) == ([0, 1, 1, 2], [2, 0])
    turned = reordered(edges, np.array([2, 0, 1]))
    expected = matrix(edges).toarray()[[2, 0, 1]][:, [2, 0, 1]]
    assert (matrix(turned).toarray() == expected).all()
