"""Maps of bias: on the axes of item sets, and of before and after on the same axes."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

from embexplorer.app import state as states
from embexplorer.app.extended_space import origin
from embexplorer.app.state import PLAIN, Problem
from embexplorer.app.work import Then, show_problem
from embexplorer.core.errors import UserError
from embexplorer.operations.before_after import before_after_to_plain, origin_of
from embexplorer.operations.bias_axes import bias_axes_to_plain
from embexplorer.operations.keep import on_disk
from embexplorer.operations.project import projection_from_plain

if TYPE_CHECKING:
    from embexplorer.app.presenters.map import Map
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.projection import Projection
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Finished
    from embexplorer.operations.before_after import Basis
    from embexplorer.operations.bias_axes import Across
    from embexplorer.operations.context import Context

AXES, CHANGES = "bias-axes", "before-after"  # keys of jobs


class BiasMap:
    """Intents that end in a map with bias on an axis."""

    def __init__(self, store: Store, work: Work, context: Context, map_: Map) -> None:
        self._store = store
        self._work = work
        self._context = context
        self._map = map_

    def show_axes(self, by: Across = "varied") -> None:
        """Show the items along the direction of the sets of the last probe; see `bias_axes`."""
        space, asked = self._store.state.space, self._store.state.bias
        if space is None or asked is None or asked.answer is None:
            return
        space_id, sets = space.id, asked.answer.sets

        def finished(event: Finished) -> None:
            made = dataclasses.replace(projection_from_plain(event.result), space_id=space_id)
            self._store.apply(lambda state: states.add_projection(state, made))
            self._measure(made)

        self._work.submit(
            bias_axes_to_plain,
            key=AXES,
            title=f"Bias axes: {sets.name}",
            lane="files",
            then=Then(finished=finished),
            space_folder=self._folder(space),
            sets=sets,
            by=by,
            ignore_case=asked.ignore_case,
            allow_missing=True,  # as far as the probe had them, which it has said
        )

    def show_changes(self, basis: Basis = "bias") -> None:
        """Show a debiased space on axes of the one before, with arrows from where items were."""
        state = self._store.state
        space = state.space
        if space is None or not is_debiased(state):
            return
        before = state.document.space(origin_of(space))
        if before is None:
            show_problem(self._store, Problem(_no_origin(space)))
            return
        ids = before.id, space.id

        def finished(event: Finished) -> None:
            first, second = (
                dataclasses.replace(projection_from_plain(values), space_id=owner)
                for owner, values in zip(ids, event.result, strict=True)
            )

            def change(state: State) -> State:
                if any(state.document.space(owner) is None for owner in ids):
                    return state  # one of both was closed meanwhile
                added = states.add_projection(states.add_projection(state, first), second)
                is_seen = state.active_space == ids[1]
                shown = second.id if is_seen else state.active_projection
                return dataclasses.replace(added, active_projection=shown)

            self._store.apply(change)
            self._measure(second)
            self._store.apply(partial(_with_arrows, ids[1]), undo="Arrows on the map")

        self._work.submit(
            before_after_to_plain,
            key=CHANGES,
            title=f"{before.name} and {space.name}",
            lane="files",
            then=Then(finished=finished),
            before_folder=self._folder(before),
            after_folder=self._folder(space),
            basis=basis,
        )

    def _measure(self, made: Projection) -> None:
        """Let the map say how faithful it is, as every map does."""
        if self._store.state.active_projection == made.id:
            self._map.show(made.id)

    def _folder(self, space: Space) -> str:
        return str(on_disk(origin(space), self._context).folder)


def _with_arrows(space_id: str, state: State) -> State:
    if state.document.space(space_id) is None:
        return state
    style = state.styles.get(space_id, PLAIN)
    drawn = dataclasses.replace(style, layers=style.layers | {"arrows"})
    return dataclasses.replace(state, styles={**state.styles, space_id: drawn})


def is_debiased(state: State) -> bool:
    """Return whether the active space was made by a mitigation of bias."""
    return state.space is not None and bool(origin_of(state.space))


def _no_origin(space: Space) -> UserError:
    name = space.provenance.params["of"].get("name", "")
    return UserError(
        "The space before is not open",
        f"“{space.name}” was made of “{name}”.",
        "Open the space that it was made of.",
    )
