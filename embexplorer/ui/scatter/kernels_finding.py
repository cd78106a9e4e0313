"""The compiled inner loops that find points: the nearest to a cursor, those inside a lasso.

As in `kernels`: numba through and through, loaded lazily, no GIL, no ``prange``, no ``fastmath``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.ui.scatter.kernels import _kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.ui.scatter.point_index import Slices
    from embexplorer.ui.scatter.scene import Cloud

# The constant of this name in `scene`, written again for numba's disk cache, see `kernels`.
HIDDEN = 0

_SLABS = 256


@_kernel
def pick_nearest(
    cloud: Cloud,
    alpha: NDArray[np.uint8],
    slices: Slices,
    center: tuple[float, float],
    scale: tuple[float, float],
    radius: float,
) -> int:
    """Return the position of the nearest visible point within ``radius`` pixels, or -1.

    Of two points at the same distance, the one drawn later.
    """
    best, found = radius * radius, -1
    for level in range(slices.first.shape[0]):
        for tile_row in range(slices.first.shape[1]):
            for i in range(slices.first[level, tile_row], slices.last[level, tile_row]):
                dx = (cloud.x[i] - center[0]) * scale[0]
                dy = (cloud.y[i] - center[1]) * scale[1]
                distance = dx * dx + dy * dy
                if distance > best or cloud.layer[i] == HIDDEN or alpha[cloud.color[i]] == 0:
                    continue
                if distance == best and found >= 0 and cloud.layer[i] < cloud.layer[found]:
                    continue
                best, found = distance, i
    return found


@_kernel
def slabs_per_unit(low: float, high: float) -> float:
    """Return how many horizontal slabs of a polygon a data unit holds."""
    return _SLABS / (high - low) if high > low else 0.0


@_kernel
def bucket_edges(
    polygon: NDArray[np.float64], low: float, per_unit: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sort the edges of a polygon into horizontal slabs.

    Returns
    -------
    tuple
        Start of each slab (and one more), and the edges slab by slab.
    """
    corners = len(polygon)
    start = np.zeros(_SLABS + 1, np.int64)
    edges = np.empty(0, np.int64)
    for filling in range(2):
        if filling:
            start[1:] = np.cumsum(start[:-1])
            start[0] = 0
            edges = np.empty(start[-1], np.int64)
        free = start[:-1].copy()
        for e in range(corners):
            a, b = polygon[e, 1], polygon[(e + 1) % corners, 1]
            lowest = min(_SLABS - 1, int((min(a, b) - low) * per_unit))
            highest = min(_SLABS - 1, int((max(a, b) - low) * per_unit))
            for slab in range(lowest, highest + 1):
                if filling:
                    edges[free[slab]] = e
                    free[slab] += 1
                else:
                    start[slab] += 1
    return start, edges


@_kernel
def _crossed_oddly(
    polygon: NDArray[np.float64], edges: NDArray[np.int64], x: float, y: float
) -> bool:
    """Return whether a ray from the point to the right crosses an odd number of edges."""
    odd = False
    for e in edges:
        f = e + 1 if e + 1 < len(polygon) else 0
        ax, ay, bx, by = polygon[e, 0], polygon[e, 1], polygon[f, 0], polygon[f, 1]
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


@_kernel
def mark_inside(
    cloud: Cloud,
    alpha: NDArray[np.uint8],
    polygon: NDArray[np.float64],
    box: tuple[float, float, float, float],
    start: NDArray[np.int64],
    edges: NDArray[np.int64],
    slices: Slices,
    order: NDArray[np.int32],
    first_row: int,
    step: int,
    out: NDArray[np.bool_],
) -> None:
    """Mark the rows of visible points inside by the even-odd rule, in every ``step``-th tile row.

    A point is tested against the edges of its slab alone: about three instead of all.
    """
    left, right, low, high = box
    per_unit = slabs_per_unit(low, high)
    for level in range(slices.first.shape[0]):
        for tile_row in range(first_row, slices.first.shape[1], step):
            for i in range(slices.first[level, tile_row], slices.last[level, tile_row]):
                x, y = cloud.x[i], cloud.y[i]
                if not (x >= left and x <= right and y >= low and y <= high):
                    continue
                slab = min(_SLABS - 1, int((y - low) * per_unit))
                if _crossed_oddly(polygon, edges[start[slab] : start[slab + 1]], x, y):
                    out[order[i]] = cloud.layer[i] != HIDDEN and alpha[cloud.color[i]] > 0
