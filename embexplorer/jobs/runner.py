"""The one place jobs are submitted to: lanes, supersession by key, cancel, pause, shutdown."""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING, Any, Protocol

from embexplorer.jobs.events import Cancelled, Emit, Ended, Event, Job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Lane(Protocol):
    """Runs its jobs one after the other, somewhere."""

    def start(
        self, job: Job, function: Callable[..., Any], arguments: Mapping[str, Any], emit: Emit
    ) -> None:
        """Queue a job; every event of it goes to `emit`, the last one an `Ended`."""

    def warm(self) -> None:
        """Get ready for the first job."""

    def cancel(self, job: Job) -> None:
        """Ask a queued or running job to stop; it ends within about half a second."""

    def pause(self, job: Job) -> None:
        """Ask a queued or running job to wait where it next can; the lane waits with it."""

    def resume(self, job: Job) -> None:
        """Let a job that was paused go on."""

    def shutdown(self, timeout: float) -> None:
        """Stop accepting, end what runs, and leave no thread or process behind."""


class Runner:
    """Submits jobs to lanes and passes their events on, from whatever thread they come.

    Parameters
    ----------
    lanes
        Lanes by name.
    on_event
        Called with every event, in the lanes' threads.
    """

    def __init__(self, lanes: Mapping[str, Lane], on_event: Emit) -> None:
        self._lanes = dict(lanes)
        self._on_event = on_event
        self._open: dict[int, Job] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self._ending: list[threading.Thread] = []

    def submit(
        self, function: Callable[..., Any], *, key: str, title: str, lane: str, **arguments: Any
    ) -> Job:
        """Start ``function(**arguments, progress=...)`` on a lane; an open job of this key ends.

        On a process lane the function is sent by its name and the arguments by value.
        """
        with self._lock:
            for old in self._open_of(key):
                self._supersede(old)
            job = Job(next(self._numbers), key, title, lane)
            self._open[job.id] = job
        self._lanes[lane].start(job, function, arguments, self._deliver)
        return job

    def warm(self, lane: str) -> None:
        """Let a lane get ready for its first job."""
        self._lanes[lane].warm()

    def retire(self, lane: str) -> None:
        """End a lane that is not needed any more, and do not wait: a process takes its time."""
        ending = threading.Thread(
            target=self._lanes[lane].shutdown, args=(1.0,), name=f"retire-{lane}", daemon=True
        )
        self._ending.append(ending)
        ending.start()

    def cancel(self, job_id: int) -> None:
        """Cancel a job; its `Cancelled` follows when it has stopped. Unknown ids are ignored."""
        job = self._open.get(job_id)
        if job is not None:
            self._lanes[job.lane].cancel(job)

    def pause(self, key: str) -> None:
        """Let the open job of this key wait, if there is one; it can still be cancelled.

        A job waits where `Progress.wait_while_paused` is called: a layout between two steps. One
        that never gets there runs on.
        """
        for job in self._open_of(key):
            self._lanes[job.lane].pause(job)

    def resume(self, key: str) -> None:
        """Let the job of this key go on."""
        for job in self._open_of(key):
            self._lanes[job.lane].resume(job)

    @property
    def is_idle(self) -> bool:
        """Whether no job is queued or running."""
        return not self._open

    def shutdown(self, timeout: float = 2.0) -> None:
        """Cancel everything and end the lanes; later events are dropped."""
        with self._lock:
            self._open.clear()
        for ending in self._ending:
            ending.join(timeout)
        for lane in self._lanes.values():
            lane.shutdown(timeout)

    def _open_of(self, key: str) -> list[Job]:
        with self._lock:
            return [job for job in self._open.values() if job.key == key]

    def _supersede(self, job: Job) -> None:
        del self._open[job.id]
        self._on_event(Cancelled(job))
        self._lanes[job.lane].cancel(job)

    def _deliver(self, event: Event) -> None:
        with self._lock:
            if event.job.id not in self._open:
                return  # superseded: whatever it still says is late
            if isinstance(event, Ended):
                del self._open[event.job.id]
            self._on_event(event)
