"""Text with a halo, readable over any points; on screen a picture of it, made once, is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
)

Writer = Callable[[QPainter, float, float, str, QFont, QColor, QColor], None]

HALO = 4.0  # pixels wide, of which the text covers half
MOST = 512  # pictures that are kept


class HaloText:
    """Draws text; the outline of a word takes a millisecond to stroke, its picture none.

    Attributes
    ----------
    draws_outlines
        Whether to stroke the outlines all the same, as for a file that is to be enlarged.
    writer
        Draws in its place, such as text that stays text in a file; None to draw here.
    """

    def __init__(self) -> None:
        self.draws_outlines = False
        self.writer: Writer | None = None
        self._pictures: dict[tuple[str, str, int, int, float], QImage] = {}

    @property
    def n_pictures(self) -> int:
        """How many pictures are kept."""
        return len(self._pictures)

    def draw(
        self,
        painter: QPainter,
        x: float,
        y: float,
        text: str,
        font: QFont,
        color: QColor,
        halo: QColor,
    ) -> None:
        """Draw text whose baseline starts at (x, y)."""
        if self.writer is not None:
            self.writer(painter, x, y, text, font, color, halo)
            return
        if self.draws_outlines:
            _draw_outlines(painter, x, y, text, font, color, halo)
            return
        # Not asked of the painter's device: wrapping that of a window ends the process.
        transform = painter.deviceTransform()
        ratio = math.hypot(transform.m11(), transform.m12())
        key = (text, font.key(), color.rgba(), halo.rgba(), ratio)
        if key not in self._pictures:
            if len(self._pictures) >= MOST:
                self._pictures.clear()
            self._pictures[key] = _picture(text, font, color, halo, ratio)
        corner = QPointF(x - HALO, y - HALO - math.ceil(QFontMetricsF(font).ascent()))
        if not transform.isRotating():
            corner = QPointF(round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio)
        painter.drawImage(corner, self._pictures[key])


def _picture(text: str, font: QFont, color: QColor, halo: QColor, ratio: float) -> QImage:
    metrics = QFontMetricsF(font)
    ascent = math.ceil(metrics.ascent())
    size = QRectF(
        0, 0, metrics.horizontalAdvance(text) + 2 * HALO, ascent + metrics.descent() + 2 * HALO
    )
    image = QImage(
        math.ceil(size.width() * ratio),
        math.ceil(size.height() * ratio),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_outlines(painter, HALO, HALO + ascent, text, font, color, halo)
    painter.end()
    return image


def stroke_halo(
    painter: QPainter, x: float, y: float, text: str, font: QFont, halo: QColor
) -> QPainterPath:
    """Stroke what is around the text, and return its outline."""
    path = QPainterPath()
    path.addText(x, y, font, text)
    pen = QPen(halo, HALO)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, pen)
    return path


def _draw_outlines(
    painter: QPainter, x: float, y: float, text: str, font: QFont, color: QColor, halo: QColor
) -> None:
    painter.fillPath(stroke_halo(painter, x, y, text, font, halo), color)
