"""Which points lie under the cursor or inside a lasso."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embexplorer.ui.scatter.scene import HIDDEN, Cloud, Palette

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from embexplorer.ui.scatter.frame import Scene

Rows = NDArray[np.int64]

_TASKS = 32  # of a lasso: small enough that unequal ones even out over the threads
_SLACK = 0.01  # of a radius: a box around it may be rounded, a point on its edge still counts


def pick(
    scene: Scene,
    palette: Palette,
    center: tuple[float, float],
    scale: tuple[float, float],
    radius: float,
) -> int:
    """Find the nearest visible point.

    Parameters
    ----------
    scene
        The points.
    palette
        (k, 4) RGBA; points whose color has alpha 0 are not found.
    center
        Data coordinates of the cursor.
    scale
        Pixels per data unit along x and y; only the size counts.
    radius
        In pixels.

    Returns
    -------
    int
        Row of the item, or -1. Of equally near points, the one drawn on top.
    """
    from embexplorer.ui.scatter import kernels_finding

    x, y, x_scale, y_scale = map(float, (*center, abs(scale[0]), abs(scale[1])))
    across, down = (1 + _SLACK) * radius / x_scale, (1 + _SLACK) * radius / y_scale
    slices = scene.index.box(x - across, x + across, y - down, y + down)
    position = kernels_finding.pick_nearest(
        scene.cloud, _alpha(palette), slices, (x, y), (x_scale, y_scale), float(radius)
    )
    return int(scene.index.order[position]) if position >= 0 else -1


def inside(
    scene: Scene, palette: Palette, polygon: NDArray[np.floating], pool: Executor | None = None
) -> Rows:
    """Find the visible points inside a polygon, by the even-odd rule.

    Parameters
    ----------
    scene, palette
        As for `pick`.
    polygon
        (k, 2) corners in data coordinates, open or closed. It may cross itself.
    pool
        Threads that share the work.

    Returns
    -------
    Rows
        Sorted rows of the items; none when the polygon has fewer than three corners.
    """
    from embexplorer.ui.scatter import kernels_finding

    corners = np.array(polygon, np.float64).reshape(-1, 2)
    if len(corners) < 3:
        return np.empty(0, np.int64)
    (left, low), (right, high) = corners.min(0).tolist(), corners.max(0).tolist()
    slices = scene.index.box(left, right, low, high)
    box, alpha = (left, right, low, high), _alpha(palette)
    per_unit = kernels_finding.slabs_per_unit(low, high)
    start, edges = kernels_finding.bucket_edges(corners, low, per_unit)
    found = np.zeros(len(scene.points.x), np.bool_)

    def mark(task: int) -> None:
        kernels_finding.mark_inside(
            scene.cloud, alpha, corners, box, start, edges, slices, scene.index.order,
            task, _TASKS, found,
        )  # fmt: skip

    for _ in map(mark, range(_TASKS)) if pool is None else pool.map(mark, range(_TASKS)):
        pass
    return np.flatnonzero(found)


def nearest_in_cone(
    positions: NDArray[np.float64],
    visible: NDArray[np.bool_],
    row: int,
    direction: tuple[float, float],
) -> int:
    """Find the next point in a direction, for the arrow keys.

    Parameters
    ----------
    positions
        (n, 2) on the screen; NaN for a point that has none.
    visible
        (n,) which points count.
    row
        The point to start from.
    direction
        Its length does not matter.

    Returns
    -------
    int
        Of the points within 45 degrees of the direction, the row of the one with the smallest
        distance along it plus twice that across; -1 without one.
    """
    length = math.hypot(*direction)
    if not length:
        raise ValueError("a direction must not be (0, 0)")
    right, down = direction[0] / length, direction[1] / length
    x, y = positions[:, 0] - positions[row, 0], positions[:, 1] - positions[row, 1]
    along = x * right + y * down
    rows = np.flatnonzero(visible & (along > 0))
    along, across = along[rows], np.abs(x[rows] * down - y[rows] * right)
    effort = np.where(across <= along, along + 2 * across, np.inf)
    if not len(rows) or not np.isfinite(effort.min()):
        return -1
    return int(rows[effort.argmin()])


def pick_slowly(
    points: Cloud,
    palette: Palette,
    center: tuple[float, float],
    scale: tuple[float, float],
    radius: float,
) -> int:
    """Do what `pick` does on points in the items' order, in numpy, while no kernels are there."""
    distance = ((points.x - center[0]) * scale[0]) ** 2 + ((points.y - center[1]) * scale[1]) ** 2
    near = np.flatnonzero(distance <= radius * radius)
    near = near[_visible(points, palette, near)]
    if len(near) == 0:
        return -1
    nearest = near[distance[near] == distance[near].min()]
    return int(nearest[np.argmax(points.layer[nearest])])


def inside_slowly(points: Cloud, palette: Palette, polygon: NDArray[np.floating]) -> Rows:
    """Do what `inside` does on points in the items' order, in numpy, while no kernels are there.

    Points that are not finite must be hidden, as for every function here.
    """
    corners = np.array(polygon, np.float64).reshape(-1, 2)
    if len(corners) < 3:
        return np.empty(0, np.int64)
    rows = np.flatnonzero(points.layer != HIDDEN)
    x, y, odd = points.x[rows], points.y[rows], np.zeros(len(rows), np.bool_)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        crosses = (ay > y) != (by > y)
        rise = by - ay if by != ay else 1.0  # a level edge crosses nothing
        odd ^= crosses & (x < (bx - ax) * (y - ay) / rise + ax)
    return rows[odd & _visible(points, palette, rows)]


def _alpha(palette: Palette) -> NDArray[np.uint8]:
    """Return the palette's alphas as the kernels take them."""
    return np.array(palette[:, 3])


def _visible(points: Cloud, palette: Palette, rows: Rows) -> NDArray[np.bool_]:
    """Return which of some points are drawn at all."""
    drawn: NDArray[np.bool_] = palette[points.color[rows], 3] > 0
    drawn &= points.layer[rows] != HIDDEN
    return drawn
