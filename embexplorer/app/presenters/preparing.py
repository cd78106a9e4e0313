"""Copies that make searches fast, made while nothing else is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.app.work import Then
from embexplorer.operations.int8_copies import is_worth_a_copy, make_copy

if TYPE_CHECKING:
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Job
    from embexplorer.operations.int8_copies import Int8Copies


class Preparing:
    """Sees to it that every large space has its copy with a byte a number (`measures.int8_copy`).

    Nobody waits for it: it gives way to any job that a person sees, and begins again afterwards.
    Searches do without where it cannot be made.
    """

    def __init__(self, store: Store, work: Work, copies: Int8Copies) -> None:
        self._store = store
        self._work = work
        self._copies = copies
        self._done: set[str] = set()  # ids of spaces for which nothing is left to do
        self._open: dict[str, Job | None] = {}  # jobs by the id of their space
        store.subscribe(self._changed)

    def _changed(self, old: State, new: State) -> None:
        if new.document.spaces is old.document.spaces and new.activity is old.activity:
            return
        for space in old.document.spaces:
            if new.document.space(space.id) is None:
                self._copies.forget(space.id)
        self._follow()

    def _follow(self) -> None:
        """Start what is due, or give way."""
        if self._store.state.activity:
            for job in filter(None, self._open.values()):
                self._work.cancel(job.id)
            return
        for space in self._store.state.document.spaces:
            if self._is_due(space):
                self._start(space)

    def _is_due(self, space: Space) -> bool:
        is_known = space.id in self._done or space.id in self._open
        is_fit = space.folder is not None and is_worth_a_copy(space)
        return is_fit and not is_known and self._copies.of(space) is None

    def _start(self, space: Space) -> None:
        def ended(_: object) -> None:
            self._done.add(space.id)
            del self._open[space.id]

        def cancelled(_: object) -> None:
            del self._open[space.id]
            self._follow()

        self._open[space.id] = None
        job = self._work.submit(
            make_copy,
            key=f"int8:{space.id}",
            title=f"Preparing searches of {space.name}",
            lane="files",
            is_shown=False,
            then=Then(finished=ended, failed=ended, cancelled=cancelled),
            space_folder=str(space.folder),
        )
        if space.id in self._open:
            self._open[space.id] = job
