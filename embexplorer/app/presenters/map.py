"""The map: which projection is shown or made, what colors it, what is selected."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

from embexplorer.app import state as states
from embexplorer.app.first_style import first_style
from embexplorer.app.state import Live, Problem
from embexplorer.app.work import Then, report, show_problem
from embexplorer.core.contracts import ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.core.params import as_dict, build
from embexplorer.core.projection import Projection
from embexplorer.operations import project as projecting
from embexplorer.operations.labels_of_column import labels_of_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from embexplorer.app.remembered import Remembered
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.style import Layer
    from embexplorer.app.work import Work
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Cancelled, Ended, Failed, Finished, Framed
    from embexplorer.operations.context import Context

QUICK_AXES = 1024  # up to so many axes PCA needs numpy alone; SciPy stays out of this process
LIVE_AT_ONCE = 25_000  # items up to which the chosen method follows PCA by itself
LIVE = "projection"  # key of the job that runs a projection


class Map:
    """Intents of the map, its toolbar and its legend."""

    def __init__(self, store: Store, work: Work, context: Context, remembered: Remembered) -> None:
        self._store = store
        self._work = work
        self._context = context
        self._remembered = remembered
        self._unwanted: set[int] = set()  # running projections whose result comes too late
        store.subscribe(self._changed)

    def methods(self) -> list[ProjectionMethod]:
        """Return the projection methods there are."""
        return self._context.registry.all(ProjectionMethod)

    def project(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        *,
        dims: int = 2,
        seed: int = 0,
        rows: NDArray[np.int64] | None = None,
        labels_from: str = "",
    ) -> None:
        """Project the active space; live frames replace the map until it is done.

        Parameters
        ----------
        rows
            Project these items alone; all by default.
        labels_from
            Column, of the space or derived, whose groups the method shall pull together.
        """
        space = self._store.state.space
        if space is not None:
            self._remembered.change(method=method)
            self._project(space, method, params or {}, dims, seed, rows, labels_from)

    @property
    def dims(self) -> int:
        """How many axes the map has, or the one that is on its way: 2 without any."""
        state = self._store.state
        if state.live is not None and state.live.space_id == state.active_space:
            return state.live.dims
        return 2 if state.projection is None else state.projection.dims

    def set_dims(self, dims: int) -> None:
        """Show the newest map with 2 or 3 axes of the method on the map, or start to make one."""
        state = self._store.state
        space, shown, live = state.space, state.projection, state.live
        if space is None or dims == self.dims:
            return
        if live is not None and live.space_id == space.id:
            self._project_as(space, live, dims)
            return
        if shown is None:
            return
        made = [
            other
            for other in state.document.projections_of(space.id)
            if (other.method, other.labels_from, other.dims)
            == (shown.method, shown.labels_from, dims)
        ]
        if made:
            self.show(made[-1].id)
        else:
            self._project_as(space, shown, dims)

    def show(self, projection_id: str) -> None:
        """Put a projection that exists on the map."""
        self._store.apply(lambda state: dataclasses.replace(state, active_projection=projection_id))
        self._measure_shown()

    def cancel_live(self) -> None:
        """Stop the running projection; the map before comes back."""
        live = self._store.state.live
        if live is not None:
            self._stop(live)

    def toggle_paused(self) -> None:
        """Let the running projection wait, or go on."""
        live = self._store.state.live
        if live is None:
            return
        changed = dataclasses.replace(live, is_paused=not live.is_paused)
        self._work.set_paused(LIVE, is_paused=changed.is_paused)
        self._store.apply(lambda state: dataclasses.replace(state, live=changed))

    def keep_live(self) -> None:
        """Stop the running projection and keep its newest coords as a projection."""
        live = self._store.state.live
        if live is None or live.coords is None:
            return
        note = "Stopped by hand before the method had finished."
        kept = Projection(
            live.space_id,
            live.method,
            live.coords.copy(),
            live.params,
            live.seed,
            notes=(note,),
            rows=live.rows,
            labels_from=live.labels_from,
        )
        self._store.apply(
            lambda state: dataclasses.replace(states.add_projection(state, kept), live=None)
        )
        self._stop(live)
        self._measure(kept)

    def color_by(self, column: str) -> None:
        """Color by a column of the active space, or by none."""
        self._store.apply(
            lambda state: dataclasses.replace(
                states.restyled(state, color_by=column, limits=None, center=None),
                hidden=frozenset(),
            ),
            undo=f"Color by {column}" if column else "One color",
        )

    def restyle(self, title: str, **changes: Any) -> None:
        """Draw the map of the active space another way: see `app.style.Style`."""
        self._store.apply(lambda state: states.restyled(state, **changes), undo=title, merges=True)

    def toggle_layer(self, layer: Layer) -> None:
        """Draw something besides the points, or no more."""
        layers = self._store.state.style.layers ^ {layer}
        self.restyle(f"{layer.capitalize()} on the map", layers=layers)

    def remove(self, projection_id: str) -> None:
        """Take a projection out of the project; the newest one left takes its place."""

        def change(state: State) -> State:
            kept = tuple(item for item in state.document.projections if item.id != projection_id)
            changed = states.with_document(state, projections=kept)
            if state.active_projection != projection_id:
                return changed
            mine = changed.document.projections_of(state.active_space)
            return dataclasses.replace(changed, active_projection=mine[-1].id if mine else "")

        self._store.apply(change, undo="Remove a projection")

    # -- what follows by itself ----------------------------------------------------------------

    def _stop(self, live: Live) -> None:
        self._unwanted.add(live.job_id)
        self._work.cancel(live.job_id)

    def _changed(self, old: State, new: State) -> None:
        if old.live is not None and new.document.space(old.live.space_id) is None:
            self._stop(old.live)
        if new.beside != old.beside:
            self._measure_shown()
        if new.active_space == old.active_space or new.space is None:
            return
        space = new.space
        if space.id not in new.styles:
            first = {space.id: first_style(space)}
            self._store.apply(
                lambda state: dataclasses.replace(state, styles={**state.styles, **first})
            )
        if self._store.state.projection is None and (
            new.live is None or new.live.space_id != space.id
        ):
            self._begin(space)
        else:
            self._measure_shown()

    def _begin(self, space: Space) -> None:
        """Show PCA at once; the chosen method follows where it is quick enough."""
        key, title = "first-map", f"PCA of {space.name}"
        then = Then(
            finished=self._began,
            failed=partial(self._not_begun, space.id),
            cancelled=lambda _: self._store.apply(partial(_begun, space_id=space.id)),
        )
        self._store.apply(lambda state: dataclasses.replace(state, beginning=space.id))
        if min(space.n, space.d) > QUICK_AXES:
            self._work.submit(
                projecting.project_to_plain,
                key=key,
                title=title,
                lane="compute",
                then=then,
                space_folder=str(space.folder),
                method="pca",
                params={},
                dims=2,
                seed=0,
                quality=False,
            )
            return
        self._work.submit(
            projecting.project,
            key=key,
            title=title,
            lane="quick",
            then=then,
            is_shown=False,
            space=space,
            method="pca",
            context=self._context,
            quality=False,
        )

    def _began(self, event: Finished) -> None:
        made = event.result
        is_made = isinstance(made, Projection)
        projection = made if is_made else projecting.projection_from_plain(made)
        state = self._store.state
        if any(item.space_id == projection.space_id for item in state.document.projections):
            self._store.apply(lambda state: _begun(state, projection.space_id))
            return  # the file brought coords meanwhile
        self._store.apply(
            lambda state: states.add_projection(_begun(state, projection.space_id), projection)
        )
        space, method = state.space, self._remembered.settings.method
        if space is None or space.id != projection.space_id:
            return  # another space is on the map by now
        if method != "pca" and 3 < space.n <= LIVE_AT_ONCE:
            self._project(space, method, {}, 2, 0)
        self._measure_shown()

    def _not_begun(self, space_id: str, event: Failed) -> None:
        self._store.apply(partial(_begun, space_id=space_id))
        report(self._store, event)

    def _project_as(self, space: Space, made: Live | Projection, dims: int) -> None:
        """Project as another map was made, on other axes."""
        self._project(space, made.method, made.params, dims, made.seed, made.rows, made.labels_from)

    def _project(
        self,
        space: Space,
        method: str,
        params: Mapping[str, Any],
        dims: int,
        seed: int,
        rows: NDArray[np.int64] | None = None,
        labels_from: str = "",
    ) -> None:
        try:
            plugin = self._context.registry.get(ProjectionMethod, method)
            built = as_dict(build(plugin.params, params))
            labels = labels_of_column(space, labels_from) if labels_from else None
        except UserError as error:
            show_problem(self._store, Problem(error))
            return
        job = self._work.submit(
            projecting.project_to_plain,
            key=LIVE,
            title=f"{plugin.title} of {space.name}",
            lane="compute",
            then=Then(
                finished=partial(self._projected, space),
                cancelled=self._cancelled,
                framed=self._framed,
                failed=self._failed,
            ),
            space_folder=str(space.folder),
            method=method,
            params=built,
            dims=dims,
            seed=seed,
            quality=True,
            rows=rows,
            labels_from=labels_from or None,
            labels=labels,
        )
        live = Live(job.id, space.id, method, built, dims, seed, rows=rows, labels_from=labels_from)
        if any(activity.job_id == job.id for activity in self._store.state.activity):
            self._store.apply(lambda state: dataclasses.replace(state, live=live))

    def _framed(self, event: Framed) -> None:
        live = self._store.state.live
        if live is not None and live.job_id == event.job.id:
            shown = dataclasses.replace(live, coords=event.coords)
            self._store.apply(lambda state: dataclasses.replace(state, live=shown))

    def _projected(self, space: Space, event: Finished) -> None:
        if event.job.id in self._unwanted:
            self._ended(event)
            return
        made = projecting.projection_from_plain(event.result)
        projection = dataclasses.replace(made, space_id=space.id)

        def change(state: State) -> State:
            shown = states.add_projection(_without_live(state, event), projection)
            return dataclasses.replace(shown, message=" ".join(projection.notes))

        self._store.apply(change)

    def _ended(self, event: Ended) -> None:
        self._unwanted.discard(event.job.id)
        self._store.apply(lambda state: _without_live(state, event))

    def _cancelled(self, event: Cancelled) -> None:
        self._ended(event)
        self._measure_shown()

    def _failed(self, event: Failed) -> None:
        self._ended(event)
        report(self._store, event)
        self._measure_shown()

    def _measure_shown(self) -> None:
        """Measure what is on the map and beside it, unless it is, or is being, measured."""
        state = self._store.state
        for shown in dict.fromkeys((state.projection, state.projection_beside)):
            if shown is None:
                continue
            is_waiting = state.live is not None and state.live.space_id == shown.space_id
            is_running = any(item.key == _quality_key(shown) for item in state.activity)
            if not (shown.quality or is_waiting or is_running):
                self._measure(shown)

    def _measure(self, projection: Projection) -> None:
        """Measure the quality of coords that came without it."""
        space = self._store.state.document.space(projection.space_id)
        if space is None or space.n < 3:
            return

        def finished(event: Finished) -> None:
            measured = dataclasses.replace(projection, quality=event.result)
            self._store.apply(lambda state: states.replace_projection(state, measured))

        self._work.submit(
            projecting.measure_to_plain,
            key=_quality_key(projection),
            title=f"Quality of {space.name}",
            lane="files",
            then=Then(finished=finished),
            space_folder=str(space.folder),
            method=projection.method,
            params=dict(projection.params),
            coords=projection.coords,
            rows=projection.rows,
        )


def _quality_key(projection: Projection) -> str:
    return f"quality:{projection.id}"


def _without_live(state: State, event: Ended) -> State:
    """Return the state without the frames of a job that has ended."""
    is_of_it = state.live is not None and state.live.job_id == event.job.id
    return dataclasses.replace(state, live=None) if is_of_it else state


def _begun(state: State, space_id: str) -> State:
    """Return the state without the note that the first map of a space is on its way."""
    return dataclasses.replace(state, beginning="") if state.beginning == space_id else state
