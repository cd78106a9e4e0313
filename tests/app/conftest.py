"""Services as the window has them, with jobs that run at once or when a test says so."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import pytest

from embexplorer.app.services import LANES, Services, inline_lanes
from embexplorer.jobs.events import Cancelled, Emit, Event, Framed, Job, Progressed, Started
from embexplorer.jobs.outcome import outcome_of
from embexplorer.jobs.relay import RelayedProgress
from embexplorer.operations.keep import on_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import numpy as np

    from embexplorer.core.space import Space


class HeldLane:
    """A lane whose jobs run in the test's thread, when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Job, Callable[..., Any], Mapping[str, Any], Emit]] = []
        self.paused: set[int] = set()

    def start(
        self, job: Job, function: Callable[..., Any], arguments: Mapping[str, Any], emit: Emit
    ) -> None:
        self.waiting.append((job, function, arguments, emit))

    def cancel(self, job: Job) -> None:
        for work in [work for work in self.waiting if work[0] == job]:
            self.waiting.remove(work)
            work[3](Cancelled(job))

    def pause(self, job: Job) -> None:
        self.paused.add(job.id)

    def resume(self, job: Job) -> None:
        self.paused.discard(job.id)

    def shutdown(self, timeout: float) -> None:
        self.waiting.clear()

    @property
    def keys(self) -> list[str]:
        return [work[0].key for work in self.waiting]

    def run(self) -> None:
        """Run the job that waits longest."""
        job, function, arguments, emit = self.waiting.pop(0)
        progress = RelayedProgress(
            lambda fraction, message: emit(Progressed(job, fraction, message)),
            lambda coords: emit(Framed(job, coords)),
        )
        emit(Started(job))
        emit(outcome_of(job, function, arguments, progress))

    def frame(self, coords: np.ndarray) -> None:
        """Let the job that waits longest show coords."""
        job, _, _, emit = self.waiting[0]
        emit(Framed(job, coords))

    def report(self, fraction: float | None, message: str = "", left: float | None = None) -> None:
        """Let the job that waits longest say how far it is."""
        job, _, _, emit = self.waiting[0]
        emit(Progressed(job, fraction, message, left))


class Desk:
    """Services whose jobs and events wait until the test lets them on."""

    def __init__(self) -> None:
        self.lanes = {name: HeldLane() for name in LANES}
        self.posted: deque[tuple[Callable[[Event], None], Event]] = deque()
        self.services = Services.start(
            self.lanes, lambda handle, event: self.posted.append((handle, event))
        )

    def pump(self) -> None:
        """Let the window's thread take every event that waits."""
        while self.posted:
            handle, event = self.posted.popleft()
            handle(event)

    def run(self, lane: str) -> None:
        """Run the next job of a lane and take its events."""
        self.lanes[lane].run()
        self.pump()

    def run_all(self) -> None:
        """Run everything that waits, and what follows from it."""
        self.pump()
        while busy := [name for name, lane in self.lanes.items() if lane.waiting]:
            self.run(busy[0])


@pytest.fixture
def services() -> Iterator[Services]:
    """Services that run every job at once; a new space gets PCA only."""
    made = Services.start(inline_lanes(), lambda handle, event: handle(event))
    made.remembered.hold(method="pca")
    yield made
    made.runner.shutdown()


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Services whose jobs run when the test says so; a new space gets PCA only."""
    made = Desk()
    made.services.remembered.hold(method="pca")
    yield made
    made.services.runner.shutdown()


@pytest.fixture
def tiny(space: Space, services: Services) -> Space:
    """Return the small space, in a folder as projections need it."""
    return on_disk(space, services.context)
