"""The histogram of what chance gives, with a line at what was observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPen

from embexplorer.ui.widgets.painting import CENTER, LEFT, RIGHT, Painted, draw_focus, draw_text

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

# em
HEIGHT = 5.25
EDGE = 0.4  # as that of `interval`, so that both stand under each other
TOP = 1.125
FOOT = 1.125
TICK = 0.2
OBSERVED = "observed"


@dataclass(frozen=True, slots=True)
class NullPictureView:
    """Counts of equal bins over a span, and the number that was observed.

    `spoken` says all of it in one sentence with its numbers.
    """

    counts: tuple[int, ...]
    span: tuple[float, float]
    ticks: tuple[float, ...]
    observed: float
    spoken: str


class NullPicture(Painted):
    """Gray bars of chance, the observed number as a line in accent."""

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(theme, parent, name)
        self._view: NullPictureView | None = None
        self.setFixedHeight(theme.px(HEIGHT))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_view(self, view: NullPictureView) -> None:
        """Show another histogram."""
        self._view = view
        self.setAccessibleDescription(view.spoken)
        self.setToolTip(view.spoken)
        self.update()

    def paint(self, painter: QPainter) -> None:
        """Paint bars, axis and the observed number."""
        if self._view is not None:
            paint_null(painter, self.theme, QRectF(self.rect()), self._view)
        if self.hasFocus():
            draw_focus(
                painter, QRectF(self.rect()), self.theme.color("focus"), self.theme.em * 0.25
            )


def paint_null(painter: QPainter, theme: Theme, rect: QRectF, view: NullPictureView) -> None:
    """Paint a histogram into `rect`."""
    em = theme.em
    area = rect.adjusted(em * EDGE, em * TOP, -em * EDGE, -em * FOOT)
    low, high = view.span
    most = max(view.counts, default=0) or 1

    def x(value: float) -> float:
        return area.x() + (min(high, max(low, value)) - low) / (high - low) * area.width()

    width = area.width() / len(view.counts)
    painter.save()
    for number, count in enumerate(view.counts):
        if count:
            height = max(1.0, area.height() * count / most)
            bar = QRectF(area.x() + number * width, area.bottom() - height, width - 1, height)
            painter.fillRect(bar, theme.color("dim"))
    painter.setPen(QPen(theme.color("control"), 1))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    small = theme.font("caption", tabular=True)
    for tick in view.ticks:
        painter.setPen(QPen(theme.color("control"), 1))
        at = x(tick)
        painter.drawLine(QPointF(at, area.bottom()), QPointF(at, area.bottom() + em * TICK))
        _paint_number(painter, theme, rect, at, area.bottom() + em * TICK, tick)
    painter.setPen(QPen(theme.color("accent"), 2))
    at = x(view.observed)
    painter.drawLine(QPointF(at, rect.y() + em * 0.1), QPointF(at, area.bottom()))
    strong = theme.font("caption", 600)
    room = QFontMetricsF(strong).horizontalAdvance(OBSERVED) + em * 0.5
    fits = at - room > rect.x()
    text = QRectF(at - room if fits else at + em * 0.3, rect.y(), room - em * 0.2, em * TOP)
    color = theme.color("accent_text")
    draw_text(painter, text, OBSERVED, strong, color, RIGHT if fits else LEFT)
    painter.setFont(small)
    painter.restore()


def _paint_number(
    painter: QPainter, theme: Theme, rect: QRectF, x: float, y: float, tick: float
) -> None:
    em, text = theme.em, f"{tick:.3g}".replace("-", "−")
    small, color = theme.font("caption", tabular=True), theme.color("faint")
    half = QFontMetricsF(small).horizontalAdvance(text) / 2 + 1
    middle = min(max(x, rect.x() + half), rect.right() - half)
    place = QRectF(middle - half, y, 2 * half, em)
    draw_text(painter, place, text, small, color, CENTER)
