"""How a person moves around in a 3-D map: drags, wheel, keys, flights, and turning by itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from PySide6.QtCore import (
    QEasingCurve,
    QElapsedTimer,
    QPointF,
    Qt,
    QTimer,
    QVariantAnimation,
)
from PySide6.QtGui import QPainter

from embexplorer.ui.scatter import axes3d
from embexplorer.ui.scatter.ball import Ball, ball_around, robust_ball
from embexplorer.ui.scatter.camera import Camera
from embexplorer.ui.scatter.item3d import Scatter3DItem
from embexplorer.ui.scatter.viewpoint import FLIGHT, WHEEL_STEP, Viewpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyqtgraph as pg
    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QMouseEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.scatter.halo_text import HaloText
    from embexplorer.ui.theme import Theme

STEP = math.pi / 12  # that a key turns
ROTATION = 0.25  # radians a second that the map turns by itself
NEAREST_SPAN, FARTHEST_SPAN = 1e-6, 40.0  # of the view, in radii of the ball around the points
FIRST_TURN, FIRST_TILT = math.radians(-28), math.radians(22)  # of a map nobody has turned yet
ROOM, LEAST_ROOM = 1.2, 0.08  # around items that are shown: in their radius, in that of all points

_FRAME = 16  # ms between two steps of a rotation

Drag = Literal["orbit", "pan"]


class SpaceView(Viewpoint):
    """Turns, moves and zooms a 3-D map.

    The left button turns, the others pan, as does the left one with Ctrl.
    """

    item: Scatter3DItem
    dims = 3

    def __init__(self, box: pg.ViewBox, widget: QWidget) -> None:
        super().__init__(Scatter3DItem(), widget)
        box.addItem(self.item)
        # Straight along an axis a person would see neither depth nor that axis.
        self.item.set_camera(
            Camera().rotate(FIRST_TURN).orbit(0.0, FIRST_TILT / math.pi, (1.0, 1.0))
        )
        self._drag: Drag | None = None
        self._last = QPointF()
        self._from = self._to = self.item.camera
        self._flight = QVariantAnimation(self)
        self._flight.setDuration(FLIGHT)
        self._flight.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._flight.setStartValue(0.0)
        self._flight.setEndValue(1.0)
        self._flight.valueChanged.connect(self._fly)
        self._clock = QElapsedTimer()
        self._rotation = QTimer(self)
        self._rotation.setInterval(_FRAME)
        self._rotation.timeout.connect(self._rotate)

    # -- moves ---------------------------------------------------------------------------------

    def fit(self, left: float, also: NDArray[np.floating] | None = None) -> None:
        """Show all but the most extreme points and positions, right of `left` pixels."""
        ball = self.item.ball()
        if also is not None:
            wide = robust_ball(also)
            apart = float(np.linalg.norm(np.subtract(wide.center, ball.center)))
            ball = Ball(wide.center, max(wide.radius, apart + ball.radius))
        self._fit(ball, left, flies=False)

    def show_points(self, points: NDArray[np.floating], left: float, *, flies: bool) -> None:
        """Show (m, 3) finite positions with room around, right of `left` pixels."""
        center, radius = ball_around(points)
        least = LEAST_ROOM * self.item.ball().radius
        self._fit(Ball(center, max(ROOM * radius, least)), left, flies=flies)

    def camera(self) -> dict[str, Any]:
        """Return where the map is seen from, or where a flight will end."""
        return self._aim().to_plain()

    def set_camera(self, camera: Mapping[str, Any], *, flies: bool) -> None:
        """See the map from where `camera` has been."""
        self._go(Camera.from_plain(camera), flies=flies)

    def zoom(self, factor: float) -> None:
        """Come nearer about the middle of the view."""
        width, height = self.item.view_size()
        self._zoom(factor, (width / 2, height / 2))

    def _zoom(self, factor: float, at: tuple[float, float]) -> None:
        """Come nearer about a pixel."""
        self._flight.stop()
        radius = self.item.ball().radius
        camera = self.item.camera
        # The eye neither leaves the points nor goes deeper than their coords are exact.
        factor = max(factor, camera.span / (FARTHEST_SPAN * radius))
        factor = min(factor, max(1.0, camera.span / (NEAREST_SPAN * radius)))
        self._show(camera.zoom(factor, at, self.item.view_size()))

    def pan(self, dx: float, dy: float) -> None:
        """Move the points by so many pixels."""
        self._flight.stop()
        self._show(self.item.camera.pan(dx, dy, self.item.view_size()))

    def turn(self, right: int, down: int) -> None:
        """Turn by steps, as the keys do."""
        self._flight.stop()
        unit = (1.0, 1.0)  # a view whose shorter side is 1: a drag over it turns by pi
        self._show(self.item.camera.orbit(right * STEP / math.pi, down * STEP / math.pi, unit))

    def look_along(self, axis: int, *, flies: bool) -> None:
        """Look along the first (0), second (1) or third axis (2)."""
        self._go(self._aim().along(axis), flies=flies)

    # -- by itself -----------------------------------------------------------------------------

    @property
    def is_rotating(self) -> bool:
        """Whether the map turns by itself."""
        return self._rotation.isActive()

    def set_rotating(self, is_on: bool) -> None:
        """Let the map turn by itself, or no more."""
        if is_on:
            self._clock.start()
            self._rotation.start()
        else:
            self._rotation.stop()

    def stop(self) -> None:
        """End whatever moves."""
        self._rotation.stop()
        self._flight.stop()

    # -- mouse ---------------------------------------------------------------------------------

    def press(self, event: QMouseEvent, *, pans: bool) -> bool:
        """Begin a drag, where the button means one; `pans` is whether a key says to pan."""
        button = event.button()
        if button == Qt.MouseButton.LeftButton:
            is_pan = pans or bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._drag = "pan" if is_pan else "orbit"
        elif button in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
            self._drag = "pan"
        else:
            return False
        self._last = event.position()
        return True

    def drag(self, event: QMouseEvent) -> bool:
        """Go on with a drag; returns whether there is one."""
        if self._drag is None:
            return False
        step, self._last = event.position() - self._last, event.position()
        if self._drag == "pan":
            self.pan(step.x(), step.y())
        else:
            self._flight.stop()
            camera = self.item.camera
            self._show(camera.orbit(step.x(), step.y(), self.item.view_size()))
        self.held.emit()
        return True

    def release(self) -> None:
        """End a drag."""
        self._drag = None

    def wheel(self, event: QWheelEvent) -> bool:
        """Zoom about the cursor."""
        at = event.position()
        self._zoom(WHEEL_STEP ** (event.angleDelta().y() / 8), (at.x(), at.y()))
        self.held.emit()
        return True

    # -- pixels --------------------------------------------------------------------------------

    def data_to_pixels(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return (m, 2) pixels for (m, 3) positions; (m, 2) ones have 0 as their third."""
        flat = np.asarray(points, np.float64)
        return self.item.coords_to_scene(np.pad(flat, ((0, 0), (0, 3 - flat.shape[1]))))

    def draw_grid(
        self, painter: QPainter, theme: Theme, area: QRectF, units: tuple[float, ...] = ()
    ) -> None:
        """Draw the far sides of a box around the points."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lens = self.item.camera.lens(self.item.view_size())
        axes3d.draw_box(painter, theme, lens, self.item.ball())

    def draw_axes(
        self,
        painter: QPainter,
        theme: Theme,
        halo_text: HaloText,
        names: tuple[str, ...],
        area: QRectF,
        units: tuple[float, ...] = (),
    ) -> list[QRectF]:
        """Draw the three axes in a corner, and return what they cover."""
        return axes3d.draw_gizmo(painter, theme, halo_text, names, self.item.camera, area)

    def restyle(self, theme: Theme) -> None:
        """Let far points fade into the map."""
        fog = theme.color("halo")  # that of the map, even of one without ground
        self.item.set_background(fog.red(), fog.green(), fog.blue())

    # -- parts ---------------------------------------------------------------------------------

    def _aim(self) -> Camera:
        is_flying = self._flight.state() == QVariantAnimation.State.Running
        return self._to if is_flying else self.item.camera

    def _fit(self, ball: Ball, left: float, *, flies: bool) -> None:
        self._go(self._aim().fit(ball, self.item.view_size(), left), flies=flies)

    def _go(self, camera: Camera, *, flies: bool) -> None:
        """See the map from elsewhere, at once or by a flight that any other move ends."""
        self._flight.stop()
        if flies:
            self._from, self._to = self.item.camera, camera
            self._flight.start()
        else:
            self._show(camera)

    def _show(self, camera: Camera) -> None:
        if camera != self.item.camera:
            self.item.set_camera(camera)
            self.moved.emit()

    def _fly(self, share: float) -> None:
        self._show(self._from.towards(self._to, share))

    def _rotate(self) -> None:
        if self._drag is None and self._flight.state() != QVariantAnimation.State.Running:
            self._show(self.item.camera.rotate(ROTATION * self._clock.restart() / 1000))
        else:
            self._clock.restart()
