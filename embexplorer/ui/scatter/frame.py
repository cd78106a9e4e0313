"""Draws an exact or coarse frame of a map into an array of pixels.

The image is cut into bands; a thread pool draws them at once. Each band is drawn by one thread
alone, so the bytes depend neither on the number of threads nor on their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.processors import processor_count
from embexplorer.ui.scatter.point_index import BAND, PointIndex, Slices
from embexplorer.ui.scatter.scene import (
    DIMMED,
    EMPHASIZED,
    Cloud,
    DrawnPoints,
    brush_shapes,
    brush_sizes,
    take_shared,
)
from embexplorer.ui.scatter.stamps import brush_stamps

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from embexplorer.ui.scatter.scene import Fade, Image, Look, Lut, View

_ALONE = 15_000  # points that one thread draws in about the time it takes to wake the others
_TASKS_PER_THREAD = 8  # so that a frame nobody waits for stops within a few milliseconds


class Brush(NamedTuple):
    """What one pass paints with: the fields of `stamps.Stamps`, a color table and a fade."""

    coverage: NDArray[np.float32]
    start: NDArray[np.int64]
    height: NDArray[np.int64]
    quads: NDArray[np.int64]
    table: Lut
    fade: Fade


@dataclass(frozen=True, slots=True)
class Scene:
    """The points of a map in drawing order; frozen, so that a worker may draw it.

    Parameters
    ----------
    points
        The points in the order of the items.
    index
        Of the points that have a place.
    cloud
        These points in the index's order.
    top, top_cloud
        Emphasized points alone, in the same order: (k,) int64 positions in `cloud`, and copies.
    any_dimmed
        Whether a point is dimmed.
    """

    points: Cloud
    index: PointIndex
    cloud: Cloud
    top: NDArray[np.int64]
    top_cloud: Cloud
    any_dimmed: bool

    def top_slices(self, slices: Slices) -> Slices:
        """Return the ranges of emphasized points that lie in ranges of all points."""
        first, last = np.searchsorted(self.top, (slices.first, slices.last))
        return Slices(first, last, slices.rows)


def make_scene(points: Cloud) -> Scene:
    """Sort points, given in the order of the items, for drawing.

    Points whose coords are not finite are left out, and must be hidden.
    """
    index = PointIndex(points.x, points.y)
    return _with_top(points, index, points.take(index.order))


def restyled(scene: Scene, points: Cloud) -> Scene:
    """Return the scene with the looks and layers of ``points``, and its own coords.

    Only what is another array than before is sorted again.
    """
    before = scene.points
    if all(old is new for old, new in zip(before[2:], points[2:], strict=True)):
        return scene
    order, cloud = scene.index.order, scene.cloud
    if points.color is not before.color:
        cloud = cloud._replace(color=points.color[order])
    if points.layer is not before.layer:
        cloud = cloud._replace(layer=points.layer[order])
    if points.brush is not before.brush:
        cloud = cloud._replace(brush=take_shared(points.brush, order))
    if points.opacity is not before.opacity:
        cloud = cloud._replace(opacity=take_shared(points.opacity, order))
    return _with_top(points._replace(x=before.x, y=before.y), scene.index, cloud)


def _with_top(points: Cloud, index: PointIndex, cloud: Cloud) -> Scene:
    """Return the scene of sorted points."""
    top = np.flatnonzero(cloud.layer == EMPHASIZED)
    return Scene(points, index, cloud, top, cloud.take(top), bool((cloud.layer == DIMMED).any()))


def thread_count() -> int:
    """Return how many threads draw at once: one per available processor, at most 16."""
    return min(16, processor_count())


def render(
    scene: Scene,
    view: View,
    look: Look,
    levels: int | None = None,
    pool: Executor | None = None,
    is_stale: Callable[[], bool] = lambda: False,
) -> Image:
    """Draw one frame.

    Parameters
    ----------
    scene, view, look
        What, where and how.
    levels
        Levels of the index to draw; all by default. Emphasized points are never left out.
    pool
        Threads that share the bands; without it the caller's thread draws them all.
    is_stale
        Asked between bands; once true, the rest of the image stays undrawn.

    Returns
    -------
    Image
        (height, 4 * width) uint8 premultiplied BGRA.
    """
    from embexplorer.ui.scatter import kernels

    view = view.typed()
    passes = look.passes()
    if not len(scene.top):
        passes = (*passes[:2], passes[1])  # a larger stamp that nobody uses would widen the margin
    stamps = [brush_stamps(part.radius, part.extra, look.brushes) for part in passes]
    dimmed, normal, top = (
        Brush(*found, part.table, part.fade) for part, found in zip(passes, stamps, strict=True)
    )
    margin = max(found.margin for found in stamps)
    everything = scene.index.slices(view, margin=margin)
    top_slices = scene.top_slices(everything)
    slices = everything if levels is None else everything.coarsest(levels)
    image = np.empty((view.height, 4 * view.width), np.uint8)
    # Threads, and stopping, cost more than they save where there is little to draw.
    is_short = slices.points + top_slices.points <= _ALONE
    bands = -(-view.height // BAND)
    tasks = 1 if is_short else max(1, min(bands, _TASKS_PER_THREAD * thread_count()))
    shared = None if is_short else pool

    def draw(task: int) -> None:
        if not is_stale():
            kernels.splat_bands(
                view, scene.cloud, slices, scene.any_dimmed, dimmed, normal,
                scene.top_cloud, top_slices, top, margin, task, tasks, image,
            )  # fmt: skip

    for _ in map(draw, range(tasks)) if shared is None else shared.map(draw, range(tasks)):
        pass
    return image


def drawn_points(scene: Scene, view: View, look: Look) -> DrawnPoints:
    """Return the points of a frame whose centers lie inside it, in the order of painting.

    Positions and radii are in pixels of the view; what the look hides is left out.
    """
    slices = scene.index.slices(view)
    ranges = zip(slices.first.ravel().tolist(), slices.last.ravel().tolist(), strict=True)
    near = np.concatenate([np.arange(first, last) for first, last in ranges])
    x = (scene.cloud.x[near] - view.left) * view.x_scale
    y = (scene.cloud.y[near] - view.top) * view.y_scale
    inside = (x >= 0) & (x <= view.width) & (y >= 0) & (y <= view.height)
    near, positions = near[inside], np.column_stack((x[inside], y[inside]))
    cloud = scene.cloud.take(near)
    brushes, opacities = (np.broadcast_to(of, len(near)) for of in (cloud.brush, cloud.opacity))
    sizes, shapes = brush_sizes(brushes), brush_shapes(brushes)
    painted, radii, colors = [], [], []
    for part in look.passes():
        its = np.flatnonzero((cloud.layer == part.layer) & (part.table[cloud.color, 3] > 0))
        painted.append(its)
        radii.append((part.radius * sizes[its] + part.extra).astype(np.float32))
        colors.append(_straight(part.table[cloud.color[its]], part.fade[opacities[its]]))
    order = np.concatenate(painted)
    return DrawnPoints(
        scene.index.order[near[order]].astype(np.int64),
        positions[order],
        np.concatenate(radii),
        np.concatenate(colors),
        shapes[order],
    )


def _straight(colors: Lut, fades: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return premultiplied BGRA, 0 to 1, alpha above 0, as straight RGBA, 0 to 255."""
    straight = np.empty((len(colors), 4), np.uint8)
    straight[:, :3] = np.rint(colors[:, 2::-1] / colors[:, 3:] * 255)
    straight[:, 3] = np.rint(colors[:, 3] * fades * 255)
    return straight
