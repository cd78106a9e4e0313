"""How positions on a map become closed outlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainterPath


def add_outline(path: QPainterPath, pixels: NDArray) -> None:  # type: ignore[type-arg]  # (m, 2)
    """Add a closed outline through (m, 2) pixels to a path."""
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in pixels.tolist()]))
    path.closeSubpath()
