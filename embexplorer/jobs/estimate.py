"""How long a job still takes, from the fractions it reported."""

from __future__ import annotations

from collections import deque

WINDOW = 20.0  # seconds of history the speed is measured over: phases differ in speed
FIRST = 1.0  # seconds before the first estimate


class Estimate:
    """Seconds left of one job, from its recent speed."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    def seconds_left(self, fraction: float | None, now: float) -> float | None:
        """Take a fraction reported at `now` (monotonic seconds); return seconds left or None."""
        if fraction is None:
            return None
        self._seen.append((now, fraction))
        while len(self._seen) > 2 and now - self._seen[0][0] > WINDOW:
            self._seen.popleft()
        start, before = self._seen[0]
        if now - start < FIRST or fraction <= before:
            return None
        return (now - start) / (fraction - before) * (1.0 - fraction)
