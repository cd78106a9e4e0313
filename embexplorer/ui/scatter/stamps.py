"""The pictures of one disc at every sub-pixel offset, and how large and opaque discs should be."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHASES = 4
"""Sub-pixel offsets per axis: a disc is at most an eighth of a pixel off, which nobody sees."""

SAMPLES = 16
"""Samples per pixel and axis: 256 steps of coverage, as many as the image can show."""

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
    """Coverage of one marker at every sub-pixel offset.

    Parameters
    ----------
    coverage
        float32, flat: [phase of y][phase of x][row][quad of pixels][pixel][B, G, R, A], each
        coverage four times, so that four pixels are one vector of 16 floats.
    height
        Rows of a stamp.
    quads
        Groups of four pixels in a row of a stamp.
    """

    coverage: NDArray[np.float32]
    height: int
    quads: int


@lru_cache(maxsize=8)
def disc_coverage(radius: float) -> NDArray[np.float32]:
    """Return how much of each pixel a disc covers.

    Parameters
    ----------
    radius
        In pixels.

    Returns
    -------
    NDArray[np.float32]
        (PHASES, PHASES, height, width): at phase (j, i) the center lies at
        ``(width / 2 - .5 + (i + .5) / PHASES, height / 2 - .5 + (j + .5) / PHASES)``.
        The width is a multiple of four.
    """
    reach = 2 * radius + (PHASES - 1) / PHASES  # the disc at all its offsets
    height, width = max(1, math.ceil(reach)), 4 * max(1, math.ceil(reach / 4))
    down, across = _squared_offsets(height), _squared_offsets(width)
    coverage = np.empty((PHASES, PHASES, height, width), np.float32)
    for j in range(PHASES):
        for i in range(PHASES):
            inside = down[j][:, None] + across[i][None, :] <= radius * radius
            blocks = inside.reshape(height, SAMPLES, width, SAMPLES)
            coverage[j, i] = blocks.mean((1, 3), dtype=np.float32)
    coverage.flags.writeable = False
    return coverage


def _squared_offsets(size: int) -> NDArray[np.float64]:
    """Return the squared distance of each sample from the center along one axis, per phase."""
    samples = (np.arange(size * SAMPLES) + 0.5) / SAMPLES
    centers = size / 2 - 0.5 + (np.arange(PHASES) + 0.5) / PHASES
    squared: NDArray[np.float64] = (samples[None, :] - centers[:, None]) ** 2
    return squared


@lru_cache(maxsize=32)
def disc_stamps(radius: float) -> Stamps:
    """Return the stamps of a disc, ready for the blending kernel.

    Parameters
    ----------
    radius
        In image pixels.
    """
    coverage = disc_coverage(radius)
    flat = np.repeat(coverage.ravel(), 4)
    return Stamps(flat, coverage.shape[2], coverage.shape[3] // 4)


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
