"""How depth changes the look of points: nearer ones larger, farther ones paler in a fog.

What is near and far is that of the ball of the data, not of the eye, so that zooming does not
change it; an eye inside the ball sees the fog begin where it is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from embexplorer.ui.scatter.camera import NEAREST
from embexplorer.ui.scatter.scene import EMPHASIZED, SIZE_STEPS, brush_shapes, brush_sizes
from embexplorer.ui.scatter.scene3d import DEPTHS, middle_of
from embexplorer.ui.scatter.stamps import coverage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.ui.scatter.ball import Ball
    from embexplorer.ui.scatter.camera import Lens
    from embexplorer.ui.scatter.scene import Look, Lut

FOG = 0.55
"""Share of the background's color in that of the farthest points of the ball."""

FARTHEST_SIZE, NEAREST_SIZE = -8, 10
"""Limits of the size that depth gives, in eighths of an octave: a half to 2.4 times."""

DEPTH_BINS = 128
"""Depths that sizes and fog tell apart; half of them lie inside the ball."""

_FOGS = 24
_STEPS_PER_OCTAVE = 8  # as in scene.SIZE_STEPS
_LADDER = SIZE_STEPS + NEAREST_SIZE - FARTHEST_SIZE  # sizes of points times sizes of depth
_SHAPES = 6
_PER_LAYER = _SHAPES * _LADDER
_LAYERS = 4
_SMALLEST_RADIUS, _LARGEST_RADIUS = 0.25, 120.0  # in image pixels


class DepthBrush(NamedTuple):
    """What a frame of a 3-D map paints with.

    A bin is a layer and a depth: ``layer * DEPTH_BINS + depth``, the farthest first.

    Parameters
    ----------
    row_of_bin
        (4 * DEPTH_BINS,) int64: where the table begins for a bin.
    stamp_of_bin, stamp_of_brush
        (4 * DEPTH_BINS,) and (256,) int64, whose sum is the stamp of a bin and a brush number.
    table
        (rows, 4) float32 premultiplied BGRA.
    fade
        (4, 256) float32: what each step of a point's opacity multiplies its color by, per layer.
    coverage, start, height, quads
        As in `stamps.Stamps`, per stamp.
    """

    row_of_bin: NDArray[np.int64]
    stamp_of_bin: NDArray[np.int64]
    stamp_of_brush: NDArray[np.int64]
    table: Lut
    fade: NDArray[np.float32]
    coverage: NDArray[np.float32]
    start: NDArray[np.int64]
    height: NDArray[np.int64]
    quads: NDArray[np.int64]

    @property
    def margin(self) -> int:
        """Pixels that the largest stamp may reach over an edge, a multiple of four."""
        return 4 * max(int(self.quads.max()), -(-int(self.height.max()) // 4))


class Discs(NamedTuple):
    """How large points are drawn: ``radius_of_bin * size_of_brush + extra_of_layer`` pixels."""

    radius_of_bin: NDArray[np.float64]
    size_of_brush: NDArray[np.float64]
    extra_of_layer: NDArray[np.float64]


def bin_depths() -> NDArray[np.float64]:
    """Return how far each depth bin lies towards the eye: -1 and 1 are the ends of the ball."""
    places = (np.arange(DEPTH_BINS) + 0.5) / DEPTH_BINS * 2 - 1
    depths: NDArray[np.float64] = places / (1 - np.abs(places))
    return depths


def size_steps(lens: Lens, ball: Ball) -> NDArray[np.int64]:
    """Return the size that each depth bin gives, in eighths of an octave."""
    depth = 1 - lens.pull * (middle_of(lens, ball) + bin_depths() * ball.radius)
    steps = np.rint(-np.log2(np.maximum(depth, NEAREST)) * _STEPS_PER_OCTAVE)
    clipped: NDArray[np.int64] = np.clip(steps, FARTHEST_SIZE, NEAREST_SIZE).astype(np.int64)
    return clipped


def size_factors(lens: Lens, ball: Ball) -> NDArray[np.float64]:
    """Return what the radius of points in each depth bin is multiplied by."""
    factors: NDArray[np.float64] = np.exp2(size_steps(lens, ball) / _STEPS_PER_OCTAVE)
    return factors


def fog_shares(lens: Lens, ball: Ball) -> NDArray[np.float64]:
    """Return the share of the background in the color of each depth bin, 0 to `FOG`."""
    nearest = 1.0
    if lens.pull:
        eye = ((1 - NEAREST) / lens.pull - middle_of(lens, ball)) / ball.radius
        nearest = min(1.0, max(eye, -0.99))
    behind = (nearest - bin_depths()) / (nearest + 1)
    # The near half stays nearly clear: its colors are those of the legend.
    shares: NDArray[np.float64] = FOG * np.clip(behind, 0, 1) ** 1.5
    return shares


def bin_of_key(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bin of each of `scene3d.depth_keys`."""
    return keys // (DEPTHS // DEPTH_BINS)


def make_brush(
    look: Look,
    lens: Lens,
    ball: Ball,
    background: tuple[int, int, int],
    has_top: bool = True,
) -> DepthBrush:
    """Return what a frame paints with.

    Parameters
    ----------
    look
        How points look at the depth of the camera's center.
    lens, ball
        Where they are seen from, and what counts as near and far.
    background
        RGB of the map, 0 to 255: the color of the fog.
    has_top
        Whether there are emphasized points; their stamps, the widest, are made for them alone.
    """
    steps, fog = size_steps(lens, ball), fog_shares(lens, ball)
    fog_step = np.rint(fog / FOG * (_FOGS - 1)).astype(np.int64)
    colors = len(look.normal)
    row_of_bin = np.zeros(_LAYERS * DEPTH_BINS, np.int64)
    stamp_of_bin = np.zeros(_LAYERS * DEPTH_BINS, np.int64)
    tables, fades = [], np.ones((_LAYERS, 256), np.float32)
    for number, one in enumerate(look.passes()):
        bins = slice(one.layer * DEPTH_BINS, (one.layer + 1) * DEPTH_BINS)
        row_of_bin[bins] = (number * _FOGS + fog_step) * colors
        # Dimmed and normal points share stamps, emphasized ones have wider ones.
        stamp_of_bin[bins] = (steps - FARTHEST_SIZE) + (_PER_LAYER if one.extra else 0)
        tables.append(_fogged(one.table, background))
        fades[one.layer] = one.fade
    numbers = np.arange(256)
    stamp_of_brush = numbers // SIZE_STEPS * _LADDER + numbers % SIZE_STEPS
    used = tuple(np.unique(steps).tolist())
    extra = look.top_radius - look.radius if has_top else 0.0
    stamps = _stamps(look.radius, extra, look.brushes, used)
    return DepthBrush(
        row_of_bin, stamp_of_bin, stamp_of_brush, np.concatenate(tables), fades, *stamps
    )


def make_discs(look: Look, lens: Lens, ball: Ball) -> Discs:
    """Return how large the points of a look are drawn."""
    radii = np.tile(look.radius * size_factors(lens, ball), _LAYERS)
    extra = np.zeros(_LAYERS)
    extra[EMPHASIZED] = look.top_radius - look.radius
    return Discs(radii, brush_sizes(np.arange(256).astype(np.uint8)).astype(np.float64), extra)


def _fogged(table: Lut, background: tuple[int, int, int]) -> Lut:
    """Return the colors in each step of fog, one table below the other."""
    fog = np.linspace(0, FOG, _FOGS, dtype=np.float32)[:, None, None]
    mist = np.empty_like(table)
    mist[:, :3] = np.array(background[::-1], np.float32) / np.float32(255) * table[:, 3:]
    mist[:, 3] = table[:, 3]
    mixed: Lut = (table + fog * (mist - table)).reshape(-1, 4)
    return mixed


@lru_cache(maxsize=4)
def _stamps(
    radius: float, extra: float, brushes: tuple[int, ...], steps: tuple[int, ...]
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return coverage, start, height and quads of the stamps that a frame may use."""
    start, height, quads = (np.zeros(2 * _PER_LAYER, np.int64) for _ in range(3))
    parts: list[NDArray[np.float32]] = []
    filled = 0
    shapes = brush_shapes(np.array(brushes, np.uint8)).tolist()
    places = sorted(
        {
            (shape, brush % SIZE_STEPS + step - FARTHEST_SIZE)
            for brush, shape in zip(brushes, shapes, strict=True)
            for step in steps
        }
    )
    for layer, wider in enumerate((0.0, extra) if extra else (0.0,)):
        for shape, place in places:
            octaves = (place + FARTHEST_SIZE - SIZE_STEPS // 2) / _STEPS_PER_OCTAVE
            wished = radius * 2**octaves + wider
            cells = coverage(shape, min(max(wished, _SMALLEST_RADIUS), _LARGEST_RADIUS))
            number = layer * _PER_LAYER + shape * _LADDER + place
            start[number], height[number] = filled, cells.shape[2]
            quads[number] = cells.shape[3] // 4
            parts.append(np.repeat(cells.ravel(), 4))
            filled += len(parts[-1])
    return np.concatenate(parts), start, height, quads
