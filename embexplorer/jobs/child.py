"""The main loop of a child: jobs in turn, cancel and pause at any time, ends with its parent."""

from __future__ import annotations

import importlib
import inspect
import logging
import os
import queue
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from embexplorer.core.errors import CancelledError
from embexplorer.core.imports_only import imports_only
from embexplorer.core.memory import give_back_memory
from embexplorer.jobs.outcome import outcome_of
from embexplorer.jobs.pipe import Pipe
from embexplorer.jobs.relay import RelayedProgress
from embexplorer.storage.log_file import crashes_to_file, log_to_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.jobs.events import Job

ASKED = ("cancel", "pause", "resume")  # messages that are what `Progress` calls them
GONE = 0  # the exit code of a child whose parent has ended
NICENESS = 10  # steps below the window's priority
BELOW_NORMAL = 0x4000  # BELOW_NORMAL_PRIORITY_CLASS of Windows

_log = logging.getLogger(__name__)


class _Child:
    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._queue: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self._progress: dict[int, RelayedProgress] = {}
        self._kept: dict[str, Any] = {}  # what jobs keep for the next one: loaded encoders

    def listen(self) -> None:
        """Read the parent's messages until it is gone, then end this process."""
        code = GONE
        try:
            while True:
                self._take(*self._pipe.receive())
        except (EOFError, OSError):
            pass
        except Exception:  # noqa: BLE001  the border to the parent: a child must not go deaf
            _log.exception("a message could not be read")
            code = 1
        os._exit(code)  # nobody is left to hear of what still runs

    def _take(self, kind: str, *rest: Any) -> None:
        if kind in ASKED:
            progress = self._progress.get(rest[0])
            if progress is not None:
                getattr(progress, kind)()
            return
        if kind == "run":
            self._progress[rest[0].id] = self._progress_of(rest[0])
        self._queue.put((kind, *rest))

    def _progress_of(self, job: Job) -> RelayedProgress:
        send = self._pipe.send
        return RelayedProgress(
            lambda fraction, message: send(("progress", job.id, fraction, message)),
            lambda coords: send(("frame", job.id, coords)),
        )

    def work(self) -> None:
        """Run what arrives, one after the other."""
        while True:
            kind, *rest = self._queue.get()
            if kind == "warm":
                self._warm(rest[0])
            else:
                self._run(*rest)
                give_back_memory()

    def _warm(self, function: str) -> None:
        with suppress(ImportError, CancelledError), imports_only():
            _function(function)()

    def _run(self, job: Job, function: str, arguments: dict[str, Any]) -> None:
        self._pipe.send(("begin", job.id))
        progress = self._progress[job.id]
        called = _function(function)
        if "kept" in inspect.signature(called).parameters:
            arguments = {**arguments, "kept": self._kept}
        outcome = outcome_of(job, called, arguments, progress)
        del self._progress[job.id]
        self._pipe.send(("end", job.id, outcome))


def _function(name: str) -> Callable[..., Any]:
    module, _, qualified = name.partition(":")
    found: Any = importlib.import_module(module)
    for part in qualified.split("."):
        found = getattr(found, part)
    return found  # type: ignore[no-any-return]  # looked up by name


def _give_way() -> None:
    """Let the window go first where both want the processor: it has little to do, but at once."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), BELOW_NORMAL)
    else:
        os.nice(NICENESS)


def main() -> None:
    """Serve the parent over standard input and output; prints go to standard error.

    The last argument of the process is the name of its lane.
    """
    with log_to_file(f"child-{sys.argv[-1]}"), crashes_to_file():
        _log.info("child %s begins", os.getpid())
        try:
            _serve()
        except Exception:
            _log.exception("a child ends")
            raise


def _serve() -> None:
    _give_way()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # idle threads must not burn a core
    pipe = Pipe(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # what a library starts must not read our messages
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    child = _Child(pipe)
    threading.Thread(target=child.listen, name="parent", daemon=True).start()
    child.work()
