"""Shapes that tell sets apart without color, and the line that says which is which."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from embexplorer.operations.bias_figures.drawing import FONT, MARGIN, light, shortened, text_width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from embexplorer.operations.bias_figures.drawing import Drawing

RADIUS = 2.6  # points
KEY = FONT + 5.0  # height of a line of the legend


def _polygon(*corners: tuple[float, float]) -> Callable[[float, float], list[tuple[float, float]]]:
    return lambda x, y: [(x + a * RADIUS, y + b * RADIUS) for a, b in corners]


def _around(n: int, turn: float, radius: float = 1.15) -> list[tuple[float, float]]:
    """Return n corners around the middle."""
    turns = [2 * math.pi * at / n + turn for at in range(n)]
    return [(radius * math.sin(one), -radius * math.cos(one)) for one in turns]


_STAR = [
    corner for pair in zip(_around(5, 0, 1.35), _around(5, math.pi / 5, 0.6), strict=True)
    for corner in pair
]  # fmt: skip
_PLUS = (
    (-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2),
    (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4),
)  # fmt: skip
_SHAPES = (
    None,  # a circle
    _polygon((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    _polygon((0, -1.2), (1.15, 0.85), (-1.15, 0.85)),
    _polygon((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    _polygon((0, 1.2), (1.15, -0.85), (-1.15, -0.85)),
    _polygon(*_STAR),
    _polygon(*_PLUS),
    _polygon(*_around(6, 0)),
)


def draw_marker(
    drawing: Drawing, shape: int, x: float, y: float, color: str, *, is_hollow: bool = False
) -> None:
    """Draw the marker of the set at position `shape`; there are eight, then they begin again."""
    corners = _SHAPES[shape % len(_SHAPES)]
    fill = light()["map"] if is_hollow else color
    stroke = color if is_hollow else light()["map"]
    width = 1.0 if is_hollow else 0.5
    if corners is None:
        drawing.circle(x, y, RADIUS * 0.98, fill, stroke, width)
    else:
        drawing.path(corners(x, y), fill, stroke, width)


def draw_keys(
    drawing: Drawing, y: float, keys: Sequence[tuple[int, str, bool]], color: str = ""
) -> float:
    """Write which marker is which set, in as many lines as it takes; return the lower end.

    `keys` are shape, name, and whether it is hollow.
    """
    x, most = MARGIN, drawing.width - 2 * MARGIN
    for shape, name, is_hollow in keys:
        text = shortened(name, most - 12)
        wide = 12 + text_width(text) + 14
        if x > MARGIN and x + wide - 14 > most:
            x, y = MARGIN, y + KEY
        draw_marker(
            drawing, shape, x + 4, y + KEY / 2, color or light()["text"], is_hollow=is_hollow
        )
        drawing.text(x + 11, y + KEY / 2 + FONT * 0.36, text)
        x += wide
    return y + KEY + 3.0
