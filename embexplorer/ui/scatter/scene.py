"""What one frame of a map is made of, in plain numpy: the view, the points, and how they look.

Neither Qt nor numba is imported here, so that a child process and the first frame can use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Color = NDArray[np.uint16]  # (n,) row of the palette
Layers = NDArray[np.uint8]  # (n,) one of the four constants below
Palette = NDArray[np.uint8]  # (k, 4) straight RGBA; alpha 0 hides the color
Lut = NDArray[np.float32]  # (k, 4) premultiplied BGRA, 0 to 1
Image = NDArray[np.uint8]  # (height, 4 * width) premultiplied BGRA: Qt's ARGB32_Premultiplied

HIDDEN, DIMMED, NORMAL, EMPHASIZED = range(4)
"""How a point takes part: never; below the rest; as usual; on top of the rest."""

MAX_COLORS = 1 << 16


class View(NamedTuple):
    """A rectangle of data and the pixels it fills: ``px = (x - left) * x_scale``.

    The subtraction comes first and in float64, so that a point stays on its pixel however far
    the data lies from zero and however deep the zoom.

    Parameters
    ----------
    left, top
        Data coordinates of the image's upper left corner.
    x_scale, y_scale
        Pixels per data unit; ``y_scale`` is negative where data grows upwards.
    width, height
        Size of the image in pixels.
    """

    left: float
    top: float
    x_scale: float
    y_scale: float
    width: int
    height: int

    def typed(self) -> View:
        """Return the same view in exactly the types that the kernels were compiled for."""
        left, top, x_scale, y_scale = map(float, self[:4])
        return View(left, top, x_scale, y_scale, int(self.width), int(self.height))

    def rows(self, first: int, count: int) -> View:
        """Return the part of the view that fills some rows of its image."""
        return self._replace(top=self.top + first / self.y_scale, height=count)


class Cloud(NamedTuple):
    """Points in drawing order, one array per property.

    Parameters
    ----------
    x, y
        (n,) float64 data coordinates.
    color
        (n,) uint16 row of the look's tables.
    layer
        (n,) uint8 HIDDEN, DIMMED, NORMAL or EMPHASIZED.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    color: Color
    layer: Layers

    def take(self, rows: NDArray[np.integer]) -> Cloud:
        """Return the points of ``rows`` in that order."""
        return Cloud(self.x[rows], self.y[rows], self.color[rows], self.layer[rows])


@dataclass(frozen=True, slots=True)
class Look:
    """How the points of a frame are painted.

    Parameters
    ----------
    radius, top_radius
        Radius of a disc in image pixels, of most points and of emphasized ones.
    normal, dimmed, top
        Color tables of the three passes, as `color_table` makes them.
    """

    radius: float
    top_radius: float
    normal: Lut
    dimmed: Lut
    top: Lut

    def passes(self) -> tuple[tuple[int, float, Lut], ...]:
        """Return (layer, radius, color table) of each pass, the lowest first."""
        return (
            (DIMMED, self.radius, self.dimmed),
            (NORMAL, self.radius, self.normal),
            (EMPHASIZED, self.top_radius, self.top),
        )


def color_table(palette: Palette, opacity: float = 1.0, stands_for: float = 1.0) -> Lut:
    """Return the palette as the renderer blends it.

    Parameters
    ----------
    palette
        (k, 4) uint8 straight RGBA.
    opacity
        Factor on every alpha, 0 to 1. It is applied in float, so that a faint map keeps its hues.
    stands_for
        How many points each drawn point stands for when a subsample is drawn. Its alpha rises to
        what that many points on one spot would reach: ``1 - (1 - alpha) ** stands_for``.

    Returns
    -------
    Lut
        (k, 4) float32 premultiplied BGRA.
    """
    straight = np.asarray(palette, np.float32) / np.float32(255)
    alpha = np.clip(straight[:, 3:] * opacity, 0, 1)
    if stands_for != 1.0:
        alpha = 1 - (1 - alpha) ** stands_for
    table = np.empty((len(straight), 4), np.float32)
    table[:, :3] = straight[:, 2::-1] * alpha
    table[:, 3:] = alpha
    return table
