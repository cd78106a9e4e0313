"""A picture of layers that stays while the view does: the mouse may move over the map for free."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from embexplorer.ui.scatter.layers.in_view import view_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.ui.scatter.layer import Layer, Surface
    from embexplorer.ui.theme import Theme


class CachedLayers:
    """Draws layers that cover no name; into files they go as they are."""

    def __init__(self, theme: Theme, layers: Sequence[Layer]) -> None:
        self._theme = theme
        self._layers = tuple(layers)
        self._made_for: tuple[object, ...] = ()
        self._image = QImage()
        self.is_on = False

    def renew(self, *, is_on: bool) -> None:
        """Draw the layers again, for they show something else; or nothing at all."""
        self._made_for = ()
        self.is_on = is_on

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Paint the layers, or their picture."""
        if not self.is_on:
            return []
        if view.halo_text.draws_outlines:
            for layer in self._layers:
                layer.paint(painter, view, covered)
            return []
        transform = painter.deviceTransform()
        ratio = math.hypot(transform.m11(), transform.m12())
        wanted = (*view_key(view), ratio, self._theme.name)
        if wanted != self._made_for:
            self._made_for = wanted
            self._image = self._picture(view, ratio)
        painter.drawImage(QPointF(0, 0), self._image)
        return []

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
