"""What a crash must not take: kept while the window runs, offered again at the next start."""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from embexplorer.app.project_contents import contents_of, data_of
from embexplorer.app.state import new_problems
from embexplorer.app.wording import held
from embexplorer.app.work import Then, report
from embexplorer.operations import keep_window as keeping
from embexplorer.storage.kept_windows import Summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.app.presenters.project import Project
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.jobs.events import Failed, Finished
    from embexplorer.operations.context import Context
    from embexplorer.storage.kept_windows import LeftWindow

# What a job makes; what a person does besides is kept with the next tick.
MADE = ("spaces", "texts", "projections", "columns", "clusters")
KEPT = (
    *("document", "styles", "selection", "filters", "hidden", "beside", "project"),
    *("active_space", "active_texts", "active_projection"),
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LeftView:
    """One crashed window as the window offers it."""

    text: str
    folder: str


class Keeping:
    """Keeps the window's contents on the disk, and recovers what crashed windows left.

    Nothing is kept before `begin`.
    """

    def __init__(self, store: Store, work: Work, context: Context, project: Project) -> None:
        self._store = store
        self._work = work
        self._context = context
        self._project = project
        self.token = project.hold.owner.token
        self._keeper = keeping.WindowKeeper(self.token, context)
        self._kept: State | None = None  # None while nothing is
        self._is_running = self._is_late = False
        self._has_failed = False
        self._unsubscribe: Callable[[], None] | None = None
        self._recovered: list[str] = []

    def begin(self) -> None:
        """Keep what changes from now on, and look for what crashed windows left."""
        self._unsubscribe = self._store.subscribe(self._changed)
        self._work.submit(
            keeping.find_left_windows,
            key="find-left",
            title="Looking for crashed windows",
            lane="keep",
            then=Then(finished=self._found),
            is_shown=False,
        )

    def tick(self) -> None:
        """Keep what the window holds, if that has changed: called every minute."""
        state, before = self._store.state, self._kept
        if before is None and not data_of(state.document):
            return
        if before is None or any(getattr(state, k) is not getattr(before, k) for k in KEPT):
            self._keep()

    def end(self) -> None:
        """Forget what was kept: the person has closed the window; no job runs any more."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
            self._keeper.forget()

    # -- what crashed windows left -------------------------------------------------------------

    def recover(self, folder: str) -> None:
        """Open what a crashed window held in place of all that is open."""
        left = self._left(folder)
        if left is None:
            return
        self._hide(folder)
        self._work.submit(
            keeping.recover_window,
            key="project",
            title=f"Recovering {left.summary.name or 'a window'}",
            lane="files",
            then=Then(finished=self._came_back),
            left=left,
            owner=self._project.hold.owner,
            cache_root=str(self._context.cache.root),
        )

    def discard(self, folder: str) -> None:
        """Remove what a crashed window left."""
        self._hide(folder)
        self._discard(folder)

    def later(self) -> None:
        """Offer it again at the next start."""
        self._store.apply(lambda state: dataclasses.replace(state, left=()))

    # -- what jobs bring -----------------------------------------------------------------------

    def _changed(self, old: State, new: State) -> None:
        if old.document is not new.document and any(
            getattr(old.document, name) is not getattr(new.document, name) for name in MADE
        ):
            self.tick()
        elif new_problems(old.problems, new.problems) and data_of(new.document):
            self._keep()  # perhaps a child did not find what the cache has lost: it is there then

    def _keep(self) -> None:
        if self._is_running:
            self._is_late = True
            return
        state = self._store.state
        then = Then(finished=self._finished, failed=self._failed)
        self._is_running, self._kept = True, state
        if not data_of(state.document):
            self._kept = None
            self._submit(self._keeper.forget, then)
            return
        extra = state.project.extra if state.project is not None else {}
        self._submit(
            self._keeper.keep,
            then,
            contents=contents_of(state, self._context, extra),
            data=data_of(state.document),
            summary=summary_of(state, self._project.title().name),
        )

    def _submit(self, function: Callable[..., object], then: Then, **arguments: object) -> None:
        self._work.submit(
            function,
            key="keep",
            title="Keeping",
            lane="keep",
            then=then,
            is_shown=False,
            **arguments,
        )

    def _finished(self, event: Finished) -> None:
        self._has_failed = False
        if event.result:
            said = f"Written into the cache again, which had lost it: {', '.join(event.result)}."
            self._store.apply(lambda state: dataclasses.replace(state, message=said))
        for folder in self._recovered:
            self._discard(folder)
        self._recovered = []
        self._go_on()

    def _failed(self, event: Failed) -> None:
        _log.info("the window is not kept: %s", event.error)
        self._kept = None
        if not self._has_failed:  # said once, not every minute
            self._has_failed = True
            report(self._store, event)
        self._go_on()

    def _go_on(self) -> None:
        self._is_running = False
        if self._is_late:
            self._is_late = False
            self.tick()

    def _found(self, event: Finished) -> None:
        self._store.apply(lambda state: dataclasses.replace(state, left=event.result))

    def _came_back(self, event: Finished) -> None:
        recovered: keeping.RecoveredWindow = event.result
        self._recovered.append(recovered.folder)
        self._project.take_recovered(recovered.opened, recovered.summary, recovered.lock.holder)

    def _left(self, folder: str) -> LeftWindow | None:
        return next((one for one in self._store.state.left if one.folder == folder), None)

    def _hide(self, folder: str) -> None:
        self._store.apply(
            lambda state: dataclasses.replace(
                state, left=tuple(one for one in state.left if one.folder != folder)
            )
        )

    def _discard(self, folder: str) -> None:
        self._work.submit(
            keeping.discard_window,
            key=f"discard:{folder}",
            title="Discarding",
            lane="keep",
            then=Then(),
            is_shown=False,
            folder=folder,
            token=self.token,
            cache_root=str(self._context.cache.root),
        )


def summary_of(state: State, name: str) -> Summary:
    """Return what a window holds, in words."""
    file = state.project
    return Summary(
        name=name,
        kept_at=datetime.now(tz=UTC).isoformat(timespec="seconds"),
        spaces=len(state.document.spaces),
        corpora=len(state.document.texts),
        maps=len(state.document.projections),
        project=str(file.path) if file is not None else "",
        is_embedded=file.is_embedded if file is not None else True,
    )


def left_views(state: State) -> tuple[LeftView, ...]:
    """Return what the window offers to recover: ``“thesis”, 28 November, 14:32: 2 spaces …``."""
    return tuple(LeftView(_said(one.summary), one.folder) for one in state.left)


def _said(summary: Summary) -> str:
    name = f"“{summary.name}”" if summary.name else "A window"
    try:
        at = datetime.fromisoformat(summary.kept_at).astimezone()
        when = f", {at.day} {at:%B %Y, %H:%M}"
    except ValueError:
        when = ""
    what = held(summary.spaces, summary.corpora, summary.maps)
    return f"{name} was not closed{when}: {what}."
