"""Pictures of map and window: drawn exactly in the window's thread, written in any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from embexplorer.core.errors import UserError
from embexplorer.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from embexplorer.core.progress import Progress
    from embexplorer.ui.scatter.map_view import MapView


def window_picture(window: QWidget, view: MapView, scale: float) -> QImage:
    """Return a picture of the window, `scale` times its size, with every point of its map.

    The map on screen may be a subsample. It is therefore drawn again, and what floats over it too.
    """
    image = QImage(window.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    window.render(image)
    if not view.isVisible():
        return image
    painter = QPainter(image)
    painter.drawImage(view.mapTo(window, QPoint()), view.picture(scale, view.visible_cards()))
    for card in window.findChildren(Overlay):
        if card.isVisible() and card.host is not view:
            painter.save()
            painter.translate(card.host.mapTo(window, QPoint()))
            card.draw(painter)
            painter.restore()
    painter.end()
    return image


def write_picture(image: QImage, path: Path, progress: Progress) -> str:
    """Write a picture, in any thread, and return what was written in words.

    Raises
    ------
    UserError
        When the file cannot be written.
    """
    if not image.save(str(path)):
        raise UserError(
            "The picture cannot be written",
            f"{path} cannot be written to.",
            "Choose another folder, or a name that ends in .png.",
        )
    return f"Saved {path}, {image.width():,} × {image.height():,} pixels."
