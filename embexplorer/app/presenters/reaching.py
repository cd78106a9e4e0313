"""Looking up all item sets in the active space, so that a list can say what it has of each."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from embexplorer.app.extended_space import origin
from embexplorer.app.work import Then
from embexplorer.operations.set_reach import find_reach

if TYPE_CHECKING:
    from embexplorer.app.presenters.known_sets import KnownSets
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Failed, Finished
    from embexplorer.operations.set_reach import Reach

Asked = tuple[str, bool, tuple[object, ...]]  # column, whether case is ignored, the project's sets


class Reaching:
    """Keeps `State.reach` what was asked for last; a space is looked through once for the same."""

    def __init__(self, store: Store, work: Work, known: KnownSets) -> None:
        self._store = store
        self._work = work
        self._known = known
        self._there: WeakKeyDictionary[Space, dict[Asked, Reach]] = WeakKeyDictionary()

    def look(self, *, word_column: str = "", ignore_case: bool = False) -> None:
        """Look up all sets in the active space, or in a column of it."""
        held = self._store.state.space
        if held is None:
            self._show(None)
            return
        space = origin(held)
        asked: Asked = (word_column, ignore_case, self._known.kept)
        there = self._there.get(space, {}).get(asked)
        if there is not None:
            self._show(there)
            return

        def finished(event: Finished) -> None:
            self._there.setdefault(space, {})[asked] = event.result
            if self._store.state.active_space == space.id:
                self._show(event.result)

        def failed(event: Failed) -> None:
            """Show no counts: a probe will say what is wrong with the column."""
            self._show(None)

        self._work.submit(
            find_reach,
            key="set-reach",
            title="Looking up item sets",
            lane="quick",
            is_shown=False,
            then=Then(finished=finished, failed=failed),
            space=space,
            many=(*self._known.kept, *self._known.built_in.values()),
            word_column=word_column,
            ignore_case=ignore_case,
        )

    def _show(self, reach: Reach | None) -> None:
        if self._store.state.reach is not reach:
            self._store.apply(lambda state: dataclasses.replace(state, reach=reach))
