"""How much memory is free."""

from __future__ import annotations

import os
import re
from pathlib import Path


def free_memory() -> int | None:
    """Return the bytes that programs can still take without swapping, None where nobody says.

    On Linux that includes what the system would give up of its file cache.
    """
    try:
        said = Path("/proc/meminfo").read_text(encoding="ascii")
        found = re.search(r"^MemAvailable: +(\d+) kB$", said, re.MULTILINE)
        if found is not None:
            return int(found.group(1)) * 1024
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):  # Windows has no sysconf, a Mac not this name
        return None
