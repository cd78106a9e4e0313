"""How the points of a map look, in the order of the items: colors, shapes, sizes, layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.ui.scatter.scene import (
    CIRCLE,
    CROSS,
    DIMMED,
    EMPHASIZED,
    LARGEST,
    MAX_COLORS,
    NORMAL,
    OPAQUE,
    SMALLEST,
    Brushes,
    Color,
    Layers,
    Look,
    Opacities,
    Palette,
    brush_numbers,
    color_table,
    fade_table,
)
from embexplorer.ui.scatter.stamps import default_opacity, default_radius

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_FOREGROUND = 235 / 255  # opacity beside dimmed points, and of emphasized ones
_DIMMED_OPACITY = 105 / 255  # of points that keep their colors while dimmed
_EMPHASIS = 1.0  # logical pixels that emphasis adds to the radius
_GRAY = (0x54, 0x5D, 0x6B, 255)  # until colors are set
_RADIUS_STEP = 16  # per image pixel
_ROUNDING = 1e-6  # that a computed size or opacity may lie outside of its range


class Appearance:
    """The look of n points; all of them gray, visible and equal at first.

    Arrays are replaced and never written to, so that a changed one is another object.
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self.colors: Color = np.zeros(n, np.uint16)
        self.palette: Palette = np.array([_GRAY], np.uint8)
        self.radius: float | None = None
        self.scale = 1.0
        self.opacity: float | None = None
        self._given: NDArray[np.integer] | None = None
        self._sizes: NDArray[np.float32] | float = 1.0
        self._shapes: NDArray[np.uint8] | int = CIRCLE
        self.opacities: Opacities = np.array([OPAQUE], np.uint8)
        self._placed: NDArray[np.bool_] | None = None
        self._visible: NDArray[np.bool_] | None = None
        self._dimmed: NDArray[np.bool_] | None = None
        self._dimmed_color: tuple[int, ...] | None = None
        self._emphasized = np.empty(0, np.int64)
        self._number_brushes()
        self._place()

    def set_colors(self, colors: NDArray[np.integer], palette: NDArray[np.integer]) -> None:
        """Set the palette and each point's row of it; rows given again count as unchanged."""
        if colors is self._given:
            self.set_palette(palette)
            return
        rows = np.asarray(colors)
        table = _checked_palette(palette)
        if rows.shape != (self.n,):
            raise ValueError(f"colors must be ({self.n},), not {rows.shape}")
        if self.n and (rows.min() < 0 or rows.max() >= len(table)):
            raise ValueError(f"colors must be rows of a palette of {len(table)}")
        self.colors = np.array(rows, np.uint16)
        self.palette = table
        self._given = colors

    def set_palette(self, palette: NDArray[np.integer]) -> None:
        """Set the palette alone."""
        table = _checked_palette(palette)
        if self.n and self.colors.max() >= len(table):
            raise ValueError(f"a point has color {self.colors.max()} of {len(table)}")
        self.palette = table

    def set_sizes(self, sizes: NDArray[np.floating] | None) -> None:
        """Set each point's factor on the radius, 0.25 to 4."""
        self._sizes = 1.0 if sizes is None else self._checked(sizes, "sizes", SMALLEST, LARGEST)
        self._number_brushes()

    def set_shapes(self, shapes: NDArray[np.integer] | None) -> None:
        """Set each point's shape, CIRCLE to CROSS."""
        if shapes is None:
            self._shapes = CIRCLE
        else:
            self._shapes = self._checked(shapes, "shapes", CIRCLE, CROSS).astype(np.uint8)
        self._number_brushes()

    def set_opacities(self, opacities: NDArray[np.floating] | None) -> None:
        """Set each point's factor on its alpha, 0 to 1; a point with 0 is hidden."""
        if opacities is None:
            self.opacities = np.array([OPAQUE], np.uint8)
        else:
            checked = self._checked(opacities, "opacities", 0.0, 1.0)
            steps = np.rint(checked * np.float32(OPAQUE))
            self.opacities = np.maximum(steps, checked > 0).astype(np.uint8)
        self._place()

    def set_placed(self, mask: NDArray[np.bool_] | None) -> None:
        """Set which points have a place; the others take no part."""
        self._placed = self._checked_mask(mask)
        self._place()

    def set_visible(self, mask: NDArray[np.bool_] | None) -> None:
        """Set which points take part."""
        self._visible = self._checked_mask(mask)
        self._place()

    def set_dimmed(self, mask: NDArray[np.bool_] | None, color: Sequence[int] | None) -> None:
        """Set which points lie below the rest, and in which color."""
        self._dimmed = self._checked_mask(mask)
        self._dimmed_color = None if color is None else tuple(color)
        self._place()

    def set_emphasized(self, rows: NDArray[np.int64]) -> None:
        """Set which points lie on top."""
        if len(rows) and (rows.min() < 0 or rows.max() >= self.n):
            raise ValueError(f"emphasized rows must lie in 0 to {self.n - 1}")
        self._emphasized = np.array(rows, np.int64)
        self._place()

    def look(self, share: float, pixel_ratio: float, stands_for: float = 1.0) -> Look:
        """Return the look of a frame.

        Parameters
        ----------
        share
            Share of the map that the view shows: the fewer points share the picture, the larger
            and more opaque they are.
        pixel_ratio
            Image pixels per logical pixel.
        stands_for
            As for `scene.color_table`.
        """
        points = max(1.0, self._shown * share)
        radius = self.radius if self.radius is not None else self._usual_radius(points)
        radius *= self.scale
        opacity = self.opacity if self.opacity is not None else default_opacity(points)
        foreground = _FOREGROUND if self._dimmed is not None else opacity
        pixels, top_pixels = radius * pixel_ratio, (radius + _EMPHASIS) * pixel_ratio
        if len(self._used) == 1:
            pixels, top_pixels = _stepped(pixels), _stepped(top_pixels)
        return Look(
            pixels,
            top_pixels,
            color_table(self.palette, foreground, stands_for),
            self._dimmed_table(opacity, stands_for),
            color_table(self.palette, _FOREGROUND),
            brushes=self._used,
            fade=fade_table(foreground * float(self.palette[:, 3].max()) / 255, stands_for),
        )

    def _usual_radius(self, points: float) -> float:
        """Return the radius for so many points in view.

        Where points have sizes it comes in the steps of these, so that the radii of one zoom are
        those of the next and their stamps are known.
        """
        radius = default_radius(points)
        return radius if len(self._used) == 1 else float(np.exp2(np.rint(np.log2(radius) * 8) / 8))

    def _dimmed_table(self, opacity: float, stands_for: float) -> NDArray[np.float32]:
        """Return the colors of dimmed points; hidden colors stay hidden."""
        if self._dimmed_color is None:
            return color_table(self.palette, opacity * _DIMMED_OPACITY, stands_for)
        palette = np.tile(np.array([self._dimmed_color], np.uint8), (len(self.palette), 1))
        palette[self.palette[:, 3] == 0, 3] = 0
        return color_table(palette, opacity, stands_for)

    def _checked_mask(self, mask: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
        """Return a copy of an (n,) mask."""
        if mask is None:
            return None
        checked = np.array(mask, np.bool_)
        if checked.shape != (self.n,):
            raise ValueError(f"a mask must be ({self.n},), not {checked.shape}")
        return checked

    def _checked(
        self, values: NDArray[np.floating | np.integer], name: str, low: float, high: float
    ) -> NDArray[np.float32]:
        """Return a copy of (n,) values of a range."""
        checked = np.array(values, np.float32)
        if checked.shape != (self.n,):
            raise ValueError(f"{name} must be ({self.n},), not {checked.shape}")
        if self.n and not (checked.min() >= low - _ROUNDING and checked.max() <= high + _ROUNDING):
            raise ValueError(f"{name} must be {low:g} to {high:g}")
        return np.clip(checked, low, high, out=checked)

    def _number_brushes(self) -> None:
        """Give each point the number of its brush, and note which numbers there are."""
        self.brushes: Brushes = brush_numbers(self._sizes, self._shapes)
        self._used = tuple(np.flatnonzero(np.bincount(self.brushes)).tolist())

    def _place(self) -> None:
        """Put each point into its layer: hidden wins over emphasized, that over dimmed.

        In arithmetic, which is many times faster than masks: it runs at each selection.
        """
        layers: Layers = np.full(self.n, NORMAL, np.uint8)
        if self._dimmed is not None:
            layers -= self._dimmed.view(np.uint8) * np.uint8(NORMAL - DIMMED)
        layers[self._emphasized] = EMPHASIZED
        for shown in (self._placed, self._visible):
            if shown is not None:
                layers *= shown.view(np.uint8)  # HIDDEN is 0
        if len(self.opacities) == self.n:
            layers *= (self.opacities > 0).view(np.uint8)
        self.layers = layers
        self._shown = int(np.count_nonzero(layers))


def _checked_palette(palette: NDArray[np.integer]) -> Palette:
    """Return a copy of a (k, 4) palette as uint8."""
    table = np.array(palette, np.uint8)
    if table.ndim != 2 or table.shape[1] != 4 or not 1 <= len(table) <= MAX_COLORS:
        raise ValueError(f"a palette must be (1 to {MAX_COLORS}, 4), not {table.shape}")
    return table


def _stepped(radius: float) -> float:
    """Round a radius, so that views of nearly the same density share their stamps."""
    return max(1, round(radius * _RADIUS_STEP)) / _RADIUS_STEP
