"""What one frame of a map is made of, in plain numpy: the view, the points, and how they look.

Neither Qt nor numba is imported here, so that a child process and the first frame can use it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Color = NDArray[np.uint16]  # (n,) row of the palette
Layers = NDArray[np.uint8]  # (n,) one of the four constants below
Brushes = NDArray[np.uint8]  # (n,) or (1,) shape * SIZE_STEPS + step of the size
Opacities = NDArray[np.uint8]  # (n,) or (1,) row of a fade
Palette = NDArray[np.uint8]  # (k, 4) straight RGBA; alpha 0 hides the color
Lut = NDArray[np.float32]  # (k, 4) premultiplied BGRA, 0 to 1
Fade = NDArray[np.float32]  # (256,) factor on a color, per step of a point's opacity
Image = NDArray[np.uint8]  # (height, 4 * width) premultiplied BGRA: Qt's ARGB32_Premultiplied

HIDDEN, DIMMED, NORMAL, EMPHASIZED = range(4)
"""How a point takes part: never; below the rest; as usual; on top of the rest."""

CIRCLE, SQUARE, TRIANGLE_UP, DIAMOND, TRIANGLE_DOWN, CROSS = range(6)
"""Shapes of a point, all of the same area."""

MAX_COLORS = 1 << 16

SMALLEST, LARGEST = 0.25, 4.0
"""Range of a point's own size, a factor on the radius."""

SIZE_STEPS = 33
"""Sizes that are told apart: eighths of an octave, at most 4.5 % off."""

PLAIN = SIZE_STEPS // 2
"""Brush of a circle of size 1."""

OPAQUE = 255
"""Step of an opacity of 1."""

# The properties of plain points. Writable: numba would compile anew for read-only arrays.
_ALL_PLAIN = np.array([PLAIN], np.uint8)
_ALL_OPAQUE = np.array([OPAQUE], np.uint8)
_FULL = np.ones(256, np.float32)
_LINEAR = np.linspace(0, 1, 256, dtype=np.float32)


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
    brush
        (n,) uint8 shape and size, as `brush_numbers` makes them; (1,) where all have the same.
    opacity
        (n,) uint8 row of the look's fades; (1,) where all have the same.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    color: Color
    layer: Layers
    brush: Brushes = _ALL_PLAIN
    opacity: Opacities = _ALL_OPAQUE

    def take(self, rows: NDArray[np.integer]) -> Cloud:
        """Return the points of ``rows`` in that order."""
        return Cloud(
            self.x[rows],
            self.y[rows],
            self.color[rows],
            self.layer[rows],
            take_shared(self.brush, rows),
            take_shared(self.opacity, rows),
        )


def take_shared(values: NDArray[np.uint8], rows: NDArray[np.integer]) -> NDArray[np.uint8]:
    """Return the values of ``rows``; a single value is that of all and stays."""
    return values[rows] if len(values) > 1 else values


class Pass(NamedTuple):
    """How the points of one layer are painted.

    Parameters
    ----------
    layer
        DIMMED, NORMAL or EMPHASIZED.
    radius
        In image pixels, of a circle of size 1.
    extra
        Image pixels that every radius grows by, whatever the size of its point.
    table
        Colors, as `color_table` makes them.
    fade
        What each step of a point's opacity multiplies its color by.
    """

    layer: int
    radius: float
    extra: float
    table: Lut
    fade: Fade


@dataclass(frozen=True, slots=True)
class Look:
    """How the points of a frame are painted.

    Parameters
    ----------
    radius, top_radius
        Radius of a circle of size 1 in image pixels, of most points and of emphasized ones. A
        point of another size keeps the difference of the two when it is emphasized.
    normal, dimmed, top
        Color tables of the three passes, as `color_table` makes them.
    brushes
        Numbers of the brushes that points of the map have.
    fade, top_fade
        What opacities mean, of most points and of emphasized ones, as `fade_table` makes them.
    """

    radius: float
    top_radius: float
    normal: Lut
    dimmed: Lut
    top: Lut
    brushes: tuple[int, ...] = (PLAIN,)
    fade: Fade = field(default_factory=lambda: _LINEAR.copy())
    top_fade: Fade = field(default_factory=lambda: _FULL.copy())

    def passes(self) -> tuple[Pass, Pass, Pass]:
        """Return the passes of a frame, the lowest first."""
        extra = self.top_radius - self.radius
        return (
            Pass(DIMMED, self.radius, 0.0, self.dimmed, self.fade),
            Pass(NORMAL, self.radius, 0.0, self.normal, self.fade),
            Pass(EMPHASIZED, self.radius, extra, self.top, self.top_fade),
        )


@dataclass(frozen=True, slots=True)
class DrawnPoints:
    """The points inside a view, for whoever draws them by other means than pixels.

    Parameters
    ----------
    rows
        (m,) int64 rows of the items, in the order in which they are painted.
    positions
        (m, 2) float64 centers in the scene.
    radii
        (m,) float32 radius in logical pixels of the circle that has the shape's area.
    colors
        (m, 4) uint8 straight RGBA.
    shapes
        (m,) uint8 CIRCLE to CROSS.
    """

    rows: NDArray[np.int64]
    positions: NDArray[np.float64]
    radii: NDArray[np.float32]
    colors: NDArray[np.uint8]
    shapes: NDArray[np.uint8]


def brush_numbers(sizes: NDArray[np.floating] | float, shapes: NDArray[np.uint8] | int) -> Brushes:
    """Return the brush of each size (SMALLEST to LARGEST) and shape."""
    steps = np.rint(np.log2(sizes) * 8).astype(np.int16) + np.int16(PLAIN)
    return np.atleast_1d(np.asarray(shapes, np.int16) * SIZE_STEPS + steps).astype(np.uint8)


def brush_shapes(brushes: Brushes) -> NDArray[np.uint8]:
    """Return the shape of each brush."""
    return brushes // np.uint8(SIZE_STEPS)


def brush_sizes(brushes: Brushes) -> NDArray[np.float32]:
    """Return the size of each brush, a factor on the radius."""
    steps = brushes.astype(np.int64) % SIZE_STEPS - PLAIN
    return np.exp2(steps / 8).astype(np.float32)


def fade_table(alpha: float = 1.0, stands_for: float = 1.0) -> Fade:
    """Return what each step of a point's opacity multiplies its color by.

    Parameters
    ----------
    alpha
        Usual alpha of the colors; it matters only where a point stands for several.
    stands_for
        As for `color_table`.

    Returns
    -------
    Fade
        (256,): ``step / 255``, or for several points
        ``(1 - (1 - alpha * step / 255) ** stands_for) / (1 - (1 - alpha) ** stands_for)``.
    """
    if stands_for == 1.0 or alpha <= 0:
        return _LINEAR.copy()
    steps = np.linspace(0, 1, 256)
    reached = 1 - (1 - min(alpha, 1.0) * steps) ** stands_for
    fade: Fade = (reached / reached[-1]).astype(np.float32)
    return fade


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
