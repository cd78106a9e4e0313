"""The points of a 3-D map as one pyqtgraph item: seen through a camera, near ones over far ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.ui.scatter import first_frame, frame3d, picking, picking3d
from embexplorer.ui.scatter.appearance import Appearance
from embexplorer.ui.scatter.ball import Ball, robust_ball
from embexplorer.ui.scatter.camera import Camera
from embexplorer.ui.scatter.depth_look import bin_of_key, make_brush, make_discs
from embexplorer.ui.scatter.kernel_loading import kernels_ready, load_kernels
from embexplorer.ui.scatter.points_item import PointsItem
from embexplorer.ui.scatter.scene import HIDDEN, Cloud, DrawnPoints, Image, Look, View
from embexplorer.ui.scatter.scene3d import (
    Scene3,
    Sight,
    Solid,
    depth_keys,
    make_scene,
    make_sight,
    projected,
    restyled,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6 import QtCore

    from embexplorer.ui.scatter.camera import Lens
    from embexplorer.ui.scatter.progressive_item import Draw

POINTS_AT_ONCE = 200_000
"""Up to so many points are shuffled at once (about 5 ms), more in the worker."""


class Scatter3DItem(PointsItem):
    """Points of a 3-D map.

    It fills the view box whatever range that shows: the camera alone says what is seen. As with
    `ScatterItem`, call `set_coords` first, and until the compiled kernels are there numpy draws,
    without depth.
    """

    def __init__(self) -> None:
        super().__init__()
        self._coords: NDArray[np.float64] = np.empty((0, 3))
        self._camera = Camera()
        self._background_color = (255, 255, 255)
        self._ball: Ball | None = None
        self._scene: Scene3 | None = None
        self._sorting = 0
        self._index: tuple[object, picking3d.ScreenIndex] | None = None

    # -- what is shown -----------------------------------------------------------------------------

    def set_coords(self, coords: NDArray[np.floating]) -> None:
        """Show other coords, such as the next frame of a running projection.

        Parameters
        ----------
        coords
            (n, 3) float, n >= 1. Points that are not finite are hidden, see `n_unplaced`. While n
            stays the same, so do colors, layers and emphasis; another n resets them. The camera
            stays where it is. Above `POINTS_AT_ONCE` points the former ones stay on screen until
            the worker has shuffled the new ones.

        Raises
        ------
        ValueError
            If coords have another shape.
        """
        array = np.asarray(coords)
        if array.ndim != 2 or array.shape[1] != 3 or len(array) == 0:
            raise ValueError(f"coords must be (n, 3) with n >= 1, not {array.shape}")
        self._coords = np.array(array, np.float64, order="F")
        if len(self._coords) != self._appearance.n:
            self._appearance = Appearance(len(self._coords))
            self._scene = None
        placed: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(self._coords), axis=1)
        unplaced = len(placed) - int(np.count_nonzero(placed))
        if unplaced or self._n_unplaced:
            self._appearance.set_placed(placed if unplaced else None)
        self._n_unplaced = unplaced
        self._ball = None
        self._sort_points()
        self._change()

    @property
    def camera(self) -> Camera:
        """Where the points are seen from."""
        return self._camera

    def set_camera(self, camera: Camera) -> None:
        """See the points from elsewhere."""
        if camera != self._camera:
            self._camera = camera
            self._change()

    def set_background(self, red: int, green: int, blue: int) -> None:
        """Set the color of the map, into which far points fade."""
        self._background_color = (red, green, blue)
        self._change()

    def is_exact(self) -> bool:
        """Return whether the frame on screen is up to date and shows every point."""
        return super().is_exact() and not self._sorting

    # -- where points are --------------------------------------------------------------------------

    def ball(self) -> Ball:
        """Return where all but the most extreme points are, for `Camera.fit`."""
        if self._ball is None:
            self._ball = robust_ball(self._coords)
        return self._ball

    def view_size(self) -> tuple[float, float]:
        """Return width and height of the view in logical pixels, as cameras need them."""
        area = self._area()
        return area.width(), area.height()

    def to_scene(self, rows: NDArray[np.integer] | Sequence[int]) -> NDArray[np.float64]:
        """Return the (m, 2) positions of some points in the scene; NaN where one has none.

        A point behind the eye has none.
        """
        return self.coords_to_scene(self._coords[np.asarray(rows, np.int64)])

    def coords_to_scene(self, coords: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the (m, 2) positions in the scene of (m, 3) coords, as `to_scene`."""
        corner = self._area().topLeft()
        x, y, _ = self._lens().project(coords)
        return np.column_stack((x + corner.x(), y + corner.y()))

    def depth_of(self, rows: NDArray[np.integer] | Sequence[int]) -> NDArray[np.float64]:
        """Return the (m,) depths of some points: 0 at the eye, 1 where the camera turns about."""
        return self._lens().project(self._coords[np.asarray(rows, np.int64)])[2]

    def pick(self, scene_pos: QtCore.QPointF, radius: float = 6.0) -> int:
        """Return the row of the point that a person means at a position in the scene, or -1.

        Of the points whose discs cover the position the one on top; where there is none, the
        nearest within `radius` logical pixels.
        """
        corner = self._area().topLeft()
        at = scene_pos.x() - corner.x(), scene_pos.y() - corner.y()
        scene = self._current_scene()
        if scene is not None:
            return picking3d.pick(self._screen_index(scene), scene, at, radius)
        sight, points = self._sight(), self._points()
        discs = make_discs(self._look(1.0), self._lens(), self.ball())
        keys = depth_keys(sight, points)
        radii = discs.radius_of_bin[bin_of_key(keys)] * discs.size_of_brush[points.brush]
        flat = self._flattened(sight)
        hidden = flat.layer == HIDDEN
        x, y = (np.where(hidden, np.nan, values) for values in (flat.x, flat.y))
        radii = radii + discs.extra_of_layer[points.layer]
        return picking3d.pick_slowly((x, y), keys, radii, at, radius)

    def inside_scene(self, polygon: NDArray[np.floating]) -> NDArray[np.int64]:
        """Return the sorted rows of the visible points inside a polygon (k, 2) in the scene."""
        corner = self._area().topLeft()
        corners = np.array(polygon, np.float64).reshape(-1, 2) - (corner.x(), corner.y())
        scene, sight, palette = self._current_scene(), self._sight(), self._appearance.palette
        if scene is not None:
            return picking3d.inside(scene, sight, palette, corners, self._background.bands)
        return picking.inside_slowly(self._flattened(sight), palette, corners)

    def drawn_points(self) -> DrawnPoints:
        """Return the visible points inside the view, in the order in which they are painted."""
        corner = self._area().topLeft()
        self._prepare_export()
        scene = self._current_scene()
        if scene is None:
            raise AssertionError("points are sorted by now")
        look, lens = self._look(1.0), self._lens()
        brush = make_brush(look, lens, self.ball(), self._background_color)
        discs = make_discs(look, lens, self.ball())
        drawn = frame3d.drawn_points(scene, self._sight(), brush, discs)
        drawn.positions[:] += (corner.x(), corner.y())
        return drawn

    def dataBounds(
        self,
        axis: int,
        frac: float = 1.0,
        orthoRange: object = None,  # noqa: N803 pyqtgraph passes it by this name
    ) -> tuple[None, None]:
        """Tell pyqtgraph that the range of the view box does not matter."""
        return (None, None)

    def _area(self) -> QtCore.QRectF:
        """Return the rectangle of the view in the scene."""
        box = self.getViewBox()
        area: QtCore.QRectF = box.mapRectToScene(box.rect())
        return area

    def _lens(self) -> Lens:
        return self._camera.lens(self.view_size())

    def _sight(self) -> Sight:
        """Return the view in logical pixels."""
        width, height = self.view_size()
        return make_sight(self._lens(), self.ball(), round(width), round(height))

    def _screen_index(self, scene: Scene3) -> picking3d.ScreenIndex:
        """Return where points are on screen, worked out at the first pick of a view."""
        key = (self._version, scene, self.view_size())
        if self._index is None or self._index[0] != key:
            discs = make_discs(self._look(1.0), self._lens(), self.ball())
            palette, bands = self._appearance.palette, self._background.bands
            index = picking3d.index_screen(scene, self._sight(), palette, discs, bands)
            self._index = key, index
        return self._index[1]

    # -- drawing -----------------------------------------------------------------------------------

    def _is_empty(self) -> bool:
        return len(self._coords) == 0

    def _costs(self, view: View) -> list[int]:
        scene = self._current_scene()
        return [] if scene is None else list(scene.sizes)

    def _plan(
        self, view: View, pixel_ratio: float, levels: int | None = None, part: View | None = None
    ) -> Draw:
        scene, bands = self._current_scene(), self._background.bands
        if scene is None:
            raise AssertionError("no plan before points are shuffled")
        count = scene.sizes[-1 if levels is None else levels - 1]
        look, lens = self._look(pixel_ratio, scene.sizes[-1] / count), self._lens()
        brush = make_brush(look, lens, self.ball(), self._background_color, len(scene.top.x) > 0)
        sight = self._image_sight(part or view)
        return lambda is_stale: frame3d.render(scene, sight, brush, count, bands, is_stale)

    def _draw_first(self, view: View, pixel_ratio: float) -> Image:
        self._await_kernels()
        flat = self._flattened(self._image_sight(view))
        whole = View(0.0, 0.0, 1.0, 1.0, view.width, view.height)
        return first_frame.draw(flat, whole, self._look(pixel_ratio))

    def _prepare_export(self) -> None:
        load_kernels()
        if self._scene is None or self._scene.points.x.base is not self._coords:
            self._scene = make_scene(self._points())

    def _look(self, pixel_ratio: float, stands_for: float = 1.0) -> Look:
        """Return the look that fits the density of the view, at the depth of its center."""
        width, height = self.view_size()
        per_pixel = self._camera.span / max(1.0, min(width, height))
        seen = width * height * per_pixel**2
        share = min(1.0, seen / (np.pi * self.ball().radius ** 2))
        return self._appearance.look(share, pixel_ratio, stands_for)

    def _image_sight(self, view: View) -> Sight:
        """Return what projects points onto the image of a view, or of a part of it.

        The view box spans the same rectangle on screen as its range does in data.
        """
        area, shown = self._area(), self.getViewBox().viewRect()
        top = shown.bottom() if view.y_scale < 0 else shown.top()
        left = (view.left - shown.left()) * view.x_scale
        above = (view.top - top) * view.y_scale
        ratio = shown.width() * abs(view.x_scale) / max(1.0, area.width())
        lens = self._lens().scaled(ratio, left, above)
        return make_sight(lens, self.ball(), view.width, view.height)

    def _flattened(self, sight: Sight) -> Cloud:
        """Return the points as they lie on a view; what is not seen is hidden."""
        points = self._points()
        x, y, _ = projected(sight, points)
        seen = np.isfinite(x)
        layer = np.where(seen, points.layer, HIDDEN).astype(np.uint8)
        x, y = np.where(seen, x, 0.0), np.where(seen, y, 0.0)
        return Cloud(x, y, points.color, layer, points.brush, points.opacity)

    # -- order -------------------------------------------------------------------------------------

    def _points(self) -> Solid:
        """Return the points in the order of the rows."""
        look = self._appearance
        x, y, z = (self._coords[:, axis] for axis in range(3))
        return Solid(x, y, z, look.colors, look.layers, look.brushes, look.opacities)

    def _sort_points(self) -> None:
        """Put the points into the order of drawing, at once or in the worker."""
        if not kernels_ready():
            self._scene = None
            self._await_kernels()
        elif len(self._coords) <= POINTS_AT_ONCE:
            self._background.drop(self._sorting)
            self._sorting = 0
            self._scene = make_scene(self._points())
        elif not self._sorting:
            points = self._points()
            self._sorting = self._background.submit(
                lambda is_stale: make_scene(points), self._show_sorted
            )

    def _show_sorted(self, scene: Scene3) -> None:
        """Show the points that the worker has shuffled, and go on if there are newer ones."""
        self._sorting = 0
        if len(scene.order) == len(self._coords):
            self._scene = scene
            self._change()
        if scene.points.x.base is not self._coords:
            self._sort_points()

    def _current_scene(self) -> Scene3 | None:
        """Return the points in their present looks, or None before they are shuffled."""
        if self._scene is not None:
            self._scene = restyled(self._scene, self._points())
        return self._scene

    def _use_kernels(self) -> None:
        self._sort_points()
