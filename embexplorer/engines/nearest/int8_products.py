"""Whether this computer multiplies int8 matrices, rightly and faster than float32 ones."""

from __future__ import annotations

import sys
import time
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

SIDE = 512
TRIES = 3
LONG = 4e11  # products of numbers whose faster half is worth the time that importing torch takes


def pays_int8(m: int, width: int) -> bool:
    """Return whether m points of this width are compared sooner by int8 codes."""
    if "torch" not in sys.modules and m * m * width < LONG:
        return False
    return has_fast_int8(width)


@lru_cache(maxsize=8)
def has_fast_int8(width: int) -> bool:
    """Return whether torch multiplies int8 codes of this width rightly, and fast.

    `torch._int_mm` is private and may be gone; on processors without instructions for it, sums of
    large products can overflow, or the product is slower than that of float32. Which way is taken
    changes the time a search takes, never its result.
    """
    try:
        import torch

        rng = np.random.default_rng(0)
        codes = rng.integers(-127, 128, (SIDE, width)).astype(np.int8)
        codes[: SIDE // 4], codes[SIDE // 4 : SIDE // 2] = 127, -127
        floats = codes.astype(np.float32)
        left, out = torch.from_numpy(codes), torch.empty((SIDE, SIDE), dtype=torch.int32)
        slow = torch.from_numpy(floats)
        room = torch.empty((SIDE, SIDE))

        def product() -> None:
            torch._int_mm(left, left.T, out=out)

        product()
        wide = codes.astype(np.float64)
        if not np.array_equal(out.numpy(), wide @ wide.T):
            return False
        torch.mm(slow, slow.T, out=room)
        return _seconds(product) < _seconds(lambda: torch.mm(slow, slow.T, out=room))
    except (ImportError, AttributeError, RuntimeError, NotImplementedError):
        return False


def _seconds(work: Callable[[], object]) -> float:
    """Return the shortest time of a few tries."""
    taken = []
    for _ in range(TRIES):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)
