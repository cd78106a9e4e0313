"""An item that fills its view with a frame: a coarse one within a budget, the exact one at rest."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pyqtgraph as pg
import shiboken6
from PySide6 import QtCore, QtGui

from embexplorer.ui.scatter.background import Background
from embexplorer.ui.scatter.scene import Image, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6 import QtWidgets

    Draw = Callable[[Callable[[], bool]], Image]

FRAME_BUDGET = 0.011
"""Seconds that the points may take while the view moves; above it a subsample is drawn first.

Axes, labels and marks have the other third of a frame of 16 ms."""

REST = 40
"""Milliseconds without a new view after which the exact frame is drawn."""

_FIRST_GUESS = 12e-9  # seconds per point, until it was measured on this computer
_MEASURABLE = 50_000  # points from which a frame's time says something about a point
_EXPORT_ROWS = 2048  # image rows that an export draws at once, so that posters fit into memory


class _Key(NamedTuple):
    """What a frame shows; equal keys mean equal pictures."""

    view: View
    pixel_ratio: float
    version: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """A picture, what it shows, and whether every point of it was drawn."""

    key: _Key
    image: Image
    exact: bool


class _Placement(NamedTuple):
    """Where the item lies on a paint device."""

    view: View
    box: QtCore.QRect
    pixel_ratio: float


class ProgressiveItem(pg.GraphicsObject):  # type: ignore[misc]
    """The frame of a `pg.ViewBox`; subclasses say what is in it.

    Attributes
    ----------
    stand_in
        Paints in its place on anything but a widget, such as points as vectors; None for pixels.

    A subclass calls `_change` when its contents change and overrides `_is_empty`, `_costs`,
    `_plan`, `_draw_first` and `_prepare_export`.
    """

    exact_frame_drawn = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.stand_in: Callable[[QtGui.QPainter], None] | None = None
        self._version = 0
        self._frame: _Frame | None = None
        self._seconds_per_point = _FIRST_GUESS
        self._refining = 0
        self._rest = QtCore.QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._refine)
        self._background = Background()
        self._background.close_with(self)

    def is_exact(self) -> bool:
        """Return whether the frame on screen is up to date and shows every point."""
        shown = self._frame
        return shown is not None and shown.exact and shown.key.version == self._version

    def close(self) -> None:
        """Stop timers and threads now; deleting the item does it too, and this may follow."""
        if shiboken6.isValid(self):
            self._rest.stop()
        self._background.close()

    def boundingRect(self) -> QtCore.QRectF:
        """Return the whole view: the frame fills it."""
        box = self.getViewBox()
        return box.viewRect() if isinstance(box, pg.ViewBox) else QtCore.QRectF()

    def viewTransformChanged(self) -> None:
        """Follow the view."""
        self.prepareGeometryChange()
        self.update()

    def paint(
        self,
        painter: QtGui.QPainter,
        option: QtWidgets.QStyleOptionGraphicsItem,
        widget: QtWidgets.QWidget | None = None,
    ) -> None:
        """Draw the frame: on a widget within the budget, on anything else (an export) exactly."""
        place = self._placement(painter.deviceTransform())
        if place is None:
            return
        painter.save()
        if widget is None and self.stand_in is not None:
            self.stand_in(painter)
            painter.restore()
            return
        painter.resetTransform()
        if widget is None:
            self._paint_exactly(painter, place)
        else:
            key = _Key(place.view, place.pixel_ratio, self._version)
            if self._frame is None or self._frame.key != key:
                self._background.drop(self._refining)
                self._frame = self._draw_in_budget(key)
            _draw_image(painter, self._frame.image, place.box)
        painter.restore()

    # -- what a subclass says ----------------------------------------------------------------------

    def _is_empty(self) -> bool:
        """Return whether there is nothing to draw."""
        raise NotImplementedError

    def _costs(self, view: View) -> list[int]:
        """Return how many points each level draws, the coarsest first; none before it can draw."""
        raise NotImplementedError

    def _plan(
        self, view: View, pixel_ratio: float, levels: int | None = None, part: View | None = None
    ) -> Draw:
        """Return a function that draws a frame.

        It may run in another thread and must hold on to frozen data alone, not to the item.

        Parameters
        ----------
        view, pixel_ratio
            What decides how the points look.
        levels
            How many levels to draw; all by default.
        part
            The part of the view to draw; all of it by default.
        """
        raise NotImplementedError

    def _draw_first(self, view: View, pixel_ratio: float) -> Image:
        """Draw while `_costs` knows no level yet."""
        raise NotImplementedError

    def _prepare_export(self) -> None:
        """Finish now what is still being prepared."""
        raise NotImplementedError

    # -- drawing -----------------------------------------------------------------------------------

    def _change(self) -> None:
        """Note that what is shown has changed."""
        self._version += 1
        self.update()

    def _placement(self, device: QtGui.QTransform) -> _Placement | None:
        """Return where the view's rectangle lies in device pixels, or None if nothing shows."""
        exact = device.mapRect(self.boundingRect())
        box = exact.toAlignedRect()
        if self._is_empty() or box.isEmpty() or not device.m11() or not device.m22():
            return None
        view = View(
            (box.x() - device.dx()) / device.m11(),
            (box.y() - device.dy()) / device.m22(),
            device.m11(),
            device.m22(),
            box.width(),
            box.height(),
        )
        # Logical pixels are scene units: 2 on a screen with that ratio, 4 in a fourfold export.
        ratio = exact.width() / self.getViewBox().sceneBoundingRect().width()
        return _Placement(view, box, round(ratio * 64) / 64)

    def _draw_in_budget(self, key: _Key) -> _Frame:
        """Draw as many levels as the budget allows, and have the others drawn later."""
        costs = self._costs(key.view)
        if not costs:
            return _Frame(key, self._draw_first(key.view, key.pixel_ratio), exact=False)
        affordable = [cost * self._seconds_per_point <= FRAME_BUDGET for cost in costs]
        levels = max(1, sum(affordable))
        draw = self._plan(key.view, key.pixel_ratio, levels)
        start = time.perf_counter()
        image = draw(lambda: False)
        points = costs[levels - 1]
        if points > _MEASURABLE:
            measured = (time.perf_counter() - start) / points
            self._seconds_per_point += 0.2 * (measured - self._seconds_per_point)
        exact = levels == len(costs)
        if not exact:
            self._rest.start()
        return _Frame(key, image, exact)

    def _refine(self) -> None:
        """Have the worker draw the exact frame of what is on screen."""
        shown = self._frame
        if shown is None or shown.exact or shown.key.version != self._version:
            return
        key = shown.key
        if self._costs(key.view):
            draw = self._plan(key.view, key.pixel_ratio)
            self._background.drop(self._refining)
            self._refining = self._background.submit(
                lambda is_stale: _Frame(key, draw(is_stale), exact=True), self._show_refined
            )

    def _show_refined(self, refined: _Frame) -> None:
        """Show the worker's frame, unless the view has moved on."""
        if self._frame is not None and self._frame.key == refined.key:
            self._frame = refined
            self.update()
            self.exact_frame_drawn.emit()

    def _paint_exactly(self, painter: QtGui.QPainter, place: _Placement) -> None:
        """Draw every point, a few thousand rows at a time."""
        self._prepare_export()
        view, box, ratio = place
        for top in range(0, view.height, _EXPORT_ROWS):
            rows = min(_EXPORT_ROWS, view.height - top)
            image = self._plan(view, ratio, part=view.rows(top, rows))(lambda: False)
            area = QtCore.QRect(box.x(), box.y() + top, box.width(), rows)
            _draw_image(painter, image, area)


def _draw_image(painter: QtGui.QPainter, image: Image, box: QtCore.QRect) -> None:
    """Draw an image pixel by pixel into a rectangle of device pixels; the world transform is off.

    What is left of the transform then is the device's own: a pixel ratio, and an offset inside a
    shared backing store.
    """
    base = painter.deviceTransform()
    picture = QtGui.QImage(
        image.data,
        box.width(),
        box.height(),
        image.shape[1],
        QtGui.QImage.Format.Format_ARGB32_Premultiplied,
    )
    ratio = base.m11()
    picture.setDevicePixelRatio(ratio)
    at = QtCore.QPointF((box.x() - base.dx()) / ratio, (box.y() - base.dy()) / ratio)
    painter.drawImage(at, picture)
