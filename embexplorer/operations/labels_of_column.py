"""The groups that a column of a space names, as numbers: what a supervised map is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.space import Space

UNKNOWN = -1
HINT = "Choose a column of categories, such as a topic."


def labels_of_column(space: Space, column: str) -> NDArray[np.int32]:
    """Return (n,) the number of each item's group in a column; -1 where it has none.

    Raises
    ------
    UserError
        When there is no such column, it holds fractions or lists, or names no two groups of which
        one has several items.
    """
    if column == ITEM or column not in space.table.column_names:
        there = ", ".join(space.columns) or "none"
        raise UserError(
            "No such column",
            f"“{space.name}” has no column “{column}” beside its items.",
            f"The columns are: {there}.",
        )
    values = space.table.column(column)
    kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_nested(kind):
        raise UserError("Column names no groups", f"“{column}” holds {kind} values.", HINT)
    labels = _codes(values)
    counts = np.bincount(labels[labels != UNKNOWN])
    if np.count_nonzero(counts) < 2 or counts.max() < 2:
        groups = np.count_nonzero(counts)
        detail = f"“{column}” has {groups:,} different values for {space.n:,} items."
        raise UserError("Column names no groups", detail, HINT)
    return labels


def _codes(values: pa.ChunkedArray) -> NDArray[np.int32]:
    """Return the position of each value among the different ones."""
    if not pa.types.is_dictionary(values.type):
        values = values.dictionary_encode()
    whole = values.unify_dictionaries().combine_chunks()
    indices = whole.indices.cast(pa.int32()).fill_null(UNKNOWN)
    codes: NDArray[np.int32] = indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return codes
