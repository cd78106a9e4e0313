"""How an iterating layout shows itself: where it is, what it looks like, whether to stop."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress

INTERVAL = 1 / 20  # seconds between two frames: what an eye can follow and a window can draw


class LiveFrames:
    """Sends progress and a copy of the coords, at most 20 times a second and at every quarter.

    Parameters
    ----------
    progress
        Where they go.
    total
        Number of steps.
    name
        What a step is called: ``iteration``, ``epoch``.
    """

    def __init__(self, progress: Progress, total: int, name: str) -> None:
        self._progress = progress
        self._total = total
        self._name = name
        self._last = -INTERVAL
        # A layout of few items ends before an interval is over: its way is shown all the same.
        self._quarters = {0, total // 4, total // 2, 3 * total // 4, total - 1}

    def step(self, done: int, coords: NDArray[Any], place: NDArray[np.int64] | None = None) -> None:
        """Take the coords (n, 2|3) as they are when `done` steps are behind; wait while paused.

        Parameters
        ----------
        place
            (n,) the row of the coords that each item has; None where they lie in order.

        Raises
        ------
        CancelledError
            When the person cancelled.
        FloatingPointError
            When the layout has left the finite numbers.
        """
        self._progress.raise_if_cancelled()
        now = time.monotonic()
        is_paused = self._progress.is_paused
        if now - self._last >= INTERVAL or done in self._quarters or is_paused:
            self._last = now
            self._show(done, coords if place is None else coords[place])
        if is_paused:  # what is looked at meanwhile is the newest frame
            self._progress.wait_while_paused()

    def _show(self, done: int, coords: NDArray[Any]) -> None:
        frame = np.array(coords, dtype=np.float32, order="C", copy=True)
        if not np.isfinite(frame).all():
            raise FloatingPointError(f"not finite after {self._name} {done}")
        self._progress.report(
            done / self._total, f"{self._name} {done:,} of {self._total:,}".capitalize()
        )
        self._progress.frame(frame)
