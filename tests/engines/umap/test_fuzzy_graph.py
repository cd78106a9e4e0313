from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from embexplorer.core.neighbor_graph import NeighborGraph
from embexplorer.core.progress import Progress
from embexplorer.core.threads import Threads
from embexplorer.engines.neighbor_graph import find_neighbor_graph
from embexplorer.engines.umap.edges import Edges
from embexplorer.engines.umap.fuzzy_graph import (
    as_dissimilarities,
    find_fuzzy_graph,
    find_strengths,
    with_groups,
)


def points(n=400, d=8, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, d)) * rng.uniform(0.1, 3, size=(n, 1))).astype(np.float32)


def neighbors_of(vectors, k=9, metric="euclidean"):
    return find_neighbor_graph(vectors, k, metric, Progress())


def graph_of(neighbors, threads=2):
    with Threads(threads) as pool:
        return find_fuzzy_graph(neighbors, pool)


def strengths_of(neighbors, *, is_among=True):
    with Threads(2) as pool:
        return find_strengths(neighbors, pool, is_among=is_among)


def dense(edges):
    matrix = np.zeros((edges.n, edges.n))
    matrix[edges.rows(), edges.columns] = edges.weights
    return matrix


def test_strengths_sum_up_to_the_logarithm_of_the_neighbors():
    strengths = strengths_of(neighbors_of(points()))
    np.testing.assert_allclose(strengths.sum(axis=1), np.log2(10), atol=1e-4)
    np.testing.assert_array_equal(strengths[:, 0], 1)
    assert (np.diff(strengths, axis=1) <= 0).all()
    new = strengths_of(neighbors_of(points()), is_among=False)
    np.testing.assert_allclose(new.sum(axis=1), np.log2(9), atol=1e-4)
    assert (new[:, 0] < 1).all()


def test_a_width_by_hand():
    # Two neighbors, 1 and 2 away: 1 + exp(-1 / width) is log2 of 3.
    rows, distances = np.array([[1, 2]], np.int32), np.array([[1, 2]], np.float32)
    found = strengths_of(NeighborGraph(rows, distances, "euclidean"))
    assert found[0].tolist() == pytest.approx([1.0, np.log2(3) - 1], abs=1e-5)


def test_the_union_is_that_of_dense_matrices():
    neighbors = neighbors_of(points(60), k=5)
    one = np.zeros((60, 60))
    one[np.arange(60)[:, None], neighbors.rows] = strengths_of(neighbors)
    edges = graph_of(neighbors)
    np.testing.assert_allclose(dense(edges), one + one.T - one * one.T, atol=1e-6)
    for start, end in pairwise(edges.starts):
        assert (np.diff(edges.columns[start:end]) > 0).all()


def test_the_graph_does_not_depend_on_threads():
    neighbors = neighbors_of(points(2000), k=6)
    one, two = graph_of(neighbors, 1), graph_of(neighbors, 3)
    assert [part.tobytes() for part in one] == [part.tobytes() for part in two]


def test_copies_of_one_vector_are_fully_joined():
    vectors = np.repeat(points(12), 6, axis=0)
    neighbors = neighbors_of(vectors, k=5)
    np.testing.assert_array_equal(strengths_of(neighbors), 1)


def test_cosine_distances_become_dissimilarities():
    chord = np.array([[0.0, np.sqrt(2)]], np.float32)
    graph = NeighborGraph(np.zeros((1, 2), np.int32), chord, "cosine")
    assert as_dissimilarities(graph)[0].tolist() == pytest.approx([0, 1])


def test_groups_by_hand():
    # Of three items, each joined by .5 to the two others, the first two are of one group.
    joined = Edges(
        np.array([0, 2, 4, 6]), np.array([1, 2, 0, 2, 0, 1], np.int32), np.full(6, 0.5, np.float32)
    )
    found = dense(with_groups(joined, np.array([0, 0, 1], np.int32)))
    far = np.exp(-5)  # what is left of an edge between groups, compared with one within
    assert found[0, 1] == pytest.approx(1)
    assert found[0, 2] == pytest.approx(1)  # all that the third one has
    assert found[2, 0] == found[0, 2]
    unknown = dense(with_groups(joined, np.array([0, 0, -1], np.int32)))
    assert unknown[0, 1] == pytest.approx(1)
    pair = Edges(
        np.array([0, 2, 4, 6]),
        np.array([1, 2, 0, 2, 0, 1], np.int32),
        np.array([0.5, 0.5, 0.5, 0.25, 0.5, 0.25], np.float32),
    )
    found = dense(with_groups(pair, np.array([0, 0, 1], np.int32)))
    one, other = far * 0.25 / 0.5, 0.25 / 0.5
    assert found[1, 2] == pytest.approx(one + other - one * other, rel=1e-5)


def test_a_graph_that_cannot_be_written_compiles_nothing_again():
    from embexplorer.engines.umap import kernels_graph

    found = neighbors_of(points(50), k=4)
    free = graph_of(found)
    found.rows.flags.writeable = found.distances.flags.writeable = False
    assert graph_of(found).weights.tobytes() == free.weights.tobytes()
    for kernel in (kernels_graph.weigh, kernels_graph.transposed, kernels_graph.united):
        assert len(kernel.signatures) == 1
