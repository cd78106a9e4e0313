"""Progress that is sent on, at most 20 reports and 20 frames a second."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from embexplorer.core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

INTERVAL = 1 / 20  # seconds between two reports: what an eye can follow and a window can draw


class RelayedProgress(Progress):
    """Calls `on_report(fraction, message)` and `on_frame(coords)`, dropping what comes too fast."""

    def __init__(
        self,
        on_report: Callable[[float | None, str], None],
        on_frame: Callable[[NDArray[np.float32]], None],
    ) -> None:
        super().__init__()
        self._on_report = on_report
        self._on_frame = on_frame
        self._last_report = self._last_frame = -INTERVAL

    def report(self, fraction: float | None, message: str = "") -> None:
        """Send a report on when the last is old enough."""
        now = time.monotonic()
        if now - self._last_report >= INTERVAL:
            self._last_report = now
            self._on_report(fraction, message)

    def frame(self, coords: NDArray[np.float32]) -> None:
        """Send coords on when the last frame is old enough."""
        now = time.monotonic()
        if now - self._last_frame >= INTERVAL:
            self._last_frame = now
            self._on_frame(coords)
