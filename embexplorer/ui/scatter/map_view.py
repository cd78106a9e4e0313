"""The map: points in a pyqtgraph view and what lies on them; it pans, zooms, picks, is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QFrame, QWidget

from embexplorer.ui.scatter.halo_text import HaloText
from embexplorer.ui.scatter.marks import MarkPainter, Marks
from embexplorer.ui.scatter.plane_view import PlaneView
from embexplorer.ui.scatter.space_view import SpaceView
from embexplorer.ui.scatter.tools import REGION_TOOLS, Region, how_to_combine
from embexplorer.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import (
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
        QResizeEvent,
        QWheelEvent,
    )

    from embexplorer.app.shell import Tool
    from embexplorer.ui.scatter.halo_text import Writer
    from embexplorer.ui.scatter.layer import Layer
    from embexplorer.ui.scatter.points_item import PointsItem
    from embexplorer.ui.scatter.viewpoint import Viewpoint
    from embexplorer.ui.theme import Theme

PICK_EMS = 0.375  # how far from a point a click still means it
CLICK_SLACK = 4  # pixels a mouse may move between press and release of a click
PAN_EMS = 4  # that an arrow key pans
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class MapView(pg.GraphicsView):  # type: ignore[misc]
    """Shows coords of one space.

    With the pointer, the mouse drags to pan a 2-D map and to turn a 3-D one; with another tool it
    selects. The middle button always pans, as does the left one in 3-D while Ctrl or Space is held,
    and the wheel zooms about the cursor. Where axes mean something (`set_axes`), they are named and
    a grid lies under the points.

    Attributes
    ----------
    flies
        Whether moves of the camera take a moment.

    Signals
    -------
    item_clicked(int, str)
        A click: the row or -1, and how it acts on the selection (`tools.how_to_combine`).
    nearest_requested(int, str)
        A click on an item with the nearest tool.
    region_drawn(object, str)
        The sorted rows of visible items inside, and how they act on the selection.
    region_refused(str)
        Why a region encloses nothing.
    item_hovered(int, QPoint)
        The row under the cursor or -1, and where in the view.
    view_changed()
        Pan, zoom or another size.
    """

    item_clicked = Signal(int, str)
    nearest_requested = Signal(int, str)
    region_drawn = Signal(object, str)
    region_refused = Signal(str)
    item_hovered = Signal(int, QPoint)
    view_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, background=None)
        self._theme = theme
        self.setObjectName("map")
        self.setAccessibleName("Map")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._coords: NDArray[np.float32] = np.empty((0, 2), np.float32)
        self._axes: tuple[str, ...] = ()
        self._marks = Marks()
        self._margin = 0.0
        self._pressed: QPointF | None = None
        self._is_drag = False
        self._tool: Tool = "pointer"
        self._region: Region | None = None
        self._under: tuple[Layer, ...] = ()
        self._over: tuple[Layer, ...] = ()
        self.flies = True
        self._is_held = False
        self._colors: NDArray[np.uint16] = np.empty(0, np.uint16)
        self._palette: NDArray[np.uint8] = np.empty((0, 4), np.uint8)
        self._box = pg.ViewBox(lockAspect=True, enableMenu=False, defaultPadding=0.02)
        self._box.setBorder(None)
        self.setCentralItem(self._box)
        self._viewpoint: Viewpoint = PlaneView(self._box, self)
        self._is_space_held = False
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

    def set_axes(self, axes: tuple[str, ...]) -> None:
        """Name the axes, where they mean something."""
        if axes != self._axes:
            self._axes = axes
            self._redraw_background()

    def set_marks(self, marks: Marks) -> None:
        """Draw these marks over the points."""
        self._marks = marks
        self.viewport().update()

    @property
    def marks(self) -> Marks:
        """What is drawn over the points."""
        return self._marks

    def set_layers(self, under: Sequence[Layer] = (), over: Sequence[Layer] = ()) -> None:
        """Draw layers under the points, and over them below the marks."""
        self._under, self._over = tuple(under), tuple(over)
        self._redraw_background()

    def redraw_layers(self) -> None:
        """Draw the layers again: what they show has changed."""
        self._redraw_background()

    @property
    def halo_text(self) -> HaloText:
        """Draws text on the map; it `draws_outlines` while the map is drawn into a file."""
        return self._halo_text

    def set_left_margin(self, pixels: float) -> None:
        """Keep so many pixels at the left free when fitting: a legend lies there."""
        self._margin = pixels

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
            self._viewpoint.fit(self._margin)

    def show_rows(self, rows: Sequence[int]) -> None:
        """Move and zoom so that these items are in view, with room around."""
        points = self._coords[list(rows)]
        points = points[np.isfinite(points).all(axis=1)]
        if len(points):
            self._is_held = True
            self._viewpoint.show_points(points, self._margin, flies=self._may_fly())

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

    def to_pixels(self, rows: Sequence[int]) -> NDArray[np.float64]:
        """Return (m, 2) pixels of the view for rows of the space."""
        return self.data_to_pixels(self._coords[np.asarray(rows, np.int64)])

    def data_to_pixels(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return (m, 2) pixels of the view for (m, 2) or (m, 3) positions on the map.

        NaN for a position that has no pixel, such as one behind the eye.
        """
        return self._viewpoint.data_to_pixels(points)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Stay fitted until the person moves the view."""
        super().resizeEvent(event)
        if event is not None and not self._is_held:  # pyqtgraph calls it with None while it builds
            self.fit()

    # -- mouse ---------------------------------------------------------------------------------

    @property
    def tool(self) -> Tool:
        """What a drag does."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Let a drag do something else."""
        self._tool = tool
        self.cancel_region()

    def cancel_region(self) -> bool:
        """Drop a region that is being drawn; returns whether there was one."""
        had_one, self._region = self._region is not None, None
        self.viewport().update()
        return had_one

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a click began, or begin a region."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._is_drag = event.position(), False
            if self._tool in REGION_TOOLS:
                self._region = Region(self._tool, event.position())
                return
        if not self._viewpoint.press(event, pans=self._is_space_held):
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click that was no drag, or of a region."""
        self._viewpoint.release()
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed = self._pressed, None
        region, self._region = self._region, None
        how = how_to_combine(event.modifiers())
        if pressed is None:
            return
        self._note_drag(event, pressed)
        if not self._is_drag:  # a lasso may end where it began
            row = self._at(event.position())
            asks_nearest = self._tool == "nearest" and row >= 0
            (self.nearest_requested if asks_nearest else self.item_clicked).emit(row, how)
        elif region is not None:
            region.move(event.position())
            self._finish(region, how)
        self.viewport().update()

    def _note_drag(self, event: QMouseEvent, pressed: QPointF) -> None:
        """Notice when the mouse has moved too far for a click."""
        if (event.position() - pressed).manhattanLength() > CLICK_SLACK:
            self._is_drag = True

    def _finish(self, region: Region, how: str) -> None:
        corners = region.polygon()
        if len(corners) < 3:
            self.region_refused.emit("A lasso needs at least three corners: draw around items.")
        elif len(self._coords):
            self.region_drawn.emit(self.rows_inside(corners), how)

    def rows_inside(self, polygon: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the sorted rows of the visible items inside (k, 2) pixels of the view."""
        return self.scatter.inside_scene(polygon)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the cursor, or go on with a region."""
        if self._pressed is not None:
            self._note_drag(event, self._pressed)
        if self._region is not None:
            self._region.move(event.position())
            self.viewport().update()
            return
        if self._viewpoint.drag(event):
            return
        super().mouseMoveEvent(event)
        if event.buttons() == Qt.MouseButton.NoButton:
            position = event.position()
            self.item_hovered.emit(self._at(position), position.toPoint())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the cursor."""
        if self._viewpoint.wheel(event):
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from item to item with the arrows, pan with Ctrl, turn a 3-D map with Shift."""
        if event.key() == Qt.Key.Key_Space:
            self._is_space_held = True
        direction = ARROWS.get(Qt.Key(event.key()))
        if direction is None or not len(self._coords):
            super().keyPressEvent(event)
            return
        right, down = direction
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._hold()
            step = PAN_EMS * self._theme.em
            self._viewpoint.pan(-right * step, -down * step)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._hold()
            self._viewpoint.turn(right, down)
        else:
            self._walk(right, down)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Notice that Space is let go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._is_space_held = False
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget about keys that are let go elsewhere."""
        self._is_space_held = False
        super().focusOutEvent(event)

    def _walk(self, right: int, down: int) -> None:
        """Go to the next item in a direction; without a selected one, to that in the middle."""
        start = self._marks.center
        if start is None:
            middle = QPointF(self.viewport().rect().center())
            row = self.scatter.pick(middle, max(self.width(), self.height()))
        else:
            row = self.scatter.nearest_in_direction(start, right, down)
        if row >= 0:
            self.item_clicked.emit(row, "replace")

    def leaveEvent(self, event: object) -> None:
        """Tell that nothing is under the cursor."""
        self.item_hovered.emit(-1, QPoint())
        super().leaveEvent(event)

    def _at(self, position: QPointF) -> int:
        if not len(self._coords):
            return -1
        return self.scatter.pick(self.mapToScene(position.toPoint()), PICK_EMS * self._theme.em)

    # -- drawing -------------------------------------------------------------------------------

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the marks in plain pixels: they keep their size at any zoom."""
        if len(self._coords):
            painter.save()
            area = QRectF(self.viewport().rect())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            taken = self._covered()
            taken += self._viewpoint.draw_axes(
                painter, self._theme, self._halo_text, self._axes, area
            )
            for layer in self._over:
                taken += layer.paint(painter, self, taken)
            self._painter.paint(painter, self._placed_marks(), area, taken)
            if self._region is not None:
                self._region.paint(painter, self._theme)
            painter.restore()

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Fill the map, and draw a grid where axes mean something."""
        painter.fillRect(rect, self._theme.color("map"))
        if not len(self._coords):
            return
        area = QRectF(self.viewport().rect())
        painter.save()
        if self._axes:
            self._viewpoint.draw_grid(painter, self._theme, area)
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
        self.draw(painter, cards)
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
