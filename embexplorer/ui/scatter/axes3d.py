"""The axes of a 3-D map: a small gizmo that always shows them, a grid where they mean something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from embexplorer.ui.scatter.camera import NEAREST
from embexplorer.ui.scatter.grid import round_step
from embexplorer.ui.scatter.quaternion import rotation_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.ui.scatter.ball import Ball
    from embexplorer.ui.scatter.camera import Camera, Lens
    from embexplorer.ui.scatter.halo_text import HaloText
    from embexplorer.ui.theme import Theme

NUMBERS = ("1", "2", "3")
"""Names of axes that mean nothing by themselves."""

LINES = 8  # about so many along a side of the box

_ARM = 2.0  # em
_GAP = 0.9  # em from the gizmo to the rims of the map
_FADED = 120  # alpha of an arm that points away
_AWAY = 0.05  # of an arm, from which it does


def draw_gizmo(
    painter: QPainter,
    theme: Theme,
    halo_text: HaloText,
    names: tuple[str, ...],
    camera: Camera,
    area: QRectF,
) -> list[QRectF]:
    """Draw the three axes as they lie now at the lower right, and return what they cover."""
    font, em = theme.font("caption"), theme.em
    metrics = QFontMetricsF(font)
    names = names if len(names) == 3 else NUMBERS
    widest = max(metrics.horizontalAdvance(name) for name in names)
    reach = _ARM * em
    room = max(0.6 * em, widest - 0.4 * em)  # long names stand mostly beside their arms
    origin = QPointF(
        area.right() - _GAP * em - reach - room, area.bottom() - _GAP * em - reach - 0.6 * em
    )
    # Columns of the rotation are where the axes of the data point in the view.
    arms = rotation_matrix(camera.rotation).T * reach
    halo = theme.color("halo", 235)
    for axis in np.argsort(arms[:, 2], kind="stable").tolist():  # the farthest first
        color = theme.color("ink", _FADED) if arms[axis, 2] < -_AWAY * reach else theme.color("ink")
        tip = origin + QPointF(arms[axis, 0], -arms[axis, 1])
        for pen in (QPen(halo, 3.6), QPen(color, 1.4)):
            painter.setPen(pen)
            painter.drawLine(origin, tip)
    covered: list[QRectF] = []
    for axis in np.argsort(-np.hypot(arms[:, 0], arms[:, 1]), kind="stable").tolist():
        right, up, towards = arms[axis].tolist()
        tip = origin + QPointF(right, -up)
        box = _name_box(metrics, names[axis], tip, (right, -up), em)
        if any(box.intersects(other) for other in covered):
            continue  # an axis that points at the eye has no room; it turns up when the map turns
        color = theme.color("muted") if towards < -_AWAY * reach else theme.color("text")
        baseline = box.top() + metrics.ascent()
        halo_text.draw(painter, box.left(), baseline, names[axis], font, color, halo)
        covered.append(box)
    return [*covered, QRectF(origin.x() - reach, origin.y() - reach, 2 * reach, 2 * reach)]


def _name_box(
    metrics: QFontMetricsF, name: str, tip: QPointF, direction: tuple[float, float], em: float
) -> QRectF:
    """Return where a name stands: beyond the tip, to the side that the axis points to."""
    width, height = metrics.horizontalAdvance(name), metrics.height()
    length = max(1e-9, float(np.hypot(*direction)))
    x, y = (part / length for part in direction)
    middle = tip + QPointF(x * (0.35 * em + width / 2), y * (0.35 * em + height / 2))
    return QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)


def draw_box(painter: QPainter, theme: Theme, lens: Lens, ball: Ball) -> None:
    """Draw lines at round numbers on the three far sides of a box around the points.

    They lie under the points, and are never before them.
    """
    center = np.array(ball.center)
    step = round_step(2 * ball.radius / LINES)
    low = np.floor((center - ball.radius) / step) * step
    high = np.ceil((center + ball.radius) / step) * step
    painter.setPen(QPen(theme.color("grid"), 1))
    painter.drawLines(far_side_lines(lens, low, high, step))


def far_side_lines(
    lens: Lens, low: NDArray[np.float64], high: NDArray[np.float64], step: float
) -> list[QLineF]:
    """Return the lines in pixels of the sides of a box that are turned away from the eye."""
    lines = []
    for axis in range(3):
        first, second = (other for other in range(3) if other != axis)
        side = low[axis] if lens.matrix[2, axis] > 0 else high[axis]
        for along, across in ((first, second), (second, first)):
            for at in np.arange(round((high[across] - low[across]) / step) + 1):
                ends = np.empty((2, 3))
                ends[:, axis] = side
                ends[:, across] = low[across] + at * step
                ends[:, along] = low[along], high[along]
                line = clipped_line(lens, ends)
                if line is not None:
                    lines.append(line)
    return lines


def clipped_line(lens: Lens, ends: NDArray[np.float64]) -> QLineF | None:
    """Return the part of a line (2, 3) before the eye in pixels, or None when it is all behind."""
    depth = lens.project(ends)[2]
    nearest = NEAREST * 1.01
    if (depth < nearest).all():
        return None
    if (depth < nearest).any():
        behind = int(depth[1] < nearest)
        share = (nearest - depth[behind]) / (depth[1 - behind] - depth[behind])
        ends = ends.copy()
        ends[behind] += share * (ends[1 - behind] - ends[behind])
    x, y, _ = lens.project(ends)
    return QLineF(x[0], y[0], x[1], y[1])
