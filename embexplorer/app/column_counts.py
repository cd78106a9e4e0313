"""How the values of columns are distributed: bars for all items, the shown and the selected."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from embexplorer.app.appearance import color_columns, coloring_of, numbers_in
from embexplorer.app.column_cache import known
from embexplorer.app.filters import RangeFilter, ValuesFilter
from embexplorer.core.counted import counted
from embexplorer.core.space import TEXT

if TYPE_CHECKING:
    from embexplorer.app.filters import Filter
    from embexplorer.app.ramp_scale import Numbers
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space

BINS = 40
MOST_WHOLE = 64  # whole numbers with so few different values at most have a bin each
MOST_CATEGORIES = 40  # with a bar of their own; the rest share the last
MISSING = "missing"

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ColumnCounts:
    """The bars of one column.

    Parameters
    ----------
    column, kind
        Which, and of what.
    labels
        (b,) what each bar stands for.
    all, shown, selected
        (b,) how many items, of all, of those that are shown, of those selected.
    positions
        (b,) place of each category in the palette, -1 for the shared color; empty for numbers.
    edges
        (b + 1,) ends of the bins of numbers, seconds since 1970 for dates; empty for categories.
    values
        (b,) which values a bar of categories stands for; None is a missing one.
    n_missing
        Items without a number; missing categories have a bar.
    note
        The median, or how many values there are.
    is_date, is_whole
        Of numbers.
    """

    column: str
    kind: Literal["number", "category"]
    labels: tuple[str, ...]
    all: Counts
    shown: Counts
    selected: Counts
    positions: tuple[int, ...] = ()
    edges: tuple[float, ...] = ()
    values: tuple[frozenset[str | None], ...] = ()
    n_missing: int = 0
    note: str = ""
    is_date: bool = False
    is_whole: bool = False

    def range_of(self, first: int, last: int) -> RangeFilter:
        """Return the filter that passes the numbers of the bins `first`..`last`, and no others."""
        low, end = self.edges[first], self.edges[last + 1]
        is_open = last + 1 < len(self.edges) - 1  # only the last bin has its upper end
        if self.is_whole:
            low = math.ceil(low)
            high: float = math.ceil(end) - 1 if is_open else math.floor(end)
        else:
            high = float(np.nextafter(end, -math.inf)) if is_open else end
        return RangeFilter(self.column, float(low), float(high), self.is_date)

    def brushed(self, filters: tuple[Filter, ...]) -> tuple[bool, ...] | None:
        """Return (b,) which bars the filters on this column leave; None where there are none."""
        mine = [one for one in filters if getattr(one, "column", None) == self.column]
        if not mine:
            return None
        left = [True] * len(self.labels)
        for one in mine:
            if isinstance(one, RangeFilter) and self.kind == "number":
                for k in range(len(left)):
                    left[k] &= self.edges[k] <= one.high and self.edges[k + 1] > one.low
                left[-1] |= one.high >= self.edges[-1] and one.low <= self.edges[-1]
            elif isinstance(one, ValuesFilter) and self.kind == "category":
                for k, values in enumerate(self.values):
                    left[k] &= values <= one.values
        return tuple(left)


def count_columns(
    space: Space,
    shown: NDArray[np.bool_] | None,
    selected: NDArray[np.int64] | None,
    progress: Progress,
) -> tuple[ColumnCounts, ...]:
    """Return the counts of every column that has bars."""
    made = []
    for name in (name for name in color_columns(space) if name != TEXT):
        progress.raise_if_cancelled()
        made.append(_count(space, name, shown, selected))
    return tuple(made)


def _count(
    space: Space,
    name: str,
    shown: NDArray[np.bool_] | None,
    selected: NDArray[np.int64] | None,
) -> ColumnCounts:
    coloring = coloring_of(space, name)
    if coloring.kind == "number":
        return _count_numbers(space, name, shown, selected)
    n_bars = min(len(coloring.names), MOST_CATEGORIES)
    codes = coloring.rows
    n_codes = len(coloring.names) + 1
    counted_ = [
        _by_category(_bincount(codes, n_codes, which), n_bars) for which in (None, shown, selected)
    ]
    rest = coloring.names[n_bars:]
    labels = [*coloring.names[:n_bars], f"{counted(len(rest), 'other')}", MISSING]
    values: list[frozenset[str | None]] = [frozenset([value]) for value in coloring.names[:n_bars]]
    values += [frozenset(rest), frozenset([None])]
    positions = [*coloring.positions[:n_bars], -1, -1]
    kept = [
        k for k in range(n_bars + 2) if k < n_bars or (k == n_bars and rest) or counted_[0][k] > 0
    ]
    return ColumnCounts(
        name,
        "category",
        tuple(labels[k] for k in kept),
        counted_[0][kept],
        counted_[1][kept] if shown is not None else counted_[0][kept],
        counted_[2][kept] if selected is not None else np.zeros(len(kept), np.int64),
        tuple(positions[k] for k in kept),
        values=tuple(values[k] for k in kept),
        n_missing=coloring.n_missing,
        note=counted(len(coloring.names), "value"),
    )


def _by_category(counts: Counts, n_bars: int) -> Counts:
    """Return the counts of the bars, of the values that share one, and of missing ones."""
    return np.array([*counts[:n_bars], counts[n_bars:-1].sum(), counts[-1]], np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Bins:
    """The bins of a column of numbers: (n,) uint8 codes, the last of them for missing ones."""

    edges: NDArray[np.float64]
    codes: NDArray[np.uint8]
    is_whole: bool
    counts: Counts


def _count_numbers(
    space: Space,
    name: str,
    shown: NDArray[np.bool_] | None,
    selected: NDArray[np.int64] | None,
) -> ColumnCounts:
    numbers = numbers_in(space, name)
    assert numbers is not None, "a column without numbers has no bins"
    bins = known(space, name, "bins", lambda *_: _binned(numbers))
    n_codes = len(bins.edges)
    none = np.zeros(n_codes, np.int64)
    seen = bins.counts if shown is None else _bincount(bins.codes, n_codes, shown)
    chosen = none if selected is None else _bincount(bins.codes, n_codes, selected)
    note = _median_text(numbers, shown, selected)
    return ColumnCounts(
        name,
        "number",
        _bin_labels(numbers, bins),
        bins.counts[:-1],
        seen[:-1],
        chosen[:-1],
        edges=tuple(float(edge) for edge in bins.edges),
        n_missing=numbers.n_missing,
        note=note,
        is_date=numbers.is_date,
        is_whole=bins.is_whole,
    )


def _binned(numbers: Numbers) -> _Bins:
    values = numbers.values
    is_present = ~np.isnan(values)
    present = values[is_present] if numbers.n_missing else values
    is_whole = not numbers.is_date and bool((present[:10_000] % 1 == 0).all())
    is_whole = is_whole and bool((present % 1 == 0).all())
    edges = bin_edges(numbers.low, numbers.high, is_whole=is_whole)
    codes = np.full(len(values), len(edges) - 1, np.uint8)
    inside = np.searchsorted(edges[1:-1], present, side="right").astype(np.uint8)
    codes[is_present] = inside
    return _Bins(edges, codes, is_whole, _bincount(codes, len(edges), None))


def bin_edges(low: float, high: float, *, is_whole: bool) -> NDArray[np.float64]:
    """Return the ends of equally wide bins, 40 at most; whole numbers have whole bins.

    A constant column has one bin, whose ends are the constant.
    """
    if low == high:
        return np.array([low, high])
    if is_whole and high - low < 2**53:
        span = high - low + 1
        width = 1 if span <= MOST_WHOLE else math.ceil(span / BINS)
        n_bins = math.ceil(span / width)
        return low + width * np.arange(n_bins + 1, dtype=np.float64)
    share = np.linspace(0.0, 1.0, BINS + 1)
    edges: NDArray[np.float64] = low * (1 - share) + high * share  # high - low may overflow
    return np.unique(edges)


def _bincount(
    codes: NDArray[np.integer], n_codes: int, which: NDArray[np.bool_ | np.int64] | None
) -> Counts:
    """Return how often each code comes, among all or some items."""
    taken = codes if which is None else codes[which]
    return np.bincount(taken, minlength=n_codes).astype(np.int64)


def _median_text(
    numbers: Numbers, shown: NDArray[np.bool_] | None, selected: NDArray[np.int64] | None
) -> str:
    if selected is not None and len(selected) > 1:
        middle = _median(numbers.values[selected])
        return "" if middle is None else f"median {numbers.text(middle)} selected"
    middle = _median(numbers.values if shown is None else numbers.values[shown])
    return "" if middle is None else f"median {numbers.text(middle)}"


def _median(values: NDArray[np.float64]) -> float | None:
    present = values[~np.isnan(values)]
    if not len(present):
        return None
    return float(np.median(present, overwrite_input=True))  # `present` is a copy


def _bin_labels(numbers: Numbers, bins: _Bins) -> tuple[str, ...]:
    edges = bins.edges
    if len(edges) == 2 and edges[0] == edges[1]:
        return (numbers.text(edges[0]),)
    labels = []
    for low, end in pairwise(edges):
        if bins.is_whole:
            last = min(end - 1, numbers.high)
            one, two = numbers.text(low), numbers.text(last)
            labels.append(one if low == last else f"{one} to {two}")
        else:
            labels.append(f"{numbers.text(low)} to {numbers.text(end)}")
    return tuple(labels)
