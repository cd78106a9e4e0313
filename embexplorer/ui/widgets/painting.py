"""How text, bars and dots are painted, the same in every widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QWidget

from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QFont, QGradient, QPaintEvent

    from embexplorer.ui.theme import Theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter
NO_PEN = Qt.PenStyle.NoPen
BAR = 0.25  # thickness of a bar, em
DOT = 0.29  # radius of a category's dot, em


class Painted(QWidget):
    """A widget that paints itself in the theme of the moment.

    Parameters
    ----------
    theme
        Where colors, fonts and lengths come from.
    parent
        Widget that owns it.
    name
        Accessible name.
    """

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.theme = theme
        name_widget(self, name)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, smoothly."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter)
        painter.end()

    def paint(self, painter: QPainter) -> None:
        """Paint the widget; each kind of widget does it its own way."""
        raise NotImplementedError


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    color: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """Draw one line, shortened to fit."""
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, int(align), shown)


def draw_lines(
    painter: QPainter, rect: QRectF, text: str, font: QFont, color: QColor, most: int
) -> None:
    """Draw at most `most` lines, broken at words, the last shortened, in the middle of `rect`."""
    lines = break_lines(text, font, rect.width(), most)
    height = QFontMetricsF(font).height()
    top = rect.center().y() - height * len(lines) / 2
    for i, line in enumerate(lines):
        place = QRectF(rect.x(), top + i * height, rect.width(), height)
        draw_text(painter, place, line, font, color, Qt.AlignmentFlag.AlignVCenter)


def break_lines(text: str, font: QFont, width: float, most: int) -> list[str]:
    """Return the text as at most `most` lines; the last holds all that is left."""
    text = " ".join(text.split())
    if not text:
        return []
    layout = QTextLayout(text, font)
    layout.setTextOption(_wrapping())
    layout.beginLayout()
    starts = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1.0, width))
        starts.append(line.textStart())
        if len(starts) == most:
            break
    layout.endLayout()
    ends = [*starts[1:], None]
    units = text.encode("utf-16-le")  # Qt counts UTF-16 units
    return [
        units[2 * start : None if end is None else 2 * end].decode("utf-16-le").strip()
        for start, end in zip(starts, ends, strict=True)
    ]


def draw_bar(painter: QPainter, rect: QRectF, color: QColor) -> None:
    """Draw a bar with round ends."""
    if rect.width() <= 0:
        return
    radius = min(rect.width(), rect.height()) / 2
    painter.setPen(NO_PEN)
    painter.setBrush(color)
    painter.drawRoundedRect(rect, radius, radius)


def draw_dot(
    painter: QPainter, center: QPointF, radius: float, color: QColor, *, is_hollow: bool = False
) -> None:
    """Draw the dot of a category; hollow where the category is hidden."""
    if is_hollow:
        pen = painter.pen()
        pen.setColor(color)
        pen.setStyle(Qt.PenStyle.SolidLine)
        pen.setWidthF(radius * 0.4)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(center, radius * 0.8, radius * 0.8)
        return
    painter.setPen(NO_PEN)
    painter.setBrush(color)
    painter.drawEllipse(center, radius, radius)


def fill_rounded(painter: QPainter, rect: QRectF, brush: QGradient | QColor, radius: float) -> None:
    """Fill a rounded rectangle."""
    painter.setPen(NO_PEN)
    painter.setBrush(brush)
    painter.drawRoundedRect(rect, radius, radius)


def draw_focus(painter: QPainter, rect: QRectF, color: QColor, radius: float) -> None:
    """Draw the ring of what has the keyboard, 2 px wide, inside `rect`."""
    pen = painter.pen()
    pen.setColor(color)
    pen.setStyle(Qt.PenStyle.SolidLine)
    pen.setWidthF(2.0)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)


def _wrapping() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option
