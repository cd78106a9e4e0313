"""Columns as categories: which columns are, and the rank of each item's category by count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

HEAD = 10_000  # rows that are looked at first
MANY_VALUES = 200  # up to so many values a column of texts is categories though none repeats
FEW_NUMBERS = 12  # whole numbers with no more values than this are categories, not a ramp
MOST_CATEGORIES = 65_000  # with a row of their own in the legend; the rest share the last


@dataclass(frozen=True, slots=True, eq=False)
class Categories:
    """The categories of a column.

    Parameters
    ----------
    codes
        (n,) int32: the position of each item's category in `names`; -1 where it has none.
    names, counts
        Of each category, in the order of the legend: the most frequent first, or the order that
        the column brings with its colors.
    positions
        Position of each category in the palette of categories; -1 for the color of the others.
    """

    codes: NDArray[np.int32]
    names: tuple[str, ...]
    counts: tuple[int, ...]
    positions: tuple[int, ...]


def are_texts(kind: pa.DataType) -> bool:
    """Return whether a column of this type holds texts, plain or by a dictionary."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def count_values(column: pa.ChunkedArray) -> int:
    """Return how many different values there are, or a number above `MANY_VALUES`."""
    head = _count(column.slice(0, HEAD))  # a million different texts take seconds to count
    return head if head > MANY_VALUES else _count(column)


def repeats(column: pa.ChunkedArray) -> bool:
    """Return whether some value comes twice among the first, middle and last rows."""
    rest = len(column) - HEAD
    if rest <= 2 * HEAD:
        looked_at = column
    else:
        parts = (column.slice(start, HEAD) for start in (0, rest // 2, rest))
        looked_at = pa.chunked_array([chunk for part in parts for chunk in part.chunks])
    return bool(_count(looked_at) < len(looked_at) - looked_at.null_count)


def _count(column: pa.ChunkedArray) -> int:
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries().combine_chunks()
        indices = column.indices if isinstance(column, pa.DictionaryArray) else pa.nulls(0)
        return int(pc.count_distinct(indices).as_py())
    return int(pc.count_distinct(column).as_py())


def read_categories(column: pa.ChunkedArray, colors: bytes | None, palette: int) -> Categories:
    """Return the categories of a column.

    Parameters
    ----------
    colors
        Position in the palette of each value of the column's dictionary, by commas, where the
        column brings them.
    palette
        How many categories get a color of their own otherwise: the most frequent, one less where
        there are more.
    """
    encoded = _encoded(column)
    indices = encoded.indices
    if indices.null_count:
        indices = indices.cast(pa.int32()).fill_null(-1)
    raw = indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    values = encoded.dictionary
    counts = np.bincount(raw[raw >= 0] if encoded.null_count else raw, minlength=len(values))
    brought = _brought(colors, len(values))
    if brought is None:
        order = _by_count(values, counts)
        own = palette if len(order) <= palette else palette - 1
        positions = [*range(min(own, len(order))), *([-1] * (len(order) - own))]
    else:
        order = np.flatnonzero(counts > 0)
        positions = [brought[k] for k in order]
    rank = np.full(len(values) + 1, -1, np.int32)  # the last one is for missing values
    rank[order] = np.minimum(np.arange(len(order)), MOST_CATEGORIES - 1)
    names = values.take(pa.array(order[:MOST_CATEGORIES])).to_pylist()
    ordered_counts = counts[order].tolist()
    rest = len(order) - MOST_CATEGORIES
    if rest > 0:
        names[-1] = f"{rest + 1:,} rarer values"
        ordered_counts[MOST_CATEGORIES - 1 :] = [sum(ordered_counts[MOST_CATEGORIES - 1 :])]
        positions = positions[:MOST_CATEGORIES]
    return Categories(rank[raw], tuple(names), tuple(ordered_counts), tuple(positions))


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.large_string()).dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # no rows
        whole = pa.array([], column.type)
    return whole if are_texts(whole.type) else _with_text(whole)


def _with_text(whole: pa.DictionaryArray) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(whole.indices, whole.dictionary.cast(pa.string()))


def _brought(colors: bytes | None, n: int) -> list[int] | None:
    if not colors:
        return None
    positions = [int(position) for position in colors.split(b",")]
    return positions if len(positions) == n else None


def _by_count(values: pa.Array, counts: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the values that occur, the most frequent first, ties by name."""
    table = pa.table({"count": counts, "name": values, "place": np.arange(len(counts))})
    table = table.filter(pc.greater(table["count"], 0))
    keys = [("count", "descending"), ("name", "ascending")]
    order = pc.sort_indices(table, sort_keys=keys)
    found: NDArray[np.int64] = table["place"].take(order).to_numpy()
    return found
