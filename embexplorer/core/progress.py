"""How a long task says how far it is, shows what it has so far, and learns that it is cancelled."""

from __future__ import annotations

import threading
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
        self._cancelled = threading.Event()

    def report(self, fraction: float | None, message: str = "") -> None:
        """Say how far the task is."""

    def frame(self, coords: NDArray[np.float32]) -> None:
        """Show intermediate coords (n, 2|3) of a projection that is still running."""

    def cancel(self) -> None:
        """Ask the task to stop at its next check."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the person asked the task to stop."""
        return self._cancelled.is_set()

    def raise_if_cancelled(self) -> None:
        """Stop here when the person cancelled.

        Raises
        ------
        CancelledError
            When `cancel` was called.
        """
        if self.is_cancelled:
            raise CancelledError

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
