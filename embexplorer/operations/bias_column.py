"""Columns of bias: what a probe says of every item of a space, not only of those in its sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from embexplorer.core.derived import DerivedColumn
from embexplorer.core.errors import UserError
from embexplorer.core.params import as_dict, build
from embexplorer.core.progress import Progress
from embexplorer.core.space import ITEM
from embexplorer.measures.similarity import small_blocks
from embexplorer.operations.find_groups import find_groups
from embexplorer.operations.probe import as_sets, probing_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from embexplorer.core.contracts import ItemScale, Probe
    from embexplorer.core.item_sets import ItemSets
    from embexplorer.core.space import Space, Vectors
    from embexplorer.operations.find_groups import Groups

SIDES = "sides"
"""Parameter of a column: what numbers below and above its `MIDDLE` are nearer to."""
MIDDLE = "middle"
LIMITS = "limits"
"""Parameter of a column: where its colors end, as far on both sides of the middle."""
WITHIN = 0.98  # of the items in no set: few lie far beyond all others


def bias_columns(
    space: Space,
    probe: Probe,
    sets: ItemSets | Mapping[str, Any] | str,
    *,
    params: Mapping[str, Any] | None = None,
    ignore_case: bool = False,
    allow_missing: bool = False,
    word_column: str = "",
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[DerivedColumn, ...]:
    """Return what a probe says of every item: its number, or its nearest class and by how much.

    The items of the sets are there too, though they made the scale. An item of which the probe has
    no number, such as one without a vector where it takes cosines, has no value.

    Parameters
    ----------
    probe
        One with a `scale`.
    sets
        As for `embexplorer.operations.probe.probe`.
    params
        Parameters of the probe by name; those left out have their defaults.

    Returns
    -------
    tuple of DerivedColumn
        One of numbers. Of a probe with classes two: by how much an item is nearer to its class than
        to the next one, and the class.

    Raises
    ------
    UserError
        When the probe says nothing of single items, or cannot take the sets.
    CancelledError
        When the person cancelled.
    """
    check_scale(probe)
    progress = progress or Progress()
    settings: Any = build(probe.params, params or {})
    asked = as_sets(sets)
    groups = find_groups(
        space,
        asked,
        probe.asks,
        probe.title,
        ignore_case=ignore_case,
        allow_missing=allow_missing,
        word_column=word_column,
    )
    assert probe.scale is not None, "it was checked"
    scale = probe.scale(probing_of(groups, space, settings, seed, progress))
    values = scores_of(space.vectors, scale, progress)
    told: dict[str, Any] = {"probe": probe.id, "sets": asked.name, **as_dict(settings)}
    if asked.pairs:
        told["pairs"] = [list(pair) for pair in asked.pairs]
    said = f"{scale.what} {_used(groups, asked)}"
    is_direction = probe.asks.pairs
    name = asked.name if is_direction else f"{asked.name} ({probe.title})"
    if not scale.classes:
        told |= {
            SIDES: list(scale.sides),
            MIDDLE: scale.middle,
            LIMITS: _limits(values, scale, groups),
        }
        column = pa.array(values, from_pandas=True)
        return (DerivedColumn(space.id, f"Bias: {name}", column, said, told),)
    return _nearest(space.id, name, values, scale, said, told)


def check_scale(probe: Probe) -> None:
    """Refuse a probe that says nothing of single items.

    Raises
    ------
    UserError
        When it does not.
    """
    if probe.scale is None:
        raise UserError(
            "No number for every item",
            f"{probe.title} is about sets as a whole, and so has no column of all items.",
            "Choose another probe, such as direction, weat or sc-weat.",
        )


def scores_of(
    vectors: Vectors, scale: ItemScale, progress: Progress | None = None
) -> NDArray[np.float64]:
    """Return (n,) the numbers of all vectors (n, d), or (n, k) with classes; NaN for none.

    The vectors may be a memory map: they are read in blocks.
    """
    shape = (len(vectors), len(scale.classes)) if scale.classes else (len(vectors),)
    found = np.full(shape, np.nan)
    for start, block in small_blocks(vectors, progress):
        wide = block.astype(np.float64)
        rows = np.arange(len(wide)) if scale.scores_zero else np.flatnonzero(wide.any(axis=1))
        if len(rows):
            found[start + rows] = scale.score(wide if len(rows) == len(wide) else wide[rows])
        if progress is not None:
            done = start + len(block)
            progress.report(done / len(vectors), f"{done:,} of {len(vectors):,} items")
    return found


def _limits(values: NDArray[np.float64], scale: ItemScale, groups: Groups) -> list[float] | None:
    """Return between which ends, as far from the middle, `WITHIN` of the numbers lie; or None.

    The items that made the scale lie far out, and are left aside.
    """
    apart = np.abs(values - scale.middle)
    for one in (*groups.attributes, *groups.targets, *(groups.pairs or ())):
        apart[one.rows] = np.nan
    apart = apart[~np.isnan(apart)]
    reach = float(np.quantile(apart, WITHIN)) if len(apart) else 0.0
    return [scale.middle - reach, scale.middle + reach] if reach > 0 else None


def _nearest(
    space_id: str,
    name: str,
    values: NDArray[np.float64],
    scale: ItemScale,
    said: str,
    told: Mapping[str, Any],
) -> tuple[DerivedColumn, DerivedColumn]:
    """Return by how much each item is nearest to a class, and to which; ties go to the first."""
    is_known = ~np.isnan(values).any(axis=1)
    nearest = np.where(is_known, np.where(np.isnan(values), -np.inf, values).argmax(axis=1), -1)
    classes = pa.DictionaryArray.from_arrays(
        pa.array(nearest, pa.int32(), mask=~is_known), pa.array(scale.classes, pa.string())
    )
    if len(scale.classes) < 2:
        lead = values[:, 0]
    else:
        ordered = np.sort(values, axis=1)
        lead = ordered[:, -1] - ordered[:, -2]
    return (
        DerivedColumn(
            space_id,
            f"Lead of the nearest: {name}",
            pa.array(lead, from_pandas=True),
            f"{said} The number is by how much the largest exceeds the second.",
            told,
        ),
        DerivedColumn(
            space_id,
            f"Nearest: {name}",
            classes,
            f"{said} Each item is given to the set with the largest, however small its lead.",
            told,
        ),
    )


def _used(groups: Groups, sets: ItemSets) -> str:
    listed = ", ".join(
        f"{one.name} ({len(one.used)} of {len(one.asked)})" for one in groups.coverage
    )
    return f"Sets of “{sets.name}”: {listed}."


def column_table(space: Space, columns: Sequence[DerivedColumn]) -> pa.Table:
    """Return columns of bias beside the items: item and score, with classes also nearest."""
    table = {ITEM: space.table.column(ITEM), "score": columns[0].values}
    if len(columns) > 1:
        table["nearest"] = columns[-1].values
    return pa.table(table)
