from __future__ import annotations

import numpy as np
import pytest

from embexplorer.engines import eigenvectors
from embexplorer.engines.eigenvectors import largest_by_product, largest_of


def matrix_of(values, seed=0):
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(len(values),) * 2))[0]
    return rotation * values @ rotation.T


def by_product(matrix, count, tolerance=1e-9):
    return largest_by_product(lambda block: matrix @ block, len(matrix), count, tolerance)


@pytest.mark.parametrize("size", [1, 3, 11, 12, 25, 200])
@pytest.mark.parametrize("count", [1, 3])
def test_values_and_vectors_are_those_of_the_whole_spectrum(size, count):
    count = min(size, count)
    matrix = matrix_of(np.geomspace(1, 0.01, size))
    values, vectors = by_product(matrix, count)
    np.testing.assert_allclose(values, np.linalg.eigvalsh(matrix)[::-1][:count], rtol=1e-9)
    np.testing.assert_allclose(matrix @ vectors.T, vectors.T * values, atol=1e-8)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(count), atol=1e-9)


def test_equal_eigenvalues_give_some_orthogonal_vectors_of_theirs():
    matrix = matrix_of(np.repeat([5.0, 1.0], [3, 60]))
    values, vectors = by_product(matrix, 3)
    np.testing.assert_allclose(values, 5.0, rtol=1e-9)
    np.testing.assert_allclose(matrix @ vectors.T, 5 * vectors.T, atol=1e-7)


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_a_matrix_of_small_rank_has_zeros_beyond(rank):
    matrix = matrix_of(np.r_[np.arange(rank, 0, -1.0), np.zeros(50 - rank)])
    values, vectors = by_product(matrix, 3)
    np.testing.assert_allclose(values, [*range(rank, 0, -1), *[0] * (3 - rank)], atol=1e-9)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(3), atol=1e-9)


def test_a_matrix_is_solved_whole_or_by_products_alike(monkeypatch):
    matrix = matrix_of(np.geomspace(9, 0.1, 80))
    whole = largest_of(matrix, 2)
    monkeypatch.setattr(eigenvectors, "_WHOLE_SPECTRUM", 10)
    values, vectors = largest_of(matrix, 2)
    np.testing.assert_allclose(values, whole[0], rtol=1e-9)
    np.testing.assert_allclose(np.abs(vectors), np.abs(whole[1]), atol=1e-6)


def test_nothing_is_asked_for_and_nothing_comes():
    assert [len(part) for part in by_product(np.eye(4), 0)] == [0, 0]
