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

NUMBER_GAP = 0.4  # em between numbers and a rim
NUMBER_ROOM = 1.2, 2.6  # em that numbers take below and at the right
CORNER = 2.0  # em of the lower right corner that has no numbers
LINES = 8  # about so many along the longer side


def draw_grid(
    painter: QPainter,
    theme: Theme,
    view: QRectF,
    to_pixels: QTransform,
    area: QRectF,
    units: tuple[float, ...] = (),
) -> None:
    """Draw lines at round numbers.

    Parameters
    ----------
    view
        The rectangle of data that is seen.
    to_pixels
        From data to pixels of `area`.
    units
        What one unit of the data is worth along each axis, where the axes have numbers: then the
        line at x = 0 is stronger.
    """
    across, down = _steps(view, units)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # one sharp row of pixels
    painter.setPen(QPen(theme.color("grid"), 1))
    for x in _places(view.left(), view.right(), across):
        at = x * to_pixels.m11() + to_pixels.dx()
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
    for y in _places(view.top(), view.bottom(), down):
        at = y * to_pixels.m22() + to_pixels.dy()
        painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at))
    if units:
        painter.setPen(QPen(theme.color("control"), 1))
        painter.drawLine(
            QPointF(to_pixels.dx(), area.top()), QPointF(to_pixels.dx(), area.bottom())
        )
    painter.restore()


def draw_numbers(
    painter: QPainter,
    theme: Theme,
    halo_text: HaloText,
    view: QRectF,
    to_pixels: QTransform,
    area: QRectF,
    units: tuple[float, ...],
) -> list[QRectF]:
    """Write the numbers of the grid's lines along the rims, and return what they cover.

    The parameters are those of `draw_grid`.
    """
    font, em = theme.font("caption"), theme.em
    metrics = QFontMetricsF(font)
    color, halo = theme.color("faint"), theme.color("halo", 235)
    across, down = _steps(view, units)
    taken = []
    base = area.bottom() - NUMBER_GAP * em - metrics.descent()
    for x in _places(view.left(), view.right(), across):
        text = _number(x * units[0])
        width = metrics.horizontalAdvance(text)
        at = x * to_pixels.m11() + to_pixels.dx()
        if at - width / 2 > area.left() and at + width / 2 < area.right() - CORNER * em:
            taken.append(QRectF(at - width / 2, base - metrics.ascent(), width, metrics.height()))
            halo_text.draw(painter, at - width / 2, base, text, font, color, halo)
    for y in _places(view.top(), view.bottom(), down):
        text = _number(y * units[1])
        width = metrics.horizontalAdvance(text)
        at = y * to_pixels.m22() + to_pixels.dy() + metrics.ascent() / 2 - metrics.descent() / 2
        if at - metrics.ascent() > area.top() and at < area.bottom() - CORNER * em:
            left = area.right() - NUMBER_GAP * em - width
            taken.append(QRectF(left, at - metrics.ascent(), width, metrics.height()))
            halo_text.draw(painter, left, at, text, font, color, halo)
    return taken


def _steps(view: QRectF, units: tuple[float, ...]) -> tuple[float, float]:
    """Return how far lines are apart, in data: both ways alike where the axes have one unit."""
    longer = max(view.width(), view.height()) / LINES
    if not units:
        return (round_step(longer),) * 2
    across, down = (round_step(longer * unit) / unit for unit in units[:2])
    return across, down


def _places(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of a step between two ends."""
    found: list[float] = (np.arange(np.ceil(low / step), high / step + 1) * step).tolist()
    return found


def _number(value: float) -> str:
    text = f"{value:.6g}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def draw_axis_names(
    painter: QPainter, theme: Theme, halo_text: HaloText, names: tuple[str, ...], area: QRectF
) -> list[QRectF]:
    """Write the names along the lower and the right rim, and return what they cover.

    `area` is what numbers leave.
    """
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
