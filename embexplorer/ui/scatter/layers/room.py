"""Finds room for names on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from embexplorer.ui.scatter.labels import Box, Label, place_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QFont

HALO = 3.0  # pixels around a name that stay free


class Wanted(NamedTuple):
    """A name, the pixel it belongs to, and the number of what it names."""

    spot: NDArray[np.float64]
    text: str
    number: int


class Written(NamedTuple):
    """A name that found room."""

    text: str
    rect: QRectF
    number: int


def find_room(
    wanted: Sequence[Wanted],
    taken: list[QRectF],
    area: QRectF,
    font: QFont,
    *,
    air: float = 0.0,
    clearance: float = 0.0,
) -> list[Written]:
    """Return the names that find room in an area, those that come first before others.

    Parameters
    ----------
    taken
        What no name may cover; it grows by those that found room.
    air
        Pixels that stay free above and below.
    clearance
        How many pixels a name stays away from its spot; at 0 it lies on it.
    """
    metrics = QFontMetricsF(font)
    height = metrics.height() + 2 * air
    labels = [
        Label(
            float(name.spot[0]),
            float(name.spot[1]),
            metrics.horizontalAdvance(name.text),
            height,
            clearance=clearance,
        )
        for name in wanted
    ]
    boxes = [_box(rect) for rect in taken]
    written = []
    for at, box in place_labels(labels, _box(area), boxes, gap=2 * HALO):
        rect = QRectF(*box)
        written.append(Written(wanted[at].text, rect.adjusted(0, air, 0, -air), wanted[at].number))
        taken.append(rect.adjusted(-HALO, 0, HALO, 0))
    return written


def _box(rect: QRectF) -> Box:
    return Box(rect.left(), rect.top(), rect.width(), rect.height())
