"""Functions that the tests of confined processes send there by name."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.engines.confined import run_confined

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress


def double(number: float, scratch: str, progress: Progress) -> dict[str, Any]:
    """Print, report, write an array and return plain values."""
    sys.stdout.write("libraries print to standard output\n")
    progress.report(0.5, "half")
    np.save(Path(scratch) / "rows.npy", np.full((2, 3), number, np.float32))
    return {"twice": 2 * number, "process": os.getpid()}


def double_twice(number: float, scratch: str, progress: Progress) -> Any:
    """Run confined from inside a child."""
    arguments = {"number": 2 * number, "scratch": scratch}
    return run_confined(double, arguments, name="words.kv", progress=progress)


def refuse(progress: Progress) -> None:
    """Say what the person can mend."""
    raise UserError("Not a model", "words.kv holds a list.", "Choose another.")


def fail(progress: Progress) -> None:
    """Have a bug."""
    raise KeyError("wv")


def die(progress: Progress) -> None:
    """End by a signal."""
    os.kill(os.getpid(), signal.SIGSEGV)


def leave(progress: Progress) -> None:
    """End without a word."""
    os._exit(0)


def fill_memory(progress: Progress) -> int:
    """Take a gigabyte, page by page."""
    return len([bytearray(1 << 20) for _ in range(1024)])


def never_end(pid_file: str, progress: Progress) -> None:
    """Work without a look at whether the person cancelled."""
    Path(pid_file).write_text(str(os.getpid()), encoding="utf-8")
    progress.report(0.1, "begun")
    sys.stderr.write("begun\n")
    while True:
        pass


def say_much(progress: Progress) -> str:
    """Return more than one message may hold."""
    return "x" * (1 << 26)
