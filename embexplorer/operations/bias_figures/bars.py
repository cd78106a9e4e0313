"""Bars to both sides of zero, one for each item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.operations.bias_figures.drawing import (
    MARGIN,
    SMALL,
    Drawing,
    Figure,
    light,
    text_width,
)
from embexplorer.operations.bias_figures.rows import (
    LINE,
    MOST,
    ROW,
    draw_name,
    draw_set_keys,
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

    from embexplorer.core.contracts import ItemScore

THICK = 7.0  # points


def draw_bars(
    title: str,
    scores: Sequence[ItemScore],
    names: Mapping[str, str],
    *,
    what: str = "score",
    sides: tuple[str, str] | None = None,
    most: int = MOST,
) -> Figure:
    """Draw the score of each item as a bar, the largest first.

    Parameters
    ----------
    scores
        At least one; of more than `most` the middle is left out, and that is said.
    names
        What each set is called, by its key; the order chooses the markers.
    what
        What the score is.
    sides
        What a negative and what a positive score is nearer to.
    """
    ordered = sorted(scores, key=lambda one: -one.score)
    shown, n_out = middle_left_out(ordered, most)
    names = {key: name for key, name in names.items() if any(one.set == key for one in scores)}
    digits = digits_for(one.score for one in shown)
    low = min(0.0, shown[-1].score)
    high = max(0.0, shown[0].score)
    drawing = Drawing()
    value_room = text_width(number(-max(-low, high), digits), SMALL) + 5
    left = names_width(one.item for one in shown) + (value_room if low < 0 else 0.0)
    right = drawing.width - MARGIN - value_room
    scale = Scale(low, high if high > low else low + 1.0, left, right)
    y = draw_set_keys(drawing, MARGIN, names) if len(names) > 1 else MARGIN
    if sides is not None:
        y = draw_sides(drawing, y, sides, scale.at(0.0), drawing.width)
    top, shapes = y, shapes_of(names)
    for at, one in enumerate(shown):
        if n_out and at == (len(shown) + 1) // 2:
            text = left_out_text(n_out, len(ordered))
            drawing.text(MARGIN, y + SMALL + 2, text, size=SMALL, color=light()["muted"])
            y += LINE + 2
        _draw_row(drawing, y, one, shapes.get(one.set, 0), scale, digits)
        y += ROW
    draw_zero(drawing, scale, top, y)
    y = draw_axis(drawing, scale, y + 2, what)
    return drawing.finish(y + MARGIN, title, _sentence(ordered, names, what, digits))


def _draw_row(
    drawing: Drawing, y: float, one: ItemScore, shape: int, scale: Scale, digits: int
) -> None:
    draw_name(drawing, y, one.item, shape)
    zero, end = scale.at(0.0), scale.at(one.score)
    color = light()["negative" if one.score < 0 else "positive"]
    drawing.rect(min(zero, end), y + (ROW - THICK) / 2, abs(end - zero), THICK, color)
    drawing.text(
        end - 3 if one.score < 0 else end + 3,
        y + ROW / 2 + SMALL * 0.34,
        number(one.score, digits),
        size=SMALL,
        color=light()["muted"],
        anchor="end" if one.score < 0 else "start",
    )


def _sentence(
    ordered: Sequence[ItemScore], names: Mapping[str, str], what: str, digits: int
) -> str:
    first, last = ordered[0], ordered[-1]
    above = sum(one.score > 0 for one in ordered)
    means = [
        f"“{name}” {number(sum(mine) / len(mine), digits)}"
        for key, name in names.items()
        if (mine := [one.score for one in ordered if one.set == key])
    ]
    return (
        f"The {what} of {len(ordered):,} items runs from {number(last.score, digits)} "
        f"(“{last.item}”) to {number(first.score, digits)} (“{first.item}”); {above:,} lie above "
        f"zero. Means: {', '.join(means)}."
    )
