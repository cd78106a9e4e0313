"""Which points of a 3-D map lie under the cursor or inside a lasso, as they are seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embexplorer.ui.scatter.depth_look import Discs
from embexplorer.ui.scatter.frame import thread_count
from embexplorer.ui.scatter.frame3d import cut, run
from embexplorer.ui.scatter.scene3d import Spots

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from embexplorer.ui.scatter.scene import Palette
    from embexplorer.ui.scatter.scene3d import Scene3, Sight

Rows = NDArray[np.int64]

_TASKS = 16  # of a lasso: small enough that unequal ones even out over the threads


@dataclass(frozen=True, slots=True)
class ScreenIndex:
    """The spots of a view, sorted into square cells of it.

    Parameters
    ----------
    spots
        Cell by cell, row by row.
    first, last
        (rows, columns) int64: where the spots of each cell begin and end.
    discs
        How large points are drawn.
    reach
        Radius of the largest, in pixels.
    """

    spots: Spots
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    discs: Discs
    reach: float


def index_screen(
    scene: Scene3, sight: Sight, palette: Palette, discs: Discs, pool: Executor | None = None
) -> ScreenIndex:
    """Project every point and sort the visible ones into cells, for many picks in one view."""
    from embexplorer.ui.scatter import kernels3d_finding

    # One more than needed: a point on the lower or the right rim lies in the next.
    size = kernels3d_finding.CELL
    columns, lines = sight.width // size + 1, sight.height // size + 1
    n, cells = len(scene.cloud.x), columns * lines
    spots, alpha = _empty_spots(n), np.array(palette[:, 3])
    parts = cut(n, 1 if pool is None else 2 * thread_count())
    counts, ends = np.zeros((len(parts), cells), np.int64), [0] * len(parts)

    def locate(task: int) -> None:
        ends[task] = kernels3d_finding.locate(
            sight, scene.cloud, alpha, *parts[task], spots, columns, counts[task]
        )

    run(locate, range(len(parts)), pool)
    start = np.zeros(cells + 1, np.int64)
    np.cumsum(counts.sum(0), out=start[1:])
    free = start[:-1] + np.cumsum(counts, axis=0) - counts
    placed = _empty_spots(int(start[-1]))

    def place(task: int) -> None:
        kernels3d_finding.place_spots(
            spots, parts[task][0], ends[task], columns, free[task], placed
        )

    run(place, range(len(parts)), pool)
    sizes = discs.size_of_brush[np.unique(scene.cloud.brush)]
    reach = float(discs.radius_of_bin.max() * sizes.max() + discs.extra_of_layer.max())
    first, last = (ends.reshape(lines, columns) for ends in (start[:-1], start[1:]))
    return ScreenIndex(placed, first, last, discs, reach)


def pick(index: ScreenIndex, scene: Scene3, at: tuple[float, float], radius: float) -> int:
    """Find the point that a person means.

    Parameters
    ----------
    index
        Of the scene in the present view.
    scene
        The points.
    at
        Pixel of the cursor.
    radius
        How far a center may lie when no disc covers the pixel, in pixels.

    Returns
    -------
    int
        Row of the item, or -1: of the discs that cover the pixel the one on top, else the nearest.
    """
    from embexplorer.ui.scatter import kernels3d_finding

    x, y = float(at[0]), float(at[1])
    reach = max(float(radius), index.reach)
    size, (lines, columns) = kernels3d_finding.CELL, index.first.shape
    top, bottom = (min(max(int(v // size), 0), lines - 1) for v in (y - reach, y + reach))
    left, right = (min(max(int(v // size), 0), columns - 1) for v in (x - reach, x + reach))
    firsts = index.first[top : bottom + 1, left].copy()
    lasts = index.last[top : bottom + 1, right].copy()
    position = kernels3d_finding.pick_spot(
        index.spots, firsts, lasts, scene.cloud, index.discs, x, y, float(radius)
    )
    return int(scene.order[position]) if position >= 0 else -1


def inside(
    scene: Scene3,
    sight: Sight,
    palette: Palette,
    polygon: NDArray[np.floating],
    pool: Executor | None = None,
) -> Rows:
    """Find the visible points that are seen inside a polygon, by the even-odd rule.

    Parameters
    ----------
    scene, sight
        The points and where they are seen from.
    palette
        (k, 4) RGBA; points whose color has alpha 0 are not found.
    polygon
        (k, 2) corners in pixels, open or closed. It may cross itself.
    pool
        Threads that share the work.

    Returns
    -------
    Rows
        Sorted rows of the items; none when the polygon has fewer than three corners.
    """
    from embexplorer.ui.scatter import kernels3d_finding, kernels_finding

    corners = np.array(polygon, np.float64).reshape(-1, 2)
    if len(corners) < 3:
        return np.empty(0, np.int64)
    (left, low), (right, high) = corners.min(0).tolist(), corners.max(0).tolist()
    per_unit = kernels_finding.slabs_per_unit(low, high)
    slabs, edges = kernels_finding.bucket_edges(corners, low, per_unit)
    alpha, found = np.array(palette[:, 3]), np.zeros(len(scene.order), np.bool_)
    parts = cut(len(scene.order), 1 if pool is None else _TASKS)

    def mark(task: int) -> None:
        kernels3d_finding.mark_projected_inside(
            sight, scene.cloud, alpha, corners, (left, right, low, high), slabs, edges,
            scene.order, *parts[task], found,
        )  # fmt: skip

    run(mark, range(len(parts)), pool)
    return np.flatnonzero(found)


def pick_slowly(
    on_screen: tuple[NDArray[np.float64], NDArray[np.float64]],
    keys: NDArray[np.int64],
    radii: NDArray[np.float64],
    at: tuple[float, float],
    radius: float,
) -> int:
    """Do what `pick` does in numpy, while no kernels are there.

    Parameters
    ----------
    on_screen
        x and y in pixels, NaN of points that are not visible, in the order of the items.
    keys, radii
        (n,) keys as `frame3d.depth_keys` returns them, and radii in pixels.
    at, radius
        As for `pick`.
    """
    distance = np.hypot(on_screen[0] - at[0], on_screen[1] - at[1])
    covering = np.flatnonzero(distance <= radii)
    if len(covering):
        return int(covering[np.argmax(keys[covering])])
    near = np.flatnonzero(distance <= radius)
    return int(near[np.argmin(distance[near])]) if len(near) else -1


def _empty_spots(n: int) -> Spots:
    return Spots(
        np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.int32),
        np.empty(n, np.uint16),
    )  # fmt: skip
