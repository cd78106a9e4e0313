"""The items table: which rows are shown, in which order."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.app.appearance import coloring_of
from embexplorer.app.state import RowOrder
from embexplorer.app.work import Then

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Finished


class Items:
    """Intents of the items table."""

    def __init__(self, store: Store, work: Work) -> None:
        self._store = store
        self._work = work
        self._asked = 0  # how often an order was asked for

    def sort_by(self, column: str, *, ascending: bool) -> None:
        """Order the rows by a column; an empty name restores the order of the space."""
        space = self._store.state.space
        if space is None:
            return
        self._asked += 1
        number = self._asked
        if not column:
            self._store.apply(lambda state: dataclasses.replace(state, order=None))
            return

        def sorted_(event: Finished) -> None:
            if number != self._asked:
                return  # another order was asked for meanwhile
            order = RowOrder(space.id, column, ascending, event.result)
            self._store.apply(lambda state: dataclasses.replace(state, order=order))

        self._work.submit(
            sorted_rows,
            key="sort",
            title="Sorting",
            lane="quick",
            is_shown=False,
            then=Then(finished=sorted_),
            space=space,
            column=column,
            ascending=ascending,
        )


def sorted_rows(
    space: Space, column: str, ascending: bool, progress: Progress
) -> NDArray[np.int64]:
    """Return all rows ordered by a column, missing values last, ties in their order."""
    values = space.table.column(column)
    keys = pa.table({"value": values, "row": np.arange(space.n)})
    direction = "ascending" if ascending else "descending"
    order = pc.sort_indices(keys, sort_keys=[("value", direction), ("row", "ascending")])
    return np.asarray(order.to_numpy(), np.int64)


def shown_rows(state: State) -> NDArray[np.int64]:
    """Return the rows of the active space that the map shows, in the table's order."""
    space = state.space
    if space is None:
        return np.empty(0, np.int64)
    order = state.order
    is_mine = order is not None and order.space_id == space.id
    rows = order.rows if is_mine and order is not None else np.arange(space.n)
    passes = passing(state)
    return rows if passes is None else rows[passes[rows]]


def passing(state: State) -> NDArray[np.bool_] | None:
    """Return (n,) which items of the active space filters and legend leave; None for all."""
    space, visible = state.space, state.visible
    if space is None or not state.hidden:
        return visible
    codes = coloring_of(space, state.style.color_by).codes
    left: NDArray[np.bool_] = ~np.isin(codes, list(state.hidden))
    return left if visible is None else left & visible


def scores_of(state: State) -> NDArray[np.float64] | None:
    """Return the score of each row in the current neighbors query, NaN where it has none."""
    space, asked = state.space, state.neighbors
    if space is None or asked is None or asked.answer is None or asked.error is not None:
        return None
    scores = np.full(space.n, np.nan)
    scores[asked.answer.ranked.indices] = asked.answer.ranked.scores
    return scores
