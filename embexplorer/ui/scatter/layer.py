"""What else is drawn on a map: layers under or over its points, and what they know of the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.scatter.halo_text import HaloText
    from embexplorer.ui.scatter.marks import Marks


class Surface(Protocol):
    """What layers know of the map that they are drawn on: see `MapView`."""

    @property
    def dims(self) -> int:
        """2 or 3."""

    @property
    def n_items(self) -> int:
        """How many items are on the map."""

    @property
    def marks(self) -> Marks:
        """What is drawn over the points."""

    @property
    def halo_text(self) -> HaloText:
        """Draws text on the map; it `draws_outlines` while the map is drawn into a file."""

    def viewport(self) -> QWidget:
        """Return what shows the map."""

    def to_pixels(self, rows: Sequence[int] | NDArray[np.integer]) -> NDArray[np.float64]:
        """Return (m, 2) pixels for rows of the space, NaN for one that has none."""

    def data_to_pixels(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return (m, 2) pixels for (m, 2) or (m, 3) positions on the map."""

    def rows_inside(self, polygon: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the sorted rows of the visible items inside (k, 2) pixels."""


class Layer(Protocol):
    """Something drawn in plain pixels of the view, such as contours, hulls or names of clusters."""

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Paint, and return what no name may cover.

        Parameters
        ----------
        painter
            In logical pixels of the view; on the screen or on any other device.
        view
            Knows where items are.
        covered
            Cards, marks and names that are there already.
        """
