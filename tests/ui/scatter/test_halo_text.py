"""Text with a halo looks the same from its picture as from its outlines, and is made once."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from embexplorer.ui.scatter.halo_text import HaloText


def drawn(theme, text: HaloText, *, outlines: bool, scale: float = 1.0) -> np.ndarray:
    image = QImage(round(200 * scale), round(60 * scale), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor("#3B8FD6"))
    text.draws_outlines = outlines
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = theme.font("body", 600)
    text.draw(painter, 20, 40, "kingdom", font, QColor("black"), QColor("white"))
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8)
    return pixels.reshape(image.height(), image.width(), 4)[..., :3].astype(np.int16)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_picture_looks_like_the_outlines(theme, scale) -> None:
    text = HaloText()
    outlines = drawn(theme, text, outlines=True, scale=scale)
    picture = drawn(theme, text, outlines=False, scale=scale)
    assert np.abs(outlines - picture).mean() < 1.5
    for pixels in (outlines, picture):
        assert (pixels.max(axis=2) < 40).sum() > 30 * scale**2  # the letters
        assert (pixels.min(axis=2) > 240).sum() > 60 * scale**2  # the halo around them
    rows, columns = np.nonzero(picture.max(axis=2) < 40)
    assert columns.min() >= 20 * scale
    assert rows.max() <= 47 * scale  # below the baseline is only the g


def test_the_same_words_are_stroked_once(theme) -> None:
    text = HaloText()
    for _ in range(3):
        drawn(theme, text, outlines=False)
    assert text.n_pictures == 1
    drawn(theme, text, outlines=False, scale=2.0)
    assert text.n_pictures == 2
