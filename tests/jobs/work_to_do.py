"""Functions that the tests send to child processes by name."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from tests.memory_use import make_holes, resident

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress


def add(a: int, b: int, progress: Progress) -> int:
    """Return a sum."""
    return a + b


def process_id(progress: Progress) -> int:
    """Return where this runs."""
    return os.getpid()


def niceness(progress: Progress) -> int:
    """Return how far this process steps back."""
    return os.nice(0)


def count_calls(kept: dict[str, Any], progress: Progress) -> int:
    """Return how often this child was asked."""
    kept["calls"] = kept.get("calls", 0) + 1
    return int(kept["calls"])


def leave_holes(progress: Progress) -> float:
    """Use much memory, and return the megabytes that are still taken."""
    make_holes(100)
    return resident()


def megabytes(progress: Progress) -> float:
    """Return what this process takes."""
    return resident()


def show_frames(progress: Progress) -> str:
    """Report and show a frame, then finish."""
    progress.report(0.5, "half")
    progress.frame(np.full((2, 2), 7, np.float32))
    sys.stdout.write("libraries print to standard output\n")
    return "done"


def until_cancelled(progress: Progress) -> None:
    """Run until asked to stop."""
    while True:
        progress.report(None, "waiting")
        progress.raise_if_cancelled()
        time.sleep(0.005)


def steps(progress: Progress) -> float:
    """Take steps, of which the one after the first waits while paused; return how long it did."""
    progress.report(None, "step 1")
    while not progress.is_paused:
        progress.raise_if_cancelled()
        time.sleep(0.005)
    progress.frame(np.full((1, 2), 1, np.float32))
    progress.wait_while_paused()
    return progress.seconds_paused


def never_listens(progress: Progress) -> None:
    """Run on whatever is asked."""
    progress.report(0.1, "deaf")
    time.sleep(60)


def killed(progress: Progress) -> None:
    """Die as if the system had run out of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def exits(progress: Progress) -> None:
    """Leave without a word."""
    os._exit(3)


def refuses(progress: Progress) -> None:
    """Fail in a way the person can mend."""
    raise UserError("Row 7 has 3 numbers", "a.txt: the rows before it have 4.", "Mend the row.")


def has_a_bug(progress: Progress) -> None:
    """Fail in a way nobody expected."""
    raise KeyError("surprise")


def reports_and_dies(number: int, progress: Progress) -> None:
    """Say how far it is, then end by a signal."""
    progress.report(0.4, "epoch 212 of 500")
    time.sleep(0.1)
    os.kill(os.getpid(), number)


def crashes(progress: Progress) -> None:
    """End as a fault in a library does."""
    import faulthandler

    faulthandler._sigsegv()  # type: ignore[attr-defined]


def take_memory(progress: Progress) -> int:
    """Ask for more memory than this process may have."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, resource.RLIM_INFINITY))
    try:
        return len(np.ones(1 << 30))
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)


def take(data: bytes, progress: Progress) -> int:
    """Return how much came."""
    return len(data)


def returns_what_cannot_be_read(progress: Progress) -> Any:
    """Return what the other side fails to unpickle."""
    return Unreadable()


class Unreadable:
    """Something that raises when it is read."""

    def __reduce__(self) -> Any:
        return (_raise, ("not for you",))


def _raise(message: str) -> None:
    raise RuntimeError(message)


def limit_memory(room: int, progress: Progress) -> None:
    """Let this process take so many bytes beside what it has."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + room
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))


def reads_what_is_cut_off(path: str, progress: Progress) -> float:
    """Map a file, cut it off as another program could, and read it."""
    rows = np.load(path, mmap_mode="r")
    progress.report(0.5, "row 7")
    time.sleep(0.1)
    os.truncate(path, 128)
    return float(rows.sum())


def fill_group(group: str, progress: Progress) -> int:
    """Join a control group, and take more memory than it has."""
    (Path(group) / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")
    progress.report(0.5, "block 3 of 9")
    time.sleep(0.1)
    return len([bytearray(b"x") * (1 << 24) for _ in range(64)])
