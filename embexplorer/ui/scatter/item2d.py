"""The points of a 2-D map as one pyqtgraph item: where they lie, how they are sorted and drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6 import QtCore

from embexplorer.ui.scatter import first_frame, frame, picking
from embexplorer.ui.scatter.appearance import Appearance
from embexplorer.ui.scatter.kernel_loading import kernels_ready, load_kernels
from embexplorer.ui.scatter.point_index import are_placed, checked_coords, robust_bounds
from embexplorer.ui.scatter.points_item import PointsItem
from embexplorer.ui.scatter.scene import Cloud, DrawnPoints, Image, Look, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.ui.scatter.progressive_item import Draw

POINTS_AT_ONCE = 100_000
"""Up to so many points are sorted at once (about 5 ms), more in the worker."""


class ScatterItem(PointsItem):
    """Points of a 2-D map.

    Call `set_coords` first; the other setters follow the order of its rows. Until the compiled
    kernels are there (`kernel_loading`), numpy draws; the item repaints by itself when they are.
    """

    def __init__(self) -> None:
        super().__init__()
        self._x = self._y = np.empty(0)
        self._bounds: tuple[float, float, float, float] | None = None
        self._scene: frame.Scene | None = None
        self._sorting = 0

    def set_coords(self, coords: NDArray[np.floating]) -> None:
        """Show other coords, such as the next frame of a running projection.

        Parameters
        ----------
        coords
            (n, 2) float, n >= 1. Points that are not finite are hidden, see `n_unplaced`. While n
            stays the same, so do colors, layers and emphasis; another n resets them. Above
            `POINTS_AT_ONCE` points the former ones stay on screen until the worker has sorted the
            new ones.

        Raises
        ------
        ValueError
            If coords have another shape.
        """
        self._x, self._y = checked_coords(coords)
        if len(self._x) != self._appearance.n:
            self._appearance = Appearance(len(self._x))
            self._scene = None
        placed = are_placed(self._x, self._y)
        unplaced = len(placed) - int(np.count_nonzero(placed))
        if unplaced or self._n_unplaced:
            self._appearance.set_placed(placed if unplaced else None)
        self._n_unplaced = unplaced
        self._bounds = None
        self._sort_points()
        self._change()
        self.informViewBoundsChanged()

    def is_exact(self) -> bool:
        """Return whether the frame on screen is up to date and shows every point."""
        return super().is_exact() and not self._sorting

    # -- where points are --------------------------------------------------------------------------

    def to_scene(self, rows: NDArray[np.integer] | Sequence[int]) -> NDArray[np.float64]:
        """Return the (m, 2) positions of some points in the scene; NaN where one has none."""
        view, corner = self._scene_view()
        chosen = np.asarray(rows, np.int64)
        return np.column_stack(
            (
                (self._x[chosen] - view.left) * view.x_scale + corner.x(),
                (self._y[chosen] - view.top) * view.y_scale + corner.y(),
            )
        )

    def pick(self, scene_pos: QtCore.QPointF, radius: float = 6.0) -> int:
        """Return the row of the visible point nearest to a position in the scene, or -1."""
        x, y = self._from_scene(np.array([[scene_pos.x(), scene_pos.y()]]))[0].tolist()
        return self.pick_data(x, y, radius)

    def pick_data(self, x: float, y: float, radius: float = 6.0) -> int:
        """Return the row of the visible point nearest to data coordinates, or -1, as `pick`."""
        view, _ = self._scene_view()
        scale = view.x_scale, view.y_scale
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

    def inside_scene(self, polygon: NDArray[np.floating]) -> NDArray[np.int64]:
        """Return the sorted rows of the visible points inside a polygon (k, 2) in the scene."""
        return self.inside(self._from_scene(np.array(polygon, np.float64).reshape(-1, 2)))

    def drawn_points(self) -> DrawnPoints:
        """Return the visible points inside the view, in the order in which they are painted."""
        view, corner = self._scene_view()
        self._prepare_export()
        scene = self._current_scene()
        if scene is None:
            raise AssertionError("points are sorted by now")
        drawn = frame.drawn_points(scene, view, self._look(view, 1.0))
        drawn.positions[:] += (corner.x(), corner.y())
        return drawn

    def robust_bounds(self) -> QtCore.QRectF:
        """Return the rectangle of all but the most extreme 0.3 % of the points, for a fit."""
        if self._n_unplaced == len(self._x):
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
        if self._n_unplaced:
            values = values[are_placed(self._x, self._y)]
        return (float(values.min()), float(values.max())) if len(values) else (None, None)

    def _scene_view(self) -> tuple[View, QtCore.QPointF]:
        """Return what the view box shows, in logical pixels, and its corner in the scene.

        From the box's range, not from its transform, whose offset is rounded at a deep zoom.
        """
        box = self.getViewBox()
        area = box.mapRectToScene(box.rect())
        (left, right), (low, high) = box.viewRange()
        x_scale, y_scale = area.width() / (right - left), area.height() / (high - low)
        if box.xInverted():
            left, x_scale = right, -x_scale
        if not box.yInverted():
            low, y_scale = high, -y_scale
        size = round(area.width()), round(area.height())
        return View(left, low, x_scale, y_scale, *size), area.topLeft()

    def _from_scene(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (m, 2) positions in the scene in data coordinates."""
        view, corner = self._scene_view()
        pixels = positions - (corner.x(), corner.y())
        found: NDArray[np.float64] = pixels / (view.x_scale, view.y_scale) + (view.left, view.top)
        return found

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
        stands_for = 1.0 if levels is None or not index.n else index.n / index.sizes[levels - 1]
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
        look = self._appearance
        return Cloud(self._x, self._y, look.colors, look.layers, look.brushes, look.opacities)

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
        if len(scene.points.x) == len(self._x):
            self._scene = scene
            self._change()
        if scene.points.x is not self._x:
            self._sort_points()

    def _current_scene(self) -> frame.Scene | None:
        """Return the sorted points in their present colors and layers, or None before that."""
        if self._scene is not None:
            self._scene = frame.restyled(self._scene, self._points())
        return self._scene

    def _use_kernels(self) -> None:
        self._sort_points()
