"""Text with a halo, readable over any points; on screen a picture of it, made once, is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
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
    """Draws text; the outline of a word takes a millisecond to stroke, its picture a tenth, once.

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
        picture = self._pictures.pop(key, None)
        if picture is None:
            picture = _picture(text, font, color, halo, ratio)
            if len(self._pictures) >= MOST:
                del self._pictures[next(iter(self._pictures))]
        self._pictures[key] = picture  # the last one is the last that goes
        corner = QPointF(x - HALO, y - HALO - math.ceil(QFontMetricsF(font).ascent()))
        if not transform.isRotating():
            corner = QPointF(round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio)
        painter.drawImage(corner, picture)


def _picture(text: str, font: QFont, color: QColor, halo: QColor, ratio: float) -> QImage:
    metrics = QFontMetricsF(font)
    ascent = math.ceil(metrics.ascent())
    width = math.ceil((metrics.horizontalAdvance(text) + 2 * HALO) * ratio)
    height = math.ceil((ascent + metrics.descent() + 2 * HALO) * ratio)
    written = QImage(width, height, QImage.Format.Format_Alpha8)
    written.setDevicePixelRatio(ratio)
    written.fill(0)
    painter = QPainter(written)
    painter.setFont(font)
    painter.drawText(QPointF(HALO, HALO + ascent), text)
    painter.end()
    coverage = np.frombuffer(written.constBits(), np.uint8).reshape(height, -1)[:, :width]
    around = _tints(halo.rgba())[_widened(coverage, HALO / 2 * ratio)]
    letters = _tints(color.rgba())[coverage]
    pixels = letters + (around * (255 - letters[..., 3:]) + 127) // 255
    # A copy owns its pixels, and keeps nothing of what painting took.
    image = QImage(
        pixels.astype(np.uint8).data, width, height, 4 * width,
        QImage.Format.Format_ARGB32_Premultiplied,
    ).copy()  # fmt: skip
    image.setDevicePixelRatio(ratio)
    return image


def _widened(coverage: NDArray[np.uint8], radius: float) -> NDArray[np.uint8]:
    """Return the coverage (h, w), 0 to 255, of what lies up to `radius` pixels around.

    A pen with round joins covers the same, in ten times the time for a word. A rim of the picture
    of that width must be empty: what is moved beyond one side comes in from the other.
    """
    flat = (np.minimum(coverage, 127) * np.uint8(2)).ravel()  # half a pixel has a whole halo
    widened = flat.copy()
    for share, steps in _half_disk(radius):
        part = flat if share == 1 else np.rint(flat * np.float32(share)).astype(np.uint8)
        for down, right in steps:
            step = down * coverage.shape[1] + right
            np.maximum(widened[step:], part[:-step], out=widened[step:])
            np.maximum(widened[:-step], part[step:], out=widened[:-step])
    return widened.reshape(coverage.shape)


@lru_cache(maxsize=8)
def _half_disk(radius: float) -> tuple[tuple[float, tuple[tuple[int, int], ...]], ...]:
    """Return steps down, or to the right, in a disk, by the share of their pixel that is in it."""
    reach = math.ceil(radius) + 1
    by_share: dict[float, list[tuple[int, int]]] = {}
    for down in range(reach + 1):
        for right in range(-reach if down else 1, reach + 1):
            share = min(1.0, radius + 1.0 - math.hypot(down, right))
            if share > 0:
                by_share.setdefault(share, []).append((down, right))
    return tuple((share, tuple(steps)) for share, steps in by_share.items())


@lru_cache(maxsize=16)
def _tints(rgba: int) -> NDArray[np.uint16]:
    """Return premultiplied BGRA (256, 4), 0 to 255, of a color by how far it covers a pixel."""
    color = QColor.fromRgba(rgba)
    opacity = color.alphaF()
    channels = (color.blue() * opacity, color.green() * opacity, color.red() * opacity)
    full = np.array([*channels, 255 * opacity])
    tints: NDArray[np.uint16] = np.rint(np.arange(256)[:, None] / 255 * full).astype(np.uint16)
    return tints


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
