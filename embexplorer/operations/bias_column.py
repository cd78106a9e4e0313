"""A column of bias: how far every item of a space lies along the direction of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.core.contracts import Asks
from embexplorer.core.derived import DerivedColumn
from embexplorer.core.space import ITEM
from embexplorer.measures.along_direction import along
from embexplorer.measures.bias_direction import find_direction
from embexplorer.operations.find_groups import find_groups
from embexplorer.operations.probe import as_sets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.core.item_sets import ItemSets
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.measures.along_direction import Scale
    from embexplorer.measures.bias_direction import DirectionMethod


def bias_column(
    space: Space,
    sets: ItemSets | Mapping[str, Any] | str,
    *,
    way: DirectionMethod = "pca",
    projection: Scale = "cosine",
    unit_length: bool = True,
    ignore_case: bool = False,
    allow_missing: bool = False,
    progress: Progress | None = None,
) -> DerivedColumn:
    """Return how far every item lies along the direction of the pairs of some item sets.

    Positive is the side of the first items of the pairs; the items of the pairs are there too,
    though they made the direction. An item without a vector has no cosine, and so no value.

    Parameters
    ----------
    sets
        As for `embexplorer.operations.probe.probe`.
    way, projection, unit_length
        As for the probe ``direction``.

    Raises
    ------
    UserError
        When the sets have no pairs, too many of them are missing, or they have no direction.
    CancelledError
        When the person cancelled.

    References
    ----------
    As for `embexplorer.probes.direction`.
    """
    asked = as_sets(sets)
    title = "A column of bias"
    groups = find_groups(
        space,
        asked,
        Asks(pairs=True),
        title,
        ignore_case=ignore_case,
        allow_missing=allow_missing,
    )
    assert groups.pairs is not None, "pairs were asked for"
    first, second = groups.pairs
    direction = find_direction(first.vectors, second.vectors, way, unit_length=unit_length)
    values = along(space.vectors, direction.vector, projection, progress)
    length = "of length 1" if unit_length else "as they are"
    what = "Cosine" if projection == "cosine" else "Length along it of the raw vector"
    how = (
        f"{what} of each item with the direction from “{second.items[0]}” to “{first.items[0]}”, "
        f"found by {way} from {len(first)} of {len(asked.pairs)} pairs of “{asked.name}”, vectors "
        f"{length}; it holds {direction.share:.0%} of the differences within them. Positive is the "
        f"side of “{first.items[0]}”."
    )
    return DerivedColumn(
        space.id,
        f"Bias: {asked.name}",
        pa.array(values, from_pandas=True),
        how,
        {
            "sets": asked.name,
            "pairs": [list(pair) for pair in asked.pairs],
            "way": way,
            "projection": projection,
            "unit_length": unit_length,
        },
    )


def column_table(space: Space, column: DerivedColumn) -> pa.Table:
    """Return a derived column beside the items, as columns item and score."""
    return pa.table({ITEM: space.table.column(ITEM), "score": column.values})
