"""Draws many thin lines: by a compiled kernel on the screen, by Qt into files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from embexplorer.ui.scatter.kernel_loading import kernels_ready

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QColor

    from embexplorer.ui.scatter.layer import Surface

REACH = 4.0  # pixels beside the view up to which lines go
AT_FIRST = 200  # lines that Qt draws while the kernels are not there
BUDGET = 800_000  # pixels of lines that are drawn while the map moves


def clipped(
    starts: NDArray[np.float64], ends: NDArray[np.float64], width: float, height: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the parts (m, 4) of lines that are in a view, and (n,) which lines have one.

    References
    ----------
    Liang and Barsky 1984, A new concept and method for line clipping, ACM Transactions on Graphics.
    """
    along = ends - starts
    first, last = np.zeros(len(starts)), np.ones(len(starts))
    is_in = np.isfinite(along).all(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        for axis, limit in ((0, width), (1, height)):
            to_low = (-REACH - starts[:, axis]) / along[:, axis]
            to_high = (limit + REACH - starts[:, axis]) / along[:, axis]
            is_level = along[:, axis] == 0
            is_between = (starts[:, axis] >= -REACH) & (starts[:, axis] <= limit + REACH)
            is_in &= ~is_level | is_between
            first = np.where(is_level, first, np.maximum(first, np.minimum(to_low, to_high)))
            last = np.where(is_level, last, np.minimum(last, np.maximum(to_low, to_high)))
        is_in &= first <= last
    start, way = starts[is_in], along[is_in]
    parts = np.hstack([start + first[is_in, None] * way, start + last[is_in, None] * way])
    return parts, is_in


def draw_lines(
    painter: QPainter,
    view: Surface,
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    which: NDArray[np.uint8],
    colors: Sequence[QColor],
    width: float,
    *,
    is_moving: bool = False,
) -> bool:
    """Draw lines between (m, 2) pixels of a view; those that are not finite are left out.

    Parameters
    ----------
    which
        (m,) the color of each line; later lines lie on top.
    is_moving
        Whether to leave lines out where they are so many that the map would stutter.

    Returns
    -------
    bool
        Whether lines were left out.
    """
    size = view.viewport().size()
    lines, is_in = clipped(starts, ends, size.width(), size.height())
    kept = which[is_in]
    if not len(lines):
        return False
    if view.halo_text.draws_outlines or not kernels_ready():
        is_short = not view.halo_text.draws_outlines and len(lines) > AT_FIRST
        if is_short:
            lines, kept = lines[-AT_FIRST:], kept[-AT_FIRST:]
        _draw_by_qt(painter, lines, kept, colors, width)
        return is_short
    transform = painter.deviceTransform()
    ratio = math.hypot(transform.m11(), transform.m12())
    is_short = False
    if is_moving:
        lengths = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]) * ratio
        share = BUDGET / max(1.0, float(lengths.sum()))
        if share < 1:
            is_short = True
            some = np.random.default_rng(0).random(len(lines)) < share
            lines, kept = lines[some], kept[some]
    _draw_by_kernel(painter, (size.width(), size.height()), lines, kept, colors, width, ratio)
    return is_short


def _draw_by_kernel(
    painter: QPainter,
    size: tuple[int, int],
    lines: NDArray[np.float64],
    which: NDArray[np.uint8],
    colors: Sequence[QColor],
    width: float,
    ratio: float,
) -> None:
    from embexplorer.ui.scatter import kernels_lines

    columns, rows = (math.ceil(side * ratio) for side in size)
    pixels = np.zeros((rows, columns, 4), np.uint8)
    kernels_lines.draw_lines(
        pixels,
        np.ascontiguousarray(lines * ratio, np.float32),
        which,
        _palette(colors),
        max(1.0, width * ratio),
    )
    image = QImage(
        pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDevicePixelRatio(ratio)
    painter.drawImage(QPointF(0, 0), image)


def _palette(colors: Sequence[QColor]) -> NDArray[np.int32]:
    """Return premultiplied blue, green, red, opacity: the bytes of a pixel in their order."""
    table = [(color.blue(), color.green(), color.red(), 255) for color in colors]
    opacities = np.array([color.alphaF() for color in colors])
    premultiplied = np.round(np.array(table) * opacities[:, None])
    return np.array(premultiplied, np.int32)


def _draw_by_qt(
    painter: QPainter,
    lines: NDArray[np.float64],
    which: NDArray[np.uint8],
    colors: Sequence[QColor],
    width: float,
) -> None:
    for number, color in enumerate(colors):
        mine = lines[which == number]
        pen = QPen(color, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLines([QLineF(*line) for line in mine.tolist()])
