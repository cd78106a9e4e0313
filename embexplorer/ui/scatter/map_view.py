"""The map under the mouse and the keys: clicks, drags, tools, and what is under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter

from embexplorer.ui.scatter.map_picture import MapPicture
from embexplorer.ui.scatter.tools import REGION_TOOLS, Region, how_to_combine

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.shell import Tool
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


class MapView(MapPicture):
    """A map that a person moves, and selects on.

    With the pointer, the mouse drags to pan a 2-D map and to turn a 3-D one; with another tool it
    selects. The middle button always pans, as does the left one in 3-D while Ctrl or Space is held,
    and the wheel zooms about the cursor.

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
    space_tapped()
        Space was pressed and let go, and nothing was dragged with it.
    item_hovered(int, QPoint)
        The row under the cursor or -1, and where in the view.
    """

    item_clicked = Signal(int, str)
    nearest_requested = Signal(int, str)
    region_drawn = Signal(object, str)
    region_refused = Signal(str)
    space_tapped = Signal()
    item_hovered = Signal(int, QPoint)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._pressed: QPointF | None = None
        self._is_drag = False
        self._tool: Tool = "pointer"
        self._region: Region | None = None
        self._is_space_held = self._is_space_used = False

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
        self._is_space_used = self._is_space_held
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
            row = self.item_at(event.position())
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
            self.item_hovered.emit(self.item_at(position), position.toPoint())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the cursor."""
        if self._viewpoint.wheel(event):
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from item to item with the arrows, pan with Ctrl, turn a 3-D map with Shift."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._is_space_held, self._is_space_used = True, False
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
            if self._is_space_held and not self._is_space_used:
                self.space_tapped.emit()
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

    def item_at(self, position: QPointF) -> int:
        """Return the row of the item at a pixel of the view, or -1."""
        if not len(self._coords):
            return -1
        return self.scatter.pick(self.mapToScene(position.toPoint()), PICK_EMS * self._theme.em)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw what lies on the points, and the region that is being drawn."""
        super().drawForeground(painter, rect)
        if self._region is not None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._region.paint(painter, self._theme)
            painter.restore()
