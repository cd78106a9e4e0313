"""The items of another map as faint gray dots under the points, which were placed among them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QColor

    from embexplorer.ui.scatter.layer import Surface
    from embexplorer.ui.theme import Theme

MOST = 100_000  # items that are drawn; of more, a uniform sample
AS_DOTS = 20_000  # items up to which a file gets a dot for each, as the points themselves
RADIUS = 1.75  # pixels
OPACITY = 0.33  # of one dot
DENSEST = 0.7  # of any number of dots on one another: the points above stay the loudest


class GroundLayer:
    """Dots that nothing is known of but their places.

    Attributes
    ----------
    is_sample
        Whether only some of the items are drawn.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._given: NDArray[np.float32] | None = None
        self._drawn: NDArray[np.float32] = np.empty((0, 2), np.float32)
        self.is_sample = False

    @property
    def points(self) -> NDArray[np.float32] | None:
        """Where the items are, (m, 2|3), as they were given; None for none."""
        return self._given

    def show(self, points: NDArray[np.float32] | None) -> None:
        """Draw items at these places (m, 2|3), or none."""
        if points is self._given:
            return
        self._given = points
        given = np.empty((0, 2), np.float32) if points is None else points
        self.is_sample = len(given) > MOST
        if self.is_sample:
            given = given[np.random.default_rng(0).choice(len(given), MOST, replace=False)]
        self._drawn = given

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Paint the dots that are in view."""
        if not len(self._drawn) or self._drawn.shape[1] != view.dims:
            return []
        pixels = view.data_to_pixels(self._drawn)
        size = view.viewport().size()
        with np.errstate(invalid="ignore"):
            inside = (pixels >= 0).all(axis=1) & (pixels < (size.width(), size.height())).all(
                axis=1
            )
        pixels = pixels[inside]
        color = self._theme.color("muted")
        if view.halo_text.draws_outlines and len(pixels) <= AS_DOTS:
            _draw_dots(painter, pixels, color)
            return []
        transform = painter.deviceTransform()
        ratio = math.hypot(transform.m11(), transform.m12())
        shape = math.ceil(size.height() * ratio), math.ceil(size.width() * ratio)
        image = _picture(opacities(pixels * ratio, shape, RADIUS * ratio), color)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(0, 0), image)
        return []


def opacities(
    pixels: NDArray[np.float64], shape: tuple[int, int], radius: float
) -> NDArray[np.float32]:
    """Return how opaque each pixel of a picture (rows, columns) is.

    Parameters
    ----------
    pixels
        (m, 2) x and y of dots inside the picture.
    radius
        Of a dot, in pixels.
    """
    rows, columns = shape
    reach = math.ceil(radius)
    wide = columns + 2 * reach
    x, y = (np.minimum(pixels[:, at], (columns, rows)[at] - 1).astype(np.int64) for at in (0, 1))
    count = np.bincount((y + reach) * wide + x + reach, minlength=(rows + 2 * reach) * wide)
    counts = count.reshape(-1, wide).astype(np.float32)
    depth = np.zeros(shape, np.float32)
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            cover = min(1.0, max(0.0, radius + 0.5 - math.hypot(down, right)))
            if cover > 0:
                first, left = reach + down, reach + right
                part = counts[first : first + rows, left : left + columns]
                depth += np.float32(-math.log1p(-OPACITY * cover)) * part
    found: NDArray[np.float32] = np.minimum(-np.expm1(-depth), np.float32(DENSEST))
    return found


def _picture(opacity: NDArray[np.float32], color: QColor) -> QImage:
    rows, columns = opacity.shape
    pixels = np.empty((rows, columns, 4), np.uint8)
    for channel, part in enumerate((color.blue(), color.green(), color.red(), 255)):
        pixels[:, :, channel] = opacity * np.float32(part) + np.float32(0.5)  # premultiplied
    image = QImage(
        pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied
    )
    return image.copy()  # its own pixels: those of the array end with this function


def _draw_dots(painter: QPainter, pixels: NDArray[np.float64], color: QColor) -> None:
    color.setAlphaF(OPACITY)
    pen = QPen(color, 2 * RADIUS)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in pixels.tolist()]))
