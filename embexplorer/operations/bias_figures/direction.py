"""Items along a bias direction: how far along it, and how much of each lies across it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from embexplorer.operations.bias_figures.drawing import (
    MARGIN,
    SMALL,
    Drawing,
    Figure,
    light,
    shortened,
    text_width,
)
from embexplorer.operations.bias_figures.markers import RADIUS, draw_keys, draw_marker
from embexplorer.operations.bias_figures.rows import draw_sides
from embexplorer.operations.bias_figures.scale import Scale, draw_axis, draw_zero, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from embexplorer.operations.bias_figures.drawing import Anchor

LEAST, MOST = 200.0, 420.0  # points, of the height
STEP = 4.4  # of an item that is ranked: names on both sides then have room
NAME = 90.0  # of a name, at most
APART = 2.0


class Place(NamedTuple):
    """An item along and across a direction; `is_pole` says that it is one of the pairs'."""

    item: str
    set: str
    along: float
    across: float
    is_pole: bool = False


class Box(NamedTuple):
    """Where a name or a point is, so that no name is written over it."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Return whether both share a place."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def draw_direction(
    title: str,
    places: Sequence[Place],
    names: Mapping[str, str],
    poles: tuple[str, str],
    *,
    along: str = "along the direction",
    across: str = "",
) -> Figure:
    """Draw items by how far they lie along a direction and across it.

    Names are written from the outermost item inward, each beside its point where there is room;
    those of the pairs first. How many have none is said.

    Parameters
    ----------
    places
        At least one.
    names
        What each set is called, by its key.
    poles
        What a negative and what a positive place is the side of.
    along, across
        What the axes are called. Without the second, items are ranked from the top instead: what
        lies across says nothing new where all vectors have the same length.
    """
    drawing, colors = Drawing(), light()
    names = {key: name for key, name in names.items() if any(one.set == key for one in places)}
    pole_keys = {one.set for one in places if one.is_pole}
    shapes = {key: at for at, key in enumerate(names)}
    keys = [(shapes[key], name, key not in pole_keys) for key, name in names.items()]
    y = draw_keys(drawing, MARGIN, keys)
    left, right = MARGIN + SMALL + 34, drawing.width - MARGIN - 6
    horizontal = Scale.over([*(one.along for one in places), 0.0], left, right, 0.06)
    y = draw_sides(drawing, y, poles, horizontal.at(0.0), drawing.width)
    bottom = y + (LEAST if across else min(max(LEAST, STEP * len(places)), MOST))
    if not across:
        ordered = sorted(places, key=lambda one: -one.along)
        places = [one._replace(across=rank) for rank, one in enumerate(ordered, 1)]
    ends = (bottom - 6, y + 6) if across else (y + 6, bottom - 6)
    vertical = Scale.over([one.across for one in places], *ends)
    draw_zero(drawing, horizontal, y, bottom)
    _draw_side(drawing, vertical, left, y, bottom, across or "rank")
    points = {one: (horizontal.at(one.along), vertical.at(one.across)) for one in places}
    for one in sorted(places, key=lambda one: one.is_pole):
        color = colors["negative" if one.along < 0 else "positive"]
        x, height = points[one]
        draw_marker(drawing, shapes.get(one.set, 0), x, height, color, is_hollow=not one.is_pole)
    n_unnamed = _draw_names(drawing, points, Box(left, y, drawing.width - MARGIN, bottom))
    y = draw_axis(drawing, horizontal, bottom, along)
    if n_unnamed:
        text = f"{n_unnamed:,} of {len(places):,} items have no room for their name."
        drawing.text(MARGIN, y + SMALL, text, size=SMALL, color=colors["muted"])
        y += SMALL + 3
    return drawing.finish(y + MARGIN, title, _sentence(places, poles))


def _draw_side(
    drawing: Drawing, scale: Scale, x: float, top: float, bottom: float, name: str
) -> None:
    """Draw the vertical axis, its name above its numbers."""
    colors = light()
    drawing.line(x, top, x, bottom, colors["control"])
    for value, text in scale.ticks(5):
        if name == "rank" and value < 1:
            continue
        y = scale.at(value)
        drawing.line(x - 2.5, y, x, y, colors["control"])
        drawing.text(x - 4, y + SMALL * 0.34, text, size=SMALL, color=colors["muted"], anchor="end")
    drawing.upwards(MARGIN + SMALL, (top + bottom) / 2, name, size=SMALL, color=colors["muted"])


def _draw_names(drawing: Drawing, points: Mapping[Place, tuple[float, float]], area: Box) -> int:
    """Write names where they cover neither points nor names; return how many found no place."""
    marks = {
        one: Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for one, (x, y) in points.items()
    }
    taken: list[Box] = []
    n_unnamed = 0
    for one in sorted(points, key=lambda one: (not one.is_pole, -abs(one.along))):
        text = shortened(one.item, NAME, SMALL)
        for box, x, anchor in _beside(*points[one], text_width(text, SMALL)):
            is_inside = area.left <= box.left and box.right <= area.right
            is_inside = is_inside and area.top <= box.top and box.bottom <= area.bottom
            if is_inside and not any(
                box.meets(other) for other in (*taken, *(m for o, m in marks.items() if o != one))
            ):
                color = light()["text"] if one.is_pole else light()["muted"]
                below = box.bottom - SMALL * 0.24
                drawing.text(
                    x, below, text, size=SMALL, color=color, anchor=anchor, is_bold=one.is_pole
                )
                taken.append(box)
                break
        else:
            n_unnamed += 1
    return n_unnamed


def _beside(x: float, y: float, width: float) -> Iterator[tuple[Box, float, Anchor]]:
    """Return places of a name around a point: right, left, above, below, and the corners."""
    away, half = RADIUS + APART, SMALL / 2
    for middle in (y, y - away - half, y + away + half):
        beside = away if middle == y else -RADIUS
        top, bottom = middle - half, middle + half
        yield Box(x + beside, top, x + beside + width, bottom), x + beside, "start"
        yield Box(x - beside - width, top, x - beside, bottom), x - beside, "end"
        if middle != y:
            yield Box(x - width / 2, top, x + width / 2, bottom), x, "middle"


def _sentence(places: Sequence[Place], poles: tuple[str, str]) -> str:
    ordered = sorted(places, key=lambda one: one.along)
    ends = [f"“{one.item}” {number(one.along)}" for one in (ordered[0], ordered[-1])]
    n_positive = sum(one.along > 0 for one in places)
    return (
        f"{len(places):,} items along the direction from “{poles[0]}” to “{poles[1]}”: from "
        f"{ends[0]} to {ends[1]}; {n_positive:,} lie on the side of “{poles[1]}”."
    )
