"""The ramp of a numeric column: its colors, its ends, and how the values are distributed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QLinearGradient

from embexplorer.ui.widgets.painting import NO_PEN, RIGHT, Painted, draw_text, fill_rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

# em
HEIGHT = 4.5
EDGE = 0.75
BAR = 0.625
BARS_HEIGHT = 2.0
TOP = 0.25


@dataclass(frozen=True, slots=True)
class RampLegend:
    """The legend of a numeric column.

    Parameters
    ----------
    title
        Name of the column.
    low, high
        Its ends, as they are read.
    colors
        ``#RRGGBB`` from low to high, at equal distances; at least two.
    counts
        How many items fall into each of equally wide bins, from low to high.
    note
        What must be known: ``312 missing``.
    """

    title: str
    low: str
    high: str
    colors: tuple[str, ...]
    counts: tuple[int, ...] = ()
    note: str = ""


class Ramp(Painted):
    """A histogram over a bar of colors, with both ends named."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Ramp")
        self._view: RampLegend | None = None
        self.setFixedHeight(theme.px(HEIGHT))

    def show_view(self, view: RampLegend) -> None:
        """Show another column."""
        if len(view.colors) < 2:
            raise ValueError(f"a ramp needs at least two colors, {view.title} has {view.colors}")
        self._view = view
        self.setAccessibleDescription(f"{view.title} from {view.low} to {view.high}")
        self.update()

    def paint(self, painter: QPainter) -> None:
        """Paint histogram, ramp and ends."""
        if self._view is None:
            return
        theme, em = self.theme, self.theme.em
        left, width = em * EDGE, self.width() - 2 * em * EDGE
        base = em * (TOP + BARS_HEIGHT)
        self._paint_bars(painter, QRectF(left, em * TOP, width, em * BARS_HEIGHT))
        ramp = QRectF(left, base + 1, width, em * BAR)
        gradient = QLinearGradient(ramp.topLeft(), ramp.topRight())
        last = len(self._view.colors) - 1
        for i, color in enumerate(self._view.colors):
            gradient.setColorAt(i / last, QColor(color))
        fill_rounded(painter, ramp, gradient, em * 0.125)
        ends = QRectF(left, ramp.bottom() + em * 0.125, width, em * 1.125)
        font, muted = theme.font("caption", tabular=True), theme.color("muted")
        draw_text(painter, ends, self._view.low, font, muted)
        draw_text(painter, ends, self._view.high, font, muted, RIGHT)

    def _paint_bars(self, painter: QPainter, rect: QRectF) -> None:
        counts = self._view.counts if self._view is not None else ()
        if not counts or not max(counts):
            return
        painter.save()
        painter.setRenderHint(painter.RenderHint.Antialiasing, False)
        painter.setPen(NO_PEN)
        painter.setBrush(self.theme.color("press"))
        width = rect.width() / len(counts)
        for i, count in enumerate(counts):
            height = rect.height() * count / max(counts)
            left = round(rect.x() + i * width)
            right = round(rect.x() + (i + 1) * width) - (1 if width > 3 else 0)
            painter.drawRect(QRectF(left, rect.bottom() - height, right - left, height))
        painter.restore()
