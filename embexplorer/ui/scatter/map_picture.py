"""The picture of a map: points in a pyqtgraph view, what lies on them, and the place seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QFrame, QWidget

from embexplorer.ui.scatter.halo_text import HaloText
from embexplorer.ui.scatter.marks import MarkPainter, Marks
from embexplorer.ui.scatter.plane_view import PlaneView
from embexplorer.ui.scatter.space_view import SpaceView
from embexplorer.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import (
        QResizeEvent,
    )

    from embexplorer.ui.scatter.halo_text import Writer
    from embexplorer.ui.scatter.layer import Layer
    from embexplorer.ui.scatter.points_item import PointsItem
    from embexplorer.ui.scatter.viewpoint import Viewpoint
    from embexplorer.ui.theme import Theme


MOST_MARGIN = 0.4  # of the width that may stay free for a legend


class MapPicture(pg.GraphicsView):  # type: ignore[misc]
    """Shows coords of one space; `MapView` adds the mouse and the keys.

    Where axes mean something (`set_axes`), they are named and a grid lies under the points.

    Attributes
    ----------
    flies
        Whether moves of the camera take a moment.

    Signals
    -------
    view_changed()
        Pan, zoom or another size.
    """

    view_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, background=None)
        self._theme = theme
        self.setObjectName("map")
        self.setAccessibleName("Map")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._coords: NDArray[np.float32] = np.empty((0, 2), np.float32)
        self._axes: tuple[str, ...] = ()
        self._units: tuple[float, ...] = ()
        self._marks = Marks()
        self._margin = 0.0
        self._room: NDArray[np.float32] | None = None
        self._under: tuple[Layer, ...] = ()
        self._over: tuple[Layer, ...] = ()
        self._last: tuple[Layer, ...] = ()
        self.flies = True
        self._is_held = False
        self._colors: NDArray[np.uint16] = np.empty(0, np.uint16)
        self._palette: NDArray[np.uint8] = np.empty((0, 4), np.uint8)
        self._box = pg.ViewBox(lockAspect=True, enableMenu=False, defaultPadding=0.02)
        self._box.setBorder(None)
        self.setCentralItem(self._box)
        self._viewpoint: Viewpoint = PlaneView(self._box, self)
        self._halo_text = HaloText()
        self._painter = MarkPainter(theme, self.to_pixels, self.color_of, self._halo_text)
        theme.changed.connect(self._restyle)
        self._follow_viewpoint()

    # -- what is shown -------------------------------------------------------------------------

    def set_coords(self, coords: NDArray[np.float32]) -> None:
        """Show (n, 2) or (n, 3) coords; looks stay while n does."""
        if coords.shape[1] != self.dims and len(coords):
            self._change_dims()
        self._coords = np.ascontiguousarray(coords)
        if len(self._coords):
            self.scatter.set_coords(self._coords)
        self.scatter.setVisible(len(self._coords) > 0)
        self.viewport().update()

    @property
    def dims(self) -> int:
        """2 or 3."""
        return self._viewpoint.dims

    @property
    def scatter(self) -> PointsItem:
        """The points; another item when coords of other dimensions come."""
        return self._viewpoint.item

    def _change_dims(self) -> None:
        """Put points of other dimensions in the place of those that are there."""
        former = self._viewpoint
        former.stop()
        former.moved.disconnect(self._range_changed)
        former.held.disconnect(self._hold)
        new_kind = PlaneView if isinstance(former, SpaceView) else SpaceView
        self._viewpoint = new_kind(self._box, self)
        self.scatter.take_looks(former.item)
        self._box.removeItem(former.item)
        former.item.close()
        former.deleteLater()
        self._is_held = False
        self._follow_viewpoint()

    def _follow_viewpoint(self) -> None:
        self._viewpoint.moved.connect(self._range_changed)
        self._viewpoint.held.connect(self._hold)
        self._restyle()

    def set_colors(self, colors: NDArray[np.uint16], palette: NDArray[np.uint8]) -> None:
        """Color the points: (n,) rows of a (k, 4) RGBA palette."""
        self._colors, self._palette = colors, palette
        if len(self._coords):
            self.scatter.set_colors(colors, palette)

    @property
    def coords(self) -> NDArray[np.float32]:
        """Where the items are, as they were given."""
        return self._coords

    @property
    def point_colors(self) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
        """The colors of the points: (n,) rows of a (k, 4) RGBA palette."""
        return self._colors, self._palette

    @property
    def n_items(self) -> int:
        """How many items are on the map."""
        return len(self._coords)

    @property
    def is_held(self) -> bool:
        """Whether the person has moved or zoomed the view since it was fitted."""
        return self._is_held

    def set_axes(self, axes: tuple[str, ...], units: tuple[float, ...] = ()) -> None:
        """Name the axes, where they mean something.

        Parameters
        ----------
        units
            What one unit of the coords is worth along each axis: then these have numbers.
        """
        if (axes, units) != (self._axes, self._units):
            self._axes, self._units = axes, units
            self._redraw_background()

    def set_marks(self, marks: Marks) -> None:
        """Draw these marks over the points."""
        self._marks = marks
        self.viewport().update()

    @property
    def marks(self) -> Marks:
        """What is drawn over the points."""
        return self._marks

    def set_layers(
        self,
        under: Sequence[Layer] = (),
        over: Sequence[Layer] = (),
        last: Sequence[Layer] = (),
    ) -> None:
        """Draw layers under the points, over them below the marks, and where marks leave room."""
        self._under, self._over, self._last = tuple(under), tuple(over), tuple(last)
        self._redraw_background()

    def redraw_layers(self) -> None:
        """Draw the layers again: what they show has changed."""
        self._redraw_background()

    @property
    def halo_text(self) -> HaloText:
        """Draws text on the map; it `draws_outlines` while the map is drawn into a file."""
        return self._halo_text

    def set_left_margin(self, pixels: float) -> None:
        """Keep so many pixels at the left free when fitting: a legend lies there.

        On a narrow map the points lie under it.
        """
        self._margin = pixels

    def set_room(self, positions: NDArray[np.float32] | None) -> None:
        """Let fitting show positions (m, 2|3) like points, which lie under them."""
        self._room = positions

    @property
    def left_margin(self) -> float:
        """Pixels at the left that fitting keeps free."""
        return self._margin

    def color_of(self, row: int) -> QColor:
        """Return the color of a point, opaque."""
        if row >= len(self._colors):
            return self._theme.color("muted")
        red, green, blue, _ = (int(part) for part in self._palette[self._colors[row]])
        return QColor(red, green, blue)

    # -- the view ------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show all but the most extreme points, in the part the legend leaves free."""
        if len(self._coords):
            self._is_held = False
            self._viewpoint.fit(self._free_margin(), self._room)

    def _free_margin(self) -> float:
        """Return the margin at the left; none where points would have too little room beside it."""
        return self._margin if self._margin <= MOST_MARGIN * self.width() else 0.0

    def show_rows(self, rows: Sequence[int]) -> None:
        """Move and zoom so that these items are in view, with room around."""
        points = self._coords[list(rows)]
        points = points[np.isfinite(points).all(axis=1)]
        if len(points):
            self._is_held = True
            self._viewpoint.show_points(points, self._free_margin(), flies=self._may_fly())

    def camera(self) -> dict[str, Any]:
        """Return the place that is seen in plain values, for `set_camera`."""
        return self._viewpoint.camera()

    def set_camera(self, camera: Mapping[str, Any], *, flies: bool = False) -> None:
        """Show a place that `camera` has returned; another shape of the view shows more or less.

        Raises
        ------
        ValueError
            If it is no place on a map of these dimensions.
        """
        self._viewpoint.set_camera(camera, flies=flies and self._may_fly())
        self._is_held = True

    def look_along(self, axis: int) -> None:
        """Look along the first (0), second (1) or third axis (2) of a 3-D map."""
        self._is_held |= self.dims == 3
        self._viewpoint.look_along(axis, flies=self._may_fly())

    @property
    def is_rotating(self) -> bool:
        """Whether a 3-D map turns by itself."""
        return self._viewpoint.is_rotating

    def set_rotating(self, is_on: bool) -> None:
        """Let a 3-D map turn by itself, or no more."""
        self._viewpoint.set_rotating(is_on)

    def _may_fly(self) -> bool:
        return self.flies and self.isVisible()

    def zoom(self, factor: float) -> None:
        """Zoom about the middle; above 1 shows less."""
        self._is_held = True
        self._viewpoint.zoom(factor)

    def _hold(self) -> None:
        self._is_held = True

    def _redraw_background(self) -> None:
        self.resetCachedContent()
        self.viewport().update()

    def _range_changed(self) -> None:
        self._redraw_background()
        self.view_changed.emit()

    def to_pixels(self, rows: Sequence[int] | NDArray[np.integer]) -> NDArray[np.float64]:
        """Return (m, 2) pixels of the view for rows of the space."""
        return self.data_to_pixels(self._coords[np.asarray(rows, np.int64)])

    def data_to_pixels(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return (m, 2) pixels of the view for (m, 2) or (m, 3) positions on the map.

        NaN for a position that has no pixel, such as one behind the eye.
        """
        return self._viewpoint.data_to_pixels(points)

    def rows_inside(self, polygon: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the sorted rows of the visible items inside (k, 2) pixels of the view."""
        return self.scatter.inside_scene(polygon)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Stay fitted until the person moves the view."""
        super().resizeEvent(event)
        if event is not None and not self._is_held:  # pyqtgraph calls it with None while it builds
            self.fit()

    # -- drawing -------------------------------------------------------------------------------

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the marks in plain pixels: they keep their size at any zoom."""
        if len(self._coords):
            painter.save()
            area = QRectF(self.viewport().rect())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            taken = self._covered()
            taken += self._viewpoint.draw_axes(
                painter, self._theme, self._halo_text, self._axes, area, self._units
            )
            for layer in self._over:
                taken += layer.paint(painter, self, taken)
            taken += self._painter.paint(painter, self._placed_marks(), area, taken)
            for layer in self._last:
                taken += layer.paint(painter, self, taken)
            painter.restore()

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Fill the map, and draw a grid where axes mean something."""
        painter.fillRect(rect, self._theme.color("map"))
        if not len(self._coords):
            return
        area = QRectF(self.viewport().rect())
        painter.save()
        if self._axes:
            self._viewpoint.draw_grid(painter, self._theme, area, self._units)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for layer in self._under:
            layer.paint(painter, self, [])
        painter.restore()

    def _placed_marks(self) -> Marks:
        """Return the marks on items that have a pixel."""
        rows = self._marks.rows()
        if not rows:
            return self._marks
        missing = np.isnan(self.to_pixels(rows)[:, 0]).tolist()
        gone = {row for row, is_missing in zip(rows, missing, strict=True) if is_missing}
        return self._marks.without(gone) if gone else self._marks

    def picture(self, scale: float = 1.0, cards: Sequence[Overlay] = ()) -> QImage:
        """Return the map with these cards at `scale` times its size, points drawn exactly."""
        size = self.viewport().size()
        image = QImage(size * scale, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(scale)
        image.fill(self._theme.color("map"))
        painter = QPainter(image)
        self._halo_text.has_pixels = True
        self.draw(painter, cards)
        self._halo_text.has_pixels = False
        painter.end()
        return image

    def draw(
        self, painter: QPainter, cards: Sequence[Overlay] = (), writer: Writer | None = None
    ) -> None:
        """Draw the map with these cards, points drawn exactly, onto any device.

        Text on the map is drawn as outlines, or by `writer` where text is to stay text.
        """
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = self.viewport().rect()
        self._halo_text.draws_outlines, self._halo_text.writer = True, writer
        self.render(painter, QRectF(rect), rect)
        self._halo_text.draws_outlines, self._halo_text.writer = False, None
        for card in cards:
            card.draw(painter)

    def _covered(self) -> list[QRectF]:
        reach = 0.375 * self._theme.em
        return [
            QRectF(card.geometry()).adjusted(-reach, -reach, reach, reach)
            for card in self.visible_cards()
        ]

    def visible_cards(self) -> list[Overlay]:
        """Return the cards that lie on the map now."""
        kept = Qt.FindChildOption.FindDirectChildrenOnly
        return [card for card in self.findChildren(Overlay, options=kept) if card.isVisible()]

    def _restyle(self) -> None:
        self.setBackground(self._theme.color("map"))
        self._viewpoint.restyle(self._theme)
        self._redraw_background()
