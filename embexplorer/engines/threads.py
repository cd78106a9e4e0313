"""Spreads compiled work that releases the GIL over threads, range by range."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class Threads:
    """Threads that wait for ranges; `with` ends them.

    Parameters
    ----------
    count
        How many work at once, the caller's own included.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count - 1) if count > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def over(self, n: int, work: Callable[[int, int], object]) -> None:
        """Call `work(first, last)` for even ranges of 0..n, and return when all are done."""
        parts = max(1, min(self.count, n))
        bounds = [part * n // parts for part in range(parts + 1)]
        waiting = []
        if self._pool is not None:
            others = itertools.pairwise(bounds[1:])
            waiting = [self._pool.submit(work, first, last) for first, last in others]
        work(bounds[0], bounds[1])
        for one in waiting:
            one.result()
