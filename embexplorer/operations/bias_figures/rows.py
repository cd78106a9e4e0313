"""What pictures with a row for each item share: which items, their names, their markers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from embexplorer.operations.bias_figures.drawing import (
    FONT,
    MARGIN,
    SMALL,
    Drawing,
    light,
    shortened,
    text_width,
)
from embexplorer.operations.bias_figures.markers import draw_keys, draw_marker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Row = TypeVar("Row")

ROW = 11.0  # points
NAME = 150.0  # of the names, at most
MARKER = 11.0
MOST = 40  # rows of a picture
LINE = FONT + 3.0


def middle_left_out(rows: Sequence[Row], most: int) -> tuple[list[Row], int]:
    """Return both ends of sorted rows, and how many of the middle that leaves out."""
    if len(rows) <= most:
        return list(rows), 0
    first = (most + 1) // 2
    return [*rows[:first], *rows[len(rows) - (most - first) :]], len(rows) - most


def left_out_text(n: int, of: int) -> str:
    """Return what a picture says of items that it has no room for; nothing where it has all."""
    return f"{n:,} of {of:,} items in the middle are not shown." if n else ""


def names_width(items: Iterable[str]) -> float:
    """Return how much room the markers and names of items take on the left."""
    return MARGIN + MARKER + min(NAME, max((text_width(item) for item in items), default=0.0)) + 6


def draw_name(drawing: Drawing, y: float, item: str, shape: int) -> None:
    """Write marker and name of an item in the row that begins at `y`."""
    middle = y + ROW / 2
    draw_marker(drawing, shape, MARGIN + 4, middle, light()["text"])
    drawing.text(MARGIN + MARKER, middle + FONT * 0.34, shortened(item, NAME))


def draw_set_keys(drawing: Drawing, y: float, names: Mapping[str, str]) -> float:
    """Write which marker is which set; return the lower end."""
    return draw_keys(drawing, y, [(at, name, False) for at, name in enumerate(names.values())])


def shapes_of(names: Mapping[str, str]) -> dict[str, int]:
    """Return the marker of each set by its key."""
    return {key: at for at, key in enumerate(names)}


def draw_sides(
    drawing: Drawing, y: float, sides: tuple[str, str], zero: float, right: float
) -> float:
    """Write what is left and right of zero above a picture; return the lower end."""
    colors, below = light(), y + SMALL + 1
    first = shortened(sides[0], zero - MARGIN - 20, SMALL)
    second = shortened(sides[1], right - zero - 20, SMALL)
    looks: dict[str, Any] = {"size": SMALL, "is_bold": True}
    drawing.text(zero - 6, below, f"← {first}", color=colors["negative"], anchor="end", **looks)
    drawing.text(zero + 6, below, f"{second} →", color=colors["positive"], **looks)
    return y + LINE
