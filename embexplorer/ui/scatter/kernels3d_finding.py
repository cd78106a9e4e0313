"""The compiled inner loops that find points of a 3-D map: under a cursor, inside a lasso.

As in `kernels3d`: compiled through and through, loaded lazily.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.ui.scatter.kernels import _kernel
from embexplorer.ui.scatter.kernels3d import _project_block
from embexplorer.ui.scatter.kernels_finding import slabs_per_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.ui.scatter.depth_look import Discs
    from embexplorer.ui.scatter.scene3d import Sight, Solid, Spots

# As in `kernels3d`, written again for numba's disk cache.
HIDDEN = 0
NEAREST = 0.05
SLABS = 256
CELL = 32

_BLOCK = 512
_LAYER_SHIFT, _BIN_IN_KEY = 14, 7  # of a key


@_kernel
def _cell_of(x: float, y: float, columns: int) -> int:
    """Return the cell of the screen that holds a pixel, at least (0, 0), row by row."""
    down, across = np.uint64(y) // np.uint64(CELL), np.uint64(x) // np.uint64(CELL)
    return int(np.int64(down) * columns + np.int64(across))


@_kernel
def locate(
    sight: Sight,
    cloud: Solid,
    alpha: NDArray[np.uint8],
    first: int,
    last: int,
    spots: Spots,
    columns: int,
    count: NDArray[np.int64],
) -> int:
    """Write where visible points lie on the screen to ``spots``, from ``first`` on.

    ``count[cell]`` grows by the points of each cell. Returns where the spots end.
    """
    px, py, depth, order = (np.empty(_BLOCK), np.empty(_BLOCK), np.empty(_BLOCK), np.empty(_BLOCK))
    m = first
    for start in range(first, last, _BLOCK):
        stop = min(last, start + _BLOCK)
        _project_block(sight, cloud, start, stop, px, py, depth, order)
        for j in range(stop - start):
            x, y = px[j], py[j]
            if not (depth[j] > NEAREST and x >= 0 and x <= sight.width and y >= 0):
                continue
            i = start + j
            layer = np.int64(cloud.layer[i])
            if y > sight.height or layer == HIDDEN or alpha[cloud.color[i]] == 0:
                continue
            spots.x[m], spots.y[m], spots.position[m] = x, y, i
            spots.key[m] = layer << _LAYER_SHIFT | int(order[j])
            # Of the rounded position, as `place_spots` knows it.
            count[_cell_of(spots.x[m], spots.y[m], columns)] += 1
            m += 1
    return m


@_kernel
def place_spots(
    spots: Spots, first: int, last: int, columns: int, free: NDArray[np.int64], placed: Spots
) -> None:
    """Copy spots cell by cell; ``free`` are the cells' next places."""
    for j in range(first, last):
        cell = _cell_of(spots.x[j], spots.y[j], columns)
        at = free[cell]
        placed.x[at], placed.y[at] = spots.x[j], spots.y[j]
        placed.position[at], placed.key[at] = spots.position[j], spots.key[j]
        free[cell] = at + 1


@_kernel
def pick_spot(
    spots: Spots,
    firsts: NDArray[np.int64],
    lasts: NDArray[np.int64],
    cloud: Solid,
    discs: Discs,
    x: float,
    y: float,
    radius: float,
) -> int:
    """Return the position of the point that a person means at a pixel, or -1.

    Of the points whose discs cover the pixel, the one on top; without any, the nearest center
    within ``radius``. Of equal ones the upper, then the one drawn later. ``firsts`` and ``lasts``
    are the ranges of spots to look at.
    """
    found, found_key = np.int64(-1), np.int64(0)
    found_covers, found_distance = False, 0.0
    own_brush = len(cloud.brush) > 1
    for part in range(len(firsts)):
        for j in range(firsts[part], lasts[part]):
            dx, dy = spots.x[j] - x, spots.y[j] - y
            distance = dx * dx + dy * dy
            key, i = np.int64(spots.key[j]), np.int64(spots.position[j])
            disc = discs.radius_of_bin[key >> _BIN_IN_KEY]
            disc *= discs.size_of_brush[cloud.brush[i if own_brush else 0]]
            disc += discs.extra_of_layer[key >> _LAYER_SHIFT]
            covers = bool(distance <= disc * disc)
            if not covers and (found_covers or distance > radius * radius):
                continue
            if found < 0 or covers != found_covers:
                better = True
            elif not covers and distance != found_distance:
                better = distance < found_distance
            else:
                better = bool(key > found_key or (key == found_key and i > found))
            if better:
                found, found_covers, found_distance, found_key = i, covers, distance, key
    return int(found)


@_kernel
def _is_inside(
    polygon: NDArray[np.float64],
    edges: NDArray[np.int64],
    first: int,
    last: int,
    x: float,
    y: float,
) -> bool:
    """Return whether a ray to the right crosses an odd number of some edges of a polygon."""
    odd = False
    for place in range(first, last):
        e = edges[place]
        f = e + 1 if e + 1 < len(polygon) else 0
        ay, by = polygon[e, 1], polygon[f, 1]
        if (ay > y) != (by > y):
            ax, bx = polygon[e, 0], polygon[f, 0]
            if x < (bx - ax) * (y - ay) / (by - ay) + ax:
                odd = not odd
    return odd


@_kernel
def mark_projected_inside(
    sight: Sight,
    cloud: Solid,
    alpha: NDArray[np.uint8],
    polygon: NDArray[np.float64],
    box: tuple[float, float, float, float],
    slabs: NDArray[np.int64],
    edges: NDArray[np.int64],
    order: NDArray[np.int32],
    first: int,
    last: int,
    out: NDArray[np.bool_],
) -> None:
    """Mark the rows of visible points that lie inside a polygon of pixels, by the even-odd rule."""
    left, right, low, high = box
    per_unit = slabs_per_unit(low, high)
    px, py, depth, near = (np.empty(_BLOCK), np.empty(_BLOCK), np.empty(_BLOCK), np.empty(_BLOCK))
    for start in range(first, last, _BLOCK):
        stop = min(last, start + _BLOCK)
        _project_block(sight, cloud, start, stop, px, py, depth, near)
        for j in range(stop - start):
            x, y = px[j], py[j]
            if not (depth[j] > NEAREST and x >= left and x <= right and y >= low and y <= high):
                continue
            slab = min(SLABS - 1, int((y - low) * per_unit))
            if _is_inside(polygon, edges, slabs[slab], slabs[slab + 1], x, y):
                i = start + j
                out[order[i]] = cloud.layer[i] != HIDDEN and alpha[cloud.color[i]] > 0
