"""The part of a 2-D map that is seen, as the range of a pyqtgraph view box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEasingCurve, QRectF, QVariantAnimation

from embexplorer.ui.scatter import grid
from embexplorer.ui.scatter.item2d import ScatterItem
from embexplorer.ui.scatter.point_index import robust_bounds
from embexplorer.ui.scatter.viewpoint import FLIGHT, Viewpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyqtgraph as pg
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter, QTransform
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.scatter.halo_text import HaloText
    from embexplorer.ui.theme import Theme

FIT_PADDING = 0.045


class PlaneView(Viewpoint):
    """Pans and zooms a 2-D map; pyqtgraph itself follows the mouse."""

    item: ScatterItem

    def __init__(self, box: pg.ViewBox, widget: QWidget) -> None:
        super().__init__(ScatterItem(), widget)
        self._box, self._widget = box, widget
        box.addItem(self.item)
        box.sigRangeChanged.connect(self.moved)
        box.sigRangeChangedManually.connect(self._hold)
        self._flight = QVariantAnimation(self)
        self._flight.setDuration(FLIGHT)
        self._flight.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._flight.valueChanged.connect(self._fly)

    def fit(self, left: float, also: NDArray[np.floating] | None = None) -> None:
        """Show all but the most extreme points and positions, right of `left` pixels."""
        bounds = self.item.robust_bounds()
        if also is not None:
            x, y = np.asarray(also, np.float64).T.copy()
            west, east, low, high = robust_bounds(x, y)
            bounds = bounds.united(QRectF(west, low, east - west, high - low))
        self._show(bounds, left, flies=False)

    def show_points(self, points: NDArray[np.floating], left: float, *, flies: bool) -> None:
        """Show (m, 2) finite positions with room around, right of `left` pixels."""
        low, high = points.min(0), points.max(0)
        whole = self.item.robust_bounds()
        reach = np.maximum((high - low) * 0.35, 0.04 * max(whole.width(), whole.height()))
        low, high = low - reach, high + reach
        to = QRectF(float(low[0]), float(low[1]), *(float(side) for side in high - low))
        self._show(to, left, flies=flies)

    def camera(self) -> dict[str, Any]:
        """Return the middle and the height of what is seen."""
        seen = self._box.viewRect()
        return {"center": [seen.center().x(), seen.center().y()], "height": seen.height()}

    def set_camera(self, camera: Mapping[str, Any], *, flies: bool) -> None:
        """Show a place that `camera` has returned; another shape of the view shows more or less."""
        try:
            (x, y), height = camera["center"], camera["height"]
        except (KeyError, ValueError) as error:
            raise ValueError(f"a 2-D map has no such place: {dict(camera)}") from error
        width = height * self._widget.width() / max(1, self._widget.height())
        self._go(QRectF(x - width / 2, y - height / 2, width, height), flies=flies)

    def zoom(self, factor: float) -> None:
        """Zoom about the middle; above 1 shows less."""
        self._flight.stop()
        self._box.scaleBy((1 / factor, 1 / factor))

    def pan(self, dx: float, dy: float) -> None:
        """Move the points by so many pixels."""
        self._flight.stop()
        transform = self._transform()
        self._box.translateBy(-dx / transform.m11(), -dy / transform.m22())

    def stop(self) -> None:
        """End whatever moves."""
        self._flight.stop()

    def data_to_pixels(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return (m, 2) pixels for (m, 2) positions on the map."""
        points = np.asarray(points, np.float64)
        transform = self._transform()
        return np.column_stack(
            (
                points[:, 0] * transform.m11() + transform.dx(),
                points[:, 1] * transform.m22() + transform.dy(),
            )
        )

    def draw_grid(
        self, painter: QPainter, theme: Theme, area: QRectF, units: tuple[float, ...] = ()
    ) -> None:
        """Draw lines at round numbers."""
        grid.draw_grid(painter, theme, self._box.viewRect(), self._transform(), area, units)

    def draw_axes(
        self,
        painter: QPainter,
        theme: Theme,
        halo_text: HaloText,
        names: tuple[str, ...],
        area: QRectF,
        units: tuple[float, ...] = (),
    ) -> list[QRectF]:
        """Write the names along the rims, and numbers where axes have units."""
        if not units:
            return grid.draw_axis_names(painter, theme, halo_text, names, area)
        seen, to_pixels = self._box.viewRect(), self._transform()
        taken = grid.draw_numbers(painter, theme, halo_text, seen, to_pixels, area, units)
        below, right = (room * theme.em for room in grid.NUMBER_ROOM)
        left = area.adjusted(0, 0, -right, -below)
        return taken + grid.draw_axis_names(painter, theme, halo_text, names, left)

    # -- parts ---------------------------------------------------------------------------------

    def _hold(self) -> None:
        self._flight.stop()
        self.held.emit()

    def _show(self, bounds: QRectF, margin: float, *, flies: bool) -> None:
        width, height = max(1, self._widget.width()), max(1, self._widget.height())
        span_x = bounds.width() or 1.0
        span_y = bounds.height() or 1.0
        free = max(0.4, 1 - margin / width)
        left = span_x / free - span_x
        spare = width / height * span_y - span_x / free
        if spare > 0:  # height decides: what is spare at the sides already frees some of the margin
            left = max(0.0, left - spare / 2)
        x = bounds.x() - (0 if bounds.width() else 0.5)
        y = bounds.y() - (0 if bounds.height() else 0.5)
        self._go(_padded(QRectF(x - left, y, span_x + left, span_y), FIT_PADDING), flies=flies)

    def _go(self, to: QRectF, *, flies: bool) -> None:
        self._flight.stop()
        if flies:
            self._flight.setStartValue(self._box.viewRect())
            self._flight.setEndValue(to)
            self._flight.start()
        else:
            self._fly(to)

    def _fly(self, at: QRectF) -> None:
        self._box.setRange(at, padding=0)

    def _transform(self) -> QTransform:
        """Return data to pixels; pyqtgraph works out what has changed when it paints next."""
        self._box.childTransform()
        transform: QTransform = self._box.childGroup.sceneTransform()
        return transform


def _padded(rect: QRectF, share: float) -> QRectF:
    across, down = rect.width() * share, rect.height() * share
    return rect.adjusted(-across, -down, across, down)
