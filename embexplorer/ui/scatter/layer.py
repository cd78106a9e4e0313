"""What else is drawn on a map: layers under or over its points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from embexplorer.ui.scatter.map_view import MapView


class Layer(Protocol):
    """Something drawn in plain pixels of the view, such as contours, hulls or names of clusters."""

    def paint(self, painter: QPainter, view: MapView, covered: list[QRectF]) -> list[QRectF]:
        """Paint, and return what no name may cover.

        Parameters
        ----------
        painter
            In logical pixels of the view; on the screen or on any other device.
        view
            Knows where items are: `MapView.to_pixels`, `MapView.data_to_pixels`.
        covered
            Cards, marks and names that are there already.
        """
