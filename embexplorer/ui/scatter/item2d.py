"""The points of a 2-D map as one pyqtgraph item: what they look like, and which lie where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shiboken6
from PySide6 import QtCore

from embexplorer.ui.scatter import first_frame, frame, picking
from embexplorer.ui.scatter.appearance import Appearance
from embexplorer.ui.scatter.kernel_loading import kernels_ready, load_kernels
from embexplorer.ui.scatter.point_index import checked_coords, robust_bounds
from embexplorer.ui.scatter.progressive_item import ProgressiveItem
from embexplorer.ui.scatter.scene import Cloud, Image, Look, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.ui.scatter.progressive_item import Draw

POINTS_AT_ONCE = 100_000
"""Up to so many points are sorted at once (about 5 ms), more in the worker."""

_KERNEL_POLL = 50  # ms between two looks for the kernels


class ScatterItem(ProgressiveItem):
    """Points in a `pg.ViewBox`.

    Call `set_coords` first; the other setters follow the order of its rows. Until the compiled
    kernels are there (`kernel_loading`), numpy draws; the item repaints by itself when they are.
    """

    def __init__(self) -> None:
        super().__init__()
        self._appearance = Appearance(0)
        self._x = self._y = np.empty(0)
        self._bounds: tuple[float, float, float, float] | None = None
        self._scene: frame.Scene | None = None
        self._sorting = 0
        self._kernel_poll = QtCore.QTimer(self)
        self._kernel_poll.setInterval(_KERNEL_POLL)
        self._kernel_poll.timeout.connect(self._look_for_kernels)

    # -- what is shown -----------------------------------------------------------------------------

    def set_coords(self, coords: NDArray[np.floating]) -> None:
        """Show other coords, such as the next frame of a running projection.

        Parameters
        ----------
        coords
            (n, 2) float, finite, n >= 1. While n stays the same, so do colors, layers and
            emphasis; another n resets them. Above `POINTS_AT_ONCE` points the former ones stay
            on screen until the worker has sorted the new ones.

        Raises
        ------
        ValueError
            If coords have another shape or a value that is not finite.
        """
        self._x, self._y = checked_coords(coords)
        if len(self._x) != self._appearance.n:
            self._appearance = Appearance(len(self._x))
            self._scene = None
        self._bounds = None
        self._sort_points()
        self._change()
        self.informViewBoundsChanged()

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

    def set_point_opacity(self, opacity: float | None) -> None:
        """Set a factor on each alpha, 0 to 1; None follows the density of the view."""
        self._appearance.opacity = opacity
        self._change()

    def is_exact(self) -> bool:
        """Return whether the frame on screen is up to date and shows every point."""
        return super().is_exact() and not self._sorting

    def close(self) -> None:
        """Stop timers and threads now; deleting the item does it too, and this may follow."""
        if shiboken6.isValid(self):
            self._kernel_poll.stop()
        super().close()

    # -- where points are --------------------------------------------------------------------------

    def pick(self, scene_pos: QtCore.QPointF, radius: float = 6.0) -> int:
        """Return the row of the visible point nearest to a position in the scene, or -1.

        Parameters
        ----------
        scene_pos
            As mouse events give it.
        radius
            How far it may lie, in logical pixels.
        """
        at = self.getViewBox().mapSceneToView(scene_pos)
        return self.pick_data(at.x(), at.y(), radius)

    def pick_data(self, x: float, y: float, radius: float = 6.0) -> int:
        """Return the row of the visible point nearest to data coordinates, or -1, as `pick`."""
        box, shown = self.getViewBox().sceneBoundingRect(), self.boundingRect()
        scale = box.width() / shown.width(), box.height() / shown.height()
        scene, palette = self._current_scene(), self._appearance.palette
        if scene is not None:
            return picking.pick(scene, palette, (x, y), scale, radius)
        return picking.pick_slowly(self._points(), palette, (x, y), scale, radius)

    def inside(self, polygon: NDArray[np.floating]) -> NDArray[np.int64]:
        """Return the sorted rows of the visible points inside a polygon (k, 2) in data coords."""
        scene, palette = self._current_scene(), self._appearance.palette
        if scene is not None:
            return picking.inside(scene, palette, polygon, self._background.bands)
        return picking.inside_slowly(self._points(), palette, polygon)

    def robust_bounds(self) -> QtCore.QRectF:
        """Return the rectangle of all but the most extreme 0.3 % of the points, for a fit."""
        if not len(self._x):
            return QtCore.QRectF()
        if self._bounds is None:
            self._bounds = robust_bounds(self._x, self._y)
        left, right, low, high = self._bounds
        return QtCore.QRectF(left, low, right - left, high - low)

    def dataBounds(
        self,
        axis: int,
        frac: float = 1.0,
        orthoRange: object = None,  # noqa: N803 pyqtgraph passes it by this name
    ) -> tuple[float, float] | tuple[None, None]:
        """Return the extremes along an axis, which pyqtgraph's own auto range shows."""
        values = (self._x, self._y)[axis]
        return (float(values.min()), float(values.max())) if len(values) else (None, None)

    # -- drawing -----------------------------------------------------------------------------------

    def _is_empty(self) -> bool:
        return len(self._x) == 0

    def _costs(self, view: View) -> list[int]:
        scene = self._current_scene()
        if scene is None:
            return []
        levels = range(1, scene.index.levels + 1)
        return [scene.index.slices(view, level).points for level in levels]

    def _plan(
        self, view: View, pixel_ratio: float, levels: int | None = None, part: View | None = None
    ) -> Draw:
        scene, bands = self._current_scene(), self._background.bands
        if scene is None:
            raise AssertionError("no plan before points are sorted")
        index = scene.index
        stands_for = 1.0 if levels is None else index.n / index.sizes[levels - 1]
        look = self._look(view, pixel_ratio, stands_for)
        drawn = part or view
        return lambda is_stale: frame.render(scene, drawn, look, levels, bands, is_stale)

    def _draw_first(self, view: View, pixel_ratio: float) -> Image:
        self._await_kernels()
        return first_frame.draw(self._points(), view, self._look(view, pixel_ratio))

    def _prepare_export(self) -> None:
        load_kernels()
        if self._scene is None or self._scene.points.x is not self._x:
            self._scene = frame.make_scene(self._points())

    def _look(self, view: View, pixel_ratio: float, stands_for: float = 1.0) -> Look:
        """Return the look that fits the density of a view."""
        area = self.robust_bounds()
        seen = view.width / abs(view.x_scale) * view.height / abs(view.y_scale)
        total = area.width() * area.height()
        share = min(1.0, seen / total) if total > 0 else 1.0
        return self._appearance.look(share, pixel_ratio, stands_for)

    # -- sorting -----------------------------------------------------------------------------------

    def _points(self) -> Cloud:
        """Return the points in the order of the rows."""
        return Cloud(self._x, self._y, self._appearance.colors, self._appearance.layers)

    def _sort_points(self) -> None:
        """Sort the coords for drawing, at once or in the worker."""
        if not kernels_ready():
            self._scene = None
            self._await_kernels()
        elif len(self._x) <= POINTS_AT_ONCE:
            self._background.drop(self._sorting)
            self._sorting = 0
            self._scene = frame.make_scene(self._points())
        elif not self._sorting:
            points = self._points()
            self._sorting = self._background.submit(
                lambda is_stale: frame.make_scene(points), self._show_sorted
            )

    def _show_sorted(self, scene: frame.Scene) -> None:
        """Show the points that the worker has sorted, and sort the newest if there are newer."""
        self._sorting = 0
        if scene.index.n == len(self._x):
            self._scene = scene
            self._change()
        if scene.points.x is not self._x:
            self._sort_points()

    def _current_scene(self) -> frame.Scene | None:
        """Return the sorted points in their present colors and layers, or None before that."""
        if self._scene is not None:
            self._scene = frame.restyled(self._scene, self._points())
        return self._scene

    def _await_kernels(self) -> None:
        """Look for the kernels from time to time until they are there."""
        if not kernels_ready():
            self._kernel_poll.start()

    def _look_for_kernels(self) -> None:
        """Draw with the kernels once they are there."""
        if kernels_ready():
            self._kernel_poll.stop()
            if len(self._x):
                self._sort_points()
                self._change()
