"""What a space holds: sizes, columns, origin, and what a person should look at."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.space import ITEM, zero_rows

if TYPE_CHECKING:
    from embexplorer.core.space import Space


def describe(space: Space, head: int = 10) -> dict[str, Any]:
    """Return what ``embexplorer info`` prints.

    Parameters
    ----------
    space
        Any space.
    head
        How many items to list.

    Returns
    -------
    dict
        n, d, dtype, items_head, columns (name and kind: text, integer, number, boolean, date, or
        the Arrow type of anything else), provenance, zero_vectors, duplicate_items (items that an
        earlier row has too) and bytes (of the vectors).
    """
    distinct = len(pc.unique(space.table.column(ITEM)))
    return {
        "n": space.n,
        "d": space.d,
        "dtype": str(np.dtype(space.vectors.dtype)),
        "items_head": list(space.items[:head]),
        "columns": [
            {"name": name, "kind": _kind(column.type)} for name, column in space.columns.items()
        ],
        "provenance": dataclasses.asdict(space.provenance),
        "zero_vectors": len(zero_rows(space.vectors)),
        "duplicate_items": space.n - distinct,
        "bytes": int(space.vectors.nbytes),
    }


def _kind(arrow: pa.DataType) -> str:
    if pa.types.is_dictionary(arrow):
        return _kind(arrow.value_type)
    if pa.types.is_boolean(arrow):
        return "boolean"
    if pa.types.is_integer(arrow):
        return "integer"
    if pa.types.is_floating(arrow) or pa.types.is_decimal(arrow):
        return "number"
    if pa.types.is_temporal(arrow):
        return "date"
    is_text = pa.types.is_string(arrow) or pa.types.is_large_string(arrow)
    return "text" if is_text or pa.types.is_string_view(arrow) else str(arrow)
