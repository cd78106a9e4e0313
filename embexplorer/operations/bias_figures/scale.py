"""Where numbers lie on an axis, which of them are written there, and how they read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.operations.bias_figures.drawing import SMALL, light, text_width

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embexplorer.operations.bias_figures.drawing import Drawing

MINUS = "−"
TICK = 2.5  # points
AXIS = SMALL + TICK + 4.0  # height of an axis with its numbers
GAP = 6.0  # between the numbers of an axis


def number(value: float, digits: int | None = None) -> str:
    """Return a number as it is read: four decimals, or three digits of a small one."""
    if digits is None:
        small = value != 0 and abs(value) < 0.01
        text = f"{value:.3g}" if small else f"{value:.4f}"
    else:
        text = f"{value:.{digits}f}"
    is_zero = not text.strip("-0.")
    return text.lstrip("-") if is_zero else text.replace("-", MINUS)


def digits_for(values: Iterable[float]) -> int:
    """Return decimals that show three digits of the largest of some numbers, and at least two."""
    largest = max((abs(value) for value in values), default=0.0)
    return 2 if largest == 0 else max(2, min(9, 2 - math.floor(math.log10(largest))))


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight axis: `low` lies at `start` and `high` at `end`, in points."""

    low: float
    high: float
    start: float
    end: float

    @staticmethod
    def over(values: Iterable[float], start: float, end: float, room: float = 0.04) -> Scale:
        """Return the axis over some values, with a share of its length as room on both sides."""
        seen = list(values)
        low, high = min(seen), max(seen)
        extra = (high - low) * room or abs(high) * 0.1 or 1.0
        return Scale(low - extra, high + extra, start, end)

    def at(self, value: float) -> float:
        """Return where a value lies; one outside lies at the end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int = 7) -> tuple[tuple[float, str], ...]:
        """Return round values inside, with how they read."""
        width = self.high - self.low
        power = 10.0 ** math.floor(math.log10(width / most))
        step = next(one * power for one in (1, 2, 5, 10) if one * power * most >= width)
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple((at * step, number(at * step, digits)) for at in range(first, last + 1))

    def has(self, value: float) -> bool:
        """Return whether a value lies inside."""
        return self.low <= value <= self.high


def draw_axis(
    drawing: Drawing, scale: Scale, y: float, name: str = "", *, has_ends: bool = False
) -> float:
    """Draw a horizontal axis under a picture, its name below, and return its lower end.

    With `has_ends`, its ends have numbers, and a round value too near to them has none.
    """
    colors = light()
    drawing.line(scale.start, y, scale.end, y, colors["control"])
    ticks = list(scale.ticks())
    if has_ends:
        ends = [(end, number(end, 2)) for end in (scale.low, scale.high)]
        room = text_width(ends[0][1], SMALL) + GAP
        inner = [one for one in ticks if all(abs(scale.at(one[0]) - scale.at(end)) > room
                                             for end, _ in ends)]  # fmt: skip
        ticks = sorted([*inner, *ends])
    taken = -math.inf
    for value, text in ticks:
        x, half = scale.at(value), text_width(text, SMALL) / 2
        drawing.line(x, y, x, y + TICK, colors["control"])
        if x - half > taken + GAP:
            below = y + TICK + SMALL
            drawing.text(x, below, text, size=SMALL, color=colors["muted"], anchor="middle")
            taken = x + half
    if not name:
        return y + AXIS
    middle = (scale.start + scale.end) / 2
    drawing.text(middle, y + AXIS + SMALL, name, size=SMALL, color=colors["muted"], anchor="middle")
    return y + AXIS + SMALL + 4.0


def draw_zero(drawing: Drawing, scale: Scale, top: float, bottom: float) -> None:
    """Draw where zero is, if it lies inside."""
    if scale.has(0.0):
        drawing.line(scale.at(0.0), top, scale.at(0.0), bottom, light()["control"], 0.8)
