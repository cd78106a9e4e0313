"""How the drawn icons become pictures in a color."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from embexplorer.storage.paths import resource


def icon_names() -> list[str]:
    """Return the names of the drawn icons that `embexplorer.ui.theme.Theme.icon` takes."""
    paths = resource("icons").glob("*.svg")
    return sorted(path.stem for path in paths if path.stem != "app")


def icon_svg(name: str, color: str) -> str:
    """Return the drawing of an icon in a color, ``#rrggbb``."""
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", color)


def render_icon(name: str, color: str, size: int, ratio: float) -> QPixmap:
    """Return an icon of `size` device-independent pixels, for a device pixel ratio."""
    side = round(size * ratio)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(icon_svg(name, color).encode())).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
