"""Principal axes: the directions in which vectors vary most, exact and in few passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from embexplorer.core.progress import Progress
from embexplorer.core.space import BLOCK_BYTES, blocks_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Vectors

_WHOLE_SPECTRUM = 1024  # up to this size all eigenvectors cost less than loading ARPACK
_MATRIX = 4096  # up to this size the matrix is made; beyond, it is only multiplied with
_SAFE = (1e-12, 1e15)  # numbers whose squares float32 sums up without over- or underflow


class Principal(NamedTuple):
    """The vectors seen along their principal axes.

    `coords` (n, dims) are zero on an axis that the vectors do not have or do not vary along.
    `shares` (dims,) are the shares of the whole variance, zeros where nothing varies. `spread`
    (dims,) is the standard deviation along each axis.
    """

    coords: Coords
    shares: NDArray[np.float64]
    spread: NDArray[np.float64]


def find_principal(
    vectors: Vectors, dims: int, progress: Progress | None = None, *, smallest: float = 0.0
) -> Principal:
    """Return coords along the `dims` axes of largest variance.

    The vectors are centered. The covariance is summed up in float64 from blocks of rows; where
    there are more dimensions than items, the products between items take its place. An axis points
    to where its largest loading is positive. A spread up to `smallest` counts as none.

    Raises
    ------
    CancelledError
        When the person cancelled.

    References
    ----------
    Jolliffe 2002, Principal Component Analysis, 2nd edition, sections 3.5 and 14.3 (fewer items
    than dimensions).
    """
    progress = progress or Progress()
    n, d = vectors.shape
    scale = _scale(vectors)
    if scale != 1.0:
        vectors = (vectors / scale).astype(np.float32)
    mean = _mean(vectors, progress)
    axes, variation, total = _axes(vectors, mean, min(dims, n, d), progress.part(0.1, 0.9))
    coords = np.zeros((n, dims))
    columns = axes.T.astype(np.float32)
    for start, block in blocks_of(vectors):
        progress.raise_if_cancelled()
        coords[start : start + len(block), : len(axes)] = (block - mean) @ columns
    coords -= coords.mean(axis=0)
    spread = coords.std(axis=0)
    # What is left of an axis along which nothing varies is the rounding of float32.
    is_flat = spread <= max(1e-6 * np.sqrt(total / n), smallest)
    coords[:, is_flat] = 0.0
    shares = np.zeros(dims)
    if total > 0:
        shares[: len(variation)] = variation / total
    shares[is_flat] = 0.0
    spread[is_flat] = 0.0
    progress.report(1.0, "Principal axes")
    return Principal((coords * scale).astype(np.float32), shares, spread * scale)


def _scale(vectors: Vectors) -> float:
    """Return what to divide by so that float32 holds the squares; 1 unless they need it."""
    largest = max(float(np.abs(block).max()) for _, block in blocks_of(vectors))
    low, high = _SAFE
    return 1.0 if largest == 0.0 or low < largest < high else largest


def _mean(vectors: Vectors, progress: Progress) -> NDArray[np.float32]:
    total = np.zeros(vectors.shape[1])
    for _, block in blocks_of(vectors):
        progress.raise_if_cancelled()
        total += block.sum(axis=0, dtype=np.float64)
    mean: NDArray[np.float32] = (total / len(vectors)).astype(np.float32)
    return mean


def _axes(
    vectors: Vectors, mean: NDArray[np.float32], count: int, progress: Progress
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return axes (count, d), the sum of squares along each, and that along all of them."""
    n, d = vectors.shape
    if min(n, d) > _MATRIX:
        total = sum(float(np.vdot(block, block)) for block in _centered(vectors, mean, progress))
        values, axes = _largest_without_matrix(vectors, mean, count if total else 0, progress)
    elif d <= n:
        matrix = _covariance(vectors, mean, progress)
        values, axes = _largest(matrix, count)
        total = float(np.trace(matrix))
    else:
        matrix = _products_between_items(vectors, mean, progress)
        values, between = _largest(matrix, count)
        total = float(np.trace(matrix))
        axes = _axes_from_items(vectors, mean, between)
    largest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
    return axes * np.where(largest < 0, -1.0, 1.0)[:, None], np.maximum(values, 0.0), total


def _centered(vectors: Vectors, mean: NDArray[np.float32], progress: Progress) -> Iterator[Vectors]:
    for start, block in blocks_of(vectors):
        progress.raise_if_cancelled()
        progress.report(start / len(vectors), "Principal axes")
        yield block - mean


def _covariance(
    vectors: Vectors, mean: NDArray[np.float32], progress: Progress
) -> NDArray[np.float64]:
    d = vectors.shape[1]
    matrix = np.zeros((d, d))
    for centered in _centered(vectors, mean, progress):
        matrix += centered.T @ centered
    return matrix


def _products_between_items(
    vectors: Vectors, mean: NDArray[np.float32], progress: Progress
) -> NDArray[np.float64]:
    n, d = vectors.shape
    matrix = np.zeros((n, n))
    for columns in _column_blocks(n, d):
        progress.raise_if_cancelled()
        progress.report(columns.start / d, "Principal axes")
        centered = vectors[:, columns] - mean[columns]
        matrix += centered @ centered.T
    return matrix


def _axes_from_items(
    vectors: Vectors, mean: NDArray[np.float32], between: NDArray[np.float64]
) -> NDArray[np.float64]:
    n, d = vectors.shape
    axes = np.empty((len(between), d))
    for columns in _column_blocks(n, d):
        axes[:, columns] = between @ (vectors[:, columns] - mean[columns])
    # Beyond the rank of the vectors such an axis is rounding alone, at any angle to the others.
    orthogonal: NDArray[np.float64] = np.linalg.qr(axes.T)[0].T
    return orthogonal


def _column_blocks(n: int, d: int) -> list[slice]:
    step = max(1, BLOCK_BYTES // (4 * n))
    return [slice(start, min(d, start + step)) for start in range(0, d, step)]


def _largest(
    matrix: NDArray[np.float64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the largest eigenvalues of a symmetric matrix, and their eigenvectors as rows."""
    if len(matrix) <= _WHOLE_SPECTRUM or not matrix.any():
        values, columns = np.linalg.eigh(matrix)
        return values[::-1][:count], columns.T[::-1][:count]
    return _arpack(matrix, len(matrix), count)


def _largest_without_matrix(
    vectors: Vectors, mean: NDArray[np.float32], count: int, progress: Progress
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from scipy.sparse.linalg import LinearOperator

    def multiply(vector: NDArray[np.float64]) -> NDArray[np.float64]:
        result = np.zeros(len(mean))
        narrow = vector.ravel().astype(np.float32)
        for centered in _centered(vectors, mean, progress):
            result += (centered @ narrow) @ centered
        return result

    d = len(mean)
    return _arpack(LinearOperator((d, d), matvec=multiply, dtype=np.float64), d, count, 1e-6)


def _arpack(
    matrix: Any, size: int, count: int, tolerance: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from scipy.sparse.linalg import eigsh

    if not count:
        return np.empty(0), np.empty((0, size))
    start = np.random.default_rng(0).normal(size=size)  # the same start gives the same axes
    values, columns = eigsh(matrix, k=count, which="LA", v0=start, tol=tolerance)
    order = np.argsort(-values)
    return values[order], columns.T[order]
