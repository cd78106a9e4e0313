"""Which items are spelled nearly like an unknown one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Spellings = NDArray[np.uint32]  # (longest, m): one code point a row, 0 after the end of an item

_ROWS = 1 << 14  # items compared at a time: their columns stay in the cache of a core


def near_spellings(items: pa.ChunkedArray | pa.Array, wanted: str, n: int = 3) -> list[str]:
    """Return up to n items that are spelled nearly like `wanted`, the nearest first.

    Case is ignored, so case variants come first; then the fewest edits count, where an edit
    inserts, drops or replaces a letter or swaps two neighbors; on ties the first row, which in
    word vectors is the most frequent. One edit is allowed up to 2 letters, two up to 8, else three.

    Parameters
    ----------
    items
        The column of items.
    wanted
        What was looked for.

    References
    ----------
    Damerau 1964, A technique for computer detection and correction of spelling errors; the
    distance is its restricted form (optimal string alignment).
    """
    folded = wanted.strip().lower()
    if not folded or n < 1:
        return []
    limit = 1 if len(folded) <= 2 else 2 if len(folded) <= 8 else 3
    column = pa.chunked_array([items]) if isinstance(items, pa.Array) else items
    lengths = pc.utf8_length(column)
    # Folding case seldom changes the length; one more letter leaves room where it does.
    is_close = pc.and_(
        pc.greater_equal(lengths, max(1, len(folded) - limit - 1)),
        pc.less_equal(lengths, len(folded) + limit + 1),
    )
    rows = pc.indices_nonzero(is_close).to_numpy()
    candidates = pc.utf8_lower(column.filter(is_close).combine_chunks())
    edits = _all_edits(candidates, folded, limit)
    near = np.flatnonzero(edits <= limit)
    order = near[np.argsort(edits[near], kind="stable")]
    return _first_distinct(column, rows[order], wanted, n)


def _first_distinct(column: pa.ChunkedArray, rows: NDArray[Any], wanted: str, n: int) -> list[str]:
    found: list[str] = []
    for row in rows:
        item = column[int(row)].as_py()
        if item != wanted and item not in found:
            found.append(item)
        if len(found) == n:
            break
    return found


def _all_edits(candidates: pa.Array, wanted: str, limit: int) -> NDArray[np.int8]:
    parts = [
        _edits(*_spellings(candidates.slice(start, _ROWS)), wanted, limit)
        for start in range(0, len(candidates), _ROWS)
    ]
    return np.concatenate(parts) if parts else np.empty(0, np.int8)


def _spellings(items: pa.Array) -> tuple[Spellings, NDArray[np.int64]]:
    """Return the code points of the items, one item a column, and their lengths."""
    lengths = pc.utf8_length(items).to_numpy(zero_copy_only=False).astype(np.int64)
    points = np.frombuffer("".join(items.to_pylist()).encode("utf-32-le"), np.uint32)
    longest = int(lengths.max(initial=0))
    spellings = np.zeros((longest, len(lengths)), np.uint32)
    starts = np.cumsum(lengths) - lengths
    for position in range(longest):
        has_letter = np.flatnonzero(lengths > position)
        spellings[position, has_letter] = points[starts[has_letter] + position]
    return spellings, lengths


def _edits(
    spellings: Spellings, lengths: NDArray[np.int64], wanted: str, limit: int
) -> NDArray[np.int8]:
    """Return the edits from `wanted` to every item; above `limit` only that there are more.

    The usual table of distances between beginnings, one row for each letter of `wanted`, with all
    items side by side in each cell; only the band within `limit` of the diagonal is filled.
    """
    many = np.int8(limit + 1)
    longest, count = spellings.shape
    cells = np.full((3, longest + 1, count), many, np.int8)  # this row of the table and two before
    for j in range(min(limit, longest) + 1):
        cells[0, j] = j
    for i, letter in enumerate(wanted, start=1):
        row, above, above_two = cells[i % 3], cells[(i - 1) % 3], cells[(i - 2) % 3]
        row[...] = many
        if i <= limit:
            row[0] = i
        for j in range(max(1, i - limit), min(longest, i + limit) + 1):
            differs = spellings[j - 1] != ord(letter)
            best = np.minimum(above[j], row[j - 1]) + np.int8(1)
            np.minimum(best, above[j - 1] + differs, out=best)
            if i > 1 and j > 1:
                is_swap = (spellings[j - 1] == ord(wanted[i - 2])) & (
                    spellings[j - 2] == ord(letter)
                )
                np.minimum(best, above_two[j - 2] + np.int8(1), out=best, where=is_swap)
            np.minimum(best, many, out=row[j])
    edits: NDArray[np.int8] = cells[len(wanted) % 3][lengths, np.arange(count)]
    return edits
