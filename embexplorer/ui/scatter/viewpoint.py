"""What the map asks of the place it is seen from, be it 2-D or 3-D."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QMouseEvent, QPainter, QWheelEvent

    from embexplorer.ui.scatter.halo_text import HaloText
    from embexplorer.ui.scatter.points_item import PointsItem
    from embexplorer.ui.theme import Theme

FLIGHT = 320
"""Milliseconds that a move of the camera takes."""

WHEEL_STEP = 1.02
"""Zoom per degree of the wheel, as pyqtgraph has it."""


class Viewpoint(QObject):
    """Where a map is seen from, and how a person moves it.

    Pixels are logical ones of the view.

    Signals
    -------
    moved()
        The map is seen from elsewhere.
    held()
        A person has moved it.

    Attributes
    ----------
    item
        The points.
    dims
        Axes that coords have.
    """

    dims = 2

    moved = Signal()
    held = Signal()

    def __init__(self, item: PointsItem, parent: QObject) -> None:
        super().__init__(parent)
        self.item = item

    # -- moves ---------------------------------------------------------------------------------

    def fit(self, left: float, also: NDArray[np.floating] | None = None) -> None:
        """Show all but the most extreme points, right of `left` pixels.

        Positions `also` (m, dims) are shown like points.
        """
        raise NotImplementedError

    def show_points(self, points: NDArray[np.floating], left: float, *, flies: bool) -> None:
        """Show (m, dims) finite positions, m >= 1, with room around, right of `left` pixels."""
        raise NotImplementedError

    def camera(self) -> dict[str, Any]:
        """Return the place that is seen, in plain values."""
        raise NotImplementedError

    def set_camera(self, camera: Mapping[str, Any], *, flies: bool) -> None:
        """Show a place that `camera` has returned.

        Raises
        ------
        ValueError
            If it is none of a map of these dimensions.
        """
        raise NotImplementedError

    def zoom(self, factor: float) -> None:
        """Zoom about the middle; above 1 shows less."""
        raise NotImplementedError

    def pan(self, dx: float, dy: float) -> None:
        """Move the points by so many pixels."""
        raise NotImplementedError

    def turn(self, right: int, down: int) -> None:
        """Turn a 3-D map by steps."""

    def look_along(self, axis: int, *, flies: bool) -> None:
        """Look along the first (0), second (1) or third axis (2) of a 3-D map."""

    @property
    def is_rotating(self) -> bool:
        """Whether a 3-D map turns by itself."""
        return False

    def set_rotating(self, is_on: bool) -> None:
        """Let a 3-D map turn by itself, or no more."""

    def stop(self) -> None:
        """End whatever moves."""
        raise NotImplementedError

    # -- mouse ---------------------------------------------------------------------------------

    def press(self, event: QMouseEvent, *, pans: bool) -> bool:
        """Begin a drag; False leaves it to pyqtgraph. `pans` is whether a key says so."""
        return False

    def drag(self, event: QMouseEvent) -> bool:
        """Go on with a drag; returns whether there is one."""
        return False

    def release(self) -> None:
        """End a drag."""

    def wheel(self, event: QWheelEvent) -> bool:
        """Zoom about the cursor; False leaves it to pyqtgraph."""
        return False

    # -- pixels --------------------------------------------------------------------------------

    def data_to_pixels(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return (m, 2) pixels for (m, 2) or (m, 3) positions on the map; NaN without one."""
        raise NotImplementedError

    def draw_grid(
        self, painter: QPainter, theme: Theme, area: QRectF, units: tuple[float, ...] = ()
    ) -> None:
        """Draw what lies under the points where axes mean something."""
        raise NotImplementedError

    def draw_axes(
        self,
        painter: QPainter,
        theme: Theme,
        halo_text: HaloText,
        names: tuple[str, ...],
        area: QRectF,
        units: tuple[float, ...] = (),
    ) -> list[QRectF]:
        """Name the axes, and write numbers where they have units; return what that covers."""
        raise NotImplementedError

    def restyle(self, theme: Theme) -> None:
        """Take over the colors of a theme."""
