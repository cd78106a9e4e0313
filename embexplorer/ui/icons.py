"""How the drawn icons become pictures in a color."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from embexplorer.storage.paths import resource

MOST_DRAWN = 2048  # pictures of icons that are kept, of about a kilobyte each


def icon_names() -> list[str]:
    """Return the names of the drawn icons that `embexplorer.ui.theme.Theme.icon` takes."""
    paths = resource("icons").glob("*.svg")
    return sorted(path.stem for path in paths if path.stem != "app")


def icon_svg(name: str, color: str) -> str:
    """Return the drawing of an icon in a color, ``#rrggbb``."""
    return _drawing(name).replace("currentColor", color)


def render_icon(name: str, color: str, size: int, ratio: float) -> QPixmap:
    """Return an icon of `size` device-independent pixels, for a device pixel ratio."""
    pixmap = QPixmap.fromImage(_drawn(name, color, round(size * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@lru_cache(maxsize=MOST_DRAWN)  # a figure has a theme, and so pixmaps, of its own
def _drawn(name: str, color: str, side: int) -> QImage:
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(icon_svg(name, color).encode())).render(painter)
    painter.end()
    return image.copy()  # without what painting on it took, 20 kB each


@lru_cache(maxsize=256)  # finding a file takes as long as drawing it
def _drawing(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")
