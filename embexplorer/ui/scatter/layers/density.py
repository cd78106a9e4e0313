"""The density of the points as a soft ground under them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

if TYPE_CHECKING:
    from embexplorer.app.drawings import Terrain
    from embexplorer.measures.density import Density
    from embexplorer.ui.scatter.layer import Surface
    from embexplorer.ui.theme import Theme

STRONGEST = 150  # of 255, where the points lie densest


class DensityLayer:
    """Gray that grows with the root of the density, so that thin places are seen beside dense ones.

    Attributes
    ----------
    terrain
        What is drawn; None for nothing.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.terrain: Terrain | None = None
        self._made: tuple[object, str] = (None, "")
        self._image = QImage()

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Paint the part that is in view."""
        if self.terrain is None or view.dims != 2:
            return []
        density = self.terrain.density
        if self._made != (density, self._theme.name):
            self._made = (density, self._theme.name)
            self._image = _picture(density, self._theme)
        left, bottom, right, top = density.bounds
        corners = view.data_to_pixels(np.array([[left, top], [right, bottom]]))
        whole = QRectF(*corners[0], *(corners[1] - corners[0]))
        part = _in_view(whole, QRectF(view.viewport().rect()), self._image)
        if part is not None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(part[0], self._image, part[1])
            painter.restore()
        return []


def _in_view(whole: QRectF, area: QRectF, image: QImage) -> tuple[QRectF, QRectF] | None:
    """Return where the cells in view go, and which of the image they are; None where none are.

    Far in, the whole picture would be too large to be scaled.
    """
    if whole.width() <= 0 or whole.height() <= 0 or not whole.intersects(area):
        return None
    across, down = whole.width() / image.width(), whole.height() / image.height()
    first_x = max(0, math.floor((area.left() - whole.left()) / across) - 1)
    first_y = max(0, math.floor((area.top() - whole.top()) / down) - 1)
    last_x = min(image.width(), math.ceil((area.right() - whole.left()) / across) + 1)
    last_y = min(image.height(), math.ceil((area.bottom() - whole.top()) / down) + 1)
    source = QRectF(first_x, first_y, last_x - first_x, last_y - first_y)
    target = QRectF(
        whole.left() + first_x * across,
        whole.top() + first_y * down,
        source.width() * across,
        source.height() * down,
    )
    return target, source


def _picture(density: Density, theme: Theme) -> QImage:
    values = density.values[::-1]
    most = values.max()
    strength = np.sqrt(values / most) if most > 0 else np.zeros_like(values)
    color = theme.color("muted")
    opacity = np.round(strength * STRONGEST)
    pixels = np.empty((*values.shape, 4), np.uint8)
    for channel, part in enumerate((color.blue(), color.green(), color.red())):
        pixels[:, :, channel] = np.round(part * opacity / 255)  # premultiplied
    pixels[:, :, 3] = opacity
    rows, columns = values.shape
    image = QImage(
        pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied
    )
    return image.copy()  # its own pixels: those of the array end with this function
