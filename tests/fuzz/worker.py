"""A process that opens one damaged file after the other, and its parent's end of the line.

It is a process of its own so that a hang, a crash of a library, or memory beyond the limit fails
one test. Requests and answers are lines of JSON.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
import traceback
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

SECONDS = 2.0  # of processor time that a file may take
HANGS = 20.0  # seconds after which the process is ended, whatever else the computer does
PEAK = 1 << 30  # bytes that a file may take at most
ADDRESSES = 1 << 31  # bytes of address space, of which threads reserve some and touch little


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of opening a file.

    Parameters
    ----------
    kind
        ``read``, ``refused``, or ``wrong``: neither a valid result nor a clear error. Inside here
        also ``died``.
    said
        Title, detail and hint of the error; or what is wrong.
    seconds
        Of the processor.
    peak
        Bytes beyond what the process had before.
    """

    kind: str
    said: str
    seconds: float = 0.0
    peak: int = 0

    @property
    def is_too_much(self) -> bool:
        """Whether it took more than a file may."""
        return self.seconds > SECONDS or self.peak > PEAK


class Worker:
    """The parent's end: starts the process, ends one that hangs, and starts another."""

    def __init__(self, folder: Path) -> None:
        self.is_cold = True  # whether what it opens first pays for imports and compiling
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def open(
        self, path: Path, *, is_limited: bool = True, is_apart: bool = False, **options: Any
    ) -> Outcome:
        """Open a file; `options` are those of `operations.read_sources.find_source`.

        Without limits a file may take its time, as the first of its kind does for compiling. What
        would be read in a confined process is read in this one unless `is_apart`; a file that ends
        it is tried again with that process, which may die.
        """
        outcome = self._open(path, is_limited=is_limited, is_apart=is_apart, options=options)
        if is_limited and outcome.is_too_much:  # perhaps for what is imported or compiled once
            outcome = self._open(path, is_limited=is_limited, is_apart=is_apart, options=options)
        if is_limited and outcome.is_too_much:
            took = f"takes {outcome.seconds:.2f} s and {outcome.peak >> 20:,} MiB"
            return Outcome("wrong", f"{took} ({outcome.kind}: {outcome.said})")
        if outcome.kind == "died" and not is_apart:
            ended = outcome.said
            outcome = self._open(path, is_limited=False, is_apart=True, options=options)
            self.is_cold = True
            if outcome.kind == "read":
                return Outcome("wrong", f"{ended}, and in a process of its own it is read")
        if outcome.kind == "died":
            return Outcome("wrong", outcome.said)
        return outcome

    def _open(
        self, path: Path, *, is_limited: bool, is_apart: bool, options: dict[str, Any]
    ) -> Outcome:
        if self._process is None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        self.is_cold = self.is_cold and is_limited
        request = {
            "path": str(path),
            "is_limited": is_limited,
            "in_place": not is_apart,
            "options": options,
        }
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        try:
            line = self._lines.get(timeout=HANGS)
        except queue.Empty:
            self.close()
            kind = "wrong" if is_apart else "died"  # its own process has bounds of its own
            return Outcome(kind, f"hangs: no answer after {HANGS:.0f} s")
        if not line:
            code = self._process.wait()
            self.close()
            return Outcome("died", f"the process ended with {code}: {self._stderr()}")
        return Outcome(**json.loads(line))

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self) -> None:
        self.is_cold = True
        self._folder.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "MALLOC_ARENA_MAX": "2", "PYTHONFAULTHANDLER": "1"}
        with (self._folder / "stderr").open("w") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.fuzz.worker", str(self._folder / "space")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                env=environment,
                cwd=Path(__file__).parents[2],
            )
        self._lines = queue.SimpleQueue()
        arguments = (self._process.stdout, self._lines)
        threading.Thread(target=_listen, args=arguments, daemon=True).start()

    def _stderr(self) -> str:
        return (self._folder / "stderr").read_text(errors="replace")[-3000:]


def _listen(stdout: Any, lines: queue.SimpleQueue[str]) -> None:
    for line in stdout:
        lines.put(line)
    lines.put("")


# -- in the process --------------------------------------------------------------------------------


class _Heard(logging.Handler):
    """Keeps what our code logs as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def _open(path: Path, folder: Path, registry: Any, heard: _Heard, options: Any) -> Outcome:
    from embexplorer.core.errors import UserError

    folder.mkdir(exist_ok=True)
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    heard.messages.clear()
    before = _reset_peak()
    started = time.process_time()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            reader, data, coords = _read(path, folder, registry, **options)
            wrong = _wrong(data, coords)
            kind, said = ("wrong", wrong) if wrong else ("read", reader)
        except UserError as error:
            wrong = _badly_said(error, path)
            said = f"{error.title} / {error.detail} / {error.hint}"
            kind, said = (
                ("wrong", f"{wrong}: {said}\n{error.trace}") if wrong else ("refused", said)
            )
        except BaseException:  # noqa: BLE001  what this process is there to find out
            kind, said = "wrong", traceback.format_exc()
    seconds, peak = time.process_time() - started, max(0, _memory("VmHWM") - before)
    noise = [*heard.messages, *(f"{item.category.__name__}: {item.message}" for item in warned)]
    if noise:
        kind, said = "wrong", f"warns: {noise}"
    return Outcome(kind, said, seconds, peak)


def _read(path: Path, folder: Path, registry: Any, **options: Any) -> tuple[str, Any, Any]:
    """Do what `operations.read.read` does but for the cache, which waits for the disk."""
    from embexplorer.core.progress import Progress
    from embexplorer.engines.loader_boundary import os_error
    from embexplorer.operations.context import Context
    from embexplorer.operations.read_sources import find_source
    from embexplorer.storage.cache import Cache
    from embexplorer.storage.space_folder import open_folder

    if path.suffix == ".embx":
        return "project", *_first_of_project(path, folder)
    chosen = {"params": {}, "format_id": None, "limit": None, "as_texts": False, **options}
    try:
        source = find_source(path, Context(registry, Cache(folder)), **chosen)
        source.fill(folder, Progress())
    except OSError as error:
        raise os_error(path, error) from error
    return source.format, *open_folder(folder)


def _first_of_project(path: Path, folder: Path) -> tuple[Any, Any]:
    from embexplorer.operations.project_file import open_project
    from embexplorer.storage.space_folder import open_folder

    opened = open_project(str(path), cache_root=str(folder))
    n_of = {}
    for kept in opened.contents.data:
        data, coords = open_folder(Path(kept.folder))
        n_of[kept.id] = data.n
    for made in opened.contents.projections:
        assert made.rows is not None or len(made.coords) == n_of[made.space_id]
    return data, coords


def _wrong(data: Any, coords: Any) -> str:
    """Return what is wrong with a result, or nothing."""
    n = data.n
    items = data.items[:]
    if n < 1 or len(items) != n or data.table.num_rows != n:
        return f"{n} items, {len(items)} names"
    data.table.validate(full=True)
    vectors = getattr(data, "vectors", None)
    if vectors is not None and (vectors.ndim != 2 or len(vectors) != n or not vectors.shape[1]):
        return f"{n} items and vectors of the shape {vectors.shape}"
    if vectors is not None and (vectors.dtype != np.float32 or not np.isfinite(vectors).all()):
        return f"vectors of {vectors.dtype} that are not all finite"
    if coords is not None and (len(coords) != n or coords.shape[1] not in (2, 3)):
        return f"{n} items and coords of the shape {coords.shape}"
    return ""


def _badly_said(error: Any, path: Path) -> str:
    """Return what an error lacks, or nothing."""
    # A file in a folder or an archive is named as the person finds it there.
    names = [path.name, path.stem, *(item.name for item in path.parent.rglob("*"))]
    if error.trace:
        return "a mistake of ours"
    if len(error.title.split()) > 6 or not error.detail:
        return "no title of six words with a detail"
    if not any(name in error.detail for name in names):
        return "names no file"
    return ""


def _memory(name: str) -> int:
    """Return bytes of this process, 0 where the system does not say."""
    try:
        text = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    line = next(line for line in text.split("\n") if line.startswith(f"{name}:"))
    return int(line.split()[1]) << 10


def _reset_peak() -> int:
    """Forget the highest memory so far; return what the process has now."""
    try:
        Path("/proc/self/clear_refs").write_text("5")  # proc(5): resets VmHWM
    except OSError:
        return _memory("VmHWM")
    return _memory("VmRSS")


def _limit_memory(*, is_limited: bool) -> None:
    if sys.platform != "linux":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = _memory("VmSize") + ADDRESSES if is_limited else hard
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _main() -> None:
    from embexplorer.plugins import Registry
    from tests.fuzz.in_place import answering

    folder, registry = Path(sys.argv[1]), Registry.discover()
    heard = _Heard()
    logging.getLogger("embexplorer").addHandler(heard)
    out = os.fdopen(os.dup(1), "w")  # what libraries print goes elsewhere
    os.dup2(2, 1)
    was_limited = False
    for line in sys.stdin:
        request = json.loads(line)
        if request["is_limited"] != was_limited:
            was_limited = request["is_limited"]
            _limit_memory(is_limited=was_limited)
        with answering(in_place=request["in_place"]):
            outcome = _open(Path(request["path"]), folder, registry, heard, request["options"])
        out.write(json.dumps(asdict(outcome)) + "\n")
        out.flush()


if __name__ == "__main__":
    _main()
