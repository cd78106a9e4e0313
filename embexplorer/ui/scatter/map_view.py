"""The map: points in a pyqtgraph view and what lies on them; it pans, zooms, picks, is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEasingCurve, QPoint, QPointF, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QFrame, QWidget

from embexplorer.ui.scatter import grid
from embexplorer.ui.scatter.halo_text import HaloText
from embexplorer.ui.scatter.item2d import ScatterItem
from embexplorer.ui.scatter.marks import MarkPainter, Marks
from embexplorer.ui.scatter.tools import REGION_TOOLS, Region, how_to_combine
from embexplorer.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QMouseEvent, QResizeEvent, QTransform

    from embexplorer.app.shell import Tool
    from embexplorer.ui.scatter.layer import Layer
    from embexplorer.ui.theme import Theme

PICK_EMS = 0.375  # how far from a point a click still means it
CLICK_SLACK = 4  # pixels a mouse may move between press and release of a click
FIT_PADDING = 0.045
FLIGHT = 320  # ms that a move of the camera takes


class MapView(pg.GraphicsView):  # type: ignore[misc]
    """Shows coords of one space.

    With the pointer, the mouse drags to pan; with another tool it selects. The middle button
    always pans, and the wheel zooms about the cursor. Where axes mean something (`set_axes`), they
    are named and a grid lies under the points.

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
        self._tool: Tool = "pointer"
        self._region: Region | None = None
        self._under: tuple[Layer, ...] = ()
        self._over: tuple[Layer, ...] = ()
        self.flies = True
        self._flight = QVariantAnimation(self)
        self._flight.setDuration(FLIGHT)
        self._flight.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._flight.valueChanged.connect(self._fly)
        self._is_held = False
        self._colors: NDArray[np.uint16] = np.empty(0, np.uint16)
        self._palette: NDArray[np.uint8] = np.empty((0, 4), np.uint8)
        self._box = pg.ViewBox(lockAspect=True, enableMenu=False, defaultPadding=0.02)
        self._box.setBorder(None)
        self._box.sigRangeChanged.connect(self._range_changed)
        self._box.sigRangeChangedManually.connect(self._hold)
        self.setCentralItem(self._box)
        self.scatter = ScatterItem()
        self._box.addItem(self.scatter)
        self._halo_text = HaloText()
        self._painter = MarkPainter(theme, self.to_pixels, self.color_of, self._halo_text)
        theme.changed.connect(self._restyle)
        self._restyle()

    # -- what is shown -------------------------------------------------------------------------

    def set_coords(self, coords: NDArray[np.float32]) -> None:
        """Show (n, 2) coords; of 3-D coords the first two axes."""
        self._coords = np.ascontiguousarray(coords[:, :2])
        if len(self._coords):
            self.scatter.set_coords(self._coords)
        self.scatter.setVisible(len(self._coords) > 0)
        self.viewport().update()

    def set_colors(self, colors: NDArray[np.uint16], palette: NDArray[np.uint8]) -> None:
        """Color the points: (n,) rows of a (k, 4) RGBA palette."""
        self._colors, self._palette = colors, palette
        if len(self._coords):
            self.scatter.set_colors(colors, palette)

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
            self._show(self.scatter.robust_bounds())

    def show_rows(self, rows: Sequence[int]) -> None:
        """Move and zoom so that these items are in view, with room around."""
        points = self._coords[list(rows)]
        points = points[np.isfinite(points).all(axis=1)]
        if not len(points):
            return
        self._is_held = True
        low, high = points.min(0), points.max(0)
        whole = self.scatter.robust_bounds()
        reach = np.maximum((high - low) * 0.35, 0.04 * max(whole.width(), whole.height()))
        low, high = low - reach, high + reach
        to = QRectF(float(low[0]), float(low[1]), *(float(side) for side in high - low))
        self._show(to, flies=self.flies and self.isVisible())

    def camera(self) -> dict[str, Any]:
        """Return the place that is seen, for `set_camera`."""
        seen = self._box.viewRect()
        return {"center": [seen.center().x(), seen.center().y()], "height": seen.height()}

    def set_camera(self, camera: Mapping[str, Any]) -> None:
        """Show a place that `camera` has returned; another shape of the view shows more or less."""
        self._is_held = True
        self._flight.stop()
        (x, y), height = camera["center"], camera["height"]
        width = height * self.width() / max(1, self.height())
        self._box.setRange(QRectF(x - width / 2, y - height / 2, width, height), padding=0)

    def zoom(self, factor: float) -> None:
        """Zoom about the middle; above 1 shows less."""
        self._is_held = True
        self._box.scaleBy((1 / factor, 1 / factor))

    def _hold(self) -> None:
        self._flight.stop()
        self._is_held = True

    def _show(self, bounds: QRectF, *, flies: bool = False) -> None:
        width, height = max(1, self.width()), max(1, self.height())
        span_x = bounds.width() or 1.0
        span_y = bounds.height() or 1.0
        free = max(0.4, 1 - self._margin / width)
        left = span_x / free - span_x
        spare = width / height * span_y - span_x / free
        if spare > 0:  # height decides: what is spare at the sides already frees some of the margin
            left = max(0.0, left - spare / 2)
        x = bounds.x() - (0 if bounds.width() else 0.5)
        y = bounds.y() - (0 if bounds.height() else 0.5)
        to = QRectF(x - left, y, span_x + left, span_y)
        self._flight.stop()
        if flies:
            self._flight.setStartValue(self._box.viewRect())
            self._flight.setEndValue(_padded(to, FIT_PADDING))
            self._flight.start()
        else:
            self._box.setRange(to, padding=FIT_PADDING)

    def _fly(self, at: QRectF) -> None:
        self._box.setRange(at, padding=0)

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
        """Return (m, 2) pixels of the view for (m, 2) positions on the map."""
        points = np.asarray(points, np.float64)
        transform = self._transform()
        return np.column_stack(
            (
                points[:, 0] * transform.m11() + transform.dx(),
                points[:, 1] * transform.m22() + transform.dy(),
            )
        )

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Stay fitted until the person moves the view."""
        super().resizeEvent(event)
        if event is not None and not self._is_held:  # pyqtgraph calls it with None while it builds
            self.fit()

    def _transform(self) -> QTransform:
        """Return data to pixels; pyqtgraph works out what has changed when it paints next."""
        self._box.childTransform()
        transform: QTransform = self._box.childGroup.sceneTransform()
        return transform

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
            self._pressed = event.position()
            if self._tool in REGION_TOOLS:
                self._region = Region(self._tool, event.position())
                return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click that was no drag, or of a region."""
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed = self._pressed, None
        region, self._region = self._region, None
        how = how_to_combine(event.modifiers())
        if pressed is None:
            return
        if (event.position() - pressed).manhattanLength() <= CLICK_SLACK:
            row = self._at(event.position())
            asks_nearest = self._tool == "nearest" and row >= 0
            (self.nearest_requested if asks_nearest else self.item_clicked).emit(row, how)
        elif region is not None:
            region.move(event.position())
            self._finish(region, how)
        self.viewport().update()

    def _finish(self, region: Region, how: str) -> None:
        corners = region.polygon()
        if len(corners) < 3:
            self.region_refused.emit("A lasso needs at least three corners: draw around items.")
        elif len(self._coords):
            self.region_drawn.emit(self.rows_inside(corners), how)

    def rows_inside(self, polygon: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the sorted rows of the visible items inside (k, 2) pixels of the view."""
        transform = self._transform()
        data = (polygon - [transform.dx(), transform.dy()]) / [transform.m11(), transform.m22()]
        return self.scatter.inside(data)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the cursor, or go on with a region."""
        if self._region is not None:
            self._region.move(event.position())
            self.viewport().update()
            return
        super().mouseMoveEvent(event)
        if event.buttons() == Qt.MouseButton.NoButton:
            position = event.position()
            self.item_hovered.emit(self._at(position), position.toPoint())

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
            taken += grid.draw_axis_names(painter, self._theme, self._halo_text, self._axes, area)
            for layer in self._over:
                taken += layer.paint(painter, self, taken)
            self._painter.paint(painter, self._marks, area, taken)
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
            grid.draw_grid(painter, self._theme, self._box.viewRect(), self._transform(), area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for layer in self._under:
            layer.paint(painter, self, [])
        painter.restore()

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

    def draw(self, painter: QPainter, cards: Sequence[Overlay] = ()) -> None:
        """Draw the map with these cards, points drawn exactly, onto any device."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = self.viewport().rect()
        self._halo_text.draws_outlines = True
        self.render(painter, QRectF(rect), rect)
        self._halo_text.draws_outlines = False
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
        self._redraw_background()


def _padded(rect: QRectF, share: float) -> QRectF:
    across, down = rect.width() * share, rect.height() * share
    return rect.adjusted(-across, -down, across, down)
