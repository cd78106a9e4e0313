"""How much memory is free, whether a job may begin, and giving back what nothing uses."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from embexplorer.core.errors import UserError

SHARE = 0.7  # of the free memory that a job may plan with: other programs go on
GIGABYTE = 2**30

# What PyTorch says on its devices, then ONNX Runtime, then OpenVINO, then the system.
WANT_OF_MEMORY = (
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "failed to allocate memory",
    "bad allocation",
    "bad_alloc",
    "cannot allocate memory",
    "memory allocation failed",
)

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")  # of a container, where it is limited
_VMSTAT = Path("/proc/vmstat")
_OWN_CGROUP = Path("/proc/self/cgroup")


def check_memory(needed: float, title: str, hint: str, *, free: int | None = None) -> None:
    """Refuse a job that would take most of the memory that is free.

    Parameters
    ----------
    needed
        Bytes that the job will take beside what is loaded.
    title
        What it is, as ``UMAP of 3,000,000 items``.
    hint
        What the person can do instead.
    free
        Bytes that are free; as the system says by default. Where it says nothing, no job is
        refused.

    Raises
    ------
    UserError
        When the job needs more than `SHARE` of the free memory.
    """
    room = free_memory() if free is None else free
    if room is None or needed <= SHARE * room:
        return
    raise UserError(
        "Not enough memory",
        f"{title} needs about {needed / GIGABYTE:.1f} GB; {room / GIGABYTE:.1f} GB are free, of "
        f"which a job may take {SHARE:.0%}.",
        hint,
    )


def free_memory() -> int | None:
    """Return the bytes that programs can still take without swapping; None if unknown."""
    if sys.platform == "win32":
        return _free_on_windows()
    rooms = [_available(_text(_MEMINFO)), _room_of_cgroup(_CGROUP)]
    known = [room for room in rooms if room is not None]
    if known:
        return max(0, min(known))
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None


def give_back_memory() -> None:
    """Give the pages that nothing uses any more back to the system.

    The C library of Linux (glibc) keeps those between blocks that are in use: a window that had
    opened and closed many spaces kept 80 MB of them. This takes 1 to 7 ms there, and 70 to 200 ms
    where gigabytes of small blocks were in use, while other threads may wait for memory. Elsewhere
    the system's own allocator sees to it.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def is_want_of_memory(error: BaseException) -> bool:
    """Return whether something failed because it got no memory, whichever library says so."""
    if isinstance(error, MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError | OSError) and any(
        words in text for words in WANT_OF_MEMORY
    )


def oom_kills() -> int | None:
    """Return how many processes were killed for want of memory so far; None if unknown.

    Linux counts them for the control group of this process, whose children share it, and where it
    has none for the whole computer.
    """
    own = _text(_OWN_CGROUP).strip().rpartition("::/")[2]
    for events in (_CGROUP / own / "memory.events", _CGROUP / "memory.events", _VMSTAT):
        for line in _text(events).splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""


def _available(meminfo: str) -> int | None:
    """Return the bytes of the line ``MemAvailable: 22418156 kB``."""
    for line in meminfo.splitlines():
        name, _, rest = line.partition(":")
        if name == "MemAvailable":
            return int(rest.split()[0]) * 1024
    return None


def _room_of_cgroup(folder: Path) -> int | None:
    """Return what the limit of a container leaves; the cache of its files gives way."""
    limit, used = _text(folder / "memory.max").strip(), _text(folder / "memory.current").strip()
    if not limit.isdigit() or not used.isdigit():
        return None
    stat = dict(line.split() for line in _text(folder / "memory.stat").splitlines())
    return int(limit) - int(used) + int(stat.get("inactive_file", 0))


def _free_on_windows() -> int | None:
    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "available", "a", "b", "c", "d")),
            ("e", ctypes.c_ulonglong),
        )

    status = Status(length=ctypes.sizeof(Status))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  mypy elsewhere knows no windll
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.available)
