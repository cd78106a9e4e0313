"""Values worked out for each item on demand, kept beside the space and then shown as colors."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal

from embexplorer.app import state as states
from embexplorer.app.extended_space import extended
from embexplorer.app.presenters.asking import ENCODE_QUERY, query_of
from embexplorer.app.presenters.coords import coords_on_map
from embexplorer.app.state import Problem
from embexplorer.app.work import Then, report, show_problem
from embexplorer.core.errors import UserError
from embexplorer.core.results import known_metric
from embexplorer.operations import derive
from embexplorer.operations import encode as encoding
from embexplorer.operations import stability as repeating
from embexplorer.operations import trust as trusting
from embexplorer.operations.bias_column import (
    LIMITS,
    MIDDLE,
    SIDES,
    bias_columns,
)
from embexplorer.operations.labels_of_column import labels_of_column
from embexplorer.operations.query import UnknownItemError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from embexplorer.app.remembered import Remembered
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.contracts import Probe
    from embexplorer.core.derived import DerivedColumn
    from embexplorer.core.item_sets import ItemSets
    from embexplorer.core.progress import Progress
    from embexplorer.core.projection import Projection
    from embexplorer.core.results import Metric
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Failed, Finished
    from embexplorer.operations.norms import NormsCache

What = Literal["similarity", "distance", "density", "trust", "stability"]
TRUST = (trusting.KEPT, trusting.FALSE, trusting.MISSING)
"""Names of the columns that `Deriving.trust` makes."""
SEEDS = 5  # maps that are compared


class Deriving:
    """Intents of the menu of derived values. Each ends in a column that colors the map."""

    def __init__(self, store: Store, work: Work, remembered: Remembered, norms: NormsCache) -> None:
        self._store = store
        self._work = work
        self._remembered = remembered
        self._norms = norms

    # -- the space -----------------------------------------------------------------------------

    def similarity(self) -> None:
        """Work out how near each item is to the query, or to the selected item without one."""
        state = self._store.state
        space, asked = state.space, state.neighbors
        if space is None:
            return
        metric = known_metric(self._remembered.settings.metric)
        if asked is not None and asked.space_id == space.id and asked.error is None:
            self._similarity(space, asked.text, asked.metric)
        elif state.selected is not None:
            self._similarity(space, query_of(space, state.selected), metric)
        else:
            _refuse(
                self._store,
                "Similar to what?",
                "No item is selected, and no query is open.",
                "Click an item, or ask for neighbors, then try again.",
            )

    def _similarity(self, space: Space, query: str, metric: Metric, vector: object = None) -> None:
        def failed(event: Failed) -> None:
            is_text = isinstance(event.error, UnknownItemError) and vector is None
            if is_text and space.provenance.encoder:
                self._encode(space, query, metric)
            else:
                report(self._store, event)

        self._work.submit(
            self._compare,
            key="derive-similarity",
            title="Similarity to the query",
            lane="quick",
            then=Then(finished=self._made, failed=failed),
            space=space,
            query=query,
            metric=metric,
            vector=vector,
        )

    def _compare(self, space: Space, progress: Progress, **asked: Any) -> tuple[DerivedColumn, ...]:
        """Compare, in the lane's thread; the norms of a space are computed once."""
        norms = self._norms.of(space, progress)
        return (derive.similarity(space, norms=norms, progress=progress, **asked),)

    def _encode(self, space: Space, query: str, metric: Metric) -> None:
        """Encode free text with the encoder the space was made with, then compare."""

        def encoded(event: Finished) -> None:
            self._similarity(space, query, metric, event.result)

        self._work.submit(
            encoding.encode_query,
            key=f"{ENCODE_QUERY}-similarity",
            title="Encoding the query",
            lane="device",
            then=Then(finished=encoded),
            text=query,
            provenance=space.provenance,
        )

    def bias(
        self,
        probe: Probe,
        sets: ItemSets,
        params: Mapping[str, Any] | None = None,
        *,
        ignore_case: bool = False,
        allow_missing: bool = False,
        seed: int = 0,
    ) -> None:
        """Work out what a probe says of each item, also of those in none of its sets.

        Numbers color the map apart from their middle, between the two sides; of a probe with
        classes, the class that an item is nearest to. See `operations.bias_column`.
        """
        space = self._store.state.space
        if space is None:
            return

        def finished(event: Finished) -> None:
            columns: tuple[DerivedColumn, ...] = event.result
            told = columns[-1].params
            self._keep(columns, told.get(MIDDLE), told.get(LIMITS))

        self._work.submit(
            bias_columns,
            key="derive-bias",
            title=f"Bias: {sets.name}",
            lane="quick",
            then=Then(finished=finished),
            space=space,
            probe=probe,
            sets=sets,
            params=params,
            ignore_case=ignore_case,
            allow_missing=allow_missing,
            seed=seed,
        )

    def neighbor_distance(self) -> None:
        """Work out the mean distance of each item to its nearest others, in the space."""
        space = self._store.state.space
        if space is None:
            return

        def finished(event: Finished) -> None:
            self._keep((derive.distance_column(space, event.result),))

        metric = known_metric(self._remembered.settings.metric)
        self._work.submit(
            derive.neighbor_distance_to_plain,
            key="derive-distance",
            title=derive.DISTANCE,
            lane="files",
            then=Then(finished=finished),
            space_folder=str(space.folder),
            k=derive.NEIGHBORS,
            metric=metric if metric in ("euclidean", "manhattan") else "cosine",
            seed=0,
        )

    # -- the map -------------------------------------------------------------------------------

    def density(self) -> None:
        """Work out how dense the map is around each item."""
        state = self._store.state
        projection = state.projection
        coords = coords_on_map(dataclasses.replace(state, live=None))
        if projection is None or coords is None:
            return
        self._work.submit(
            _density,
            key="derive-density",
            title=derive.DENSITY,
            lane="quick",
            then=Then(finished=self._made),
            projection=projection,
            coords=coords,
        )

    def trust(self, shown: str = trusting.FALSE) -> None:
        """Work out the false, the missing and the kept neighbors of each item on the map.

        Parameters
        ----------
        shown
            Which of the three then colors the map.
        """
        found = self._on_disk()
        if found is None:
            return
        space, projection = found

        def finished(event: Finished) -> None:
            made = trusting.trust_columns(space, projection, event.result)
            self._keep(tuple(sorted(made, key=lambda column: column.name == shown)))

        self._work.submit(
            trusting.trust_to_plain,
            key="derive-trust",
            title="Neighbors of each item",
            lane="files",
            then=Then(finished=finished),
            space_folder=str(space.folder),
            method=projection.method,
            params=dict(projection.params),
            coords=projection.coords,
            rows=projection.rows,
        )

    def stability(self) -> None:
        """Make the map again with other seeds, and work out which items keep their neighbors."""
        found = self._on_disk()
        if found is None:
            return
        space, projection = found
        if not projection.is_repeatable:
            _refuse(
                self._store,
                "This map cannot be repeated",
                "Its items were placed on the map of others."
                if projection.onto
                else "Its coords were read from a file, or lie on axes that are always the same.",
                "Project the space, then try again.",
            )
            return
        column, labels = projection.labels_from, None
        if column:
            try:
                labels = labels_of_column(space, column)
            except UserError as error:  # the column was derived, and has been removed
                show_problem(self._store, Problem(error))
                return

        def finished(event: Finished) -> None:
            made = repeating.stability_from_plain(event.result)
            if made.column is None:
                said = " ".join(made.notes) or made.how
                self._store.apply(lambda state: dataclasses.replace(state, message=said))
            else:
                self._keep((dataclasses.replace(made.column, space_id=space.id),))

        self._work.submit(
            repeating.stability_to_plain,
            key="derive-stability",
            title=f"Stability over {SEEDS} seeds",
            lane="files",
            then=Then(finished=finished),
            space_folder=str(space.folder),
            method=projection.method,
            params=dict(projection.params),
            dims=projection.dims,
            seeds=SEEDS,
            labels_from=projection.labels_from,
            labels=labels,
        )

    def _on_disk(self) -> tuple[Space, Projection] | None:
        state = self._store.state
        space, projection = state.space, state.projection
        return None if space is None or projection is None else (space, projection)

    # -- what comes of it ----------------------------------------------------------------------

    def _made(self, event: Finished) -> None:
        self._keep(event.result)

    def _keep(
        self,
        columns: tuple[DerivedColumn, ...],
        center: float | None = None,
        limits: Sequence[float] | None = None,
    ) -> None:
        """Add columns to their space and color its map by the last one, as one step.

        With a `center` the colors go apart from that number; with `limits` they end there.
        """
        shown = columns[-1]

        def change(state: State) -> State:
            added = state
            for column in columns:
                added = states.add_column(added, column)
            if added is state:
                return state  # its space was closed meanwhile
            return colored_by(added, shown, center, limits)

        self._store.apply(change, undo=shown.name)


def colored_by(
    state: State,
    column: DerivedColumn,
    center: float | None = None,
    limits: Sequence[float] | None = None,
) -> State:
    """Return the state with the map of a column's space colored by it.

    With a `center` the ramp is the diverging one, with its middle at that number; `limits` are
    where its colors end, the extremes without.
    """
    space = state.document.space(column.space_id)
    assert space is not None, "a column of a space that is open"
    before = state.styles.get(space.id, states.PLAIN)
    style = dataclasses.replace(
        before,
        color_by=name_in_table(state, column),
        limits=None if limits is None else (limits[0], limits[1]),
        center=center,
    )
    changed = dataclasses.replace(state, styles={**state.styles, space.id: style})
    is_active = space.id == state.active_space
    return dataclasses.replace(changed, hidden=frozenset()) if is_active else changed


def name_in_table(state: State, column: DerivedColumn) -> str:
    """Return what a derived column is called in the table of its space."""
    return next(
        (name for name, one in derived_columns(state, column.space_id) if one is column), ""
    )


def derived_columns(state: State, space_id: str) -> list[tuple[str, DerivedColumn]]:
    """Return the derived columns of a space with what they are called in its table."""
    space = state.document.space(space_id)
    if space is None:
        return []
    columns = state.document.columns_of(space_id)
    names = extended(space, state.document).table.column_names[space.table.num_columns :]
    return list(zip(names, columns, strict=False))  # the column of selections may follow


def how_of(state: State, name: str) -> str:
    """Return how a column of the active space was worked out; empty where it was read."""
    found = derived_columns(state, state.active_space)
    return next((column.how for named, column in found if named == name), "")


def sides_of(state: State, name: str) -> str:
    """Return what the ends of a column of bias are nearer to, in words; empty for other columns."""
    found = derived_columns(state, state.active_space)
    told = next((column.params for named, column in found if named == name), {})
    sides, limits = told.get(SIDES), told.get(LIMITS)
    if not sides:
        return ""
    are_cut = limits and state.style.limits == tuple(limits)
    beyond = " What lies beyond has the color of the end." if are_cut else ""
    return f"← {sides[0]} · {sides[1]} →{beyond}"


def _density(projection: Projection, coords: Any, progress: Progress) -> tuple[DerivedColumn, ...]:
    return (derive.map_density(projection, coords, progress),)


def _refuse(store: Store, title: str, detail: str, hint: str) -> None:
    show_problem(store, Problem(UserError(title, detail, hint)))
