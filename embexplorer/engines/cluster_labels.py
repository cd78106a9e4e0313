"""What all clusterings need: labels by size, points on a safe scale, labels from the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from embexplorer.core.space import BLOCK_BYTES, blocks_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors

NOISE = -1


def largest_first(labels: NDArray[Any]) -> NDArray[np.int32]:
    """Return the labels with the groups counted by size, from 0 for the largest.

    Of two groups of one size the one with the earlier item comes first. What is below 0 is noise
    and becomes -1; a number without items is passed over.
    """
    is_in = labels >= 0
    _, first, inverse, sizes = np.unique(
        labels[is_in], return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(sizes), np.int32)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes), dtype=np.int32)
    ordered = np.full(len(labels), NOISE, np.int32)
    ordered[is_in] = rank[inverse]
    return ordered


class Scaled(NamedTuple):
    """Points around 0 and at most 1 away from it along an axis, and what they were divided by."""

    points: Vectors
    scale: float


def scale_points(points: Vectors) -> Scaled:
    """Return the points moved and scaled so that float32 can square their differences.

    Coords far from the origin lose their digits in products, and large or small ones leave the
    range of float32; groups depend on neither. A scale of 0 says that all points are the same.
    """
    middle, scale = middle_and_reach(points)
    scaled = np.zeros(points.shape, np.float32)
    if scale:
        for start, block in blocks_of(points):
            rows = slice(start, start + len(block))
            np.divide(block - middle, scale, out=scaled[rows], casting="same_kind")
    return Scaled(scaled, scale)


def middle_and_reach(points: Vectors) -> tuple[NDArray[np.float64], float]:
    """Return the mean of the points, and how far the farthest is from it along an axis."""
    low = np.full(points.shape[1], np.inf)
    high = np.full(points.shape[1], -np.inf)
    total = np.zeros(points.shape[1])
    for _, block in blocks_of(points):
        np.minimum(low, block.min(axis=0), out=low)
        np.maximum(high, block.max(axis=0), out=high)
        total += block.sum(axis=0, dtype=np.float64)
    middle = np.clip(total / len(points), low, high)  # rounding never moves it off the points
    return middle, float(np.maximum(high - middle, middle - low).max())


def one_place_note(n: int) -> str:
    """Return what to say of n points that all lie at one place."""
    if n == 1:
        return "There is one item, and it is one cluster."
    return f"All {n:,} items lie at one place, so they are one cluster."


def join_nearest(
    points: Vectors, rows: NDArray[np.int64], labels: NDArray[np.int32], progress: Progress
) -> NDArray[np.int32]:
    """Return a label for every point: that of the nearest of the points that have one.

    Parameters
    ----------
    points
        (n, d), as `scale_points` returns them, or unit vectors.
    rows
        (m,) the points that have a label, ascending.
    labels
        (m,) their labels; the nearest point being noise makes noise.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    known = points[rows]
    half = np.einsum("ij,ij->i", known, known) / 2
    columns = np.ascontiguousarray(known.T)
    joined = np.empty(len(points), np.int32)
    step = max(1, BLOCK_BYTES // (4 * len(rows)))
    for start in range(0, len(points), step):
        progress.raise_if_cancelled()
        progress.report(start / len(points), f"Joining the rest · {start:,} of {len(points):,}")
        nearness = points[start : start + step] @ columns
        nearness -= half  # |x - c|² is |x|² - 2 (x·c - |c|² / 2)
        joined[start : start + step] = labels[nearness.argmax(axis=1)]
    joined[rows] = labels
    return joined
