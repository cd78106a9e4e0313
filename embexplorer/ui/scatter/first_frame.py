"""Draws a frame in plain numpy, for the second before the compiled kernels are there.

It uses the stamps of the real renderer, but adds up optical depth and mean color per pixel instead
of blending point by point. A single disc comes out the same; where discs of different colors
overlap, their mix no longer depends on which lies on top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.ui.scatter.stamps import PHASES, disc_coverage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.ui.scatter.scene import Cloud, Image, Look, Lut, View

MOST_POINTS = 30_000
"""Of more visible points a uniform sample is drawn, each standing for as many as it replaces."""

_OPAQUE = 1 - 1e-6  # the optical depth of full opacity would be infinite


def draw(points: Cloud, view: View, look: Look) -> Image:
    """Draw a frame.

    Parameters
    ----------
    points
        In the order of the items.
    view, look
        Where and how.

    Returns
    -------
    Image
        (height, 4 * width) uint8 premultiplied BGRA, as `frame.render` returns it.
    """
    picture = np.zeros((view.height, view.width, 4), np.float32)
    for layer, radius, table in look.passes():
        coverage = disc_coverage(radius)
        height, width = coverage.shape[2:]
        x = (points.x - view.left) * view.x_scale - width / 2 + 0.5
        y = (points.y - view.top) * view.y_scale - height / 2 + 0.5
        seen = (points.layer == layer) & (table[points.color, 3] > 0)
        seen &= (x > -width) & (x < view.width) & (y > -height) & (y < view.height)
        rows = np.flatnonzero(seen)
        if len(rows) == 0:
            continue
        drawn = _sample(rows)
        colors = table[points.color[drawn]]
        stands_for = len(rows) / len(drawn)
        above = _layer_picture(x[drawn], y[drawn], colors, coverage, view, stands_for)
        picture = picture * (1 - above[:, :, 3:]) + above
    return (picture * np.float32(255) + np.float32(0.5)).astype(np.uint8).reshape(view.height, -1)


def _sample(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return at most MOST_POINTS of the rows, the same ones each time."""
    if len(rows) <= MOST_POINTS:
        return rows
    chosen: NDArray[np.int64] = np.random.default_rng(0).choice(rows, MOST_POINTS, replace=False)
    return chosen


def _layer_picture(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    colors: Lut,
    coverage: NDArray[np.float32],
    view: View,
    stands_for: float,
) -> NDArray[np.float32]:
    """Return (height, width, 4) of one layer; x and y are the upper left corners of its stamps."""
    height, width = coverage.shape[2:]
    column, line = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    phase = ((y - line) * PHASES).astype(np.int64) * PHASES
    phase += ((x - column) * PHASES).astype(np.int64)
    cells = coverage.reshape(PHASES * PHASES, height * width)
    used = np.flatnonzero(cells.any(0))
    opacity = np.minimum(cells[np.ix_(phase, used)] * colors[:, 3:], _OPAQUE)
    depth = -np.log1p(-opacity) * stands_for
    # A margin as wide as a stamp catches the parts that lie outside.
    stride, lines = view.width + 2 * width, view.height + 2 * height
    corner = (line + height) * stride + column + width
    target = (corner[:, None] + used // width * stride + used % width).ravel()
    sums = np.empty((4, lines * stride))
    for channel in range(3):
        straight = colors[:, channel] / colors[:, 3]
        weights = (depth * straight[:, None]).ravel()
        sums[channel] = np.bincount(target, weights, lines * stride)
    sums[3] = np.bincount(target, depth.ravel(), lines * stride)
    inner = sums.reshape(4, lines, stride)[:, height:-height, width:-width]
    alpha = -np.expm1(-inner[3])
    picture = np.empty((view.height, view.width, 4), np.float32)
    picture[:, :, :3] = np.moveaxis(inner[:3] / np.maximum(inner[3], 1e-30) * alpha, 0, 2)
    picture[:, :, 3] = alpha
    return picture
