"""How a long task says how far it is, shows what it has so far, and learns to stop or to wait."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from embexplorer.core.errors import CancelledError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Progress:
    """Progress that nobody watches; subclasses send it on.

    A task reports a fraction in 0..1, or None where the end is not known, with a short message
    such as ``11,392 of 18,930 · 171 per s``.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._is_cancelled = self._is_paused = False
        self._seconds_paused = 0.0

    def report(self, fraction: float | None, message: str = "") -> None:
        """Say how far the task is."""

    def frame(self, coords: NDArray[np.float32]) -> None:
        """Show intermediate coords (n, 2|3) of a projection that is still running."""

    def cancel(self) -> None:
        """Ask the task to stop at its next check, also while it is paused."""
        with self._changed:
            self._is_cancelled = True
            self._changed.notify_all()

    @property
    def is_cancelled(self) -> bool:
        """Whether the person asked the task to stop."""
        return self._is_cancelled

    def raise_if_cancelled(self) -> None:
        """Stop here when the person cancelled.

        Raises
        ------
        CancelledError
            When `cancel` was called.
        """
        if self.is_cancelled:
            raise CancelledError

    def pause(self) -> None:
        """Ask the task to wait where it next can; not every task has such a place."""
        with self._changed:
            self._is_paused = True

    def resume(self) -> None:
        """Let a task that was paused go on."""
        with self._changed:
            self._is_paused = False
            self._changed.notify_all()

    @property
    def is_paused(self) -> bool:
        """Whether the person asked the task to wait."""
        return self._is_paused

    @property
    def seconds_paused(self) -> float:
        """How long `wait_while_paused` has waited so far, all waits together."""
        return self._seconds_paused

    def wait_while_paused(self) -> None:
        """Wait here until the person lets the task go on.

        Raises
        ------
        CancelledError
            When `cancel` was called, before or meanwhile.
        """
        with self._changed:
            if self._is_paused and not self._is_cancelled:
                started = time.monotonic()
                self._changed.wait_for(lambda: self._is_cancelled or not self._is_paused)
                self._seconds_paused += time.monotonic() - started
        self.raise_if_cancelled()

    def part(self, start: float, end: float) -> Progress:
        """Return the progress of a step that takes the range `start`..`end` of this one."""
        return _Part(self, start, end)


class _Part(Progress):
    def __init__(self, whole: Progress, start: float, end: float) -> None:
        super().__init__()
        self._whole = whole
        self._start = start
        self._width = end - start

    def report(self, fraction: float | None, message: str = "") -> None:
        inner = 0.0 if fraction is None else min(1.0, max(0.0, fraction))
        self._whole.report(self._start + self._width * inner, message)

    def frame(self, coords: NDArray[np.float32]) -> None:
        self._whole.frame(coords)

    def cancel(self) -> None:
        self._whole.cancel()

    @property
    def is_cancelled(self) -> bool:
        return self._whole.is_cancelled

    def pause(self) -> None:
        self._whole.pause()

    def resume(self) -> None:
        self._whole.resume()

    @property
    def is_paused(self) -> bool:
        return self._whole.is_paused

    @property
    def seconds_paused(self) -> float:
        return self._whole.seconds_paused

    def wait_while_paused(self) -> None:
        self._whole.wait_while_paused()
