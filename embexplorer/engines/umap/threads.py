"""Rows spread over threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

_PARTS = 16  # so that no thread waits long for the slowest part
_LEAST = 256  # rows of a part: fewer are done sooner than handed over


def spread(pool: Executor, n: int, work: Callable[[int, int], None]) -> None:
    """Call ``work(first, last)`` for all of n rows, in parts, on the threads of a pool."""
    parts = max(1, min(_PARTS, n // _LEAST))
    if parts == 1:
        work(0, n)
        return
    cuts = np.linspace(0, n, parts + 1).astype(np.int64).tolist()
    list(pool.map(work, cuts[:-1], cuts[1:]))
