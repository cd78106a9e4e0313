"""Clusters: found as a job, shown as a column and as names, renamed, merged, removed."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from embexplorer.app import state as states
from embexplorer.app.presenters.contents import clusters_with, column_with, noise_of
from embexplorer.app.presenters.deriving import colored_by, derived_columns, name_in_table
from embexplorer.app.presenters.items import passing
from embexplorer.app.state import Problem
from embexplorer.app.work import Then, show_problem
from embexplorer.core.contracts import Clustering as Method
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.params import as_dict, build
from embexplorer.operations import edit_clusters as editing
from embexplorer.operations.cluster import cluster_to_plain, clusters_from_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from embexplorer.app.presenters.selecting import How, Selecting
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.derived import Clusters
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Finished
    from embexplorer.operations.context import Context

On = Literal["map", "vectors"]


class Clustering:
    """Intents of the contents list, its form, and the names on the map."""

    def __init__(self, store: Store, work: Work, context: Context, selecting: Selecting) -> None:
        self._store = store
        self._work = work
        self._context = context
        self._selecting = selecting

    def methods(self) -> list[Method]:
        """Return the clustering methods there are."""
        return self._context.registry.all(Method)

    def find(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        *,
        on: On = "map",
        seed: int = 0,
    ) -> None:
        """Find clusters of the active space, of its map or of its vectors.

        They become a column that colors the map, and names on it.
        """
        state = self._store.state
        space, projection = state.space, state.projection
        if space is None or (on == "map" and projection is None):
            return
        try:
            plugin = self._context.registry.get(Method, method)
            built = as_dict(build(plugin.params, params or {}))
        except UserError as error:
            show_problem(self._store, Problem(error))
            return
        place: dict[str, Any] = {}
        if on == "map" and projection is not None:
            place = {
                "coords": projection.coords,
                "rows": projection.rows,
                "projection_id": projection.id,
            }
        self._work.submit(
            cluster_to_plain,
            key="clusters",
            title=f"{plugin.title} of {space.name}",
            lane="files",
            then=Then(finished=partial(self._found, space, f"Cluster ({plugin.title}, {on})")),
            space_folder=str(space.folder),
            method=method,
            params=built,
            seed=seed,
            **place,
        )

    def show(self, labels: str) -> None:
        """Put names on the map: see `Style.labels`; empty for none."""
        self._store.apply(
            lambda state: states.restyled(state, labels=labels), undo="Labels of the map"
        )

    def color(self, clusters_id: str) -> None:
        """Color the map by clusters, and name them."""

        def change(state: State) -> State:
            column = column_with(state, clusters_id)
            named = states.restyled(state, labels=clusters_id)
            return named if column is None else colored_by(named, column)

        self._store.apply(change, undo="Color by clusters")

    def select(self, clusters_id: str, number: int, how: How = "replace") -> None:
        """Select the shown items of a cluster."""
        self._selecting.take(self.rows_of(clusters_id, number), how)

    def rows_of(self, clusters_id: str, number: int) -> NDArray[np.int64]:
        """Return the rows of the shown items of a cluster."""
        state = self._store.state
        clusters = clusters_with(state, clusters_id)
        if clusters is None:
            return np.empty(0, np.int64)
        is_in = clusters.labels == number
        shown = passing(state)
        return np.flatnonzero(is_in if shown is None else is_in & shown)

    def rename(self, clusters_id: str, number: int, name: str) -> None:
        """Give a cluster another name, on the map, in the column and in the list."""
        self._edit(
            clusters_id,
            lambda clusters: editing.rename(clusters, number, name),
            f"Rename a cluster “{' '.join(name.split())}”",
        )

    def merge(self, clusters_id: str, numbers: Sequence[int]) -> None:
        """Make one cluster of several."""
        title = f"Merge {counted(len(set(numbers)), 'cluster')}"
        self._edit(clusters_id, lambda clusters: editing.merge(clusters, numbers), title)

    def remove(self, clusters_id: str) -> None:
        """Take clusters and their column away; the points get one color."""

        def change(state: State) -> State:
            column = column_with(state, clusters_id)
            document = state.document
            changed = states.with_document(
                state,
                clusters=tuple(item for item in document.clusters if item.id != clusters_id),
                columns=tuple(item for item in document.columns if item is not column),
            )
            style = state.style
            if style.labels == clusters_id:
                changed = states.restyled(changed, labels="")
            if column is not None and style.color_by == name_in_table(state, column):
                changed = states.restyled(changed, color_by="")
                changed = dataclasses.replace(changed, hidden=frozenset())
            return changed

        self._store.apply(change, undo="Remove clusters")

    # -- what comes of it ----------------------------------------------------------------------

    def _found(self, space: Space, name: str, event: Finished) -> None:
        clusters = dataclasses.replace(clusters_from_plain(event.result), space_id=space.id)
        state = self._store.state
        if state.document.space(space.id) is None:
            return  # it was closed meanwhile
        column = editing.column_of(clusters, _free_name(state, space.id, name))
        said = f"Found {counted(clusters.k, 'cluster')}; {noise_of(clusters)}."

        def change(state: State) -> State:
            held = (*state.document.clusters, clusters)
            added = states.add_column(states.with_document(state, clusters=held), column)
            styled = _labelled(added, space.id, clusters.id) if clusters.k else added
            shown = colored_by(styled, column) if clusters.k else styled
            return dataclasses.replace(shown, message=said)

        self._store.apply(change, undo="Find clusters")

    def _edit(self, clusters_id: str, edit: Callable[[Clusters], Clusters], title: str) -> None:
        """Replace clusters and their column, and whatever names them, as one step."""
        state = self._store.state
        before = clusters_with(state, clusters_id)
        if before is None:
            return
        try:
            after = edit(before)
        except UserError as error:
            show_problem(self._store, Problem(error))
            return
        if after.names == before.names and after.labels is before.labels:
            return
        old = column_with(state, clusters_id)
        new = None if old is None else editing.column_of(after, old.name)

        def change(state: State) -> State:
            document = state.document
            changed = states.with_document(
                state,
                clusters=tuple(after if item is before else item for item in document.clusters),
                columns=tuple(
                    new if new is not None and item is old else item for item in document.columns
                ),
            )
            if state.style.labels == before.id:
                changed = states.restyled(changed, labels=after.id)
            is_merged = after.labels is not before.labels  # the codes mean others now
            return dataclasses.replace(changed, hidden=frozenset()) if is_merged else changed

        self._store.apply(change, undo=title)


def _labelled(state: State, space_id: str, labels: str) -> State:
    style = dataclasses.replace(state.styles.get(space_id, states.PLAIN), labels=labels)
    return dataclasses.replace(state, styles={**state.styles, space_id: style})


def _free_name(state: State, space_id: str, wanted: str) -> str:
    """Return a name that no column of the space has."""
    space = state.document.space(space_id)
    taken = {name for name, _ in derived_columns(state, space_id)}
    taken |= {column.name for column in state.document.columns_of(space_id)}
    taken |= set(space.table.column_names) if space is not None else set()
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} {number}", number + 1
    return name
