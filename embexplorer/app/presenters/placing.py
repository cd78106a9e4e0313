"""Placing the items of a space on the map of another one: where that can be, and doing it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from embexplorer.app import state as states
from embexplorer.app.presenters.library import projection_title
from embexplorer.app.state import PlaceOffer
from embexplorer.app.work import Then
from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM
from embexplorer.operations.keep import on_disk
from embexplorer.operations.project import projection_from_plain
from embexplorer.operations.same_model import check_same_model

if TYPE_CHECKING:
    from embexplorer.app.presenters.map import Map
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.projection import Projection
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Finished
    from embexplorer.operations.context import Context

PLACING = "placing"  # key of the job


@dataclass(frozen=True, slots=True)
class Target:
    """A map that items may be placed on.

    Parameters
    ----------
    id
        Of the projection.
    title
        As ``UMAP 2-D of “news”``.
    said
        What a person must know before, one sentence each.
    error
        Why the items cannot be placed there; None where they can.
    """

    id: str
    title: str
    said: tuple[str, ...] = ()
    error: UserError | None = None


class Placing:
    """Intents of the dialog that places items, and the offer to do so."""

    def __init__(self, store: Store, work: Work, context: Context, map_: Map) -> None:
        self._store = store
        self._work = work
        self._context = context
        self._map = map_
        store.subscribe(self._changed)

    def targets(self) -> tuple[Target, ...]:
        """Return the maps of the other spaces, those first that the active space may go to."""
        state = self._store.state
        new = state.document.space(state.active_space)
        if new is None:
            return ()
        found = [
            _target(space, made, new)
            for made in reversed(state.document.projections)
            if (space := state.document.space(made.space_id)) is not None
            and space.id != new.id
            and not made.onto
        ]
        return tuple(sorted(found, key=lambda target: target.error is not None))

    def place(self, projection_id: str) -> None:
        """Place the items of the active space on a map of another one."""
        from embexplorer.operations.place_space import place_to_plain, plain_fields

        document = self._store.state.document
        new, made = self._store.state.space, document.projection(projection_id)
        space = None if made is None else document.space(made.space_id)
        if new is None or made is None or space is None:
            return
        self._stop_map(new.id)
        self._work.submit(
            place_to_plain,
            key=PLACING,
            title=f"Placing {new.name} on a map of {space.name}",
            lane="compute",
            then=Then(finished=partial(self._placed, f"Place on {_title(space, made)}")),
            space_folder=str(on_disk(space, self._context).folder),
            new_folder=str(on_disk(new, self._context).folder),
            projection=plain_fields(made),
        )

    def _placed(self, title: str, event: Finished) -> None:
        projection = projection_from_plain(event.result)
        self._stop_map(projection.space_id)

        def change(state: State) -> State:
            shown = states.add_projection(state, projection)
            return dataclasses.replace(shown, message=" ".join(projection.notes))

        self._store.apply(change, undo=title)
        if self._store.state.active_projection == projection.id:
            self._map.show(projection.id)  # which has it measured

    def _stop_map(self, space_id: str) -> None:
        """Stop a map of these items that is on its way: it would take the place of this one."""
        live = self._store.state.live
        if live is not None and live.space_id == space_id:
            self._map.cancel_live()

    def _changed(self, old: State, new: State) -> None:
        """Offer to place a space that has just come, where the map that was shown may take it."""
        before, shown = old.document.space(old.active_space), old.projection
        if new.active_space == old.active_space or before is None or shown is None:
            return
        came = new.document.space(new.active_space)
        is_one_more = len(new.document.spaces) == len(old.document.spaces) + 1
        if came is None or not is_one_more or new.projection is not None:
            return
        if new.document.projection(shown.id) is None or shown.onto or not _may_be_new(before, came):
            return
        offer = PlaceOffer(shown.id, came.name, _title(before, shown))
        self._store.apply(lambda state: dataclasses.replace(state, offer=offer))


def _target(space: Space, made: Projection, new: Space) -> Target:
    title = _title(space, made)
    try:
        return Target(made.id, title, check_same_model(space, new))
    except UserError as error:
        return Target(made.id, title, error=error)


def _title(space: Space, made: Projection) -> str:
    return f"{projection_title(made)} of “{space.name}”"


def _may_be_new(space: Space, came: Space) -> bool:
    """Return whether a space seems to hold further items from the model of another one.

    The same items are no new ones: another model, or a mitigation of bias, gave their vectors.
    """
    try:
        check_same_model(space, came)
    except UserError:
        return False
    is_known = space.provenance.encoder != "", came.provenance.encoder != ""
    if is_known[0] != is_known[1]:
        return False
    return not space.table.column(ITEM).equals(came.table.column(ITEM))
