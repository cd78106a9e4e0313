"""Where the items that sets name are in a space: by their names, or as values of a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM, Space
from embexplorer.operations.query import first_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.contracts import Asks
    from embexplorer.core.item_sets import ItemSets

WORD = "word"  # column that names the word of a sentence, where no other is given


def items_of(sets: ItemSets) -> set[str]:
    """Return all items that the sets name."""
    every = [*sets.targets, *sets.attributes, *([sets.words] if sets.words else [])]
    items = {item for one in every for item in one.items}
    further = (*sets.pairs, *sets.equalize, sets.specific)
    return items | {item for one in further for item in one}


def find_rows(space: Space, wanted: set[str], *, ignore_case: bool) -> dict[str, int]:
    """Return the row of each wanted item that the space has, in one pass over its items.

    With `ignore_case` the first item that differs in case alone stands for one that is missing;
    that takes a second pass.
    """
    rows = first_rows(space, wanted) if wanted else {}
    missing = wanted - set(rows)
    if not ignore_case or not missing:
        return rows
    column = pc.utf8_lower(space.table.column(ITEM))
    lower = sorted({item.lower() for item in missing})
    codes = pc.index_in(column, value_set=pa.array(lower, column.type))
    at = pc.indices_nonzero(pc.is_valid(codes)).to_numpy()
    present, firsts = np.unique(codes.take(pa.array(at)).to_numpy(), return_index=True)
    folded = {lower[int(one)]: int(at[first]) for one, first in zip(present, firsts, strict=True)}
    return rows | {item: folded[item.lower()] for item in missing if item.lower() in folded}


def find_rows_of(
    space: Space,
    wanted: set[str],
    asks: Asks,
    title: str,
    word_column: str,
    *,
    ignore_case: bool,
) -> dict[str, NDArray[np.int64]]:
    """Return all rows (m,) of each wanted value of a column that the space has, ascending.

    Raises
    ------
    UserError
        When the probe takes no column, or the space has none of this name.
    """
    if asks.word_column is False:
        raise UserError(
            "This probe takes no column",
            f"{title} looks up items by their names, not in the column “{word_column}”.",
            "Leave the column out (--word-column).",
        )
    name = word_column or WORD
    columns = {ITEM: space.table.column(ITEM), **space.columns}  # items may be words, and repeat
    if name not in columns:
        listed = ", ".join(space.columns) or "none"
        raise UserError(
            "No column names the words",
            f"{title} needs rows that are about a word each, such as sentences, with a column that "
            f"names it; “{space.name}” has no column “{name}”. Columns: {listed}.",
            "Name the column (--word-column), or give an encoder for SEAT (--encoder).",
        )
    try:
        values = pc.cast(columns[name], pa.large_string())
    except pa.ArrowException as error:
        raise UserError(
            "This column names no words",
            f"The column “{name}” holds {columns[name].type}, not a word in each row.",
            "Name another column (--word-column).",
        ) from error
    asked = sorted(wanted)
    if ignore_case:
        values, asked = pc.utf8_lower(values), sorted({item.lower() for item in wanted})
    codes = pc.index_in(values, value_set=pa.array(asked, pa.large_string()))
    at = pc.indices_nonzero(pc.is_valid(codes)).to_numpy().astype(np.int64)
    numbers = codes.take(pa.array(at)).to_numpy()
    order = np.argsort(numbers, kind="stable")
    bounds = np.searchsorted(numbers[order], np.arange(len(asked) + 1))
    every = {
        value: at[order[bounds[one] : bounds[one + 1]]]
        for one, value in enumerate(asked)
        if bounds[one] < bounds[one + 1]
    }
    fold = str.lower if ignore_case else str
    return {item: every[fold(item)] for item in wanted if fold(item) in every}
