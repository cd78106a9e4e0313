"""What one frame of a 3-D map is made of: the points in space, and where they are seen from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embexplorer.ui.scatter.camera import Lens
from embexplorer.ui.scatter.point_index import LEVELS, shuffle
from embexplorer.ui.scatter.scene import (
    EMPHASIZED,
    Brushes,
    Color,
    Layers,
    Opacities,
    take_shared,
)

if TYPE_CHECKING:
    from embexplorer.ui.scatter.ball import Ball

DEPTHS = 1 << 14
"""Depths that the order of painting tells apart; half of them lie inside the ball of the data."""


class Solid(NamedTuple):
    """Points in space, one array per property: `scene.Cloud` with a third coordinate."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    z: NDArray[np.float64]
    color: Color
    layer: Layers
    brush: Brushes
    opacity: Opacities

    def take(self, rows: NDArray[np.integer]) -> Solid:
        """Return the points of ``rows`` in that order."""
        x, y, z = self.x[rows], self.y[rows], self.z[rows]
        brush, opacity = take_shared(self.brush, rows), take_shared(self.opacity, rows)
        return Solid(x, y, z, self.color[rows], self.layer[rows], brush, opacity)


class Spots(NamedTuple):
    """Visible points on the screen, one array per property.

    Parameters
    ----------
    x, y
        (m,) float32 pixels.
    position
        (m,) int32 in the scene's cloud.
    key
        (m,) uint16 layer and depth; the larger lies on top.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    position: NDArray[np.int32]
    key: NDArray[np.uint16]


class Sight(NamedTuple):
    """A lens on an image of so many pixels, and where near and far are.

    Parameters
    ----------
    matrix, pull, x0, y0
        As in `camera.Lens`.
    middle, per_reach
        A point so far towards the eye as `middle` lies in the middle of all depths;
        ``1 / per_reach`` nearer or farther, at a quarter from either end.
    width, height
        Of the image.
    """

    matrix: NDArray[np.float64]
    pull: float
    x0: float
    y0: float
    middle: float
    per_reach: float
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class Scene3:
    """The points of a map in drawing order; frozen, so that a worker may draw it.

    Parameters
    ----------
    points
        The points in the order of the items.
    order
        (n,) int32 row of each point in drawing order, a random one: its first part is a sample.
    cloud
        All points in that order.
    top
        The emphasized ones alone.
    """

    points: Solid
    order: NDArray[np.int32]
    cloud: Solid
    top: Solid

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many points each subsample has, the whole last."""
        n = len(self.order)
        return (*(size for size in LEVELS if size < n), n)


def make_scene(points: Solid) -> Scene3:
    """Shuffle points, given in the order of the items, for drawing."""
    order = shuffle(len(points.x)).order
    cloud = points.take(order)
    return Scene3(points, order, cloud, cloud.take(np.flatnonzero(cloud.layer == EMPHASIZED)))


def restyled(scene: Scene3, points: Solid) -> Scene3:
    """Return the scene with the looks of ``points``, and its own coords."""
    old = scene.points
    if all(former is now for former, now in zip(old[3:], points[3:], strict=True)):
        return scene
    unsorted = points._replace(x=old.x, y=old.y, z=old.z)
    order = scene.order
    brush, opacity = take_shared(points.brush, order), take_shared(points.opacity, order)
    cloud = scene.cloud._replace(
        color=points.color[order], layer=points.layer[order], brush=brush, opacity=opacity
    )
    top = cloud.take(np.flatnonzero(cloud.layer == EMPHASIZED))
    return Scene3(unsorted, order, cloud, top)


def middle_of(lens: Lens, ball: Ball) -> float:
    """Return how far the middle of the ball lies towards the eye from the camera's center."""
    return float(lens.matrix[2] @ (*ball.center, 1.0))


def make_sight(lens: Lens, ball: Ball, width: int, height: int) -> Sight:
    """Return what projects points onto an image, in exactly the types of the kernels."""
    middle = middle_of(lens, ball)
    matrix = np.ascontiguousarray(lens.matrix, np.float64)
    scalars = (float(lens.pull), float(lens.x0), float(lens.y0), middle, 1.0 / ball.radius)
    return Sight(matrix, *scalars, int(width), int(height))


def depth_keys(sight: Sight, points: Solid) -> NDArray[np.int64]:
    """Return layer and depth of points as the kernels sort them: the larger lies on top."""
    towards = _towards(sight, points)
    t = (towards - sight.middle) * sight.per_reach
    with np.errstate(invalid="ignore"):  # points without a place have no depth
        place = ((t / (1.0 + np.abs(t)) + 1.0) * (0.5 * (DEPTHS - 1))).astype(np.int64)
    keys: NDArray[np.int64] = points.layer.astype(np.int64) * DEPTHS + np.clip(place, 0, DEPTHS - 1)
    return keys


def projected(sight: Sight, points: Solid) -> tuple[NDArray[np.float64], ...]:
    """Return x, y in pixels and the depth of points; x and y are NaN where they are not seen."""
    lens = Lens(sight.matrix, sight.pull, sight.x0, sight.y0)
    return lens.project(np.column_stack((points.x, points.y, points.z)))


def _towards(sight: Sight, points: Solid) -> NDArray[np.float64]:
    """Return how far points lie towards the eye, by the kernels' arithmetic."""
    m = sight.matrix[2]
    found: NDArray[np.float64] = m[0] * points.x + m[1] * points.y + m[2] * points.z + m[3]
    return found
