"""Where the points of a 3-D map are: the ball that holds all but the most extreme ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from embexplorer.ui.scatter.point_index import robust_bounds, shuffle

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SAMPLE = 1 << 14  # points that a ball is measured on: each frame of a live map needs one
_KEPT = 0.99  # share of the points inside it


class Ball(NamedTuple):
    """The ball that holds what is to be seen, from whatever side.

    Parameters
    ----------
    center
        Data coordinates.
    radius
        In data units, above 0.
    """

    center: tuple[float, float, float]
    radius: float


def ball_around(points: NDArray[np.floating]) -> Ball:
    """Return a ball that holds (m, 3) finite points, m >= 1; its radius may be 0."""
    x, y, z = ((points.min(0) + points.max(0)) / 2).tolist()
    return Ball((x, y, z), float(np.linalg.norm(points - (x, y, z), axis=1).max()))


def robust_ball(points: NDArray[np.floating]) -> Ball:
    """Return the ball around (n, 3) points without the most extreme ones.

    Its center is the middle of `point_index.robust_bounds`, its radius holds 99 % of the points.
    Points that are not finite do not count; without any it is the unit ball.
    """
    if len(points) > _SAMPLE:
        points = points[shuffle(len(points)).order[:_SAMPLE]]
    placed = np.asarray(points[np.isfinite(points).all(1)], np.float64)
    if not len(placed):
        return Ball((0.0, 0.0, 0.0), 1.0)
    x0, x1, y0, y1 = robust_bounds(placed[:, 0].copy(), placed[:, 1].copy())
    z0, z1, _, _ = robust_bounds(placed[:, 2].copy(), placed[:, 2].copy())
    center = ((x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2)
    distances = np.linalg.norm(placed - center, axis=1)
    radius = float(np.partition(distances, (at := int(_KEPT * (len(placed) - 1))))[at])
    return Ball(center, radius or float(distances.max()) or 1.0)
