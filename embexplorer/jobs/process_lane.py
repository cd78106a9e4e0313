"""A lane in a warm child process, which a spare may replace, or which may end when it rests."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from embexplorer.core.memory import oom_kills
from embexplorer.jobs.child_end import ChildEnd
from embexplorer.jobs.child_process import ChildProcess
from embexplorer.jobs.estimate import Estimate
from embexplorer.jobs.events import (
    Cancelled,
    Emit,
    Ended,
    Failed,
    Framed,
    Job,
    Progressed,
    Started,
)
from embexplorer.storage.log_file import Crashes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


PATIENCE = 0.5  # seconds a cancelled job gets to stop by itself
POLL = 0.05  # seconds between two looks at a child that says nothing
TRIES = 2  # children that a job gets which died before it had begun
SUSPENDED = "Suspended by another program"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Work:
    job: Job
    function: str
    arguments: Mapping[str, Any]
    emit: Emit
    is_started: bool = False
    has_begun: bool = False  # its child has said that it does this now
    tries: int = 0
    cancelled_at: float | None = None
    is_paused: bool = False
    is_suspended: bool = False
    said: str = ""  # how far the child said it is
    estimate: Estimate = field(default_factory=Estimate)


class ProcessLane:
    """Runs jobs in a child process, one after the other.

    Parameters
    ----------
    name
        Of the lane, for its thread.
    warm_up
        Functions without arguments that a new child calls first, to load what jobs will need;
        ``module:name`` of one that is not to be imported here.
    has_spare
        Keep a second warm child from the first job on: worth its memory where warming takes long.
    rest
        Seconds without a job after which the child is ended, so that a lane that is seldom used
        holds no memory; None keeps it. The next job starts another.
    """

    def __init__(
        self,
        name: str,
        warm_up: Sequence[Callable[[], object] | str] = (),
        *,
        has_spare: bool = False,
        rest: float | None = None,
    ) -> None:
        self._name = name
        self._has_spare = has_spare
        self._rest = rest
        self._warm_up = [
            function if isinstance(function, str) else _name_of(function) for function in warm_up
        ]
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._works: dict[int, _Work] = {}
        self._child: ChildProcess | None = None
        self._spare: ChildProcess | None = None
        self._lock = threading.Lock()
        self._telling = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_shut = False

    def start(
        self, job: Job, function: Callable[..., Any], arguments: Mapping[str, Any], emit: Emit
    ) -> None:
        """Queue a job."""
        work = _Work(job, _name_of(function), arguments, emit)
        self._works[job.id] = work
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, name=f"lane-{self._name}", daemon=True
            )
            self._thread.start()
        self._queue.put(work)

    def warm(self) -> None:
        """Start the child now, so that the first job finds it ready."""
        with self._lock:
            if self._child is None and not self._is_shut:
                self._child = self._new_child()

    def cancel(self, job: Job) -> None:
        """Ask a job to stop; a child that does not answer in time is ended."""
        work = self._works.get(job.id)
        if work is None or work.cancelled_at is not None:
            return
        work.cancelled_at = time.monotonic()
        if not work.is_started:
            work.emit(Cancelled(job))
        elif (child := self._child) is not None:
            child.send("cancel", job.id)

    def pause(self, job: Job) -> None:
        """Ask a job to wait where it next can; a queued one waits once it has begun."""
        self._set_paused(job, is_paused=True)

    def resume(self, job: Job) -> None:
        """Let a job go on."""
        self._set_paused(job, is_paused=False)

    def shutdown(self, timeout: float) -> None:
        """End the children and the thread."""
        with self._lock:
            self._is_shut = True
            children = [child for child in (self._child, self._spare) if child is not None]
            self._child = self._spare = None
        for child in children:
            child.end()
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout)
            self._thread = None

    # -- the lane's thread ---------------------------------------------------------------------

    def _run(self) -> None:
        while (work := self._next()) is not None:
            is_over = work.cancelled_at is not None
            while not is_over and (child := self._ready_child()) is not None:
                self._hand_over(work, child)
                is_over = self._follow(work, child)
            self._start_spare()
            self._works.pop(work.job.id, None)

    def _next(self) -> _Work | None:
        """Wait for a job, or None at the end; a child that has rested for long is ended."""
        try:
            return self._queue.get(timeout=self._rest)
        except queue.Empty:
            while (child := self._child) is not None:
                self._drop(child)
        return self._queue.get()

    def _hand_over(self, work: _Work, child: ChildProcess) -> None:
        if not work.is_started:
            work.is_started = True
            work.emit(Started(work.job))
        work.tries += 1
        child.send("run", work.job, work.function, dict(work.arguments))
        if work.is_paused:
            self._tell(work)

    def _follow(self, work: _Work, child: ChildProcess) -> bool:
        """Pass on what the child says; return whether the job is over, else it may begin again."""
        crashes, kills = Crashes(), oom_kills()
        while not self._is_overdue(work, child):
            try:
                kind, *rest = child.inbox.get(timeout=POLL)
            except queue.Empty:
                self._tell_suspended(work, child)
                continue
            if kind == "eof":
                self._drop(child)
                if not work.has_begun and work.tries < TRIES and not self._is_shut:
                    return False  # the child was gone, or died of something else
                work.emit(self._end_of(work, child, oom_kills() != kills, crashes.new_ones()))
                return True
            if rest[0] == work.job.id and self._pass_on(work, kind, *rest[1:]):
                return True
        self._drop(child)
        work.emit(Cancelled(work.job))
        return True

    def _pass_on(self, work: _Work, kind: str, *said: Any) -> bool:
        """Pass on one thing that a child said; return whether it was the last."""
        if kind == "end":
            work.emit(said[0])
            return True
        if kind == "begin":
            work.has_begun = True
        elif kind == "frame":
            work.emit(Framed(work.job, said[0]))
        else:
            fraction, work.said = said
            left = work.estimate.seconds_left(fraction, time.monotonic())
            work.emit(Progressed(work.job, fraction, work.said, left))
        return False

    def _end_of(self, work: _Work, child: ChildProcess, was_oom: bool, stack: str) -> Ended:
        """Return what there is to say about a child that ended before its job."""
        if work.cancelled_at is not None or self._is_shut:
            return Cancelled(work.job)
        end = ChildEnd(work.job.title, child.exit_code(), work.said, was_oom)
        _log.info("%s: its child %s ended with %s", work.job.title, child.pid, end.code)
        return Failed(work.job, end.error(), stack, is_child_gone=True)

    def _is_overdue(self, work: _Work, child: ChildProcess) -> bool:
        """Return whether a cancelled job has had its time; one that is suspended gets none."""
        if work.cancelled_at is None:
            return False
        return child.is_suspended or time.monotonic() - work.cancelled_at > PATIENCE

    def _tell_suspended(self, work: _Work, child: ChildProcess) -> None:
        """Say that a child was suspended, and when it goes on."""
        is_suspended = child.is_suspended
        if is_suspended != work.is_suspended:
            work.is_suspended = is_suspended
            work.estimate = Estimate()  # else the wait would count as slowness
            said = SUSPENDED if is_suspended else work.said
            work.emit(Progressed(work.job, None, said))

    def _set_paused(self, job: Job, *, is_paused: bool) -> None:
        work = self._works.get(job.id)
        if work is not None:
            work.is_paused = is_paused
            self._tell(work)

    def _tell(self, work: _Work) -> None:
        """Say to the child whether a job shall wait, as things are now."""
        with self._telling:  # so that what is said last is what was asked last
            if work.is_started and (child := self._child) is not None:
                child.send("pause" if work.is_paused else "resume", work.job.id)
            if not work.is_paused:
                work.estimate = Estimate()  # else the pause would count as slowness

    def _ready_child(self) -> ChildProcess | None:
        with self._lock:
            if self._is_shut:
                return None
            for child in (self._child, self._spare):
                if child is not None and not child.is_alive:
                    child.end()
            alive = [one for one in (self._child, self._spare) if one is not None and one.is_alive]
            self._child, self._spare, *_ = (*alive, None, None)
            if self._child is None:
                self._child = self._new_child()
            return self._child

    def _drop(self, child: ChildProcess) -> None:
        child.end()
        with self._lock:
            if self._child is child:
                self._child, self._spare = self._spare, None

    def _start_spare(self) -> None:
        with self._lock:
            if (
                self._has_spare
                and self._spare is None
                and self._child is not None
                and not self._is_shut
            ):
                self._spare = self._new_child()

    def _new_child(self) -> ChildProcess:
        child = ChildProcess(self._name)
        for function in self._warm_up:
            child.send("warm", function)
        return child


def _name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__qualname__}"
