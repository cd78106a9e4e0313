"""The whole application without its window: real services, real child processes."""

from __future__ import annotations

import queue
import time
from typing import TYPE_CHECKING

from embexplorer.app.services import Services, process_lanes

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from embexplorer.app.state import State
    from embexplorer.jobs.events import Event

PATIENCE = 120.0  # seconds a step may take on a loaded machine


class AppLoop:
    """Takes the events of jobs in the test's thread, as the window's loop does.

    Without `may_fail`, a problem fails the test at once.
    """

    def __init__(self, *, may_fail: bool = False) -> None:
        self.may_fail = may_fail
        self.posted: queue.SimpleQueue[tuple[Callable[[Event], None], Event]] = queue.SimpleQueue()
        self.services = Services.start(
            process_lanes(), lambda handle, event: self.posted.put((handle, event))
        )
        self.fractions: dict[int, list[float]] = {}
        self.frames: list[np.ndarray] = []
        self.services.store.subscribe(self._watch)

    @property
    def state(self) -> State:
        return self.services.store.state

    def until(self, condition: Callable[[State], object]) -> State:
        """Take events until a condition on the state holds."""
        deadline = time.monotonic() + PATIENCE
        while not condition(self.state):
            left = deadline - time.monotonic()
            assert left > 0, f"still waiting; activity {self.state.activity}"
            self.take(left)
            assert self.may_fail or self.state.problems == (), self.state.problems
        return self.state

    def take(self, seconds: float) -> None:
        """Take one event, if it comes in time."""
        try:
            handle, event = self.posted.get(timeout=seconds)
        except queue.Empty:
            return
        handle(event)

    def until_idle(self) -> State:
        """Take events until no job is left."""
        return self.until(lambda state: self.services.runner.is_idle and self.posted.empty())

    def _watch(self, old: State, new: State) -> None:
        for item in new.activity:
            if item.fraction is not None:
                self.fractions.setdefault(item.job_id, []).append(item.fraction)
        shown = new.live_coords
        if shown is not None and shown is not old.live_coords:
            self.frames.append(shown)
