"""A function run in a process of its own, with bounds on memory and time: for untrusted files.

Arguments and result travel as JSON, so that nothing which a file made the child say can run here;
arrays go through files of a scratch folder whose path is an argument.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import traceback
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.engines import own_process
from embexplorer.engines.loader_boundary import is_gone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FLAG = "--embexplorer-confined"  # by which a frozen application knows that it is such a child
MEMORY = 2 * 2**30  # bytes
SECONDS = 120.0
LIBRARIES = (
    2**30
)  # bytes of addresses for the code of libraries and for small files that are mapped
TOO_MUCH = "The file needs too much memory"
MADE_TO_FILL = "Check where the file comes from: it may be damaged, or made to fill the memory."
LONGEST_ANSWER = 1 << 26  # bytes of one message of the child

# What libraries would reserve and not use, which a bound on addresses counts all the same.
_FRUGAL = {
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
}
_POLL = 0.05  # seconds between two looks at whether the person cancelled
_REPORTS = 1 / 20  # seconds between two reports of the child
_log = logging.getLogger(__name__)
_End = tuple[str, Any]  # what the child said last, "died" when it could not


def limits_memory() -> bool:
    """Whether this system can bound the memory of a process: where not, time alone is bounded."""
    return sys.platform == "linux"


def run_confined(
    function: Callable[..., Any],
    arguments: Mapping[str, Any],
    *,
    name: str,
    progress: Progress | None = None,
    memory: int = MEMORY,
    mapped: int = LIBRARIES,
    seconds: float = SECONDS,
) -> Any:
    """Call a function in a process of its own and return what it returns.

    Parameters
    ----------
    function
        Function of an importable module, called as ``function(**arguments, progress=…)``.
    arguments
        What JSON can hold: a path goes as its text.
    name
        Of the file that is read, for messages.
    progress
        Gets the reports of the child; a cancel ends the child within a tenth of a second.
    memory
        Bytes that the function may take beside what the process has when it begins; see
        `limits_memory`.
    mapped
        Bytes of files that it may map beside these, code of libraries included.
    seconds
        How long it may take.

    Returns
    -------
    Any
        What JSON can hold; a tuple arrives as a list.

    Raises
    ------
    CancelledError
        When the person cancelled.
    UserError
        What the function raised, or that the child died, or ran out of memory or time.
    """
    if function.__module__ == "__main__" or "<" in function.__qualname__:
        raise ValueError(f"{function.__qualname__} cannot be imported by another process")
    progress = progress or Progress()
    request = {
        "function": f"{function.__module__}:{function.__qualname__}",
        "arguments": dict(arguments),
        "memory": int(memory),
        "mapped": int(mapped),
        "seconds": seconds,
    }
    progress.raise_if_cancelled()
    child = subprocess.Popen(
        own_process.command(__name__, FLAG),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**own_process.environment(), **_FRUGAL},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    inbox: queue.SimpleQueue[_End] = queue.SimpleQueue()
    reader = threading.Thread(
        target=_listen, args=(child.stdout, inbox), name="confined-reader", daemon=True
    )
    reader.start()
    try:
        with suppress(OSError):  # a child that is gone shows by its end of file
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
        kind, value = _follow(inbox, progress, time.monotonic() + seconds)
        if kind == "died":
            value = child.wait()
    finally:
        child.kill()
        child.wait()
        reader.join()
        child.stdout.close()
        with suppress(OSError):
            child.stdin.close()
    if kind == "result":
        return value
    raise _error(kind, value, name, memory, seconds)


def _listen(stream: IO[bytes], inbox: queue.SimpleQueue[_End]) -> None:
    """Put what the child says into the inbox until it has ended, or says what it must not."""
    with suppress(OSError, ValueError, TypeError):
        while (line := stream.readline(LONGEST_ANSWER)).endswith(b"\n"):
            kind, value = json.loads(line)
            inbox.put((str(kind), value))
    inbox.put(("died", None))


def _follow(inbox: queue.SimpleQueue[_End], progress: Progress, until: float) -> _End:
    """Pass on what the child reports, and return how it ended."""
    while True:
        progress.raise_if_cancelled()
        try:
            kind, value = inbox.get(timeout=_POLL)
        except queue.Empty:
            if time.monotonic() > until:
                return "late", None
            continue
        if kind != "progress":
            return kind, value
        progress.report(*value)


def _error(kind: str, value: Any, name: str, memory: int, seconds: float) -> UserError:
    if kind == "error":
        return UserError(*map(str, value))
    if kind == "memory" or (kind == "died" and value == -getattr(signal, "SIGKILL", 9)):
        detail = f"Reading {name} took more than {memory / 2**30:,.1f} GB. Nothing was loaded."
        return UserError(TOO_MUCH, detail, MADE_TO_FILL)
    if kind == "late" or (kind == "died" and value == -getattr(signal, "SIGXCPU", 24)):
        return UserError(
            "The file takes too long",
            f"{name} was not read within {seconds:,.0f} seconds. Nothing was loaded.",
            "Check where the file comes from, or open it when the computer has less to do.",
        )
    if kind == "died" and value == -getattr(signal, "SIGBUS", 1000):
        return UserError(
            "The file was cut off",
            f"{name} became shorter while it was read, or its disk went away. Nothing was loaded.",
            "Open it again when it is complete.",
        )
    if kind == "gone":
        return UserError(
            "The file cannot be read", f"{name}: {value}.", "Check that its disk is there."
        )
    if kind == "fault":
        kind, what = "", str(value)
    else:
        code = value if isinstance(value, int) else 0
        what = f"its reader ended by signal {-code}" if code < 0 else "its reader ended early"
    return UserError(
        "This file cannot be read",
        f"{name}: {what}. Nothing was loaded.",
        "It may be damaged: get it again.",
    )


# -- the child -----------------------------------------------------------------------------------


class Told(Progress):
    """Progress that is said to the parent; a cancel ends this process instead."""

    def __init__(self, say: Callable[[str, Any], None]) -> None:
        super().__init__()
        self._say = say
        self._last = -_REPORTS

    def report(self, fraction: float | None, message: str = "") -> None:
        """Say how far it is, unless that was said a moment ago."""
        now = time.monotonic()
        if now - self._last >= _REPORTS:
            self._last = now
            self._say("progress", (fraction, message))


def main() -> None:
    """Serve one call over standard input and output; prints go to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr

    def say(kind: str, value: Any) -> None:
        answers.write(json.dumps((kind, value)).encode() + b"\n")
        answers.flush()

    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    say(*answer(request, Told(say), bound=_bound))


def _end_with_parent() -> None:
    """Wait for the end of file, unbuffered: the end of this process wants the buffer's lock."""
    while os.read(0, 4096):
        pass
    os._exit(0)


def answer(
    request: dict[str, Any], progress: Progress, *, bound: Callable[[int, int, float], None]
) -> _End:
    """Call what is asked for, and return how it ended and what it says.

    `bound(memory, mapped, seconds)` puts the bounds around it, once its libraries are imported.
    """
    try:
        module, _, qualified = request["function"].partition(":")
        called: Any = importlib.import_module(module)
        for part in qualified.split("."):
            called = getattr(called, part)
        bound(request["memory"], request["mapped"], request["seconds"])
        value = called(**request["arguments"], progress=progress)
        if len(json.dumps(value)) < LONGEST_ANSWER - 64:  # room for its kind
            return "result", value
    except UserError as error:
        return "error", (error.title, error.detail, error.hint)
    except MemoryError:
        return "memory", None
    except OSError as error:
        _log.info("%s failed", request["function"], exc_info=True)
        if is_gone(error):
            return "gone", os.strerror(error.errno or 0)
        return "fault", f"{type(error).__name__}: {error}"[:500]
    except Exception as error:  # noqa: BLE001  the border of a child: what is odd is the file
        _log.info("%s failed\n%s", request["function"], traceback.format_exc())
        return "fault", f"{type(error).__name__}: {error}"[:500]
    return "fault", "it holds more than a reader may say"


def _bound(memory: int, mapped: int, seconds: float) -> None:
    """Let the system end this process where it takes too much, even where its parent is gone."""
    if sys.platform == "win32":
        return
    import resource

    def lower(kind: int, most: int, grace: int = 0) -> None:
        _, hard = resource.getrlimit(kind)
        allowed = most + grace if hard == resource.RLIM_INFINITY else min(most + grace, hard)
        resource.setrlimit(kind, (min(most, allowed), allowed))

    # Of all processors together; a second later the system ends it in a way that says less.
    lower(resource.RLIMIT_CPU, int(seconds * (os.cpu_count() or 1)) + 1, grace=1)
    lower(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  a kernel's file
            sizes = [int(pages) * resource.getpagesize() for pages in file.read().split()]
        lower(resource.RLIMIT_AS, sizes[0] + memory + mapped)
        lower(resource.RLIMIT_DATA, sizes[5] + memory)  # which counts no file that is only read
