"""What is drawn of the number of a bias probe: its range, and what chance gives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from embexplorer.app.wording import decimal
from embexplorer.core.counted import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.contracts import Probed
    from embexplorer.operations.probe_uncertainty import Uncertainty

Span = tuple[float, float]
BINS = 45
MOST_TICKS = 5
APART = 0.12  # of a span: ticks that are nearer would write over each other


class Axis(NamedTuple):
    """The values that a picture reaches over, and where numbers stand."""

    span: Span
    ticks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RangeView:
    """The number with its interval on all values that it can have.

    `low` and `high` equal `value` where there is no interval.
    """

    value: float
    low: float
    high: float
    span: Span
    ticks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class NullView:
    """A histogram of what chance gives, with the number that was observed.

    `counts` are those of equal bins over `span`; `spoken` says all of it in one sentence.
    """

    title: str
    note: str
    counts: tuple[int, ...]
    span: Span
    ticks: tuple[float, ...]
    observed: float
    spoken: str


def figure_text(value: float, like: float) -> str:
    """Return a number in as many digits as one of the size of `like` is read with."""
    return decimal(value, digits_of(like))


def digits_of(largest: float) -> int:
    """Return decimals that show two digits of the largest number, and at least hundredths."""
    size = abs(largest)
    return 2 if size == 0 else max(2, min(6, 1 - math.floor(math.log10(size))))


def axis_of(found: Probed, uncertainty: Uncertainty | None, value: float) -> Axis:
    """Return the values that the number can have, else those that were seen, with some room."""
    bounds = found.bounds
    if bounds is not None and bounds[0] < bounds[1]:
        return Axis(bounds, ticks_in(bounds))
    seen = [np.array([value, 0.0])]
    if found.null is not None:
        seen.append(found.null)
    if uncertainty is not None:
        seen += [uncertainty.draws, uncertainty.null]
    every = np.concatenate(seen)
    low, high = float(every.min()), float(every.max())
    room = (high - low) * 0.05 or 1.0
    span = low - room, high + room
    return Axis(span, ticks_in(span, has_ends=False))


def ticks_in(span: Span, *, has_ends: bool = True) -> tuple[float, ...]:
    """Return round values inside a span, and its ends where they mean something and have room."""
    low, high = span
    width = high - low
    power = 10.0 ** math.floor(math.log10(width / MOST_TICKS))
    step = next(one * power for one in (1, 2, 5, 10) if one * power * MOST_TICKS >= width)
    first, last = math.ceil(low / step), math.floor(high / step)
    inner = [round(at * step, 12) for at in range(first, last + 1)]
    ends = [end for end in span if all(abs(end - tick) > APART * width for tick in inner)]
    return tuple(sorted([*inner, *(ends if has_ends else ())]))


def range_of(value: float, axis: Axis, uncertainty: Uncertainty | None) -> RangeView:
    """Return the number with its interval on an axis."""
    low = high = value
    if uncertainty is not None:
        low, high = uncertainty.bca or uncertainty.percentile
    return RangeView(value, low, high, axis.span, axis.ticks)


def nulls_of(
    found: Probed, uncertainty: Uncertainty | None, value: float, axis: Axis
) -> tuple[NullView, ...]:
    """Return what splitting the same items gives, and what other items give, where it is known."""
    made = []
    if found.null is not None and len(found.null):
        n, of = len(found.null), found.n_permutations or len(found.null)
        ways = f"all {of:,} ways" if found.p_kind == "exact" else f"{of:,} random ways"
        note = ways + (f", {n:,} of them drawn" if n < of else "")
        made.append(_null_view("The same items, split at random", note, found.null, value, axis))
    if uncertainty is not None and len(uncertainty.null):
        share = uncertainty.null_share
        far = "" if share is None else f", {share:.1%} as far from the middle"
        note = f"{counted(len(uncertainty.null), 'random set')}{far}"
        made.append(
            _null_view("Other items of like frequency", note, uncertainty.null, value, axis)
        )
    return tuple(made)


def _null_view(
    title: str, note: str, values: NDArray[np.float64], value: float, axis: Axis
) -> NullView:
    inside = np.clip(values, *axis.span)  # rounding may leave one a hair outside
    counts, _ = np.histogram(inside, BINS, axis.span)
    middle = float(np.median(values))
    low, high = np.quantile(values, [0.025, 0.975])
    spoken = (
        f"{title}: {note}. Median {figure_text(middle, value)}, 95% from "
        f"{figure_text(low, value)} to {figure_text(high, value)}; observed "
        f"{figure_text(value, value)}."
    )
    return NullView(title, note, tuple(counts.tolist()), axis.span, axis.ticks, value, spoken)
