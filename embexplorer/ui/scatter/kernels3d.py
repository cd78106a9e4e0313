"""The compiled inner loops that draw the 3-D map: project points, sort them by depth, blend them.

As in `kernels`: numba through and through, loaded lazily, no GIL, no ``prange``, no ``fastmath``.

A point that is drawn becomes one packed int64, its *record*, from the upper bits down: 2 bits of
layer and 14 of depth (together its *key*: larger lies on top), 16 of color, 17 of x and 15 of y
in quarters of a pixel. Records are spread over the bands of the image and sorted there, where they
stay in the L2 cache; both steps are stable, so points of equal keys keep their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.ui.scatter.kernels import _STAMP_FLOATS, _blend_quad, _kernel, _store

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.ui.scatter.depth_look import DepthBrush
    from embexplorer.ui.scatter.scene import Image
    from embexplorer.ui.scatter.scene3d import Sight, Solid

    Records = NDArray[np.int64]

# The constants of these names in other modules, written again for numba's disk cache, see
# `kernels`.
BAND, PHASES = 48, 4
HIDDEN, EMPHASIZED = 0, 3
NEAREST = 0.05
DEPTHS = 1 << 14

_BLOCK = 512  # points projected at once: their coords stay in the L1 cache
_HALF = 0.5 * (DEPTHS - 1)
_LAYER_SHIFT = 14
_KEY_SHIFT, _COLOR_SHIFT, _X_SHIFT = 48, 32, 15
_COLOR_MASK, _X_MASK, _Y_MASK = (1 << 16) - 1, (1 << 17) - 1, (1 << 15) - 1
_BIN_SHIFT, _BIN_MASK = 55, 511
_DIGIT = 256
_PHASE_SHIFT = 2  # PHASES are a power of two; shifts are faster than divisions


@_kernel
def _band_of(line: int) -> int:
    """Return the band of a line of the image, at least 0; unsigned divisions are the fast ones."""
    return int(np.int64(np.uint64(line) // np.uint64(BAND)))


# -- projecting ----------------------------------------------------------------------------------


@_kernel
def _project_block(
    sight: Sight,
    cloud: Solid,
    first: int,
    last: int,
    px: NDArray[np.float64],
    py: NDArray[np.float64],
    depth: NDArray[np.float64],
    order: NDArray[np.float64],
) -> None:
    """Write pixels, depth and the place between far (0) and near (`DEPTHS`) of some points."""
    m = sight.matrix
    a0, a1, a2, a3 = m[0, 0], m[0, 1], m[0, 2], m[0, 3]
    b0, b1, b2, b3 = m[1, 0], m[1, 1], m[1, 2], m[1, 3]
    c0, c1, c2, c3 = m[2, 0], m[2, 1], m[2, 2], m[2, 3]
    xs, ys, zs = cloud.x[first:last], cloud.y[first:last], cloud.z[first:last]
    for j in range(last - first):
        x, y, z = xs[j], ys[j], zs[j]
        towards = c0 * x + c1 * y + c2 * z + c3
        w = 1.0 - sight.pull * towards
        px[j] = sight.x0 + (a0 * x + a1 * y + a2 * z + a3) / w
        py[j] = sight.y0 + (b0 * x + b1 * y + b2 * z + b3) / w
        depth[j] = w
        # From minus to plus infinity without clipping: half of the keys for the ball of the data.
        t = (towards - sight.middle) * sight.per_reach
        order[j] = (t / (1.0 + abs(t)) + 1.0) * _HALF


@_kernel
def project_records(
    sight: Sight,
    cloud: Solid,
    without_top: bool,
    brush: DepthBrush,
    margin: int,
    first: int,
    last: int,
    records: Records,
    styles: NDArray[np.uint16],
    count: NDArray[np.int64],
) -> int:
    """Turn the visible ones of some points into records, from ``records[first]`` on.

    ``count[band]`` grows by the points of each band; ``styles`` are filled where points differ in
    shape, size or opacity. Returns where the records end.
    """
    px, py, depth, order = (np.empty(_BLOCK), np.empty(_BLOCK), np.empty(_BLOCK), np.empty(_BLOCK))
    right, bottom = float(sight.width + margin), float(sight.height + margin)
    own_brush, own_opacity = len(cloud.brush) > 1, len(cloud.opacity) > 1
    last_band = len(count) - 1
    m = first
    for start in range(first, last, _BLOCK):
        stop = min(last, start + _BLOCK)
        _project_block(sight, cloud, start, stop, px, py, depth, order)
        for j in range(stop - start):
            x, y = px[j], py[j]
            if not (
                depth[j] > NEAREST and x >= -margin and x < right and y >= -margin and y < bottom
            ):
                continue
            i = start + j
            layer = np.int64(cloud.layer[i])
            if layer == HIDDEN or (without_top and layer == EMPHASIZED):
                continue
            color = np.int64(cloud.color[i])
            key = layer << _LAYER_SHIFT | int(order[j])
            table_bin = key >> (_BIN_SHIFT - _KEY_SHIFT)
            if brush.table[brush.row_of_bin[table_bin] + color, 3] == 0:
                continue
            qx, qy = int((x + margin) * PHASES), int((y + margin) * PHASES)
            shape_and_size = np.int64(cloud.brush[i if own_brush else 0])
            stamp = brush.stamp_of_bin[table_bin] + brush.stamp_of_brush[shape_and_size]
            low = ((qy - 2 * brush.height[stamp] + 2) >> _PHASE_SHIFT) - margin
            high = low + brush.height[stamp] - 1
            if high < 0 or low >= sight.height:
                continue
            records[m] = key << _KEY_SHIFT | color << _COLOR_SHIFT | qx << _X_SHIFT | qy
            if len(styles):
                opacity = np.int64(cloud.opacity[i if own_opacity else 0])
                styles[m] = shape_and_size << 8 | opacity
            m += 1
            for band in range(_band_of(max(low, 0)), min(_band_of(high), last_band) + 1):
                count[band] += 1
    return m


@_kernel
def spread_records(
    brush: DepthBrush,
    margin: int,
    shape_and_size: int,
    records: Records,
    styles: NDArray[np.uint16],
    first: int,
    last: int,
    free: NDArray[np.int64],
    spread: Records,
    spread_styles: NDArray[np.uint16],
) -> None:
    """Copy records into the bands that their stamps touch; ``free`` is each band's next place."""
    last_band = len(free) - 1
    for j in range(first, last):
        record = records[j]
        kind = np.int64(styles[j]) >> 8 if len(styles) else np.int64(shape_and_size)
        table_bin = (record >> _BIN_SHIFT) & _BIN_MASK
        stamp = brush.stamp_of_bin[table_bin] + brush.stamp_of_brush[kind]
        height = brush.height[stamp]
        low = (((record & _Y_MASK) - 2 * height + 2) >> _PHASE_SHIFT) - margin
        high = low + height - 1
        for band in range(_band_of(max(low, 0)), min(_band_of(high), last_band) + 1):
            at = free[band]
            spread[at] = record
            if len(styles):
                spread_styles[at] = styles[j]
            free[band] = at + 1


# -- sorting and blending ------------------------------------------------------------------------


@_kernel
def _sort_digit(
    source: Records,
    source_styles: NDArray[np.uint16],
    shift: int,
    target: Records,
    target_styles: NDArray[np.uint16],
) -> None:
    """Sort stably by eight bits: one pass of a radix sort."""
    start = np.zeros(_DIGIT + 1, np.int64)
    for record in source:
        start[((record >> shift) & (_DIGIT - 1)) + 1] += 1
    for digit in range(_DIGIT):
        start[digit + 1] += start[digit]
    for j in range(len(source)):
        digit = (source[j] >> shift) & (_DIGIT - 1)
        at = start[digit]
        target[at] = source[j]
        if len(source_styles):
            target_styles[at] = source_styles[j]
        start[digit] = at + 1


@_kernel
def _blend_records(
    records: Records,
    styles: NDArray[np.uint16],
    shape_and_size: int,
    brush: DepthBrush,
    strip: NDArray[np.float32],
    stride: int,
    top: int,
) -> None:
    """Blend sorted records into the strip of a band, the farthest first."""
    for j in range(len(records)):
        record = records[j]
        table_bin = (record >> _BIN_SHIFT) & _BIN_MASK
        row = brush.row_of_bin[table_bin] + ((record >> _COLOR_SHIFT) & _COLOR_MASK)
        kind, faded = np.int64(shape_and_size), np.float32(1.0)
        if len(styles):
            kind = np.int64(styles[j]) >> 8
            faded = brush.fade[table_bin >> 7, np.int64(styles[j]) & 255]
        stamp = brush.stamp_of_bin[table_bin] + brush.stamp_of_brush[kind]
        height, quads = brush.height[stamp], brush.quads[stamp]
        qx = ((record >> _X_SHIFT) & _X_MASK) - (8 * quads - 2)
        qy = (record & _Y_MASK) - (2 * height - 2) - top * PHASES
        phase = (qy & (PHASES - 1)) * PHASES + (qx & (PHASES - 1))
        cell = brush.start[stamp] + phase * height * quads * _STAMP_FLOATS
        at = ((qy >> _PHASE_SHIFT) * stride + (qx >> _PHASE_SHIFT)) * 4
        for _ in range(height):
            for quad in range(quads):
                place = at + quad * _STAMP_FLOATS
                _blend_quad(  # type: ignore[call-arg]  # numba passes the typing context
                    strip, place, brush.coverage, cell, brush.table, row, faded
                )
                cell += _STAMP_FLOATS
            at += stride * 4


@_kernel
def blend_bands(
    sight: Sight,
    brush: DepthBrush,
    margin: int,
    shape_and_size: int,
    spread: Records,
    styles: NDArray[np.uint16],
    start: NDArray[np.int64],
    first_band: int,
    step: int,
    image: Image,
) -> None:
    """Sort and blend every ``step``-th band of the image; its records are sorted in place."""
    stride = sight.width + 2 * margin
    strip = np.empty((BAND + 2 * margin) * stride * 4, np.float32)
    for band in range(first_band, len(start) - 1, step):
        top = band * BAND
        rows = min(BAND, sight.height - top)
        strip[:] = 0
        records = spread[start[band] : start[band + 1]]
        own = styles[start[band] : start[band + 1]] if len(styles) else styles
        if len(records):
            other, other_own = np.empty_like(records), np.empty_like(own)
            _sort_digit(records, own, _KEY_SHIFT, other, other_own)
            _sort_digit(other, other_own, _KEY_SHIFT + 8, records, own)
            _blend_records(records, own, shape_and_size, brush, strip, stride, top)
        _store(strip, margin, top, rows, image)
