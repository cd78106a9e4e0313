"""Pictures of map and window: drawn exactly in the window's thread, written in any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QPoint
from PySide6.QtGui import QImage, QPainter

from embexplorer.core.errors import UserError
from embexplorer.storage.whole import telling, write_file
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


def picture_bytes(image: QImage, ending: str) -> bytes:
    """Return a picture as a file holds it; of a disk that refuses, Qt does not say why.

    Raises
    ------
    UserError
        When no picture ends so.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, ending):  # type: ignore[call-overload]  # a device, and its format
        raise UserError(
            "Unknown kind of picture",
            f"No picture ends in .{ending}.",
            "Choose a name that ends in .png.",
        )
    return bytes(buffer.data().data())


def write_picture(image: QImage, path: Path, progress: Progress) -> str:
    """Write a picture, in any thread, and return what was written in words.

    Raises
    ------
    UserError
        When the file cannot be written; one that was there is unchanged.
    """
    content = picture_bytes(image, path.suffix[1:])
    with telling(path, "The picture cannot be written"):
        write_file(path, lambda scratch: scratch.write_bytes(content))
    return f"Saved {path}, {image.width():,} × {image.height():,} pixels."
