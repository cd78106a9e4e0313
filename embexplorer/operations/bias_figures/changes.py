"""Two numbers of each item, before and after, as arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from embexplorer.operations.bias_figures.drawing import MARGIN, SMALL, Drawing, Figure, light
from embexplorer.operations.bias_figures.markers import draw_keys, draw_marker
from embexplorer.operations.bias_figures.rows import (
    LINE,
    MOST,
    ROW,
    draw_name,
    draw_sides,
    left_out_text,
    middle_left_out,
    names_width,
    shapes_of,
)
from embexplorer.operations.bias_figures.scale import (
    Scale,
    digits_for,
    draw_axis,
    draw_zero,
    number,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEAD = 4.0  # points: how long the head of an arrow is
SHORTEST = 7.0  # of an arrow that has a head


class Change(NamedTuple):
    """A number of an item before and after; `set` is the key of its set."""

    item: str
    set: str
    before: float
    after: float


def draw_changes(
    title: str,
    changes: Sequence[Change],
    names: Mapping[str, str],
    ends: tuple[str, str],
    *,
    what: str = "score",
    sides: tuple[str, str] | None = None,
    most: int = MOST,
) -> Figure:
    """Draw an arrow from before to after for each item, the largest before first.

    Parameters
    ----------
    changes
        At least one; of more than `most` the middle is left out, and that is said.
    names
        What each set is called, by its key.
    ends
        What before and after are.
    what, sides
        What the number is, and what its signs are nearer to.
    """
    ordered = sorted(changes, key=lambda one: -one.before)
    shown, n_out = middle_left_out(ordered, most)
    names = {key: name for key, name in names.items() if any(one.set == key for one in changes)}
    shapes, colors, drawing = shapes_of(names), light(), Drawing()
    left = names_width(one.item for one in shown) + 4
    every = [*(one.before for one in shown), *(one.after for one in shown), 0.0]
    scale = Scale.over(every, left, drawing.width - MARGIN - 4)
    keys = [(at, name, False) for at, name in enumerate(names.values())] if len(names) > 1 else []
    y = draw_keys(drawing, MARGIN, keys) if keys else MARGIN
    y = draw_keys(drawing, y - 3 if keys else y, [(0, ends[0], True), (0, ends[1], False)],
                  colors["accent"])  # fmt: skip
    if sides is not None:
        y = draw_sides(drawing, y, sides, scale.at(0.0), drawing.width)
    height = ROW * len(shown) + (LINE + 2 if n_out else 0)
    draw_zero(drawing, scale, y, y + height)
    for at, one in enumerate(shown):
        if n_out and at == (len(shown) + 1) // 2:
            text = left_out_text(n_out, len(ordered))
            drawing.text(MARGIN, y + SMALL + 2, text, size=SMALL, color=colors["muted"])
            y += LINE + 2
        draw_name(drawing, y, one.item, shapes.get(one.set, 0))
        _draw_arrow(drawing, y + ROW / 2, scale.at(one.before), scale.at(one.after))
        y += ROW
    y = draw_axis(drawing, scale, y + 2, what)
    return drawing.finish(y + MARGIN, title, _sentence(ordered, ends, what))


def _draw_arrow(drawing: Drawing, y: float, before: float, after: float) -> None:
    color = light()["accent"]
    way = 1 if after > before else -1
    if abs(after - before) >= SHORTEST:
        drawing.line(before, y, after - way * 3, y, light()["control"], 0.9)
        tip = after - way * 3
        corners = [(tip, y), (tip - way * HEAD, y - 2.2), (tip - way * HEAD, y + 2.2)]
        drawing.path(corners, light()["control"], light()["control"], 0.3)
    draw_marker(drawing, 0, before, y, color, is_hollow=True)
    draw_marker(drawing, 0, after, y, color)


def _sentence(ordered: Sequence[Change], ends: tuple[str, str], what: str) -> str:
    digits = digits_for([one.before for one in ordered])
    before = sum(abs(one.before) for one in ordered) / len(ordered)
    after = sum(abs(one.after) for one in ordered) / len(ordered)
    nearer = sum(abs(one.after) < abs(one.before) for one in ordered)
    most = max(ordered, key=lambda one: abs(one.after - one.before))
    return (
        f"The {what} of {len(ordered):,} items in {ends[0]} and in {ends[1]}: the mean distance "
        f"from zero is {number(before, digits)} and {number(after, digits)}; {nearer:,} came "
        f"nearer to zero. “{most.item}” changed most, from {number(most.before, digits)} to "
        f"{number(most.after, digits)}."
    )
