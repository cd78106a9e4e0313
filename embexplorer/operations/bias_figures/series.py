"""One number over several spaces in their order, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from embexplorer.operations.bias_figures.drawing import (
    MARGIN,
    SMALL,
    Drawing,
    Figure,
    broken,
    light,
    text_width,
)
from embexplorer.operations.bias_figures.scale import Scale, number

if TYPE_CHECKING:
    from collections.abc import Sequence

TALL = 120.0  # points
LINES = 3  # of the name of a space


class Point(NamedTuple):
    """The number of a space, None where it has none, and the ends of its interval."""

    name: str
    value: float | None
    interval: tuple[float, float] | None = None


def draw_series(title: str, points: Sequence[Point], *, what: str, level: float = 0.95) -> Figure:
    """Draw the number of each space, in the order given; a space without one keeps its place.

    Parameters
    ----------
    points
        At least one with a value.
    what
        What the number is.
    level
        Of the intervals.
    """
    drawing, colors = Drawing(), light()
    known = [one.value for one in points if one.value is not None]
    ends = [end for one in points if one.interval is not None for end in one.interval]
    top = MARGIN + SMALL + 6
    bottom = top + TALL
    scale = Scale.over([*known, *ends, 0.0], bottom, top)
    ticks = scale.ticks(6)
    left = MARGIN + max(text_width(text, SMALL) for _, text in ticks) + 8
    drawing.text(MARGIN, MARGIN + SMALL, what, size=SMALL, color=colors["muted"])
    for value, text in ticks:
        y = scale.at(value)
        drawing.line(left, y, drawing.width - MARGIN, y, colors["line"], 0.5)
        drawing.text(left - 4, y + SMALL * 0.34, text, size=SMALL, color=colors["muted"],
                     anchor="end")  # fmt: skip
    if scale.has(0.0):
        y = scale.at(0.0)
        drawing.line(left, y, drawing.width - MARGIN, y, colors["control"], 0.8)
    wide = (drawing.width - MARGIN - left) / len(points)
    places = [left + wide * (at + 0.5) for at in range(len(points))]
    for (x1, one), (x2, other) in zip(
        zip(places, points, strict=True), zip(places[1:], points[1:], strict=True), strict=False
    ):
        if one.value is not None and other.value is not None:
            drawing.line(x1, scale.at(one.value), x2, scale.at(other.value), colors["dim"], 1.0)
    names = [broken(one.name, wide - 4, SMALL, LINES) for one in points]
    for x, one, lines in zip(places, points, names, strict=True):
        _draw_point(drawing, scale, x, one)
        for down, text in enumerate(lines):
            drawing.text(x, bottom + SMALL + 4 + down * (SMALL + 1.5), text, size=SMALL,
                         anchor="middle")  # fmt: skip
    height = bottom + 4 + max(map(len, names)) * (SMALL + 1.5) + 2
    return drawing.finish(height + MARGIN, title, _sentence(points, what, level))


def _draw_point(drawing: Drawing, scale: Scale, x: float, one: Point) -> None:
    colors = light()
    if one.value is None:
        drawing.text(x, scale.at(0.0) - 4, "none", size=SMALL, color=colors["muted"],
                     anchor="middle", has_halo=True)  # fmt: skip
        return
    y = scale.at(one.value)
    if one.interval is not None:
        low, high = map(scale.at, one.interval)
        drawing.line(x, low, x, high, colors["accent"], 1.4)
        for end in (low, high):
            drawing.line(x - 3, end, x + 3, end, colors["accent"], 1.2)
    drawing.circle(x, y, 3.2, colors["accent"], colors["map"], 1.0)
    drawing.text(x + 6, y + SMALL * 0.34, number(one.value, 2), size=SMALL,
                 color=colors["accent_text"], is_bold=True, has_halo=True)  # fmt: skip


def _sentence(points: Sequence[Point], what: str, level: float) -> str:
    said = []
    for one in points:
        text = f"“{one.name}” {'none' if one.value is None else number(one.value)}"
        if one.interval is not None:
            text += f" ({number(one.interval[0])} to {number(one.interval[1])})"
        said.append(text)
    between = f", with {level:.0%} intervals" if any(one.interval for one in points) else ""
    return f"The {what} over {len(points):,} spaces{between}: {'; '.join(said)}."
