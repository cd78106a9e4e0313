"""The items table: which rows are shown, in which order, and rows as text."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.app.appearance import coloring_of
from embexplorer.app.presenters.cells import rows_as_text
from embexplorer.app.state import RowOrder
from embexplorer.app.work import Then
from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
        store.subscribe(self._changed)

    def sort_by(self, column: str, *, ascending: bool) -> None:
        """Order the rows by a column; an empty name means the order of the space."""
        if not column and ascending:
            self._asked += 1
            self._store.apply(lambda state: dataclasses.replace(state, order=None))
        else:
            self._sort(column, ascending, None)

    def sort_by_score(self, *, ascending: bool) -> None:
        """Order the rows by their score in the query of the moment; those without one last."""
        scores = scores_of(self._store.state)
        if scores is not None:
            self._sort("", ascending, scores)

    def copy_rows(self, columns: Sequence[str], score: str, tell: Callable[[str], None]) -> None:
        """Tell the text of the selected rows that are shown, in the order of the table.

        Parameters
        ----------
        columns
            Names of the columns, in the order they are read.
        score
            Title of the score of the query; empty to leave it out.
        tell
            Called with the text when it is made.
        """
        state = self._store.state
        space, chosen = state.space, state.selection
        if space is None or chosen is None:
            return
        is_chosen = np.zeros(space.n, bool)
        is_chosen[chosen.indices] = True
        ordered = shown_rows(state)
        scores = scores_of(state) if score else None

        def finished(event: Finished) -> None:
            tell(event.result)

        self._work.submit(
            rows_as_text,
            key="copy-rows",
            title="Copying",
            lane="quick",
            is_shown=False,
            then=Then(finished=finished),
            table=space.table,
            rows=ordered[is_chosen[ordered]],
            columns=tuple(columns),
            scores=None if scores is None else (score, scores),
        )

    def _changed(self, old: State, new: State) -> None:
        """Follow the query where the rows are sorted by it."""
        order, asked, before = new.order, new.neighbors, old.neighbors
        if order is None or not order.is_by_score or order.space_id != new.active_space:
            return
        if asked is None:
            self.sort_by("", ascending=True)
        elif before is None or asked.answer is not before.answer:
            self.sort_by_score(ascending=order.is_ascending)

    def _sort(self, column: str, ascending: bool, scores: NDArray[np.float64] | None) -> None:
        space = self._store.state.space
        if space is None:
            return
        self._asked += 1
        number, is_by_score = self._asked, scores is not None

        def sorted_(event: Finished) -> None:
            if number != self._asked:
                return  # another order was asked for meanwhile
            order = RowOrder(space.id, column, ascending, event.result, is_by_score)
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
            scores=scores,
        )


def sorted_rows(
    space: Space,
    column: str,
    ascending: bool,
    progress: Progress,
    scores: NDArray[np.float64] | None = None,
) -> NDArray[np.int64]:
    """Return all rows ordered by a column, missing values last, ties in their order.

    Without a column they are ordered by their scores, or where there are none, by number.

    Raises
    ------
    UserError
        Where values of the column have no order.
    """
    if scores is not None:
        values: pa.ChunkedArray | pa.Array = pa.array(scores)
    elif not column:
        return np.arange(space.n, dtype=np.int64)[:: 1 if ascending else -1].copy()
    else:
        values = space.table.column(column)
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    keys = pa.table({"value": values, "row": np.arange(space.n)})
    direction = "ascending" if ascending else "descending"
    try:
        order = pc.sort_indices(keys, sort_keys=[("value", direction), ("row", "ascending")])
    except (pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise UserError(
            "Column has no order",
            f"“{column}” holds {values.type}, which cannot be sorted.",
            "Choose another column.",
        ) from error
    return np.asarray(order.to_numpy(), np.int64)


def shown_rows(state: State) -> NDArray[np.int64]:
    """Return the rows of the active space that the map shows, in the table's order."""
    space = state.space
    if space is None:
        return np.empty(0, np.int64)
    order, passes = state.order, passing(state)
    if order is None or order.space_id != space.id:
        return np.arange(space.n) if passes is None else np.flatnonzero(passes)
    return order.rows if passes is None else order.rows[passes[order.rows]]


def passing(state: State) -> NDArray[np.bool_] | None:
    """Return (n,) which items of the active space filters and legend leave; None for all."""
    space, visible = state.space, state.visible
    if space is None or not state.hidden:
        return visible
    left = coloring_of(space, state.style.color_by, state.style).leaves(state.hidden)
    return left if visible is None else left & visible


def scores_of(state: State) -> NDArray[np.float64] | None:
    """Return the score of each row in the current neighbors query, NaN where it has none."""
    space, asked = state.space, state.neighbors
    if space is None or asked is None or asked.answer is None or asked.error is not None:
        return None
    scores = np.full(space.n, np.nan)
    scores[asked.answer.ranked.indices] = asked.answer.ranked.scores
    return scores
