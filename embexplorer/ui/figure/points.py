"""Points as vectors: on any paint device, or as the elements of an SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from embexplorer.ui.scatter.scene import CIRCLE
from embexplorer.ui.scatter.stamps import OUTLINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from embexplorer.ui.scatter.scene import DrawnPoints


def paint_points(painter: QPainter, points: DrawnPoints) -> None:
    """Paint each point as a circle or polygon of its own, so that they shine through each other."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    outlines = {
        shape: [QPointF(*corner) for corner in corners] for shape, corners in OUTLINES.items()
    }
    for start, end in _runs(points.colors):
        painter.setBrush(QColor(*(int(part) for part in points.colors[start])))
        for at in range(start, end):
            (x, y), radius = points.positions[at].tolist(), float(points.radii[at])
            shape = int(points.shapes[at])
            if shape == CIRCLE:
                painter.drawEllipse(QPointF(x, y), radius, radius)
            else:
                place = QPointF(x, y)
                painter.drawPolygon(QPolygonF([c * radius + place for c in outlines[shape]]))


def svg_points(points: DrawnPoints) -> str:
    """Return the points as one SVG group of circles and paths, in the order they are painted.

    What all points share stands once, at the group.
    """
    alpha = points.colors[:, 3]
    is_even = len(alpha) > 0 and bool((alpha == alpha[0]).all())
    shared = f' fill-opacity="{_number(alpha[0] / 255)}"' if is_even else ""
    lines = [f'<g id="points" stroke="none"{shared}>']
    for start, end in _runs(points.colors):
        red, green, blue, opacity = (int(part) for part in points.colors[start])
        fill = f'fill="#{red:02x}{green:02x}{blue:02x}"'
        if not is_even:
            fill += f' fill-opacity="{_number(opacity / 255)}"'
        shapes = [_element(points, at) for at in range(start, end)]
        if len(shapes) == 1:
            lines.append(shapes[0].replace("/>", f" {fill}/>"))
        else:
            lines += [f"<g {fill}>", *shapes, "</g>"]
    return "\n".join([*lines, "</g>"])


def _element(points: DrawnPoints, at: int) -> str:
    (x, y), radius = points.positions[at].tolist(), float(points.radii[at])
    shape = int(points.shapes[at])
    if shape == CIRCLE:
        return f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"/>'
    corners = " ".join(
        f"{_number(x + dx * radius)},{_number(y + dy * radius)}" for dx, dy in OUTLINES[shape]
    )
    return f'<polygon points="{corners}"/>'


def _runs(colors: NDArray[np.uint8]) -> Iterator[tuple[int, int]]:
    """Yield the first and the end of each run of points of one color."""
    if not len(colors):
        return
    packed = np.ascontiguousarray(colors).view(np.uint32).ravel()
    starts = np.flatnonzero(np.concatenate(([True], packed[1:] != packed[:-1])))
    yield from zip(starts.tolist(), [*starts[1:].tolist(), len(packed)], strict=True)


def _number(value: float) -> str:
    """Return a hundredth of a logical pixel: far finer than any printer."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
