"""What the items of a 2-D and of a 3-D map share: how points look, and finding them on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shiboken6
from PySide6 import QtCore

from embexplorer.ui.scatter.appearance import Appearance
from embexplorer.ui.scatter.kernel_loading import kernels_ready
from embexplorer.ui.scatter.picking import nearest_in_cone
from embexplorer.ui.scatter.progressive_item import ProgressiveItem
from embexplorer.ui.scatter.scene import HIDDEN, DrawnPoints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_KERNEL_POLL = 50  # ms between two looks for the kernels


class PointsItem(ProgressiveItem):
    """Points in a `pg.ViewBox`, in the order of the rows of their coords.

    Positions and distances are those of the scene, whose unit is a logical pixel, so that the
    tools of the map know nothing of dimensions. A subclass keeps `_appearance` and `_n_unplaced`
    up to date, and overrides `set_coords`, `to_scene`, `pick`, `inside_scene`, `drawn_points` and
    `_use_kernels`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._appearance = Appearance(0)
        self._n_unplaced = 0
        self._kernel_poll = QtCore.QTimer(self)
        self._kernel_poll.setInterval(_KERNEL_POLL)
        self._kernel_poll.timeout.connect(self._look_for_kernels)

    @property
    def n_unplaced(self) -> int:
        """How many points have coords that are not finite: they are hidden, and never found."""
        return self._n_unplaced

    # -- what is shown -----------------------------------------------------------------------------

    def take_looks(self, other: PointsItem) -> None:
        """Look as another item does, whose place this one takes, before coords come."""
        self._appearance, self._n_unplaced = other._appearance, other._n_unplaced

    def set_coords(self, coords: NDArray[np.floating]) -> None:
        """Show other coords."""
        raise NotImplementedError

    def set_colors(self, colors: NDArray[np.integer], palette: NDArray[np.integer]) -> None:
        """Color the points.

        Parameters
        ----------
        colors
            (n,) row of the palette of each point.
        palette
            (k, 4) straight RGBA, 0 to 255, k <= 65,536, so that a continuous ramp fits as well as
            categories. A color with alpha 0 hides its points.

        Raises
        ------
        ValueError
            If a length or a row number does not fit.
        """
        self._appearance.set_colors(colors, palette)
        self._change()

    def set_palette(self, palette: NDArray[np.integer]) -> None:
        """Give each color another look (a theme, a category hidden or singled out): always cheap.

        Raises
        ------
        ValueError
            If a point has a color beyond the palette.
        """
        self._appearance.set_palette(palette)
        self._change()

    def set_sizes(self, sizes: NDArray[np.floating] | None) -> None:
        """Multiply each point's radius by an (n,) factor of 0.25 to 4; None ends it.

        Sizes are drawn in 33 steps, eighths of an octave.

        Raises
        ------
        ValueError
            If the length or a value does not fit.
        """
        self._appearance.set_sizes(sizes)
        self._change()

    def set_opacities(self, opacities: NDArray[np.floating] | None) -> None:
        """Multiply each point's alpha by an (n,) factor of 0 to 1; None ends it.

        A point with 0 is hidden. Emphasized points stay nearly opaque.

        Raises
        ------
        ValueError
            If the length or a value does not fit.
        """
        self._appearance.set_opacities(opacities)
        self._change()

    def set_shapes(self, shapes: NDArray[np.integer] | None) -> None:
        """Give each point one of six shapes of the same area; None makes all of them circles.

        Parameters
        ----------
        shapes
            (n,) 0 circle, 1 square, 2 triangle up, 3 diamond, 4 triangle down, 5 cross.

        Raises
        ------
        ValueError
            If the length or a value does not fit.
        """
        self._appearance.set_shapes(shapes)
        self._change()

    def set_visible(self, mask: NDArray[np.bool_] | None) -> None:
        """Show only the points of an (n,) mask, or all: others are neither drawn nor found."""
        self._appearance.set_visible(mask)
        self._change()

    def set_dimmed(
        self, mask: NDArray[np.bool_] | None, color: Sequence[int] | None = None
    ) -> None:
        """Draw the points of an (n,) mask below the rest and the rest nearly opaque.

        Parameters
        ----------
        mask
            Which ones; None ends dimming.
        color
            RGBA, 0 to 255, for all of them; None keeps each one's color at low alpha.
        """
        self._appearance.set_dimmed(mask, color)
        self._change()

    def set_emphasized(self, rows: NDArray[np.integer] | Sequence[int]) -> None:
        """Draw these points on top of all others, larger and nearly opaque."""
        self._appearance.set_emphasized(np.asarray(rows, np.int64))
        self._change()

    def set_radius(self, radius: float | None) -> None:
        """Set the radius in logical pixels; None follows the density of the view."""
        self._appearance.radius = radius
        self._change()

    def set_scale(self, scale: float) -> None:
        """Multiply the radius of all points, whatever decides about it."""
        self._appearance.scale = scale
        self._change()

    def set_point_opacity(self, opacity: float | None) -> None:
        """Set a factor on each alpha, 0 to 1; None follows the density of the view."""
        self._appearance.opacity = opacity
        self._change()

    def close(self) -> None:
        """Stop timers and threads now; deleting the item does it too, and this may follow."""
        if shiboken6.isValid(self):
            self._kernel_poll.stop()
        super().close()

    # -- where points are --------------------------------------------------------------------------

    def to_scene(self, rows: NDArray[np.integer] | Sequence[int]) -> NDArray[np.float64]:
        """Return the (m, 2) positions of some points in the scene; NaN where one has none."""
        raise NotImplementedError

    def pick(self, scene_pos: QtCore.QPointF, radius: float = 6.0) -> int:
        """Return the row of the visible point nearest to a position in the scene, or -1.

        Parameters
        ----------
        scene_pos
            As mouse events give it.
        radius
            How far it may lie, in logical pixels.
        """
        raise NotImplementedError

    def inside_scene(self, polygon: NDArray[np.floating]) -> NDArray[np.int64]:
        """Return the sorted rows of the visible points inside a polygon (k, 2) in the scene."""
        raise NotImplementedError

    def nearest_in_direction(self, row: int, dx: float, dy: float) -> int:
        """Return the visible point next to another one in a direction, or -1.

        It lies within 45 degrees of the direction, and as near as possible, where a pixel across
        counts twice as much as one along.

        Parameters
        ----------
        row
            The point to start from.
        dx, dy
            The direction on the screen; y grows downwards. Its length does not matter.
        """
        count = self._appearance.n
        if not 0 <= row < count:
            raise ValueError(f"row must be 0 to {count - 1}, not {row}")
        return nearest_in_cone(
            self.to_scene(np.arange(count)), self._visible_rows_mask(), row, (dx, dy)
        )

    def drawn_points(self) -> DrawnPoints:
        """Return the visible points inside the view, in the order in which they are painted."""
        raise NotImplementedError

    def _visible_rows_mask(self) -> NDArray[np.bool_]:
        """Return which points are drawn at all, wherever they lie."""
        look = self._appearance
        visible: NDArray[np.bool_] = look.layers != HIDDEN
        transparent = look.palette[:, 3] == 0
        if transparent.any():
            visible &= ~transparent[look.colors]
        return visible

    # -- kernels -----------------------------------------------------------------------------------

    def _use_kernels(self) -> None:
        """Prepare for drawing with the kernels, which are there now."""
        raise NotImplementedError

    def _await_kernels(self) -> None:
        """Look for the kernels from time to time until they are there."""
        if not kernels_ready():
            self._kernel_poll.start()

    def _look_for_kernels(self) -> None:
        """Draw with the kernels once they are there."""
        if kernels_ready():
            self._kernel_poll.stop()
            if self._appearance.n:
                self._use_kernels()
                self._change()
