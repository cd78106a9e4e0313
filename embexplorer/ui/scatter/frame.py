"""Draws an exact or coarse frame of a map into an array of pixels.

The image is cut into bands; a thread pool draws them at once. Each band is drawn by one thread
alone, so the bytes depend neither on the number of threads nor on their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from embexplorer.core.processors import processor_count
from embexplorer.ui.scatter.point_index import BAND, PointIndex, Slices
from embexplorer.ui.scatter.scene import DIMMED, EMPHASIZED, Cloud
from embexplorer.ui.scatter.stamps import disc_stamps

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from embexplorer.ui.scatter.scene import Image, Look, Lut, View

_ALONE = 15_000  # points that one thread draws in about the time it takes to wake the others
_BANDS_PER_TASK = 2  # so that a frame nobody waits for stops within a millisecond or two


class Brush(NamedTuple):
    """What one pass paints with: the fields of `stamps.Stamps` and a color table."""

    coverage: NDArray[np.float32]
    height: int
    quads: int
    table: Lut


@dataclass(frozen=True, slots=True)
class Scene:
    """The points of a map in drawing order; frozen, so that a worker may draw it.

    Parameters
    ----------
    points
        The points in the order of the items.
    index
        Of all points.
    cloud
        All points in the index's order.
    top_index, top_cloud
        The same of emphasized points alone, or None and no points.
    any_dimmed
        Whether a point is dimmed.
    """

    points: Cloud
    index: PointIndex
    cloud: Cloud
    top_index: PointIndex | None
    top_cloud: Cloud
    any_dimmed: bool


def make_scene(points: Cloud) -> Scene:
    """Sort points, given in the order of the items, for drawing."""
    index = PointIndex(points.x, points.y)
    x, y = points.x[index.order], points.y[index.order]
    return _styled(points, index, x, y)


def restyled(scene: Scene, points: Cloud) -> Scene:
    """Return the scene with the colors and layers of ``points``, and its own coords."""
    if scene.points.color is points.color and scene.points.layer is points.layer:
        return scene
    unsorted = scene.points._replace(color=points.color, layer=points.layer)
    return _styled(unsorted, scene.index, scene.cloud.x, scene.cloud.y)


def _styled(
    points: Cloud, index: PointIndex, x: NDArray[np.float64], y: NDArray[np.float64]
) -> Scene:
    """Return the scene of points whose sorted coords are known."""
    cloud = Cloud(x, y, points.color[index.order], points.layer[index.order])
    top = points.take(np.flatnonzero(points.layer == EMPHASIZED))
    top_index = PointIndex(top.x, top.y, levels=False) if len(top.x) else None
    if top_index is not None:
        top = top.take(top_index.order)
    return Scene(points, index, cloud, top_index, top, bool((points.layer == DIMMED).any()))


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
    dimmed, normal, top = (_brush(radius, table) for _, radius, table in look.passes())
    if scene.top_index is None:
        top = normal  # a larger stamp that nobody uses would widen the margin
    margin = float(max(4 * normal.quads, normal.height, 4 * top.quads, top.height))
    slices = scene.index.slices(view, levels, margin)
    if scene.top_index is None:
        top_slices = Slices(slices.first[:0], slices.last[:0], slices.rows)
    else:
        top_slices = scene.top_index.slices(view, margin=margin)
    image = np.empty((view.height, 4 * view.width), np.uint8)
    # Threads cost more than they save where there is little to draw.
    shared = pool if slices.points + top_slices.points > _ALONE else None
    tasks = max(1, -(-view.height // BAND) // _BANDS_PER_TASK)

    def draw(task: int) -> None:
        if not is_stale():
            kernels.splat_bands(
                view, scene.cloud, slices, scene.any_dimmed, dimmed, normal,
                scene.top_cloud, top_slices, top, task, tasks, image,
            )  # fmt: skip

    for _ in map(draw, range(tasks)) if shared is None else shared.map(draw, range(tasks)):
        pass
    return image


def _brush(radius: float, table: Lut) -> Brush:
    """Return the stamps of a radius together with a color table."""
    stamps = disc_stamps(radius)
    return Brush(stamps.coverage, stamps.height, stamps.quads, table)
