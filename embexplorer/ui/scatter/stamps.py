"""The pictures of a marker at every sub-pixel offset, and how large and opaque they should be."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from embexplorer.ui.scatter.scene import (
    CIRCLE,
    CROSS,
    DIAMOND,
    PLAIN,
    SQUARE,
    TRIANGLE_DOWN,
    TRIANGLE_UP,
    brush_shapes,
    brush_sizes,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHASES = 4
"""Sub-pixel offsets per axis: a marker is at most an eighth of a pixel off, which nobody sees."""

SAMPLES = 16
"""Samples per pixel and axis: 256 steps of coverage, as many as the image can show."""

_STEP = SAMPLES // PHASES  # samples from one offset to the next
_KEPT = 16.0  # pixels: coverages up to this radius are remembered, at most 100 kB each

# (points in view, opacity, radius in logical pixels); between them, linear in log(points).
_DENSITY = np.array(
    [
        (300, 0.96, 4.0),
        (5_000, 0.88, 2.6),
        (60_000, 200 / 255, 1.6),
        (1_000_000, 60 / 255, 1.5),
        (5_000_000, 20 / 255, 1.25),
    ]
)


class Stamps(NamedTuple):
    """Coverage of some brushes at every sub-pixel offset.

    Parameters
    ----------
    coverage
        float32, flat, per brush: [phase of y][phase of x][row][quad of pixels][pixel][B, G, R, A],
        each coverage four times, so that four pixels are one vector of 16 floats.
    start
        (256,) int64: where a brush's coverage starts.
    height
        (256,) int64: rows of a brush's stamp; 0 of brushes that are not there.
    quads
        (256,) int64: groups of four pixels in a row of a brush's stamp.
    """

    coverage: NDArray[np.float32]
    start: NDArray[np.int64]
    height: NDArray[np.int64]
    quads: NDArray[np.int64]

    @property
    def margin(self) -> int:
        """Pixels that the largest stamp may reach over an edge, a multiple of four."""
        return 4 * max(int(self.quads.max()), -(-int(self.height.max()) // 4))


def _regular(corners: int, turn: float) -> tuple[tuple[float, float], ...]:
    """Return a regular polygon of area pi around the origin, its first corner at an angle."""
    angles = turn + 2 * math.pi * np.arange(corners) / corners
    reach = math.sqrt(2 * math.pi / (corners * math.sin(2 * math.pi / corners)))
    return tuple((reach * math.cos(angle), reach * math.sin(angle)) for angle in angles)


def _cross() -> tuple[tuple[float, float], ...]:
    """Return an upright cross of five equal squares, of area pi."""
    arm = math.sqrt(math.pi / 5) / 2  # half of its width
    end = 3 * arm
    quarter = [(arm, -arm), (end, -arm), (end, arm)]
    corners = []
    for _ in range(4):
        corners += quarter
        quarter = [(-y, x) for x, y in quarter]
    return tuple(corners)


OUTLINES: dict[int, tuple[tuple[float, float], ...]] = {
    SQUARE: _regular(4, math.pi / 4),
    TRIANGLE_UP: _regular(3, -math.pi / 2),
    DIAMOND: _regular(4, 0.0),
    TRIANGLE_DOWN: _regular(3, math.pi / 2),
    CROSS: _cross(),
}
"""Corners of every shape but the circle, around the point, for radius 1; y grows downwards.

The area of each is pi, as that of the circle, so that no shape is louder than another."""

_REACH = {
    shape: max(max(abs(x), abs(y)) for x, y in outline) for shape, outline in OUTLINES.items()
} | {CIRCLE: 1.0}


def coverage(shape: int, radius: float) -> NDArray[np.float32]:
    """Return how much of each pixel a marker covers.

    Parameters
    ----------
    shape
        CIRCLE to CROSS.
    radius
        In pixels, of the circle of the same area.

    Returns
    -------
    NDArray[np.float32]
        (PHASES, PHASES, height, width): at phase (j, i) the center lies at
        ``(width / 2 - .5 + (i + .5) / PHASES, height / 2 - .5 + (j + .5) / PHASES)``.
        The width is a multiple of four.
    """
    make = _coverage if radius > _KEPT else _kept_coverage
    return make(shape, radius)


def _coverage(shape: int, radius: float) -> NDArray[np.float32]:
    """Do what `coverage` does."""
    reach = 2 * radius * _REACH[shape] + (PHASES - 1) / PHASES  # the marker at all its offsets
    height, width = max(1, math.ceil(reach)), 4 * max(1, math.ceil(reach / 4))
    # An offset is a whole number of samples, so one picture of samples serves them all: seen from
    # the marker's center, that of phase (j, i) begins that many samples further to the upper left.
    down, across = _sample_offsets(height), _sample_offsets(width)
    inside = _is_inside(shape, across[None, :] / radius, down[:, None] / radius).view(np.uint8)
    # Samples of a step, then of a whole pixel at each offset: sums of a few shifted pictures.
    steps = _add(*(inside[k::_STEP] for k in range(_STEP)))
    steps = _add(*(steps[:, k::_STEP] for k in range(_STEP)))
    last = PHASES - 1
    blocks = _add(*(steps[k : k - last or None] for k in range(PHASES)))
    blocks = _add(*(blocks[:, k : k - last or None] for k in range(PHASES)))
    blocks /= np.float32(SAMPLES * SAMPLES)
    found = np.empty((PHASES, PHASES, height, width), np.float32)
    for j in range(PHASES):
        for i in range(PHASES):
            found[j, i] = blocks[last - j :: PHASES, last - i :: PHASES]
    found.flags.writeable = False
    return found


def _add(*pictures: NDArray[np.uint8 | np.float32]) -> NDArray[np.float32]:
    """Return the sum of pictures of one size."""
    total = pictures[0].astype(np.float32)
    for picture in pictures[1:]:
        total += picture
    return total


_kept_coverage = lru_cache(maxsize=512)(_coverage)


def _sample_offsets(size: int) -> NDArray[np.float64]:
    """Return where the samples of all phases lie along one axis, seen from the marker's center."""
    samples = (np.arange(size * SAMPLES + (PHASES - 1) * _STEP) + 0.5) / SAMPLES
    offsets: NDArray[np.float64] = samples - (size / 2 - 0.5 + (PHASES - 0.5) / PHASES)
    return offsets


def _is_inside(shape: int, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which positions of a grid lie inside a marker of radius 1.

    The same as `OUTLINES` say, in fewer operations.
    """
    if shape == CIRCLE:
        return x * x + y * y <= 1
    reach = _REACH[shape]
    if shape == DIAMOND:
        return np.abs(x) + np.abs(y) <= reach
    if shape == SQUARE:
        return (np.abs(x) <= reach) & (np.abs(y) <= reach)
    if shape == CROSS:
        tall, wide = np.abs(y) <= reach, np.abs(x) <= reach
        return (tall & (np.abs(x) <= reach / 3)) | (wide & (np.abs(y) <= reach / 3))
    down = y if shape == TRIANGLE_UP else -y  # from the center to the base, half as far as the apex
    return (np.abs(x) * math.sqrt(3) - down <= reach) & (down <= reach / 2)


@lru_cache(maxsize=4)
def brush_stamps(radius: float, extra: float = 0.0, brushes: tuple[int, ...] = (PLAIN,)) -> Stamps:
    """Return the stamps of some brushes, ready for the blending kernel.

    Parameters
    ----------
    radius
        In image pixels, of size 1.
    extra
        Image pixels that every radius grows by.
    brushes
        Numbers of the brushes, as `scene.brush_numbers` makes them.
    """
    start, height, quads = (np.zeros(256, np.int64) for _ in range(3))
    numbers = np.array(brushes, np.uint8)
    parts, filled = [], 0
    for brush, shape, size in zip(
        brushes, brush_shapes(numbers).tolist(), brush_sizes(numbers).tolist(), strict=True
    ):
        cells = coverage(shape, radius * size + extra)
        start[brush], height[brush], quads[brush] = filled, cells.shape[2], cells.shape[3] // 4
        parts.append(np.repeat(cells.ravel(), 4))
        filled += len(parts[-1])
    return Stamps(np.concatenate(parts), start, height, quads)


def default_opacity(points: float) -> float:
    """Return an opacity that neither loses single points nor saturates.

    Parameters
    ----------
    points
        How many points share the picture: 200/255 at 60,000, 60/255 at a million.

    Returns
    -------
    float
        0 to 1.
    """
    return float(np.interp(math.log(max(points, 1)), np.log(_DENSITY[:, 0]), _DENSITY[:, 1]))


def default_radius(points: float) -> float:
    """Return a radius in logical pixels: large for a few hundred points, small for a million.

    It comes in steps of an eighth of a pixel, so that zooming reuses the stamps.
    """
    radius = np.interp(math.log(max(points, 1)), np.log(_DENSITY[:, 0]), _DENSITY[:, 2])
    return round(float(radius) * 8) / 8
