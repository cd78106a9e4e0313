from __future__ import annotations

import numpy as np

from embexplorer.engines.umap.edges import Edges, kept, reordered


def edges_of(matrix):
    """Return the non-zero entries of a dense matrix as edges."""
    rows, columns = np.nonzero(matrix)
    starts = np.searchsorted(rows, np.arange(len(matrix) + 1))
    return Edges(starts, columns.astype(np.int32), matrix[rows, columns].astype(np.float32))


def matrix_of(edges, n=None):
    matrix = np.zeros((edges.n, n or edges.n), np.float32)
    matrix[edges.rows(), edges.columns] = edges.weights
    return matrix


MATRIX = np.array([[0, 1, 0, 2], [1, 0, 0, 0], [0, 0, 0, 0], [2, 0, 0, 5]], np.float32)


def test_rows_without_edges_are_rows_all_the_same():
    edges = edges_of(MATRIX)
    assert edges.n == 4
    assert edges.rows().tolist() == [0, 0, 1, 3, 3]
    np.testing.assert_array_equal(matrix_of(edges), MATRIX)


def test_edges_that_are_not_kept_are_gone():
    edges = edges_of(MATRIX)
    expected = np.where(MATRIX >= 2, MATRIX, 0)
    np.testing.assert_array_equal(matrix_of(kept(edges, edges.weights >= 2)), expected)


def test_reordering_moves_rows_and_columns():
    order = np.array([3, 0, 2, 1])
    moved = reordered(edges_of(MATRIX), order)
    np.testing.assert_array_equal(matrix_of(moved), MATRIX[np.ix_(order, order)])


def test_a_part_of_the_rows_is_a_graph_of_its_own():
    matrix = np.zeros((5, 5), np.float32)
    matrix[np.ix_([1, 3], [1, 3])] = [[0, 7], [7, 0]]
    matrix[0, 2] = matrix[2, 0] = 1
    np.testing.assert_array_equal(
        matrix_of(reordered(edges_of(matrix), np.array([1, 3]))), [[0, 7], [7, 0]]
    )
