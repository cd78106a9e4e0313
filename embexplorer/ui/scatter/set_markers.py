"""Shapes in ink over a halo, which mark the items of a set; on screen a picture of each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from embexplorer.ui.scatter.scene import CIRCLE
from embexplorer.ui.scatter.stamps import OUTLINES

if TYPE_CHECKING:
    from embexplorer.ui.scatter.halo_text import HaloText

HALO, LINE = 4.0, 1.6  # pixels
RIM = HALO  # pixels around a shape that its picture has
MOST = 64  # pictures that are kept


class SetMarkers:
    """Draws shapes; to stroke one takes a fifth of a millisecond, to draw its picture nothing.

    Parameters
    ----------
    halo_text
        Says whether the map goes into a file, where shapes are drawn as such.
    """

    def __init__(self, halo_text: HaloText) -> None:
        self._halo_text = halo_text
        self._pictures: dict[tuple[int, float, int, int, float], QImage] = {}

    def draw(
        self, painter: QPainter, at: QPointF, radius: float, shape: int, ink: QColor, halo: QColor
    ) -> None:
        """Draw a shape, CIRCLE to CROSS, around a place; a circle is hollow."""
        if self._halo_text.draws_outlines:
            _stroke(painter, at, radius, shape, ink, halo)
            return
        transform = painter.deviceTransform()
        ratio = math.hypot(transform.m11(), transform.m12())
        key = (shape, radius, ink.rgba(), halo.rgba(), ratio)
        if key not in self._pictures:
            if len(self._pictures) >= MOST:
                self._pictures.clear()
            self._pictures[key] = _picture(radius, shape, ink, halo, ratio)
        picture = self._pictures[key]
        half = picture.width() / ratio / 2
        corner = QPointF(
            round((at.x() - half) * ratio) / ratio, round((at.y() - half) * ratio) / ratio
        )
        painter.drawImage(corner, picture)


def _picture(radius: float, shape: int, ink: QColor, halo: QColor, ratio: float) -> QImage:
    corners = OUTLINES.get(shape, ((1.0, 1.0),))
    reach = radius * max(abs(side) for corner in corners for side in corner)
    side = 2 * math.ceil((reach + RIM) * ratio)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = side / ratio / 2
    _stroke(painter, QPointF(middle, middle), radius, shape, ink, halo)
    painter.end()
    return image.copy()  # without what painting on it took, 20 kB each


def _stroke(
    painter: QPainter, at: QPointF, radius: float, shape: int, ink: QColor, halo: QColor
) -> None:
    path = QPainterPath()
    if shape == CIRCLE:
        path.addEllipse(at, radius, radius)
    else:
        corners = [QPointF(at.x() + radius * x, at.y() + radius * y) for x, y in OUTLINES[shape]]
        path.addPolygon(QPolygonF(corners))
        path.closeSubpath()
    painter.setPen(QPen(halo, HALO))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.setPen(QPen(ink, LINE))
    inside = QColor(halo)
    inside.setAlpha(255)
    painter.setBrush(inside if shape == CIRCLE else ink)
    painter.drawPath(path)
