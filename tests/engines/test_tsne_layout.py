"""The stages of t-SNE: beside sums over all pairs, and beside openTSNE."""

from __future__ import annotations

import numpy as np
import pytest
from openTSNE import TSNEEmbedding
from openTSNE.affinity import PerplexityBasedNN
from openTSNE.nearest_neighbors import PrecomputedNeighbors

from embexplorer.core.progress import Progress
from embexplorer.engines.neighbor_graph import find_neighbor_graph
from embexplorer.engines.threads import Threads
from embexplorer.engines.tsne_affinities import by_perplexity, uniform
from embexplorer.engines.tsne_layout import Phase, lay_out
from embexplorer.engines.tsne_repulsion import ExactRepulsion, MeshRepulsion
from embexplorer.engines.tsne_start import principal_start


@pytest.fixture
def threads():
    with Threads(2) as made:
        yield made


def blobs(n=1000, d=20, groups=8):
    rng = np.random.default_rng(0)
    centers = 2 * rng.normal(size=(groups, d))
    return (centers[rng.integers(groups, size=n)] + rng.normal(size=(n, d))).astype(np.float32)


def potential(coords):
    """Return the slopes of the potential and its sum over all pairs, in float64."""
    wide = coords.astype(np.float64)
    apart = wide[:, None] - wide[None]
    near = 1 / (1 + (apart**2).sum(axis=2))
    slopes = -2 * (near**2)[..., None] * apart
    return slopes.sum(axis=1), near.sum() - len(coords)


@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("extent", [0.001, 0.3, 5.0, 40.0])
def test_exact_repulsion_is_the_sum_over_all_pairs(dims, extent, threads):
    coords = (extent * np.random.default_rng(1).normal(size=(300, dims))).astype(np.float32)
    slope = np.empty_like(coords)
    total = ExactRepulsion(300, dims, threads)(coords, slope)
    expected, pairs = potential(coords)
    assert total == pytest.approx(pairs, rel=1e-4)
    assert np.abs(slope - expected).max() < 1e-4 * np.abs(expected).max() + 1e-4


@pytest.mark.parametrize(
    ("dims", "spacing", "extent"), [(2, 0.5, 1.0), (2, 0.5, 8.0), (3, 0.7, 1.0), (3, 0.7, 3.0)]
)
def test_the_grid_comes_near_to_the_sum_over_all_pairs(dims, spacing, extent, threads):
    rng = np.random.default_rng(2)
    coords = (extent * rng.normal(size=(1500, dims))).astype(np.float32)
    slope = np.empty_like(coords)
    total = MeshRepulsion(1500, dims, spacing, threads)(coords, slope)
    expected, pairs = potential(coords)
    assert total == pytest.approx(pairs, rel=0.01)
    error = np.linalg.norm(slope - expected) / np.linalg.norm(expected)
    assert error < 0.03


def test_a_grid_smaller_than_a_cell_gives_what_all_pairs_do(threads):
    coords = (1e-3 * np.random.default_rng(3).normal(size=(400, 2))).astype(np.float32)
    slope = np.empty_like(coords)
    total = MeshRepulsion(400, 2, 0.5, threads)(coords, slope)
    expected, pairs = potential(coords)
    assert total == pytest.approx(pairs, rel=1e-4)
    assert np.abs(slope - expected).max() < 1e-3 * np.abs(expected).max()


def test_affinities_are_those_of_open_tsne(threads):
    graph = find_neighbor_graph(blobs(), 90, "euclidean", Progress())
    ours = by_perplexity(graph.rows, graph.distances, 30.0, threads).matrix()
    index = PrecomputedNeighbors(graph.rows.astype(np.int64), graph.distances.astype(np.float64))
    theirs = PerplexityBasedNN(perplexity=30, knn_index=index).P
    assert ours.sum() == pytest.approx(1.0, abs=1e-5)
    assert abs(ours - ours.T).max() < 1e-9
    assert abs(ours - theirs).max() < 1e-4 * theirs.max()


def test_equal_neighbors_have_equal_affinities():
    rows = np.array([[1, 2], [0, 2], [0, 1], [0, 1]], np.int32)
    matrix = uniform(rows).matrix().toarray()
    one = 1 / 16
    expected = one * np.array([[0, 2, 2, 1], [2, 0, 2, 1], [2, 2, 0, 0], [1, 1, 0, 0]])
    np.testing.assert_allclose(matrix, expected, rtol=1e-6)


def divergence(affinities, coords):
    """Return the Kullback-Leibler divergence of a map, over all pairs."""
    held = affinities.tocoo()
    held.eliminate_zeros()
    _, pairs = potential(coords)
    apart = coords[held.row].astype(np.float64) - coords[held.col]
    near = 1 / (1 + (apart**2).sum(axis=1)) / pairs
    return float((held.data * np.log(held.data / near)).sum())


@pytest.mark.parametrize("is_on_grid", [False, True])
def test_maps_are_as_close_to_the_affinities_as_those_of_open_tsne(
    is_on_grid, threads, monkeypatch
):
    from embexplorer.engines import tsne_repulsion

    if is_on_grid:
        monkeypatch.setitem(tsne_repulsion.EXACT_UP_TO, 2, 100)
    vectors = blobs()
    graph = find_neighbor_graph(vectors, 90, "euclidean", Progress())
    held = by_perplexity(graph.rows, graph.distances, 30.0, threads)
    start = principal_start(vectors, 2, 0)
    n = len(vectors)
    phases = [Phase(250, 12.0, n / 12), Phase(500, 1.0, n)]
    ours = lay_out(start, held, phases, lambda done, coords: None, threads)
    index = PrecomputedNeighbors(graph.rows.astype(np.int64), graph.distances.astype(np.float64))
    theirs = TSNEEmbedding(
        start.astype(np.float64),
        PerplexityBasedNN(perplexity=30, knn_index=index),
        negative_gradient_method="bh",
    )
    theirs.optimize(250, exaggeration=12, inplace=True)
    theirs.optimize(500, inplace=True)
    found = [divergence(held.matrix(), coords) for coords in (ours, np.asarray(theirs))]
    assert found[0] < found[1] * 1.01
