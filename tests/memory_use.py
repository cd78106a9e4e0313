"""How much memory this process takes, and holes in it."""

from __future__ import annotations

import os
from pathlib import Path

BLOCK = 3000  # bytes: of the C library, and too few for a mapping of its own
_kept: list[bytes] = []


def resident() -> float:
    """Return the megabytes that this process takes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def make_holes(megabytes: int) -> None:
    """Take much memory in small blocks, then keep the last one alone: the others are free."""
    blocks = [bytes(BLOCK) for _ in range(megabytes * 1_000_000 // BLOCK)]
    _kept.append(blocks[-1])
