"""How numbers are spread over a ramp of colors: limits, scale, center, and what the ends say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from embexplorer.app.number_columns import date_text, is_date, number_text, numbers_of
from embexplorer.app.style import Scale

if TYPE_CHECKING:
    import pyarrow as pa

    from embexplorer.app.style import Style

DIVERGING = "diverging"
"""The ramp with a middle; a style that names a center has it too."""

STEPS = 256
BINS = 32
_EDGES = 257  # quantiles that stand for all others
_SAMPLES = 33  # places of the legend's bar
_DATE_TICKS = 4
_LONG = 3 * 365 * 86_400.0  # from so many seconds on the ends of dates are months
_DATE_STEPS = (
    ("h", 1), ("h", 6), ("D", 1), ("D", 7), ("M", 1), ("M", 3), ("Y", 1), ("Y", 2), ("Y", 5),
    ("Y", 10), ("Y", 20), ("Y", 50), ("Y", 100), ("Y", 500), ("Y", 1000), ("Y", 10_000),
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Numbers:
    """A column of numbers, ready for ramps.

    Parameters
    ----------
    values
        (n,) float64, NaN where there is none.
    low, high
        The extremes.
    n_missing
        How many items have none.
    is_date
        Whether they are seconds since 1970.
    """

    values: NDArray[np.float64]
    low: float
    high: float
    n_missing: int
    is_date: bool
    _sorted: NDArray[np.float64] | None = field(default=None, repr=False)

    @property
    def ordered(self) -> NDArray[np.float64]:
        """The numbers there are, ascending; sorted once."""
        if self._sorted is None:
            self._sorted = np.sort(self.values)[: len(self.values) - self.n_missing]
        return self._sorted

    @property
    def middle(self) -> float:
        """Where a diverging ramp turns by itself: at 0 between two signs, else at the median."""
        return 0.0 if self.low < 0 < self.high else float(np.median(self.ordered))

    def text(self, value: float) -> str:
        """Return how one of these numbers reads."""
        return date_text(value, self.high - self.low) if self.is_date else number_text(value)


def read_numbers(column: pa.ChunkedArray) -> Numbers | None:
    """Return the numbers of a column, or None where there are none."""
    values = numbers_of(column)
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    low, high = float(known.min()), float(known.max())
    return Numbers(values, low, high, len(values) - len(known), is_date(column.type))


@dataclass(frozen=True, slots=True, eq=False)
class RampScale:
    """Where a number lies between the ends of a ramp, and back.

    Parameters
    ----------
    kind
        How it is spread; where a logarithm was asked for and cannot be, linear.
    low, high
        The ends.
    center
        The number in the middle of the colors, or None.
    edges
        Quantiles at equal steps, for that scale; empty for others.
    note
        What must be known, or nothing.
    """

    kind: Scale
    low: float
    high: float
    center: float | None = None
    edges: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    note: str = ""

    def share(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return 0 to 1 for numbers between the ends, those beyond as the ends; NaN stays."""
        if len(self.edges):
            found: NDArray[np.float64] = np.interp(values, *_steps_of(self.edges))
            return found
        low, high = self._moved(np.array([self.low, self.high])).tolist()
        moved = self._moved(values)
        # Halves, because the difference of two large numbers may not be a number.
        half = high / 2 - low / 2
        if half <= 0:
            return np.where(np.isnan(values), np.nan, 0.0)
        shares: NDArray[np.float64] = np.clip((moved / 2 - low / 2) / half, 0.0, 1.0)
        return shares

    def value_at(self, share: float) -> float:
        """Return the number at 0 to 1 between the ends."""
        if len(self.edges):
            return float(np.interp(share, np.linspace(0, 1, len(self.edges)), self.edges))
        low, high = self._moved(np.array([self.low, self.high])).tolist()
        moved = low * (1 - share) + high * share
        return float(np.exp(moved)) if self.kind == "log" else float(moved)

    def color_share(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return 0 to 1 along the colors for shares between the ends."""
        if self.center is None:
            return share
        middle = float(self._center_share())
        reach = max(middle, 1.0 - middle)
        return 0.5 + (share - middle) / (2 * reach)

    def _center_share(self) -> float:
        """Return where the center lies: for a linear scale it may lie beyond the ends."""
        assert self.center is not None
        if len(self.edges) or self.kind == "log":
            return float(self.share(np.array([self.center]))[0])
        width = self.high - self.low
        return (self.center - self.low) / width if width > 0 else 0.5

    def _moved(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.kind != "log":
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            return cast("NDArray[np.float64]", np.log(np.maximum(values, 5e-324)))


def scale_of(numbers: Numbers, style: Style) -> RampScale:
    """Return how a style spreads numbers over its ramp."""
    low, high = style.limits or (numbers.low, numbers.high)
    if not low < high:
        low, high = numbers.low, numbers.high
    kind, note, edges = style.scale, "", np.empty(0)
    if kind == "log" and (low <= 0 or numbers.low <= 0):
        kind = "linear"
        note = f"No logarithm: the least is {numbers.text(min(low, numbers.low))}. Linear instead."
    if kind == "quantile":
        ordered = numbers.ordered
        within = ordered[np.searchsorted(ordered, low) : np.searchsorted(ordered, high, "right")]
        chosen = within if len(within) else np.array([low, high])
        at = np.linspace(0, len(chosen) - 1, _EDGES)
        edges = np.interp(at, np.arange(len(chosen)), chosen)
    center = style.center
    if center is None and style.ramp == DIVERGING:
        center = numbers.middle
    return RampScale(kind, low, high, center, edges, note)


def _steps_of(edges: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return different edges and the middle of the shares that each of them has."""
    shares = np.linspace(0, 1, len(edges))
    different, first, counts = np.unique(edges, return_index=True, return_counts=True)
    middles = (shares[first] + shares[first + counts - 1]) / 2
    if len(different) > 1:
        middles[0], middles[-1] = 0.0, 1.0
    return different, middles


@dataclass(frozen=True, slots=True, eq=False)
class OnRamp:
    """Numbers on a ramp.

    Parameters
    ----------
    codes
        (n,) int32 step of each item, -1 where it has no number.
    counts
        Of the bins of a histogram between the ends.
    ticks
        Shares between the ends and what stands there, ends included.
    steps
        Steps of the ramp at equal distances between the ends.
    """

    codes: NDArray[np.int32]
    counts: tuple[int, ...]
    ticks: tuple[tuple[float, str], ...]
    steps: tuple[int, ...]


def put_on_ramp(numbers: Numbers, scale: RampScale) -> OnRamp:
    """Return the step of each number on a ramp, and what its legend shows."""
    values = numbers.values
    shares = scale.share(values)
    is_missing = np.isnan(values)
    along = scale.color_share(shares) * (STEPS - 1)
    along[is_missing] = -1.0
    codes = np.rint(along, out=along).astype(np.int32)
    within = ~is_missing & (values >= scale.low) & (values <= scale.high)
    bins = np.minimum((shares[within] * BINS).astype(np.intp), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    steps = np.rint(scale.color_share(np.linspace(0, 1, _SAMPLES)) * (STEPS - 1))
    return OnRamp(
        codes,
        tuple(counts.tolist()),
        ticks_of(numbers, scale),
        tuple(np.clip(steps, 0, STEPS - 1).astype(int).tolist()),
    )


def ticks_of(numbers: Numbers, scale: RampScale) -> tuple[tuple[float, str], ...]:
    """Return shares between the ends and what stands there: ends, center, quartiles or dates."""
    is_long = numbers.is_date and scale.high - scale.low >= _LONG
    texts = (numbers.text(end)[: len("2025-03") if is_long else None] for end in _ends(scale))
    ends = list(zip((0.0, 1.0), texts, strict=True))
    if not scale.low < scale.high:
        return (ends[0],)
    if scale.center is not None and scale.low < scale.center < scale.high:
        at = float(scale.share(np.array([scale.center]))[0])
        ends.append((at, numbers.text(scale.center)))
    if scale.kind == "quantile":
        ends += [(share, numbers.text(scale.value_at(share))) for share in (0.5, 0.25, 0.75)]
    elif numbers.is_date:
        ends += _date_ticks(scale)
    elif scale.kind == "log":
        ends.append((0.5, numbers.text(scale.value_at(0.5))))
    return tuple(ends)


def _ends(scale: RampScale) -> tuple[float, float]:
    return scale.low, scale.high


def _date_ticks(scale: RampScale) -> list[tuple[float, str]]:
    """Return at most four round dates between the ends."""
    low, high = (np.datetime64(round(end), "s") for end in (scale.low, scale.high))
    for unit, step in _DATE_STEPS:
        first, last = (int(_in_unit(end, unit)) for end in (low, high))
        if (last - first) // step > _DATE_TICKS:
            continue
        offset = 1970 if unit == "Y" else 0
        numbers = range(first + (step - (first + offset) % step), last + 1, step)
        moments = [np.datetime64(number, cast("Any", unit)) for number in numbers]
        seconds = np.array([moment.astype("datetime64[s]").astype(float) for moment in moments])
        shares = scale.share(seconds)
        return [
            (float(share), _date_name(moment, unit))
            for share, moment in zip(shares, moments, strict=True)
            if 0 < share < 1
        ]
    return []


def _in_unit(moment: np.datetime64, unit: str) -> np.int64:
    return cast("np.int64", moment.astype(f"datetime64[{unit}]").astype(np.int64))


def _date_name(moment: np.datetime64, unit: str) -> str:
    text = str(moment)
    if unit == "h":
        return f"{text[-2:]}:00"
    return text[5:] if unit == "D" else text
