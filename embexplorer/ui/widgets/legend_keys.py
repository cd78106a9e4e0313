"""The keys of size, opacity and shape under the colors of a legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from embexplorer.ui.widgets.painting import NO_PEN, RIGHT, Painted, draw_text
from embexplorer.ui.widgets.set_marker import draw_set_marker, shape_path

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

# em
EDGE = 0.75
HEAD = 1.25
LINE = 1.25
MARK = 0.29  # radius of a point of ordinary size
SIZES = (0.5, 1.0, 1.5, 2.0, 2.5)
MARKS = "Marks"
FADES = (0.15, 0.36, 0.57, 0.79, 1.0)


@dataclass(frozen=True, slots=True)
class LegendKey:
    """What the size, the opacity or the shape of points says.

    Parameters
    ----------
    kind
        ``Size``, ``Opacity`` or ``Shape``, or `MARKS` for the marks of item sets.
    column
        Name of the column, or of the sets.
    low, high
        The numbers at the ends, for size and opacity.
    shapes
        A shape, 0 to 5, and the category it stands for.
    note
        What must be known: ``4 others are circles``.
    """

    kind: str
    column: str
    low: str = ""
    high: str = ""
    shapes: tuple[tuple[int, str], ...] = ()
    note: str = ""


class LegendKeys(Painted):
    """One key under the other."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Size, opacity and shape")
        self._keys: tuple[LegendKey, ...] = ()
        self.hide()

    @property
    def keys(self) -> tuple[LegendKey, ...]:
        """What is shown."""
        return self._keys

    def show_keys(self, keys: tuple[LegendKey, ...]) -> None:
        """Show other keys; none hides the widget."""
        self._keys = keys
        lines = sum(HEAD + LINE * _lines(key) for key in keys)
        self.setFixedHeight(max(1, self.theme.px(lines + 0.25)))
        self.setAccessibleDescription("; ".join(_spoken(key) for key in keys))
        self.setVisible(bool(keys))
        self.update()

    def paint(self, painter: QPainter) -> None:
        """Paint the keys."""
        em, top = self.theme.em, 0.0
        for key in self._keys:
            width = self.width() - 2 * em * EDGE
            head = QRectF(em * EDGE, top, width, em * HEAD)
            font, muted = self.theme.font("caption"), self.theme.color("muted")
            draw_text(painter, head, f"{key.kind}: {key.column}", font, muted)
            body = QRectF(em * EDGE, head.bottom(), width, em * LINE)
            if key.shapes:
                self._paint_shapes(painter, body, key)
            else:
                self._paint_grades(painter, body, key)
            top = head.bottom() + em * LINE * _lines(key)

    def _paint_grades(self, painter: QPainter, area: QRectF, key: LegendKey) -> None:
        em, theme = self.theme.em, self.theme
        font, muted = theme.font("caption", tabular=True), theme.color("muted")
        draw_text(painter, area, key.low, font, muted)
        draw_text(painter, area, key.high, font, muted, RIGHT)
        middle = QPointF(area.center().x(), area.center().y())
        painter.setPen(NO_PEN)
        is_size = key.kind == "Size"
        step = em * (1.1 if is_size else 0.8)
        for number, (size, fade) in enumerate(zip(SIZES, FADES, strict=True)):
            color = QColor(theme.color("muted"))
            radius = em * MARK * (size * 0.7 if is_size else 1.0)
            color.setAlphaF(1.0 if is_size else fade)
            painter.setBrush(color)
            painter.drawEllipse(
                QPointF(middle.x() + (number - 2) * step, middle.y()), radius, radius
            )

    def _paint_shapes(self, painter: QPainter, area: QRectF, key: LegendKey) -> None:
        em, theme = self.theme.em, self.theme
        for shape, name in key.shapes:
            center = QPointF(area.x() + em * MARK, area.center().y())
            if key.kind == MARKS:
                draw_set_marker(painter, theme, shape, center)
            else:
                painter.setPen(NO_PEN)
                painter.setBrush(theme.color("muted"))
                painter.drawPath(shape_path(shape, center, em * MARK))
            text = area.adjusted(em * 0.875, 0, 0, 0)
            draw_text(painter, text, name, theme.font(), theme.color("text"))
            area = area.translated(0, em * LINE)
        if key.note:
            draw_text(painter, area, key.note, theme.font("caption"), theme.color("muted"))


def _lines(key: LegendKey) -> int:
    return len(key.shapes) + bool(key.note) if key.shapes else 1


def _spoken(key: LegendKey) -> str:
    if key.shapes:
        names = ", ".join(name for _, name in key.shapes)
        return f"{key.kind} by {key.column}: {names}"
    return f"{key.kind} by {key.column} from {key.low} to {key.high}"
