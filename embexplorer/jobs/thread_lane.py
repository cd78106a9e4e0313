"""A lane in a thread of this process, for short work that releases the interpreter lock."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from embexplorer.core.progress import Progress
from embexplorer.jobs.events import Cancelled, Emit, Framed, Job, Progressed, Started
from embexplorer.jobs.outcome import outcome_of
from embexplorer.jobs.relay import RelayedProgress


@dataclass(frozen=True, slots=True)
class _Work:
    job: Job
    function: Callable[..., Any]
    arguments: Mapping[str, Any]
    emit: Emit
    progress: Progress


class ThreadLane:
    """One daemon thread that runs jobs in turn; cancelled ones in the queue are skipped."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._progress: dict[int, Progress] = {}
        self._thread: threading.Thread | None = None
        self._is_shut = False

    def start(
        self, job: Job, function: Callable[..., Any], arguments: Mapping[str, Any], emit: Emit
    ) -> None:
        """Queue a job; after the shutdown it is cancelled at once."""
        if self._is_shut:
            emit(Cancelled(job))
            return
        progress = RelayedProgress(
            lambda fraction, message: emit(Progressed(job, fraction, message)),
            lambda coords: emit(Framed(job, coords)),
        )
        work = _Work(job, function, arguments, emit, progress)
        self._progress[job.id] = progress
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, name=f"lane-{self._name}", daemon=True
            )
            self._thread.start()
        self._queue.put(work)

    def warm(self) -> None:
        """Do nothing: a thread starts at once."""

    def cancel(self, job: Job) -> None:
        """Ask a job to stop at its next check."""
        progress = self._progress.get(job.id)
        if progress is not None:
            progress.cancel()

    def pause(self, job: Job) -> None:
        """Ask a job to wait where it next can."""
        progress = self._progress.get(job.id)
        if progress is not None:
            progress.pause()

    def resume(self, job: Job) -> None:
        """Let a job go on."""
        progress = self._progress.get(job.id)
        if progress is not None:
            progress.resume()

    def shutdown(self, timeout: float) -> None:
        """Cancel all jobs and end the thread."""
        self._is_shut = True
        for progress in list(self._progress.values()):
            progress.cancel()
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout)
            self._thread = None

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            if work.progress.is_cancelled:
                work.emit(Cancelled(work.job))
            else:
                work.emit(Started(work.job))
                work.emit(outcome_of(work.job, work.function, work.arguments, work.progress))
            self._progress.pop(work.job.id, None)
