"""Looking up the draft of item sets in the active space, whenever one of them has changed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from embexplorer.app.work import Then
from embexplorer.operations.set_coverage import cover_sets

if TYPE_CHECKING:
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.item_sets import ItemSets
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Finished
    from embexplorer.operations.set_coverage import SetsCoverage


class Covering:
    """Keeps `State.covered` what the active space has of `State.draft`."""

    def __init__(self, store: Store, work: Work) -> None:
        self._store = store
        self._work = work
        store.subscribe(self._changed)

    def ignore_case(self, ignores: bool) -> None:
        """Let items that differ in case alone stand in for those that are missing, or not."""
        self._store.apply(
            lambda state: (
                state
                if state.ignores_case == ignores
                else dataclasses.replace(state, ignores_case=ignores)
            )
        )

    def _changed(self, old: State, new: State) -> None:
        if new.draft is old.draft and _where(new) == _where(old):
            return
        space, draft = new.space, new.draft
        if space is None or draft is None:
            if new.covered is not None:
                self._store.apply(lambda state: dataclasses.replace(state, covered=None))
            return
        self._work.submit(
            _cover,
            key="cover-sets",
            title="Looking up items",
            lane="quick",
            is_shown=False,
            then=Then(finished=self._is_covered),
            space=space,
            sets=draft,
            ignore_case=new.ignores_case,
        )

    def _is_covered(self, event: Finished) -> None:
        found: SetsCoverage = event.result
        self._store.apply(
            lambda state: (
                dataclasses.replace(state, covered=found) if is_current(found, state) else state
            )
        )


def is_current(found: SetsCoverage | None, state: State) -> bool:
    """Return whether a coverage is that of the draft in the active space."""
    return found is not None and (found.space_id, found.ignore_case, found.asked) == (
        *_where(state),
        state.draft,
    )


def _where(state: State) -> tuple[str, bool]:
    return state.active_space, state.ignores_case


def _cover(space: Space, sets: ItemSets, ignore_case: bool, progress: Progress) -> SetsCoverage:
    """Look up the items, in the lane's thread."""
    progress.raise_if_cancelled()
    return cover_sets(space, sets, ignore_case=ignore_case)
