"""A picture of layers that stays while the view does: the mouse may move over the map for free."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from embexplorer.ui.scatter.layers.in_view import view_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.ui.scatter.layer import Layer, Surface
    from embexplorer.ui.theme import Theme

SLOW = 0.008  # seconds of drawing above which a map that moves takes the old picture along
_ENDS = np.array([[0.0, 0.0], [1.0, 1.0]])  # two places that tell where a flat map has gone


class CachedLayers:
    """Draws layers that cover no name; into files they go as they are.

    Attributes
    ----------
    is_moving
        Whether the picture of before may be moved and scaled, where drawing takes long.
    is_short
        Whether that is what was painted last: it is blurred, and ends where the view did.
    """

    def __init__(self, theme: Theme, layers: Sequence[Layer]) -> None:
        self._theme = theme
        self._layers = tuple(layers)
        self._key: tuple[object, ...] = ()
        self._look: tuple[object, ...] = ()
        self._ends = _ENDS
        self._seconds = 0.0
        self._image = QImage()
        self.is_on = self.is_moving = self.is_short = False

    def renew(self, *, is_on: bool) -> None:
        """Draw the layers again, for they show something else; or nothing at all."""
        self._key = ()
        self.is_on = is_on

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Paint the layers, or their picture."""
        self.is_short = False
        if not self.is_on:
            return []
        if view.halo_text.draws_outlines:
            for layer in self._layers:
                layer.paint(painter, view, covered)
            return []
        transform = painter.deviceTransform()
        ratio = math.hypot(transform.m11(), transform.m12())
        key, look = view_key(view), (view.viewport().size(), view.dims, ratio, self._theme.name)
        is_same = bool(self._key) and look == self._look
        if is_same and key != self._key and self.is_moving and self._seconds > SLOW:
            self.is_short = True
            self._draw_moved(painter, view)
            return []
        if not is_same or key != self._key:
            self._key, self._look, self._ends = key, look, _ends(view)
            start = time.perf_counter()
            self._image = self._picture(view, ratio)
            self._seconds = time.perf_counter() - start
        painter.drawImage(QPointF(0, 0), self._image)
        return []

    def _draw_moved(self, painter: QPainter, view: Surface) -> None:
        before, now = self._ends, _ends(view)
        scale = (now[1] - now[0]) / (before[1] - before[0])
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(*(now[0] - before[0] * scale).tolist())
        painter.scale(*scale.tolist())
        painter.drawImage(QPointF(0, 0), self._image)
        painter.restore()

    def _picture(self, view: Surface, ratio: float) -> QImage:
        size = view.viewport().size()
        image = QImage(
            math.ceil(size.width() * ratio),
            math.ceil(size.height() * ratio),
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for layer in self._layers:
            layer.paint(painter, view, [])
        painter.end()
        return image


def _ends(view: Surface) -> NDArray[np.float64]:
    return view.data_to_pixels(_ENDS) if view.dims == 2 else _ENDS
