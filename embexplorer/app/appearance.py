"""How a column becomes colors: categories by count, numbers on a ramp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embexplorer.core.space import TEXT

if TYPE_CHECKING:
    from embexplorer.core.space import Space

PALETTE_SIZE = 32  # categories with a color of their own; the rest share "other"
RAMP_STEPS = 256
HEAD = 10_000  # rows that are looked at first
BINS = 32
MANY_VALUES = 200  # a text column with more values than this is no legend
FEW_NUMBERS = 12  # a column of whole numbers with no more values than this is a legend, not a ramp


# Every panel asks for the colors of the active space, and a space never changes.
_known: WeakKeyDictionary[Space, dict[str, Coloring]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, eq=False)
class Coloring:
    """One code per item, and what the codes mean.

    Parameters
    ----------
    column
        Name of the column, empty for one color.
    kind
        ``none``, ``category`` or ``number``.
    codes
        (n,) int32: the rank of the item's category by count, or its step on the ramp;
        -1 where the value is missing.
    names, counts
        Of each category, the most frequent first; counts of histogram bins for numbers.
    low, high
        Ends of the ramp.
    """

    column: str
    kind: Literal["none", "category", "number"]
    codes: NDArray[np.int32]
    names: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    low: float = 0.0
    high: float = 0.0


def color_columns(space: Space) -> tuple[str, ...]:
    """Return the columns that can color the map."""
    return tuple(name for name, column in space.columns.items() if _kind(column) != "none")


def default_column(space: Space) -> str:
    """Return the column to color by at first: the first of at most 32 categories, or none.

    The texts themselves are no categories, however few there are.
    """
    for name, column in space.columns.items():
        if (
            name != TEXT
            and _kind(column) == "category"
            and 2 <= _count_values(column) <= PALETTE_SIZE
        ):
            return name
    return ""


def coloring_of(space: Space, column: str) -> Coloring:
    """Return the coloring of a space by one of its columns.

    An empty name, and a column that cannot color, gives one color. It is worked out once.
    """
    known = _known.setdefault(space, {})
    if column not in known:
        known[column] = _coloring(space, column)
    return known[column]


def _coloring(space: Space, column: str) -> Coloring:
    values = space.columns.get(column)
    kind = "none" if values is None else _kind(values)
    if kind == "none":
        return Coloring("", "none", np.zeros(space.n, np.int32))
    return _by_number(column, values) if kind == "number" else _by_category(column, values)


def _kind(column: pa.ChunkedArray) -> Literal["none", "category", "number"]:
    if column.null_count == len(column):
        return "none"
    kind = column.type
    if pa.types.is_floating(kind):
        return "number"
    if pa.types.is_integer(kind):
        return "category" if _count_values(column) <= FEW_NUMBERS else "number"
    if pa.types.is_boolean(kind):
        return "category"
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "category" if 1 < _count_values(column) <= MANY_VALUES else "none"
    return "none"


def _count_values(column: pa.ChunkedArray) -> int:
    """Return how many different values there are, or a number above `MANY_VALUES`."""
    head = _count(column.slice(0, HEAD))  # a million different texts take seconds to count
    return head if head > MANY_VALUES else _count(column)


def _count(column: pa.ChunkedArray) -> int:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return int(pc.count_distinct(column).as_py())


def _by_category(name: str, column: pa.ChunkedArray) -> Coloring:
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    names = [str(value) for value in encoded.dictionary.to_pylist()]
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    order = sorted(range(len(names)), key=lambda k: (-counts[k], names[k]))
    rank = np.empty(len(names) + 1, np.int32)
    rank[order] = np.arange(len(names))
    rank[-1] = -1  # code -1: missing
    return Coloring(
        name,
        "category",
        rank[codes],
        tuple(names[k] for k in order),
        tuple(int(counts[k]) for k in order),
    )


def _by_number(name: str, column: pa.ChunkedArray) -> Coloring:
    # Not "safe": a whole number above 2^53 loses digits that no color can show.
    values = column.cast(pa.float64(), safe=False).fill_null(float("nan")).to_numpy()
    known = np.isfinite(values)
    if not known.any():
        return Coloring("", "none", np.zeros(len(values), np.int32))
    low, high = float(values[known].min()), float(values[known].max())
    codes = np.full(len(values), -1, np.int32)
    width = (high - low) or 1.0
    codes[known] = np.clip(
        (values[known] - low) / width * (RAMP_STEPS - 1), 0, RAMP_STEPS - 1
    ).round()
    counts, _ = np.histogram(values[known], BINS, (low, high if high > low else low + 1.0))
    return Coloring(name, "number", codes, (), tuple(int(count) for count in counts), low, high)
