"""Text with a halo, readable over any points; on screen a picture of it, made once, is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
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

if TYPE_CHECKING:
    from numpy.typing import NDArray

Writer = Callable[[QPainter, float, float, str, QFont, QColor, QColor], None]

HALO = 4.0  # pixels wide, of which the text covers half
MOST = 512  # pictures that are kept


class HaloText:
    """Draws text; the outline of a word takes a millisecond to stroke, its picture none.

    Attributes
    ----------
    draws_outlines
        Whether to stroke the outlines all the same, as for a file that is to be enlarged.
    has_pixels
        Whether what is drawn on is a picture itself, which no outline makes sharper.
    writer
        Draws in its place, such as text that stays text in a file; None to draw here.
    """

    def __init__(self) -> None:
        self.draws_outlines = False
        self.has_pixels = False
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
        if self.draws_outlines and not self.has_pixels:
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
    path = QPainterPath()
    path.addText(HALO, HALO + ascent, font, text)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(path, Qt.GlobalColor.black)
    painter.end()
    pixels = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), -1, 4)
    coverage = pixels[..., 3]
    around = _tinted(_widened(coverage, HALO / 2 * ratio), halo)
    letters = _tinted(coverage, color)
    pixels[...] = np.rint(letters + around * (1 - letters[..., 3:] / np.float32(255)))
    return image.copy()  # without what painting on it took, 20 kB each


def _widened(coverage: NDArray[np.uint8], radius: float) -> NDArray[np.uint8]:
    """Return the coverage (h, w), 0 to 255, of what lies up to `radius` pixels around.

    A pen with round joins covers the same, in ten times the time for a word.
    """
    height, width = coverage.shape
    coverage = np.minimum(coverage, 127) * np.uint8(2)  # half a pixel of ink has a whole halo
    widened = coverage.copy()
    for share, steps in _disk(radius):
        part = coverage if share == 1 else np.rint(coverage * np.float32(share)).astype(np.uint8)
        for down, right in steps:
            into = widened[max(0, down) : height + down, max(0, right) : width + right]
            moved = part[max(0, -down) : height - down, max(0, -right) : width - right]
            np.maximum(into, moved, out=into)
    return widened


@lru_cache(maxsize=8)
def _disk(radius: float) -> tuple[tuple[float, tuple[tuple[int, int], ...]], ...]:
    """Return the steps that lie in a disk, by the share of their pixel that does."""
    reach = math.ceil(radius) + 1
    by_share: dict[float, list[tuple[int, int]]] = {}
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            share = min(1.0, radius + 1.0 - math.hypot(down, right))
            if share > 0 and (down, right) != (0, 0):
                by_share.setdefault(share, []).append((down, right))
    return tuple((share, tuple(steps)) for share, steps in by_share.items())


def _tinted(coverage: NDArray[np.uint8], color: QColor) -> NDArray[np.float32]:
    """Return premultiplied BGRA (h, w, 4), 0 to 255, of a color where it covers."""
    opacity = color.alphaF()
    channels = (color.blue() * opacity, color.green() * opacity, color.red() * opacity)
    full = np.array([*channels, 255 * opacity], np.float32) / np.float32(255)
    return coverage[..., None] * full


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
