"""The map: points in a pyqtgraph view and what lies on them; it pans, zooms, picks, is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QFrame, QWidget

from embexplorer.ui.scatter.halo_text import HaloText
from embexplorer.ui.scatter.item2d import ScatterItem
from embexplorer.ui.scatter.marks import MarkPainter, Marks
from embexplorer.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QMouseEvent, QResizeEvent, QTransform

    from embexplorer.ui.theme import Theme

PICK_EMS = 0.375  # how far from a point a click still means it
CLICK_SLACK = 4  # pixels a mouse may move between press and release of a click
FIT_PADDING = 0.045
GRID_LINES = 8  # about so many along the longer side


class MapView(pg.GraphicsView):  # type: ignore[misc]
    """Shows coords of one space.

    The mouse drags to pan and turns its wheel to zoom about the cursor. Where axes mean something
    (`set_axes`), they are named and a grid lies under the points.
    """

    item_clicked = Signal(int, object)  # row or -1, keyboard modifiers
    item_hovered = Signal(int, QPoint)  # row or -1, position in the view
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
        self._is_held = True
        points = self._coords[list(rows)]
        low, high = points.min(0), points.max(0)
        whole = self.scatter.robust_bounds()
        reach = np.maximum((high - low) * 0.35, 0.04 * max(whole.width(), whole.height()))
        low, high = low - reach, high + reach
        self._show(QRectF(float(low[0]), float(low[1]), *(float(side) for side in high - low)))

    def zoom(self, factor: float) -> None:
        """Zoom about the middle; above 1 shows less."""
        self._is_held = True
        self._box.scaleBy((1 / factor, 1 / factor))

    def _hold(self) -> None:
        self._is_held = True

    def _show(self, bounds: QRectF) -> None:
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
        self._box.setRange(QRectF(x - left, y, span_x + left, span_y), padding=FIT_PADDING)

    def _redraw_background(self) -> None:
        self.resetCachedContent()
        self.viewport().update()

    def _range_changed(self) -> None:
        self._redraw_background()
        self.view_changed.emit()

    def to_pixels(self, rows: Sequence[int]) -> NDArray[np.float64]:
        """Return (m, 2) pixels of the view for rows of the space."""
        points = self._coords[np.asarray(rows, np.int64)].astype(np.float64)
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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a click began."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click that was no drag."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if (event.position() - pressed).manhattanLength() <= CLICK_SLACK:
            self.item_clicked.emit(self._at(event.position()), event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the cursor."""
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
            taken = [*self._covered(), *self._draw_axis_names(painter, area)]
            self._painter.paint(painter, self._marks, area, taken)
            painter.restore()

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Fill the map, and draw a grid where axes mean something."""
        painter.fillRect(rect, self._theme.color("map"))
        if self._axes and len(self._coords):
            self._draw_grid(painter)

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

    def _draw_grid(self, painter: QPainter) -> None:
        view = self._box.viewRect()
        step = _round_step(max(view.width(), view.height()) / GRID_LINES)
        transform = self._transform()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # one sharp row of pixels
        painter.setPen(QPen(self._theme.color("grid"), 1))
        for x in np.arange(np.ceil(view.left() / step), view.right() / step + 1) * step:
            at = float(x) * transform.m11() + transform.dx()
            painter.drawLine(QPointF(at, 0), QPointF(at, self.height()))
        for y in np.arange(np.ceil(view.top() / step), view.bottom() / step + 1) * step:
            at = float(y) * transform.m22() + transform.dy()
            painter.drawLine(QPointF(0, at), QPointF(self.width(), at))
        painter.restore()

    def _draw_axis_names(self, painter: QPainter, area: QRectF) -> list[QRectF]:
        """Draw the names along the lower and the right rim, and return what they cover."""
        if len(self._axes) < 2:
            return []
        font, em = self._theme.font("caption"), self._theme.em
        metrics = QFontMetricsF(font)
        gap, height = 0.5 * em, metrics.height()
        widths = [metrics.horizontalAdvance(f"{name} →") for name in self._axes]
        lower = QRectF(
            area.center().x() - widths[0] / 2, area.bottom() - gap - height, widths[0], height
        )
        right = QRectF(
            area.right() - gap - height, area.center().y() - widths[1] / 2, height, widths[1]
        )
        color, halo = self._theme.color("muted"), self._theme.color("halo", 235)
        ascent = metrics.ascent()
        self._halo_text.draw(
            painter, lower.left(), lower.top() + ascent, f"{self._axes[0]} →", font, color, halo
        )
        painter.save()
        painter.translate(right.left() + ascent, right.bottom())
        painter.rotate(-90)
        self._halo_text.draw(painter, 0, 0, f"{self._axes[1]} →", font, color, halo)
        painter.restore()
        return [lower, right]

    def _restyle(self) -> None:
        self.setBackground(self._theme.color("map"))
        self._redraw_background()


def _round_step(step: float) -> float:
    """Return 1, 2 or 5 times a power of ten, near `step`."""
    power = 10.0 ** np.floor(np.log10(max(step, 1e-30)))
    return float(power * next(m for m in (1, 2, 5, 10) if m * power >= step))
