"""The compiled inner loops of the map: sort points into tiles, blend discs, find points.

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

from embexplorer.ui.scatter.point_index import BAND
from embexplorer.ui.scatter.scene import DIMMED, EMPHASIZED, HIDDEN, NORMAL
from embexplorer.ui.scatter.stamps import PHASES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from embexplorer.ui.scatter.frame import Brush
    from embexplorer.ui.scatter.point_index import Slices
    from embexplorer.ui.scatter.scene import Cloud, Image, View

_F = TypeVar("_F", bound="Callable[..., Any]")
_STAMP_FLOATS = 16  # four pixels of four channels
_SLABS = 256


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
    typing_context: Any, strip: Any, at: Any, coverage: Any, cell: Any, table: Any, row: Any
) -> Any:
    """Lay one color over four pixels.

    ``strip = strip * (1 - coverage * alpha) + coverage * color``, where
    ``strip[at:at + 16]`` are four premultiplied BGRA pixels, ``coverage[cell:cell + 16]`` the
    marker's coverage (four times per pixel), ``table[row]`` a premultiplied BGRA color. Written as
    vector instructions because LLVM leaves the loop scalar: 7 ns a point instead of 41.
    """
    signature = types.void(strip, types.intp, coverage, types.intp, table, types.intp)
    return signature, _generate_blend


def _generate_blend(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Emit the instructions of `_blend_quad`."""
    strip, at, coverage, cell, table, row = arguments
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
    color = builder.load(vector(data(4, table), start, four), align=4)
    alpha = spread([3] * _STAMP_FLOATS)
    ink = spread([lane % 4 for lane in range(_STAMP_FLOATS)])
    ones = ir.Constant(sixteen, [1.0] * _STAMP_FLOATS)
    keep = builder.fsub(ones, builder.fmul(cover, alpha))
    below = builder.fmul(builder.load(target, align=4), keep)
    builder.store(builder.fadd(below, builder.fmul(cover, ink)), target, align=4)
    return context.get_dummy_value()


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
    height, quads, table, coverage = brush.height, brush.quads, brush.table, brush.coverage
    stride = view.width + 2 * margin
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
                px, py = int(fx), int(fy)
                phase = int((fy - py) * PHASES) * PHASES + int((fx - px) * PHASES)
                cell = phase * height * quads * _STAMP_FLOATS
                at = (py * stride + px) * 4
                for _ in range(height):
                    for quad in range(quads):
                        _blend_quad(  # type: ignore[call-arg]  # numba passes the typing context
                            strip, at + quad * _STAMP_FLOATS, coverage, cell, table, color
                        )
                        cell += _STAMP_FLOATS
                    at += stride * 4


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
    first_band: int,
    step: int,
    image: Image,
) -> None:
    """Draw every ``step``-th band of the image: dimmed, normal, then emphasized points.

    A band is blended in a private float32 strip that stays in the L2 cache, and only then written
    to the image, so memory sees each visible point and each pixel once.
    """
    margin = 4 * max(normal.quads, emphasized.quads)
    margin = max(margin, max(normal.height, emphasized.height))
    strip = np.empty((BAND + 2 * margin) * (view.width + 2 * margin) * 4, np.float32)
    for band in range(first_band, (view.height + BAND - 1) // BAND, step):
        top = band * BAND
        rows = min(BAND, view.height - top)
        strip[:] = 0
        if any_dimmed:
            _blend_cloud(strip, margin, top, rows, view, cloud, DIMMED, slices, band, dimmed)
        _blend_cloud(strip, margin, top, rows, view, cloud, NORMAL, slices, band, normal)
        _blend_cloud(
            strip, margin, top, rows, view, top_cloud, EMPHASIZED, top_slices, band, emphasized
        )
        _store(strip, margin, top, rows, image)


# -- finding -------------------------------------------------------------------------------------


@_kernel
def pick_nearest(
    cloud: Cloud,
    alpha: NDArray[np.uint8],
    slices: Slices,
    center: tuple[float, float],
    scale: tuple[float, float],
    radius: float,
) -> int:
    """Return the position of the nearest visible point within ``radius`` pixels, or -1.

    Of two points at the same distance, the one drawn later.
    """
    best, found = radius * radius, -1
    for level in range(slices.first.shape[0]):
        for tile_row in range(slices.first.shape[1]):
            for i in range(slices.first[level, tile_row], slices.last[level, tile_row]):
                dx = (cloud.x[i] - center[0]) * scale[0]
                dy = (cloud.y[i] - center[1]) * scale[1]
                distance = dx * dx + dy * dy
                if distance > best or cloud.layer[i] == HIDDEN or alpha[cloud.color[i]] == 0:
                    continue
                if distance == best and found >= 0 and cloud.layer[i] < cloud.layer[found]:
                    continue
                best, found = distance, i
    return found


@_kernel
def slabs_per_unit(low: float, high: float) -> float:
    """Return how many horizontal slabs of a polygon a data unit holds."""
    return _SLABS / (high - low) if high > low else 0.0


@_kernel
def bucket_edges(
    polygon: NDArray[np.float64], low: float, per_unit: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sort the edges of a polygon into horizontal slabs.

    Returns
    -------
    tuple
        Start of each slab (and one more), and the edges slab by slab.
    """
    corners = len(polygon)
    start = np.zeros(_SLABS + 1, np.int64)
    edges = np.empty(0, np.int64)
    for filling in range(2):
        if filling:
            start[1:] = np.cumsum(start[:-1])
            start[0] = 0
            edges = np.empty(start[-1], np.int64)
        free = start[:-1].copy()
        for e in range(corners):
            a, b = polygon[e, 1], polygon[(e + 1) % corners, 1]
            lowest = min(_SLABS - 1, int((min(a, b) - low) * per_unit))
            highest = min(_SLABS - 1, int((max(a, b) - low) * per_unit))
            for slab in range(lowest, highest + 1):
                if filling:
                    edges[free[slab]] = e
                    free[slab] += 1
                else:
                    start[slab] += 1
    return start, edges


@_kernel
def _crossed_oddly(
    polygon: NDArray[np.float64], edges: NDArray[np.int64], x: float, y: float
) -> bool:
    """Return whether a ray from the point to the right crosses an odd number of edges."""
    odd = False
    for e in edges:
        f = e + 1 if e + 1 < len(polygon) else 0
        ax, ay, bx, by = polygon[e, 0], polygon[e, 1], polygon[f, 0], polygon[f, 1]
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


@_kernel
def mark_inside(
    cloud: Cloud,
    alpha: NDArray[np.uint8],
    polygon: NDArray[np.float64],
    box: tuple[float, float, float, float],
    start: NDArray[np.int64],
    edges: NDArray[np.int64],
    slices: Slices,
    order: NDArray[np.int32],
    first_row: int,
    step: int,
    out: NDArray[np.bool_],
) -> None:
    """Mark the rows of visible points inside by the even-odd rule, in every ``step``-th tile row.

    A point is tested against the edges of its slab alone: about three instead of all.
    """
    left, right, low, high = box
    per_unit = slabs_per_unit(low, high)
    for level in range(slices.first.shape[0]):
        for tile_row in range(first_row, slices.first.shape[1], step):
            for i in range(slices.first[level, tile_row], slices.last[level, tile_row]):
                x, y = cloud.x[i], cloud.y[i]
                if not (x >= left and x <= right and y >= low and y <= high):
                    continue
                slab = min(_SLABS - 1, int((y - low) * per_unit))
                if _crossed_oddly(polygon, edges[start[slab] : start[slab + 1]], x, y):
                    out[order[i]] = cloud.layer[i] != HIDDEN and alpha[cloud.color[i]] > 0
