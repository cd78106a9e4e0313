"""Principal axes: the directions in which vectors vary most, exact and in few passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from embexplorer.core.progress import Progress
from embexplorer.core.space import BLOCK_BYTES, blocks_of
from embexplorer.engines.eigenvectors import largest_by_product, largest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Vectors

_MATRIX = 4096  # up to this size the matrix is made; beyond, it is only multiplied with
_SAFE = (1e-12, 1e15)  # numbers whose squares float32 sums up without over- or underflow
_SAFE_TOTAL = 1e-20  # a sum of squares beside which those that underflow are nothing
_SAMPLE = 1024  # rows that tell how far the mean lies from the origin
_NEAR = 8  # square of its distance over the variance: sums of squares then lose less than a digit


class Principal(NamedTuple):
    """The vectors seen along their principal axes.

    `coords` (n, dims) are zero on an axis that the vectors do not have or do not vary along.
    `shares` (dims,) are the shares of the whole variance, zeros where nothing varies. `spread`
    (dims,) is the standard deviation along each axis. `axes` (dims, d) are of length 1, zeros
    where the vectors have none.
    """

    coords: Coords
    shares: NDArray[np.float64]
    spread: NDArray[np.float64]
    axes: NDArray[np.float64]


def find_principal(
    vectors: Vectors, dims: int, progress: Progress | None = None, *, smallest: float = 0.0
) -> Principal:
    """Return coords along the `dims` axes of largest variance.

    The covariance is summed up in float64 from products of blocks of rows; where there are more
    dimensions than items, the products between items take its place, and where both are many, the
    axes are found from products with a few vectors. An axis points to where its largest loading is
    positive. A spread up to `smallest` counts as none.

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
    count = min(dims, n, d)
    shift, matrix = None, None
    if d <= min(n, _MATRIX):
        shift = _rough_mean(vectors)
        matrix = _covariance(vectors, shift, progress.part(0.0, 0.9))
    # Only where squares may have left the range of float32 are all numbers looked at.
    if matrix is None or not _SAFE_TOTAL < np.trace(matrix) < np.inf:
        scale = _scale(vectors)
        if scale != 1.0:
            scaled = (vectors / scale).astype(np.float32)
            found = find_principal(scaled, dims, progress, smallest=smallest / scale)
            coords = (found.coords * scale).astype(np.float32)
            return Principal(coords, found.shares, found.spread * scale, found.axes)
    if matrix is None:
        shift = _mean(vectors, progress)
        axes, variation, total = _axes_of_wide(vectors, shift, count, progress)
    else:
        variation, axes = largest_of(matrix, count)
        total = float(np.trace(matrix))
    pointed = np.zeros((dims, d))
    pointed[: len(axes)] = _pointed(axes)
    along = _along(pointed[: len(axes)], vectors, shift, dims, progress)
    progress.report(1.0, "Principal axes")
    return _measured(along, np.maximum(variation, 0.0), total, smallest, pointed)


def _pointed(axes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the axes, the largest loading of each positive."""
    largest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
    return axes * np.where(largest < 0, -1.0, 1.0)[:, None]


def _along(
    axes: NDArray[np.float64],
    vectors: Vectors,
    shift: NDArray[np.float32] | None,
    dims: int,
    progress: Progress,
) -> NDArray[np.float64]:
    """Return centered coords (n, dims), zero where there are fewer axes."""
    coords = np.zeros((len(vectors), dims))
    narrow = axes.astype(np.float32)
    start = 0
    for centered in _centered(vectors, shift, progress):
        for axis, direction in enumerate(narrow):  # BLAS is slower at two or three at once
            coords[start : start + len(centered), axis] = centered @ direction
        start += len(centered)
    coords -= coords.mean(axis=0)
    return coords


def _measured(
    coords: NDArray[np.float64],
    variation: NDArray[np.float64],
    total: float,
    smallest: float,
    axes: NDArray[np.float64],
) -> Principal:
    """Return coords with their spread, flat ones at zero; `total` is the sum of all squares."""
    spread = coords.std(axis=0)
    # What is left of an axis along which nothing varies is the rounding of float32.
    is_flat = spread <= max(1e-6 * np.sqrt(total / len(coords)), smallest)
    coords[:, is_flat] = 0.0
    shares = np.zeros(coords.shape[1])
    if total > 0:
        shares[: len(variation)] = variation / total
    shares[is_flat] = 0.0
    spread[is_flat] = 0.0
    axes[is_flat] = 0.0
    return Principal(coords.astype(np.float32), shares, spread, axes)


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


def _rough_mean(vectors: Vectors) -> NDArray[np.float32] | None:
    """Return the mean of some vectors, or None where it lies near the origin beside their spread.

    Products of vectors far from the origin lose digits. Near it, taking the mean out of the sums
    afterwards loses less than one, and saves a copy of all vectors.
    """
    sample = vectors[:: max(1, len(vectors) // _SAMPLE)].astype(np.float64)
    mean = sample.mean(axis=0)
    is_near = np.vdot(mean, mean) <= _NEAR * sample.var(axis=0).sum()
    return None if is_near else mean.astype(np.float32)


def _centered(
    vectors: Vectors, shift: NDArray[np.float32] | None, progress: Progress
) -> Iterator[Vectors]:
    for _, block in blocks_of(vectors):
        progress.raise_if_cancelled()
        yield block if shift is None else block - shift


def _covariance(
    vectors: Vectors, shift: NDArray[np.float32] | None, progress: Progress
) -> NDArray[np.float64]:
    """Return the sums of products of the centered columns; the mean need not be the shift."""
    n, d = vectors.shape
    matrix, total, done = np.zeros((d, d)), np.zeros(d), 0
    with np.errstate(over="ignore", invalid="ignore"):  # the caller looks at the trace
        for centered in _centered(vectors, shift, progress):
            matrix += centered.T @ centered
            total += np.ones(len(centered), np.float32) @ centered
            done += len(centered)
            progress.report(done / n, "Principal axes")
        matrix -= np.outer(total, total / n)
    return matrix


def _axes_of_wide(
    vectors: Vectors, mean: NDArray[np.float32], count: int, progress: Progress
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return axes (count, d), the sum of squares along each, and that along all of them."""
    n, d = vectors.shape
    if min(n, d) <= _MATRIX:
        matrix = _products_between_items(vectors, mean, progress.part(0.0, 0.9))
        values, between = largest_of(matrix, count)
        return _axes_from_items(vectors, mean, between), values, float(np.trace(matrix))

    def multiply(block: NDArray[np.float64]) -> NDArray[np.float64]:
        result, narrow = np.zeros_like(block), block.astype(np.float32)
        for centered in _centered(vectors, mean, progress):
            result += centered.T @ (centered @ narrow)
        return result

    progress.report(None, "Principal axes")
    total = sum(float(np.vdot(block, block)) for block in _centered(vectors, mean, progress))
    values, axes = largest_by_product(multiply, d, count, 1e-5)
    return axes, values, total


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
