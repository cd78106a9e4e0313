"""A lane in a warm child process; a spare may take over when the child has to be ended."""

from __future__ import annotations

import queue
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from embexplorer.core.errors import UserError
from embexplorer.engines import own_process
from embexplorer.jobs.estimate import Estimate
from embexplorer.jobs.events import Cancelled, Emit, Failed, Framed, Job, Progressed, Started
from embexplorer.jobs.outcome import out_of_memory
from embexplorer.jobs.pipe import Pipe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


PATIENCE = 0.5  # seconds a cancelled job gets to stop by itself
CHILD_FLAG = "--embexplorer-child"
_EOF = ("eof",)


class ChildProcess:
    """One child and the thread that reads what it says into `inbox`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            own_process.command("embexplorer.jobs.child", CHILD_FLAG),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=own_process.environment(),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._pipe = Pipe(self._process.stdout, self._process.stdin)
        self.inbox: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="child-reader", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def send(self, *message: Any) -> None:
        """Send a message; a child that is gone shows by its end of file."""
        try:
            self._pipe.send(message)
        except OSError:
            return

    def exit_code(self) -> int:
        """Wait for the end and return the exit code, negative for a signal."""
        return self._process.wait()

    def end(self) -> None:
        """End the process and its reader."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self._pipe.close()

    def _read(self) -> None:
        try:
            while True:
                self.inbox.put(self._pipe.receive())
        except (EOFError, OSError, ValueError):
            self.inbox.put(_EOF)


@dataclass(slots=True)
class _Work:
    job: Job
    function: str
    arguments: Mapping[str, Any]
    emit: Emit
    is_started: bool = False
    cancelled_at: float | None = None
    is_paused: bool = False
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
    """

    def __init__(
        self,
        name: str,
        warm_up: Sequence[Callable[[], object] | str] = (),
        *,
        has_spare: bool = False,
    ) -> None:
        self._name = name
        self._has_spare = has_spare
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
        while (work := self._queue.get()) is not None:
            if work.cancelled_at is None and (child := self._ready_child()) is not None:
                work.is_started = True
                work.emit(Started(work.job))
                child.send("run", work.job, work.function, dict(work.arguments))
                if work.is_paused:
                    self._tell(work)
                self._follow(work, child)
                self._start_spare()
            self._works.pop(work.job.id, None)

    def _follow(self, work: _Work, child: ChildProcess) -> None:
        """Pass on what the child says until the job has ended."""
        while True:
            try:
                kind, *rest = child.inbox.get(timeout=0.05)
            except queue.Empty:
                if work.cancelled_at and time.monotonic() - work.cancelled_at > PATIENCE:
                    self._drop(child)
                    work.emit(Cancelled(work.job))
                    return
                continue
            if kind == "eof":
                self._died(work, child)
                return
            if rest[0] != work.job.id:
                continue
            if kind == "end":
                work.emit(rest[1])
                return
            if kind == "frame":
                work.emit(Framed(work.job, rest[1]))
            else:
                left = work.estimate.seconds_left(rest[1], time.monotonic())
                work.emit(Progressed(work.job, rest[1], rest[2], left))

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

    def _died(self, work: _Work, child: ChildProcess) -> None:
        code = child.exit_code()
        self._drop(child)
        if work.cancelled_at is not None:
            work.emit(Cancelled(work.job))
        elif code == -getattr(signal, "SIGKILL", 9):
            work.emit(Failed(work.job, _killed(work.job.title)))
        elif code == 0 and self._is_shut:
            work.emit(Cancelled(work.job))
        else:
            work.emit(Failed(work.job, _stopped(work.job.title, code)))

    def _ready_child(self) -> ChildProcess | None:
        with self._lock:
            if self._is_shut:
                return None
            if self._child is not None and not self._child.is_alive:
                self._child.end()
                self._child = None
            if self._child is None:
                self._child, self._spare = self._spare or self._new_child(), None
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
        child = ChildProcess()
        for function in self._warm_up:
            child.send("warm", function)
        return child


def _name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__qualname__}"


def _killed(title: str) -> UserError:
    error = out_of_memory(title)
    return UserError(
        "Ended by the system",
        f"{title} was killed, most likely for want of memory. What was there before still stands.",
        error.hint,
    )


def _stopped(title: str, code: int) -> UserError:
    ended = f"by signal {-code}" if code < 0 else f"with the exit code {code}"
    return UserError(
        "Stopped unexpectedly",
        f"{title} ended {ended}. What was there before still stands.",
        "Start it again; the next job runs in a new process.",
    )
