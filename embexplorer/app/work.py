"""Jobs as the application sees them: submitted with what shall happen then, shown as activity."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embexplorer.app.state import Activity, Problem, State, with_problems
from embexplorer.core.errors import UserError, without_frames
from embexplorer.jobs.events import Cancelled, Ended, Event, Failed, Finished, Framed, Progressed

if TYPE_CHECKING:
    from embexplorer.app.store import Store
    from embexplorer.jobs.events import Job
    from embexplorer.jobs.runner import Runner

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Then:
    """What shall happen when a job finished, failed, was cancelled or showed a frame.

    Without `failed`, a failure becomes a problem that the window shows; so does a `UserError` of
    `finished`.
    """

    finished: Callable[[Finished], None] | None = None
    failed: Callable[[Failed], None] | None = None
    cancelled: Callable[[Cancelled], None] | None = None
    framed: Callable[[Framed], None] | None = None


class Work:
    """Submits jobs and turns their events into changes of the state, in the window's thread.

    `is_shown` jobs appear as activity; quick searches do not.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._runner: Runner | None = None
        self._then: dict[int, Then] = {}
        self._shown: set[int] = set()
        self._early: list[Event] | None = None

    def attach(self, runner: Runner) -> None:
        """Use this runner; its events must reach `handle` in the window's thread."""
        self._runner = runner

    def submit(
        self,
        function: Callable[..., Any],
        *,
        key: str,
        title: str,
        lane: str,
        then: Then,
        is_shown: bool = True,
        **arguments: Any,
    ) -> Job:
        """Start a job; see `jobs.runner.Runner.submit`."""
        assert self._runner is not None, "attach a runner first"
        self._early = []  # an inline lane ends a job before its id is known here
        try:
            job = self._runner.submit(function, key=key, title=title, lane=lane, **arguments)
        finally:
            early, self._early = self._early, None
        self._then[job.id] = then
        if is_shown:
            self._shown.add(job.id)
            activity = Activity(job.id, key, title)
            self._store.apply(lambda state: _with_activity(state, (*state.activity, activity)))
        for event in early:
            self.handle(event)
        return job

    def cancel(self, job_id: int) -> None:
        """Cancel a job."""
        assert self._runner is not None, "attach a runner first"
        self._runner.cancel(job_id)

    def set_paused(self, key: str, *, is_paused: bool) -> None:
        """Let the job of a key wait, or go on."""
        assert self._runner is not None, "attach a runner first"
        (self._runner.pause if is_paused else self._runner.resume)(key)

    def close(self) -> None:
        """Drop what still happens: those whom results would reach are gone."""
        self._then.clear()

    def handle(self, event: Event) -> None:
        """Take one event, in the window's thread."""
        if self._early is not None:
            self._early.append(event)
            return
        then = self._then.get(event.job.id)
        if then is None:
            return
        if isinstance(event, Ended):
            self._end(event, then)
        elif isinstance(event, Framed) and then.framed is not None:
            then.framed(event)
        elif isinstance(event, Progressed) and event.job.id in self._shown:
            self._store.apply(lambda state: _progressed(state, event))

    def _end(self, event: Ended, then: Then) -> None:
        number = event.job.id
        del self._then[number]
        if number in self._shown:
            self._shown.discard(number)
            self._store.apply(lambda state: _without(state, number))
        if isinstance(event, Finished) and then.finished is not None:
            try:
                then.finished(event)
            except UserError as error:
                show_problem(self._store, Problem(error))
        elif isinstance(event, Cancelled) and then.cancelled is not None:
            then.cancelled(event)
        elif isinstance(event, Failed):
            if event.details:
                _log.info("%s failed:\n%s", event.job.title, event.details)
            if then.failed is not None:
                then.failed(event)
            else:
                report(self._store, event)


def report(store: Store, failed: Failed) -> None:
    """Show a failure as a problem."""
    show_problem(store, Problem(failed.error, failed.details))


def saying(store: Store) -> Then:
    """Return that what a job returns, a sentence, is shown to the person."""

    def said(event: Finished) -> None:
        sentence: str = event.result
        store.apply(lambda state: dataclasses.replace(state, message=sentence))

    return Then(finished=said)


def show_problem(store: Store, problem: Problem) -> None:
    """Put a problem where the window shows it."""
    without_frames(problem.error)
    store.apply(lambda state: with_problems(state, problem))


def _with_activity(state: State, activity: tuple[Activity, ...]) -> State:
    return dataclasses.replace(state, activity=activity)


def _without(state: State, job_id: int) -> State:
    return _with_activity(state, tuple(item for item in state.activity if item.job_id != job_id))


def _progressed(state: State, event: Progressed) -> State:
    def changed(item: Activity) -> Activity:
        if item.job_id != event.job.id:
            return item
        known = [value for value in (item.fraction, event.fraction) if value is not None]
        return dataclasses.replace(
            item,
            fraction=max(known, default=None),  # a bar never moves backwards
            message=event.message,
            seconds_left=event.seconds_left,
        )

    return _with_activity(state, tuple(changed(item) for item in state.activity))
