"""What layers draw and leave out, in small words at the lower left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from embexplorer.ui.scatter.layer import Surface
    from embexplorer.ui.theme import Theme

INSET = 0.75  # em
LIFTED = 5.0  # em above the rim up to which lines go out of the way
ROOM = 0.72  # share of the map's width that a line may take


class NotesLayer:
    """Lines of caption text.

    Attributes
    ----------
    lines
        One sentence each; a line that is too long is broken.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.lines: tuple[str, ...] = ()

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Write the lines, and return where they are."""
        if not self.lines:
            return []
        theme = self._theme
        font = theme.font("caption")
        metrics = QFontMetricsF(font)
        area = view.viewport().rect()
        lines = [
            part for line in self.lines for part in _broken(line, metrics, ROOM * area.width())
        ]
        left = INSET * theme.em
        high, wide = len(lines) * metrics.height(), max(map(metrics.horizontalAdvance, lines))
        top = area.height() - INSET * theme.em - high
        below = QRectF(left, top, wide, high)
        lowest = [rect.top() for rect in covered if rect.intersects(below)]
        if lowest and min(lowest) > area.height() - LIFTED * theme.em:
            top = min(lowest) - high  # above the names and numbers of axes
        muted, halo = theme.color("muted"), theme.color("halo", 235)
        taken = []
        for number, line in enumerate(lines):
            y = top + number * metrics.height()
            view.halo_text.draw(painter, left, y + metrics.ascent(), line, font, muted, halo)
            taken.append(QRectF(left, y, metrics.horizontalAdvance(line), metrics.height()))
        return taken


def _broken(line: str, metrics: QFontMetricsF, room: float) -> list[str]:
    """Return a line as several that fit, broken between words."""
    broken = [""]
    for word in line.split():
        longer = f"{broken[-1]} {word}".strip()
        if broken[-1] and metrics.horizontalAdvance(longer) > room:
            broken.append(word)
        else:
            broken[-1] = longer
    return broken
