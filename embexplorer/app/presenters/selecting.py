"""Selecting: by hand, by nearness, value or expression; selections that are kept; tags."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa

from embexplorer.app import state as states
from embexplorer.app.document import NamedSelection
from embexplorer.app.filters import ExpressionFilter, RowsFilter, ValuesFilter
from embexplorer.app.presenters.items import passing
from embexplorer.app.work import Then
from embexplorer.core.counted import counted
from embexplorer.core.derived import DerivedColumn
from embexplorer.core.results import known_metric
from embexplorer.core.selection import Selection
from embexplorer.measures.expression import evaluate, parse
from embexplorer.measures.neighbors import find_nearest
from embexplorer.measures.search import find_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from embexplorer.app.filters import Filter
    from embexplorer.app.presenters.map import Map
    from embexplorer.app.remembered import Remembered
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Finished
    from embexplorer.measures.search import SearchMode
    from embexplorer.operations.int8_copies import Int8Copies
    from embexplorer.operations.norms import NormsCache

    Rows = NDArray[np.int64]

How = Literal["replace", "add", "remove", "intersect"]
TAG = "Tag"
NEAREST = 10


class Selecting:
    """Intents of selection tools, of the list of kept selections and of tags."""

    def __init__(
        self,
        store: Store,
        work: Work,
        remembered: Remembered,
        norms: NormsCache,
        copies: Int8Copies,
        map_: Map,
    ) -> None:
        self._store = store
        self._work = work
        self._remembered = remembered
        self._norms = norms
        self._copies = copies
        self._map = map_

    # -- what is selected ----------------------------------------------------------------------

    def take(self, rows: Iterable[int] | Rows, how: How = "replace") -> None:
        """Select rows of the active space, or combine them with the selection there is."""

        def change(state: State) -> State:
            chosen = combined(state.selection, Selection.of(state.active_space, rows), how)
            if len(chosen):
                return dataclasses.replace(state, selection=chosen)
            neighbors = None if _is_about_selected(state) else state.neighbors
            return dataclasses.replace(state, selection=None, neighbors=neighbors)

        self._store.apply(change, undo="Selection")

    def take_all(self) -> None:
        """Select every item that is shown."""
        self.take(_shown(self._store.state))

    def invert(self) -> None:
        """Select the shown items that are not selected."""
        state = self._store.state
        chosen = state.selection
        shown = _shown(state)
        if chosen is not None:
            shown = np.setdiff1d(shown, chosen.indices, assume_unique=True)
        self.take(shown)

    def clear(self) -> None:
        """Select nothing."""
        self.take(np.empty(0, np.int64))

    def by_value(self, column: str, value: str | None, how: How = "replace") -> None:
        """Select the shown items of one value of a column; None stands for missing."""
        self._take_passing(ValuesFilter(column, frozenset([value])), how)

    def by_expression(self, text: str, how: How = "replace") -> None:
        """Select the shown items for which an expression on the columns is true.

        Raises
        ------
        ExpressionError
            Naming what cannot be read, and where.
        """
        space = self._store.state.space
        if space is not None:
            evaluate(parse(text), space.table.slice(0, 1))
            self._take_passing(ExpressionFilter(text), how)

    def by_text(self, text: str, mode: SearchMode = "word", how: How = "replace") -> None:
        """Select the shown items that hold a text."""
        self._take_found(partial(_holding, text=text, mode=mode), how)

    def _take_passing(self, one: Filter, how: How) -> None:
        self._take_found(partial(_passing, one=one), how)

    def _take_found(self, find: Callable[..., Rows], how: How) -> None:
        """Select what a search finds among the shown items, which may take a while."""
        state = self._store.state
        space = state.space
        if space is None:
            return

        def finished(event: Finished) -> None:
            if self._store.state.active_space == space.id:
                self.take(event.result, how)

        self._work.submit(
            find,
            key="select",
            title="Selecting",
            lane="quick",
            is_shown=False,
            then=Then(finished=finished),
            table=space.table,
            shown=passing(state),
        )

    def nearest(self, row: int, k: int = NEAREST, how: How = "replace") -> None:
        """Select an item and its k nearest in the full space, by the metric of the queries."""
        space = self._store.state.space
        if space is None:
            return

        def finished(event: Finished) -> None:
            if self._store.state.active_space == space.id:
                self.take(event.result, how)

        self._work.submit(
            self._nearest_rows,
            key="nearest",
            title="Nearest items",
            lane="quick",
            is_shown=False,
            then=Then(finished=finished),
            space=space,
            row=row,
            k=k,
        )

    def _nearest_rows(self, space: Space, row: int, k: int, progress: Progress) -> Rows:
        """Search, in the lane's thread."""
        found = find_nearest(
            space.vectors,
            space.vectors[row],
            min(k, space.n - 1),
            known_metric(self._remembered.settings.metric),
            exclude=np.array([row]),
            norms=self._norms.of(space, progress),
            copy=self._copies.of(space),
            progress=progress,
        )
        return np.append(found.indices, row)

    # -- what is kept --------------------------------------------------------------------------

    def keep(self, name: str) -> None:
        """Keep the selection under a name, in a color no other has."""
        state = self._store.state
        chosen, space = state.selection, state.space
        if chosen is None or space is None or not name.strip():
            return
        used = {item.color for item in state.document.selections_of(space.id)}
        color = next(k for k in range(len(used) + 1) if k not in used)
        kept = NamedSelection(space.id, name.strip(), color, chosen.indices)
        self._store.apply(
            lambda state: states.with_document(
                state, selections=(*state.document.selections, kept)
            ),
            undo=f"Keep “{kept.name}”",
        )

    def recall(self, selection_id: str, how: How = "replace") -> None:
        """Select what was kept."""
        kept = self._kept(selection_id)
        if kept is not None:
            self.take(kept.rows, how)

    def change_kept(
        self, selection_id: str, *, name: str | None = None, color: int | None = None
    ) -> None:
        """Give a kept selection another name or color."""
        kept = self._kept(selection_id)
        if kept is None:
            return
        changed = dataclasses.replace(
            kept,
            name=kept.name if name is None else name.strip() or kept.name,
            color=kept.color if color is None else color,
        )
        self._replace(selection_id, (changed,), f"Change “{kept.name}”")

    def update_kept(self, selection_id: str) -> None:
        """Let a kept selection hold what is selected now."""
        kept, chosen = self._kept(selection_id), self._store.state.selection
        if kept is not None and chosen is not None:
            changed = dataclasses.replace(kept, rows=chosen.indices)
            self._replace(selection_id, (changed,), f"Change “{kept.name}”")

    def forget(self, selection_id: str) -> None:
        """Keep a selection no more."""
        kept = self._kept(selection_id)
        if kept is not None:
            self._replace(selection_id, (), f"Remove “{kept.name}”")

    def tag(self, label: str, column: str = TAG) -> None:
        """Write a label into a derived column of the selected items; an empty one removes it."""
        state = self._store.state
        chosen, space = state.selection, state.space
        if chosen is None or space is None:
            return
        before = next(
            (item for item in state.document.columns_of(space.id) if item.name == column), None
        )
        labels = [None] * space.n if before is None else before.values.to_pylist()
        for row in chosen.indices:
            labels[row] = label.strip() or None
        made = DerivedColumn(
            space.id, column, pa.array(labels, pa.string()), "Written by hand.", {"by": "hand"}
        )
        said = f"Tagged {counted(len(chosen), 'item')} “{label.strip()}”."
        self._store.apply(
            lambda state: dataclasses.replace(states.add_column(state, made), message=said),
            undo=f"Tag “{label.strip()}”",
        )

    # -- by themselves -------------------------------------------------------------------------

    def isolate(self) -> None:
        """Show only the selected items, on the map and in the table."""
        chosen = self._store.state.selection
        if chosen is None:
            return
        alone = RowsFilter(counted(len(chosen), "isolated item"), chosen.indices)
        self._store.apply(
            lambda state: dataclasses.replace(
                state,
                filters=(
                    *(item for item in state.filters if not isinstance(item, RowsFilter)),
                    alone,
                ),
            ),
            undo="Isolate",
        )

    def project_alone(self) -> None:
        """Project only the selected items, by the method and parameters of the map."""
        state = self._store.state
        chosen, shown = state.selection, state.projection
        if chosen is None:
            return
        if shown is None or not shown.is_repeatable:
            self._map.project(self._remembered.settings.method, rows=chosen.indices)
        else:
            self._map.project(
                shown.method,
                shown.params,
                dims=shown.dims,
                seed=shown.seed,
                rows=chosen.indices,
                labels_from=shown.labels_from,
            )

    def _kept(self, selection_id: str) -> NamedSelection | None:
        kept = self._store.state.document.selections
        return next((item for item in kept if item.id == selection_id), None)

    def _replace(self, selection_id: str, by: tuple[NamedSelection, ...], title: str) -> None:
        def change(state: State) -> State:
            kept = state.document.selections
            at = next(k for k, item in enumerate(kept) if item.id == selection_id)
            return states.with_document(state, selections=(*kept[:at], *by, *kept[at + 1 :]))

        self._store.apply(change, undo=title)


def combined(before: Selection | None, found: Selection, how: How) -> Selection:
    """Return what is selected when `found` is combined with the selection before."""
    if before is None or before.space_id != found.space_id:
        before = Selection(found.space_id, np.empty(0, np.int64))
    if how == "add":
        return before | found
    if how == "remove":
        return before - found
    return before & found if how == "intersect" else found


def _passing(
    table: pa.Table, shown: NDArray[np.bool_] | None, one: Filter, progress: Progress
) -> Rows:
    """Return the shown rows that pass a filter, in the lane's thread."""
    progress.raise_if_cancelled()
    mask = one.mask(table)
    return np.flatnonzero(mask if shown is None else mask & shown)


def _holding(
    table: pa.Table,
    shown: NDArray[np.bool_] | None,
    text: str,
    mode: SearchMode,
    progress: Progress,
) -> Rows:
    """Return the shown rows that hold a text, in the lane's thread."""
    progress.raise_if_cancelled()
    rows = find_rows(table, text, mode=mode)
    return rows if shown is None else rows[shown[rows]]


def _is_about_selected(state: State) -> bool:
    """Return whether the neighbors query is about the one selected item."""
    asked, row = state.neighbors, state.selected
    if asked is None or asked.answer is None or row is None:
        return False
    return list(asked.answer.inputs) == [row]


def _shown(state: State) -> Rows:
    """Return the rows of the active space that are shown, in their order."""
    space, passes = state.space, passing(state)
    if space is None:
        return np.empty(0, np.int64)
    return np.arange(space.n) if passes is None else np.flatnonzero(passes)
