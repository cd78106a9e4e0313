"""A number on the full range it can have, with its interval and the number without each item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.operations.bias_figures.drawing import (
    FONT,
    MARGIN,
    SMALL,
    Drawing,
    Figure,
    light,
    plain,
    shortened,
    text_width,
)
from embexplorer.operations.bias_figures.scale import Scale, draw_axis, draw_zero, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.core.contracts import ItemScore

LANE = 20.0  # points
TICK = 4.0


def draw_interval(
    title: str,
    value: float,
    interval: tuple[float, float] | None,
    *,
    what: str,
    level: float = 0.95,
    kind: str = "",
    bounds: tuple[float, float] | None = None,
    leave_one_out: Sequence[ItemScore] = (),
) -> Figure:
    """Draw a number with its interval, and a tick for the number without each item.

    Parameters
    ----------
    interval
        Its ends; None draws the number alone.
    what
        What the number is, as the axis calls it.
    level, kind
        Of the interval, such as 0.95 and BCa.
    bounds
        All that the number can be; None takes the axis over what is seen, and zero.
    """
    drawing, colors = Drawing(), light()
    lanes = [f"{level:.0%} interval"] if interval is not None else [what]
    lanes += ["without one item"] if leave_one_out else []
    left = MARGIN + max(map(text_width, lanes)) + 12
    right = drawing.width - MARGIN - 14
    seen = [value, *(interval or ()), *(one.score for one in leave_one_out)]
    is_bounded = bounds is not None and bounds[0] < bounds[1]
    if bounds is not None and is_bounded:
        scale = Scale(min(*bounds, *seen), max(*bounds, *seen), left, right)
    else:
        scale = Scale.over([*seen, 0.0], left, right)
    top = MARGIN + FONT + 5
    bottom = top + LANE * len(lanes)
    draw_zero(drawing, scale, top - 2, bottom)
    middle = top + LANE / 2
    drawing.text(MARGIN, middle + FONT * 0.34, lanes[0])
    if interval is not None:
        low, high = map(scale.at, interval)
        drawing.line(low, middle, high, middle, colors["accent"], 2.4)
        for x in (low, high):
            drawing.line(x, middle - TICK, x, middle + TICK, colors["accent"], 1.2)
    drawing.circle(scale.at(value), middle, 2.6, colors["accent"], colors["map"], 1.0)
    _draw_value(drawing, scale.at(value), MARGIN + FONT, number(value))
    if leave_one_out:
        _draw_without(drawing, scale, top + LANE * 1.5, leave_one_out)
    name = f"{what} (its full range)" if is_bounded else what
    y = draw_axis(drawing, scale, bottom + 2, name, has_ends=is_bounded)
    sentence = _sentence(value, interval, what, level, kind, bounds, leave_one_out)
    return drawing.finish(y + MARGIN, title, sentence)


def _draw_value(drawing: Drawing, x: float, y: float, text: str) -> None:
    half = text_width(text, is_bold=True) / 2
    drawing.text(
        min(max(x, MARGIN + half), drawing.width - MARGIN - half),
        y,
        text,
        color=light()["accent_text"],
        anchor="middle",
        is_bold=True,
    )


def _draw_without(
    drawing: Drawing, scale: Scale, middle: float, scores: Sequence[ItemScore]
) -> None:
    """Draw a tick for each item, and name the two that matter most."""
    colors = light()
    drawing.text(MARGIN, middle + FONT * 0.34, "without one item")
    ordered = sorted(scores, key=lambda one: one.score)
    for one in ordered:
        x = scale.at(one.score)
        drawing.line(x, middle - TICK, x, middle + TICK, colors["muted"], 0.7)
    lowest, highest = scale.at(ordered[0].score), scale.at(ordered[-1].score)
    for one, x, anchor, room in (
        (ordered[0], lowest - 5, "end", lowest - scale.start - 5),
        (ordered[-1], highest + 5, "start", scale.end - highest - 5),
    ):
        text = shortened(one.item, room, SMALL)
        if text == plain(one.item) or len(text) > 4:  # little more than an ellipsis says nothing
            drawing.text(
                x,
                middle + SMALL * 0.34,
                text,
                size=SMALL,
                color=colors["muted"],
                anchor="end" if anchor == "end" else "start",
                has_halo=True,
            )


def _sentence(
    value: float,
    interval: tuple[float, float] | None,
    what: str,
    level: float,
    kind: str,
    bounds: tuple[float, float] | None,
    leave_one_out: Sequence[ItemScore],
) -> str:
    parts = [f"The {what} is {number(value)}"]
    if bounds is not None:
        parts.append(f"of {number(bounds[0])} to {number(bounds[1])} that it can be")
    if interval is not None:
        named = f" ({kind})" if kind else ""
        parts.append(
            f"its {level:.0%} interval{named} runs from {number(interval[0])} to "
            f"{number(interval[1])}"
        )
    if leave_one_out:
        ordered = sorted(leave_one_out, key=lambda one: one.score)
        first, last = ordered[0], ordered[-1]
        parts.append(
            f"without one item it lies between {number(first.score)} (without “{first.item}”) and "
            f"{number(last.score)} (without “{last.item}”)"
        )
    return f"{', '.join(parts)}."
