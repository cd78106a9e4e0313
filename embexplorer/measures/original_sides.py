"""On which side of the pairs the items of a space were before bias was taken out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.core.space import ITEM, zero_rows
from embexplorer.measures.along_direction import along, direction_of, pair_names, pairs_of
from embexplorer.measures.bias_direction import find_direction, notes_on

if TYPE_CHECKING:
    from embexplorer.core.contracts import Probing
    from embexplorer.core.space import Space
    from embexplorer.measures.bias_direction import BiasDirection, DirectionMethod

BLOCK = 1 << 14  # rows that are gathered at once


@dataclass(frozen=True, slots=True, eq=False)
class OriginalSides:
    """Cosines with the direction of the pairs in the original space.

    Parameters
    ----------
    scores
        (m,) of the first m items of the space, positive on the first side; NaN for an item that the
        original lacks, that has no direction in one of the spaces, that is in the pairs, or that is
        of one side by definition.
    words
        (w,) of the further items of the question, NaN where the original has none; empty without.
    notes
        What a person must know, one sentence each.
    """

    scores: NDArray[np.float64]
    words: NDArray[np.float64]
    notes: tuple[str, ...]


def original_sides(
    probing: Probing, way: DirectionMethod, n_first: int, progress: Progress
) -> OriginalSides:
    """Return on which side the first items were, by the pairs in the original space.

    Raises
    ------
    UserError
        When the original lacks items of the pairs, or they have no direction there.
    CancelledError
        When the person cancelled.
    """
    space, original = probing.space, probing.original
    m = min(n_first, space.n)
    group = probing.words
    notes = []
    if original is None:
        direction = direction_of(probing, way)
        scores = along(space.vectors[:m], direction.vector, progress=progress)
        words = np.empty(0) if group is None else along(group.vectors, direction.vector)
    else:
        asked = np.empty(0, np.int64) if group is None else group.rows
        wanted = [np.arange(m), asked, *(group.rows for group in pairs_of(probing))]
        rows = np.split(
            _rows_in(original, space, np.concatenate(wanted)),
            np.cumsum([len(part) for part in wanted])[:-1],
        )
        direction = _direction_there(probing, original, way, rows[2], rows[3])
        scores = _along_rows(original, rows[0], direction.vector, progress)
        words = _along_rows(original, rows[1], direction.vector, Progress())
        lost = int(np.count_nonzero(rows[0] < 0))
        if lost:
            notes.append(f"{lost:,} of the first {m:,} items are not in the original space.")
    scores[zero_rows(space.vectors[:m])] = np.nan
    left_out = np.concatenate([probing.specific, *(group.rows for group in pairs_of(probing))])
    scores[left_out[(left_out >= 0) & (left_out < m)]] = np.nan
    said = "the pairs"
    if len(probing.specific):
        said += f" and {counted(len(probing.specific), 'item')} of one side by definition"
    notes.append(
        f"The first {m:,} items of the space are looked at, without those of {said}; their sides "
        f"are those of {'this' if original is None else 'the original'} space."
    )
    return OriginalSides(scores, words, (*notes_on(direction, pair_names(probing)), *notes))


def _rows_in(original: Space, space: Space, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the row of some items of a space in the original, -1 where it has none."""
    items, others = space.table.column(ITEM), original.table.column(ITEM)
    if items.equals(others):
        return rows
    there = np.full(len(rows), -1)
    known = np.flatnonzero(rows >= 0)
    found = pc.index_in(items.take(pa.array(rows[known])), value_set=others.combine_chunks())
    there[known] = pc.fill_null(found, -1).to_numpy()
    return there


def _direction_there(
    probing: Probing,
    original: Space,
    way: DirectionMethod,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
) -> BiasDirection:
    """Return the direction of the pairs in the original, whose rows there are given."""
    for group, rows in zip(pairs_of(probing), (first, second), strict=True):
        lacks = [
            item
            for item, row in zip(group.items, rows.tolist(), strict=True)
            if row < 0 or not np.any(original.vectors[row])
        ]
        if lacks:
            raise UserError(
                "The original lacks pairs",
                f"“{original.name}” has no vector for {', '.join(lacks[:5])}.",
                "Give the space that this one was made from, or leave these pairs out.",
            )
    one, other = (np.asarray(original.vectors[rows], np.float64) for rows in (first, second))
    return find_direction(one, other, way)


def _along_rows(
    original: Space, rows: NDArray[np.int64], direction: NDArray[np.float64], progress: Progress
) -> NDArray[np.float64]:
    """Return the cosines of rows of the original, NaN for a row of -1."""
    if np.array_equal(rows, np.arange(len(rows))):
        return along(original.vectors[: len(rows)], direction, progress=progress)
    scores = np.full(len(rows), np.nan)
    known = np.flatnonzero(rows >= 0)
    for start in range(0, len(known), BLOCK):
        progress.raise_if_cancelled()
        progress.report(start / len(known), f"{start:,} items")
        part = known[start : start + BLOCK]
        scores[part] = along(original.vectors[rows[part]], direction)
    return scores
