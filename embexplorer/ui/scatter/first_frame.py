"""Draws a frame in plain numpy, for the second before the compiled kernels are there.

It uses the stamps of the real renderer, but adds up optical depth and mean color per pixel instead
of blending point by point. A single marker comes out the same; where markers of different colors
overlap, their mix no longer depends on which lies on top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.ui.scatter.scene import brush_shapes, brush_sizes
from embexplorer.ui.scatter.stamps import PHASES, coverage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.ui.scatter.scene import Cloud, Image, Look, Lut, Pass, View

MOST_POINTS = 30_000
"""Of more visible points a uniform sample is drawn, each standing for as many as it replaces."""

_OPAQUE = 1 - 1e-6  # the optical depth of full opacity would be infinite


def draw(points: Cloud, view: View, look: Look) -> Image:
    """Draw a frame.

    Parameters
    ----------
    points
        In the order of the items; those without a place are hidden.
    view, look
        Where and how.

    Returns
    -------
    Image
        (height, 4 * width) uint8 premultiplied BGRA, as `frame.render` returns it.
    """
    picture = np.zeros((view.height, view.width, 4), np.float32)
    for part in look.passes():
        markers = _markers(part, look.brushes)
        reach = max(max(cells.shape[2:]) for cells in markers.values())
        x, y = (points.x - view.left) * view.x_scale, (points.y - view.top) * view.y_scale
        seen = (points.layer == part.layer) & (part.table[points.color, 3] > 0)
        seen &= (x > -reach) & (x < view.width + reach) & (y > -reach) & (y < view.height + reach)
        rows = np.flatnonzero(seen)
        if len(rows) == 0:
            continue
        drawn = _sample(rows)
        sums = np.zeros((4, view.height, view.width))
        some = points.take(drawn)._replace(x=x[drawn], y=y[drawn])
        for brush, cells in markers.items():
            its = np.flatnonzero(some.brush == brush) if len(some.brush) > 1 else slice(None)
            colors = part.table[some.color[its]] * _fades(part, some)[its]
            sums += _depths(some.x[its], some.y[its], colors, cells, view)
        above = _picture(sums * (len(rows) / len(drawn)))
        picture = picture * (1 - above[:, :, 3:]) + above
    return (picture * np.float32(255) + np.float32(0.5)).astype(np.uint8).reshape(view.height, -1)


def _markers(part: Pass, brushes: tuple[int, ...]) -> dict[int, NDArray[np.float32]]:
    """Return the coverage of each brush in a pass."""
    numbers = np.array(brushes, np.uint8)
    kinds = zip(brushes, brush_shapes(numbers), brush_sizes(numbers), strict=True)
    return {
        brush: coverage(int(shape), part.radius * float(size) + part.extra)
        for brush, shape, size in kinds
    }


def _sample(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return at most MOST_POINTS of the rows, the same ones each time."""
    if len(rows) <= MOST_POINTS:
        return rows
    chosen: NDArray[np.int64] = np.random.default_rng(0).choice(rows, MOST_POINTS, replace=False)
    return chosen


def _fades(part: Pass, points: Cloud) -> NDArray[np.float32]:
    """Return (n, 1) what the color of each point is multiplied by."""
    fades: NDArray[np.float32] = np.empty((len(points.x), 1), np.float32)
    fades[:, 0] = part.fade[points.opacity]
    return fades


def _depths(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    colors: Lut,
    cells: NDArray[np.float32],
    view: View,
) -> NDArray[np.float64]:
    """Return (4, height, width): the optical depth of markers, and it times their B, G and R.

    The depth comes last. x and y are the centers of the markers, in pixels.
    """
    height, width = cells.shape[2:]
    x, y = x - width / 2 + 0.5, y - height / 2 + 0.5
    column, line = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    phase = ((y - line) * PHASES).astype(np.int64) * PHASES
    phase += ((x - column) * PHASES).astype(np.int64)
    inked = cells.reshape(PHASES * PHASES, height * width)
    used = np.flatnonzero(inked.any(0))
    opacity = np.minimum(inked[np.ix_(phase, used)] * colors[:, 3:], _OPAQUE)
    depth = -np.log1p(-opacity)
    # A margin as wide as a marker catches the parts that lie outside, and keeps what lies further.
    stride, lines = view.width + 2 * width, view.height + 2 * height
    column, line = (
        np.clip(column + width, 0, stride - width),
        np.clip(line + height, 0, lines - height),
    )
    target = ((line * stride + column)[:, None] + used // width * stride + used % width).ravel()
    sums = np.empty((4, lines * stride))
    for channel in range(3):
        straight = colors[:, channel] / colors[:, 3]
        weights = (depth * straight[:, None]).ravel()
        sums[channel] = np.bincount(target, weights, lines * stride)
    sums[3] = np.bincount(target, depth.ravel(), lines * stride)
    return sums.reshape(4, lines, stride)[:, height:-height, width:-width]


def _picture(sums: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return (height, width, 4) premultiplied BGRA of what `_depths` returns."""
    alpha = -np.expm1(-sums[3])
    picture = np.empty((*alpha.shape, 4), np.float32)
    picture[:, :, :3] = np.moveaxis(sums[:3] / np.maximum(sums[3], 1e-30) * alpha, 0, 2)
    picture[:, :, 3] = alpha
    return picture
