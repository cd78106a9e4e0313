"""Draws an exact or coarse frame of a 3-D map into an array of pixels.

As in `frame`, each band of the image is drawn by one thread alone, from far to near. Before that,
points are projected and spread over the bands in their own order, however many threads share the
work, so the bytes do not depend on it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.ui.scatter.depth_look import bin_of_key
from embexplorer.ui.scatter.frame import _straight, thread_count
from embexplorer.ui.scatter.point_index import BAND
from embexplorer.ui.scatter.scene import HIDDEN, OPAQUE, DrawnPoints, brush_shapes
from embexplorer.ui.scatter.scene3d import depth_keys, projected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from embexplorer.ui.scatter.depth_look import DepthBrush, Discs
    from embexplorer.ui.scatter.scene import Image
    from embexplorer.ui.scatter.scene3d import Scene3, Sight

LARGEST = 1 << 15, 1 << 13
"""Most pixels across and down, with the margins on either side."""

_ALONE = 15_000  # points that one thread draws in about the time it takes to wake the others
_BANDS_PER_TASK = 2  # so that a frame nobody waits for stops within a millisecond or two
_TASKS_PER_THREAD = 4  # of projecting: they even out, and a stale frame stops between them


def render(
    scene: Scene3,
    sight: Sight,
    brush: DepthBrush,
    count: int | None = None,
    pool: Executor | None = None,
    is_stale: Callable[[], bool] = lambda: False,
) -> Image:
    """Draw one frame.

    Parameters
    ----------
    scene, sight, brush
        What, from where and how.
    count
        How many points to draw, the first of the order; all by default. Emphasized points are
        never left out.
    pool
        Threads that share the work; without it the caller's thread does it all.
    is_stale
        Asked between tasks; once true, the rest stays undrawn.

    Returns
    -------
    Image
        (height, 4 * width) uint8 premultiplied BGRA.

    Raises
    ------
    ValueError
        If the image is larger than `LARGEST`.
    """
    from embexplorer.ui.scatter import kernels3d

    # The bits that a record has for x and y; exports draw at most 2,048 rows at once.
    if sight.width + 2 * brush.margin > LARGEST[0] or sight.height + 2 * brush.margin > LARGEST[1]:
        raise ValueError(f"an image of {sight.width} x {sight.height} pixels is too large")
    n = len(scene.cloud.x) if count is None else min(count, len(scene.cloud.x))
    shared = pool if n + len(scene.top.x) > _ALONE else None
    image = np.empty((sight.height, 4 * sight.width), np.uint8)
    bands = -(-sight.height // BAND)
    margin, plain = brush.margin, int(scene.cloud.brush[0])
    spread, styles, start = _spread(scene, sight, brush, n, bands, shared, is_stale)
    tasks = max(1, bands // _BANDS_PER_TASK)

    def blend(task: int) -> None:
        if not is_stale():
            kernels3d.blend_bands(
                sight, brush, margin, plain, spread, styles, start, task, tasks, image
            )

    run(blend, range(tasks), shared)
    return image


def drawn_points(scene: Scene3, sight: Sight, brush: DepthBrush, discs: Discs) -> DrawnPoints:
    """Return the points of a frame whose centers lie inside it, in the order of painting.

    Positions and radii are in pixels of the view; what the look hides is left out.
    """
    x, y, _ = projected(sight, scene.cloud)
    inside = (x >= 0) & (x <= sight.width) & (y >= 0) & (y <= sight.height)
    near = np.flatnonzero(inside & (scene.cloud.layer != HIDDEN))
    cloud = scene.cloud.take(near)
    keys = depth_keys(sight, cloud)
    order = np.argsort(keys, kind="stable")
    bins = bin_of_key(keys[order])
    colors = brush.table[brush.row_of_bin[bins] + cloud.color[order]]
    order, bins, colors = (part[colors[:, 3] > 0] for part in (order, bins, colors))
    brushes, opacities = (
        np.broadcast_to(of, len(near))[order] for of in (cloud.brush, cloud.opacity)
    )
    layers = cloud.layer[order]
    radii = discs.radius_of_bin[bins] * discs.size_of_brush[brushes] + discs.extra_of_layer[layers]
    chosen = near[order]
    return DrawnPoints(
        scene.order[chosen].astype(np.int64),
        np.column_stack((x[chosen], y[chosen])),
        radii.astype(np.float32),
        _straight(colors, brush.fade[layers, opacities]),
        brush_shapes(brushes),
    )


def _spread(
    scene: Scene3,
    sight: Sight,
    brush: DepthBrush,
    n: int,
    bands: int,
    pool: Executor | None,
    is_stale: Callable[[], bool],
) -> tuple[NDArray[np.int64], NDArray[np.uint16], NDArray[np.int64]]:
    """Return the records of visible points band by band, their styles, and the bands' starts."""
    from embexplorer.ui.scatter import kernels3d

    total, margin = n + len(scene.top.x), brush.margin
    has_styles = len(scene.cloud.brush) > 1 or len(scene.cloud.opacity) > 1
    has_styles = has_styles or scene.cloud.opacity[0] != OPAQUE
    records = np.empty(total, np.int64)
    styles = np.empty(total if has_styles else 0, np.uint16)
    tasks = 1 if pool is None else thread_count() * _TASKS_PER_THREAD
    cuts = [(scene.cloud, True, *ends, 0) for ends in cut(n, tasks)]
    if len(scene.top.x):
        cuts.append((scene.top, False, 0, len(scene.top.x), n))
    counts = np.zeros((len(cuts), bands), np.int64)
    ends = np.zeros((len(cuts), 2), np.int64)

    def project(task: int) -> None:
        cloud, without_top, first, last, offset = cuts[task]
        if not is_stale():
            own = styles[offset:] if has_styles else styles
            end = kernels3d.project_records(
                sight, cloud, without_top, brush, margin, first, last,
                records[offset:], own, counts[task],
            )  # fmt: skip
            ends[task] = first + offset, end + offset

    run(project, range(len(cuts)), pool)
    start = np.zeros(bands + 1, np.int64)
    np.cumsum(counts.sum(0), out=start[1:])
    free = start[:-1] + np.cumsum(counts, axis=0) - counts
    spread = np.empty(int(start[-1]), np.int64)
    spread_styles = np.empty(len(spread) if has_styles else 0, np.uint16)
    plain = int(scene.cloud.brush[0])

    def place(task: int) -> None:
        if not is_stale():
            kernels3d.spread_records(
                brush, margin, plain, records, styles, ends[task, 0], ends[task, 1],
                free[task], spread, spread_styles,
            )  # fmt: skip

    run(place, range(len(cuts)), pool)
    return spread, spread_styles, start


def cut(n: int, tasks: int) -> list[tuple[int, int]]:
    """Cut n points into about equal parts."""
    ends = [n * task // tasks for task in range(tasks + 1)]
    return list(pairwise(ends))


def run(work: Callable[[int], None], tasks: Iterable[int], pool: Executor | None) -> None:
    """Do the tasks, side by side where there is a pool."""
    for _ in map(work, tasks) if pool is None else pool.map(work, tasks):
        pass
