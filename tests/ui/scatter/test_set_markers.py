"""The marker of a set looks the same from its picture as drawn, and is made once."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from embexplorer.ui.scatter.halo_text import HaloText
from embexplorer.ui.scatter.scene import CIRCLE, CROSS, SQUARE, TRIANGLE_UP
from embexplorer.ui.scatter.set_markers import SetMarkers

SHAPES = (CIRCLE, SQUARE, TRIANGLE_UP, CROSS)


def drawn(markers: SetMarkers, scale: float) -> np.ndarray:
    image = QImage(round(200 * scale), round(60 * scale), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor("#3B8FD6"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, shape in enumerate(SHAPES):
        at = QPointF(30 + 40 * number, 30)
        markers.draw(painter, at, 6.0, shape, QColor("black"), QColor(255, 255, 255, 230))
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8)
    return pixels.reshape(image.height(), image.width(), 4)[..., :3].astype(np.int16)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_picture_looks_like_the_shape(qapp, scale) -> None:
    halo_text = HaloText()
    markers = SetMarkers(halo_text)
    pictures = drawn(markers, scale)
    assert (drawn(markers, scale) == pictures).all()
    halo_text.draws_outlines = True
    outlines = drawn(markers, scale)
    assert np.abs(outlines - pictures).max() <= 2
    assert (pictures.max(axis=2) < 40).sum() > 150 * scale**2
    assert (pictures.min(axis=2) > 200).sum() > 150 * scale**2
