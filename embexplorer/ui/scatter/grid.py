"""The grid under the points and the names of the axes, where axes mean something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

if TYPE_CHECKING:
    from PySide6.QtGui import QTransform

    from embexplorer.ui.scatter.halo_text import HaloText
    from embexplorer.ui.theme import Theme

LINES = 8  # about so many along the longer side


def draw_grid(
    painter: QPainter, theme: Theme, view: QRectF, to_pixels: QTransform, area: QRectF
) -> None:
    """Draw lines at round numbers.

    Parameters
    ----------
    view
        The rectangle of data that is seen.
    to_pixels
        From data to pixels of `area`.
    """
    step = round_step(max(view.width(), view.height()) / LINES)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # one sharp row of pixels
    painter.setPen(QPen(theme.color("grid"), 1))
    for x in np.arange(np.ceil(view.left() / step), view.right() / step + 1) * step:
        at = float(x) * to_pixels.m11() + to_pixels.dx()
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
    for y in np.arange(np.ceil(view.top() / step), view.bottom() / step + 1) * step:
        at = float(y) * to_pixels.m22() + to_pixels.dy()
        painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at))
    painter.restore()


def draw_axis_names(
    painter: QPainter, theme: Theme, halo_text: HaloText, names: tuple[str, ...], area: QRectF
) -> list[QRectF]:
    """Write the names along the lower and the right rim, and return what they cover."""
    if len(names) < 2:
        return []
    font, em = theme.font("caption"), theme.em
    metrics = QFontMetricsF(font)
    gap, height = 0.5 * em, metrics.height()
    widths = [metrics.horizontalAdvance(f"{name} →") for name in names[:2]]
    lower = QRectF(
        area.center().x() - widths[0] / 2, area.bottom() - gap - height, widths[0], height
    )
    right = QRectF(
        area.right() - gap - height, area.center().y() - widths[1] / 2, height, widths[1]
    )
    color, halo = theme.color("muted"), theme.color("halo", 235)
    ascent = metrics.ascent()
    halo_text.draw(painter, lower.left(), lower.top() + ascent, f"{names[0]} →", font, color, halo)
    painter.save()
    painter.translate(right.left() + ascent, right.bottom())
    painter.rotate(-90)
    halo_text.draw(painter, 0, 0, f"{names[1]} →", font, color, halo)
    painter.restore()
    return [lower, right]


def round_step(step: float) -> float:
    """Return 1, 2 or 5 times a power of ten, near `step`."""
    power = 10.0 ** np.floor(np.log10(max(step, 1e-30)))
    return float(power * next(m for m in (1, 2, 5, 10) if m * power >= step))
