"""The compiled inner loops that draw the map: sort points into tiles, blend markers.

Numba through and through, so importing it costs a second and a first compile several more. The
window therefore loads it in the background (`kernel_loading`), from a disk cache that a child
process has filled. Every kernel releases the GIL and none uses ``prange`` (two threads that enter
a parallel kernel abort under numba's default threading layer): callers spread bands of the image
over a thread pool instead. No ``fastmath``: with it a fresh compile and the disk cache gave
different bytes. Without it the blended values are plain IEEE float32, the same everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import njit, types  # noqa: TID253 compiled through and through, imported lazily
from numba.extending import intrinsic  # noqa: TID253

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from embexplorer.ui.scatter.frame import Brush
    from embexplorer.ui.scatter.point_index import Slices
    from embexplorer.ui.scatter.scene import Cloud, Image, Lut, View

_F = TypeVar("_F", bound="Callable[..., Any]")

# The constants of these names in `point_index`, `stamps` and `scene`. Numba's disk cache notices a
# change of this file alone, so an imported constant would stay compiled in after it has changed.
BAND, PHASES = 48, 4
DIMMED, NORMAL, EMPHASIZED = 1, 2, 3

_SHIFT = 2  # PHASES are 1 << _SHIFT: a division that is known not to be of a negative number
_LAST_PHASE = PHASES - 1
_STAMP_FLOATS = 16  # four pixels of four channels


def _kernel(function: _F) -> _F:
    """Compile without the GIL and keep the machine code on disk."""
    return cast("_F", njit(nogil=True, cache=True, error_model="numpy")(function))


# -- tiles ---------------------------------------------------------------------------------------


@_kernel
def count_tiles(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    level: NDArray[np.uint8],
    corner: tuple[float, float, float, float],
    grid: int,
    key: NDArray[np.int32],
    count: NDArray[np.int64],
) -> None:
    """Write the tile of each point to ``key``, and into ``count[key + 1]`` how many it holds."""
    left, bottom, per_x, per_y = corner
    last = grid - 1.0
    for i in range(len(x)):
        column = int(min(max((x[i] - left) * per_x, 0.0), last))
        row = int(min(max((y[i] - bottom) * per_y, 0.0), last))
        k = (level[i] * grid + row) * grid + column
        key[i] = k
        count[k + 1] += 1


@_kernel
def place_in_tiles(
    key: NDArray[np.int32],
    shuffled: NDArray[np.int32],
    free: NDArray[np.int64],
    order: NDArray[np.int32],
) -> None:
    """Fill ``order`` tile by tile, inside a tile as shuffled; ``free`` are the tiles' starts."""
    for j in range(len(shuffled)):
        i = shuffled[j]
        k = key[i]
        order[free[k]] = i
        free[k] += 1


# -- blending ------------------------------------------------------------------------------------


@intrinsic
def _blend_quad(
    typing_context: Any,
    strip: Any,
    at: Any,
    coverage: Any,
    cell: Any,
    table: Any,
    row: Any,
    fade: Any,
) -> Any:
    """Lay one color over four pixels.

    ``strip = strip * (1 - coverage * alpha) + coverage * color``, where
    ``strip[at:at + 16]`` are four premultiplied BGRA pixels, ``coverage[cell:cell + 16]`` the
    marker's coverage (four times per pixel), ``table[row] * fade`` a premultiplied BGRA color.
    Written as vector instructions because LLVM leaves the loop scalar: 7 ns a point instead of 41.
    """
    signature = types.void(
        strip, types.intp, coverage, types.intp, table, types.intp, types.float32
    )
    return signature, _generate_blend


def _generate_blend(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Emit the instructions of `_blend_quad`."""
    strip, at, coverage, cell, table, row, fade = arguments
    four = ir.VectorType(ir.FloatType(), 4)
    sixteen = ir.VectorType(ir.FloatType(), _STAMP_FLOATS)

    def data(position: int, value: Any) -> Any:
        return context.make_array(signature.args[position])(context, builder, value).data

    def vector(pointer: Any, offset: Any, kind: Any) -> Any:
        return builder.bitcast(builder.gep(pointer, [offset]), kind.as_pointer())

    def spread(lanes: list[int]) -> Any:
        mask = ir.Constant(ir.VectorType(ir.IntType(32), _STAMP_FLOATS), lanes)
        return builder.shuffle_vector(color, ir.Constant(four, ir.Undefined), mask)

    target = vector(data(0, strip), at, sixteen)
    cover = builder.load(vector(data(2, coverage), cell, sixteen), align=4)
    start = builder.mul(row, ir.Constant(row.type, 4))
    factor = builder.insert_element(ir.Constant(four, ir.Undefined), fade, row.type(0))
    factor = builder.shuffle_vector(
        factor,
        ir.Constant(four, ir.Undefined),
        ir.Constant(ir.VectorType(ir.IntType(32), 4), [0] * 4),
    )
    color = builder.fmul(builder.load(vector(data(4, table), start, four), align=4), factor)
    alpha = spread([3] * _STAMP_FLOATS)
    ink = spread([lane % 4 for lane in range(_STAMP_FLOATS)])
    ones = ir.Constant(sixteen, [1.0] * _STAMP_FLOATS)
    keep = builder.fsub(ones, builder.fmul(cover, alpha))
    below = builder.fmul(builder.load(target, align=4), keep)
    builder.store(builder.fadd(below, builder.fmul(cover, ink)), target, align=4)
    return context.get_dummy_value()


@njit(nogil=True, inline="always", error_model="numpy")
def _blend_stamp(
    strip: NDArray[np.float32],
    at: int,
    stride: int,
    coverage: NDArray[np.float32],
    cell: int,
    height: int,
    quads: int,
    table: Lut,
    row: int,
    fade: float,
) -> None:
    """Blend one stamp, its upper left pixel at ``strip[at]``, its coverage from ``cell`` on.

    The stamp of a million discs, four rows of four pixels, has no loop: it takes a fifth less.
    """
    if quads == 1 and height == 4:
        for line in range(4):
            _blend_quad(  # type: ignore[call-arg]  # numba passes the typing context
                strip, at + line * stride, coverage, cell + line * _STAMP_FLOATS, table, row, fade
            )
    else:
        for _ in range(height):
            for quad in range(quads):
                _blend_quad(  # type: ignore[call-arg]
                    strip, at + quad * _STAMP_FLOATS, coverage, cell, table, row, fade
                )
                cell += _STAMP_FLOATS
            at += stride


@_kernel
def _blend_plain(
    strip: NDArray[np.float32],
    margin: int,
    top: int,
    rows: int,
    view: View,
    cloud: Cloud,
    layer: int,
    slices: Slices,
    band: int,
    brush: Brush,
) -> None:
    """Blend the points of one layer and band, all of one shape, size and opacity.

    `_blend_varied` would draw the same, a quarter slower.
    """
    table, coverage = brush.table, brush.coverage
    kind, fade = cloud.brush[0], brush.fade[cloud.opacity[0]]
    height, quads, start = brush.height[kind], brush.quads[kind], brush.start[kind]
    stride = (view.width + 2 * margin) * 4
    to_x = margin - 2.0 * quads + 0.5  # from the center to the left edge of the stamp
    to_y = margin - 0.5 * height + 0.5 - top
    right, bottom = float(view.width + margin), float(rows + margin)
    for level in range(slices.first.shape[0]):
        for tile_row in range(slices.rows[band, 0], slices.rows[band, 1]):
            for i in range(slices.first[level, tile_row], slices.last[level, tile_row]):
                if cloud.layer[i] != layer:
                    continue
                fx = (cloud.x[i] - view.left) * view.x_scale + to_x
                fy = (cloud.y[i] - view.top) * view.y_scale + to_y
                if not (fx >= 0 and fx < right and fy >= 0 and fy < bottom):
                    continue
                color = int(cloud.color[i])
                if table[color, 3] == 0:
                    continue
                quarter_x, quarter_y = int(fx * PHASES), int(fy * PHASES)
                at = (quarter_y >> _SHIFT) * stride + (quarter_x >> _SHIFT) * 4
                phase = (quarter_y & _LAST_PHASE) * PHASES + (quarter_x & _LAST_PHASE)
                cell = start + phase * height * quads * _STAMP_FLOATS
                _blend_stamp(strip, at, stride, coverage, cell, height, quads, table, color, fade)


@_kernel
def _blend_varied(
    strip: NDArray[np.float32],
    margin: int,
    top: int,
    rows: int,
    view: View,
    cloud: Cloud,
    layer: int,
    slices: Slices,
    band: int,
    brush: Brush,
) -> None:
    """Blend the points of one layer and band, each of its own shape, size and opacity."""
    table, coverage = brush.table, brush.coverage
    stride = (view.width + 2 * margin) * 4
    right, bottom = float(view.width + margin), float(rows + margin)
    each_brush = 1 if len(cloud.brush) > 1 else 0
    each_opacity = 1 if len(cloud.opacity) > 1 else 0
    for level in range(slices.first.shape[0]):
        for tile_row in range(slices.rows[band, 0], slices.rows[band, 1]):
            for i in range(slices.first[level, tile_row], slices.last[level, tile_row]):
                if cloud.layer[i] != layer:
                    continue
                kind = cloud.brush[i * each_brush]
                height, quads = brush.height[kind], brush.quads[kind]
                fx = (cloud.x[i] - view.left) * view.x_scale + (margin - 2.0 * quads + 0.5)
                fy = (cloud.y[i] - view.top) * view.y_scale + (margin - 0.5 * height + 0.5 - top)
                if not (fx >= 0 and fx < right and fy >= 0 and fy < bottom):
                    continue
                color = int(cloud.color[i])
                if table[color, 3] == 0:
                    continue
                quarter_x, quarter_y = int(fx * PHASES), int(fy * PHASES)
                at = (quarter_y >> _SHIFT) * stride + (quarter_x >> _SHIFT) * 4
                phase = (quarter_y & _LAST_PHASE) * PHASES + (quarter_x & _LAST_PHASE)
                cell = brush.start[kind] + phase * height * quads * _STAMP_FLOATS
                fade = brush.fade[cloud.opacity[i * each_opacity]]
                _blend_stamp(strip, at, stride, coverage, cell, height, quads, table, color, fade)


@_kernel
def _blend_cloud(
    strip: NDArray[np.float32],
    margin: int,
    top: int,
    rows: int,
    view: View,
    cloud: Cloud,
    layer: int,
    slices: Slices,
    band: int,
    brush: Brush,
) -> None:
    """Blend the points of one layer and band into the strip of that band."""
    if len(cloud.brush) == 1 and len(cloud.opacity) == 1:
        _blend_plain(strip, margin, top, rows, view, cloud, layer, slices, band, brush)
    else:
        _blend_varied(strip, margin, top, rows, view, cloud, layer, slices, band, brush)


@_kernel
def _store(strip: NDArray[np.float32], margin: int, top: int, rows: int, image: Image) -> None:
    """Round the strip, without its margins, into the rows of the image."""
    stride = image.shape[1] + 8 * margin
    for r in range(rows):
        source = strip[(r + margin) * stride + 4 * margin :]
        target = image[top + r]
        for q in range(len(target)):
            target[q] = np.uint8(np.int32(source[q] * np.float32(255) + np.float32(0.5)))


@_kernel
def splat_bands(
    view: View,
    cloud: Cloud,
    slices: Slices,
    any_dimmed: bool,
    dimmed: Brush,
    normal: Brush,
    top_cloud: Cloud,
    top_slices: Slices,
    emphasized: Brush,
    margin: int,
    first_band: int,
    step: int,
    image: Image,
) -> None:
    """Draw every ``step``-th band of the image: dimmed, normal, then emphasized points.

    A band is blended in a private float32 strip that stays in the L2 cache, and only then written
    to the image, so memory sees each visible point and each pixel once. The strip has a margin all
    around, as wide as the largest stamp, so that no stamp is clipped.
    """
    strip = np.empty((BAND + 2 * margin) * (view.width + 2 * margin) * 4, np.float32)
    for band in range(first_band, (view.height + BAND - 1) // BAND, step):
        top = band * BAND
        rows = min(BAND, view.height - top)
        strip[:] = 0
        # A loop instead of three calls: each call would compile the blending once more.
        for layer in range(DIMMED if any_dimmed else NORMAL, EMPHASIZED + 1):
            if layer == EMPHASIZED:
                part, ranges, brush = top_cloud, top_slices, emphasized
            else:
                part, ranges, brush = cloud, slices, dimmed if layer == DIMMED else normal
            _blend_cloud(strip, margin, top, rows, view, part, layer, ranges, band, brush)
        _store(strip, margin, top, rows, image)
