"""How a column becomes colors: categories by count, numbers on a ramp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

if TYPE_CHECKING:
    from embexplorer.core.space import Space

PALETTE_SIZE = 32  # categories with a color of their own; the rest share "other"
RAMP_STEPS = 256
BINS = 32
MANY_VALUES = 200  # a text column with more values than this is no legend


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
    """Return the column to color by at first: the first of at most 32 categories, or none."""
    for name, column in space.columns.items():
        if _kind(column) == "category" and 2 <= pc.count_distinct(column).as_py() <= PALETTE_SIZE:
            return name
    return ""


def coloring_of(space: Space, column: str) -> Coloring:
    """Return the coloring of a space by one of its columns; an empty name gives one color."""
    if column not in space.columns:
        return Coloring("", "none", np.zeros(space.n, np.int32))
    values = space.columns[column]
    if _kind(values) == "number":
        return _by_number(column, values)
    return _by_category(column, values)


def _kind(column: pa.ChunkedArray) -> Literal["none", "category", "number"]:
    kind = column.type
    if pa.types.is_floating(kind) or (
        pa.types.is_integer(kind) and pc.count_distinct(column).as_py() > 12
    ):
        return "number"
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_dictionary(kind):
        return "category"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "category" if 1 < pc.count_distinct(column).as_py() <= MANY_VALUES else "none"
    return "none"


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
    values = column.cast(pa.float64()).fill_null(float("nan")).to_numpy()
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
