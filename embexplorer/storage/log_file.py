"""The logs on this computer: what went wrong, for a report that a person may send.

The window and each child write a log of their own, as a file that two processes rotate loses lines.
The stacks of crashes go into one file, which nothing but a crash writes to.
"""

from __future__ import annotations

import faulthandler
import getpass
import logging
import sys
import tempfile
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from embexplorer.storage.paths import log_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 1 << 20
KEPT_FILES = 2
TAIL_BYTES = 1 << 16  # that are read of a log's end
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
WINDOW = "embexplorer"  # the name of the window's log
OURS = logging.getLogger("embexplorer")


@contextmanager
def log_to_file(name: str = WINDOW) -> Iterator[Path | None]:
    """Write our log records below the log folder while it is open.

    Where the folder cannot be written, the log lies in a temporary one, and its first line says so.

    Parameters
    ----------
    name
        Of the process, which is the name of its file.

    Yields
    ------
    Path or None
        The file; None where no place can be written.
    """
    handler = _open(name)
    level = OURS.level
    if handler is not None:
        OURS.addHandler(handler)
    OURS.setLevel(logging.INFO)
    note = place_note()
    if note:
        OURS.info(note)
    try:
        yield None if handler is None else Path(handler.baseFilename)
    finally:
        OURS.setLevel(level)
        if handler is not None:
            OURS.removeHandler(handler)
            handler.close()


@contextmanager
def crashes_to_file() -> Iterator[None]:
    """Write the stack of a crash of this process beside its log, which is open, while this is."""
    path = crash_path()
    if path is None:
        yield
        return
    if path.exists() and path.stat().st_size > MOST_BYTES:
        with suppress(OSError):
            path.replace(path.with_suffix(".log.1"))
    with path.open("a", encoding="utf-8") as crash:
        faulthandler.enable(crash)
        try:
            yield
        finally:
            faulthandler.disable()
            if sys.stderr is not None:
                with suppress(OSError, ValueError):  # no real file, such as that of a notebook
                    faulthandler.enable()


def log_path() -> Path | None:
    """Return the log that this process writes; None while it writes none."""
    found = next((one for one in OURS.handlers if isinstance(one, _LogFile)), None)
    return None if found is None else Path(found.baseFilename)


def crash_path() -> Path | None:
    """Return where this process and its children write the stacks of crashes, if anywhere."""
    log = log_path()
    return None if log is None else log.with_name("crash.log")


def place_note() -> str:
    """Return where the log is when its folder could not be written; nothing where it could."""
    path = log_path()
    if path is None:
        return f"Nothing is logged: {log_folder()} cannot be written."
    if path.parent == log_folder():
        return ""
    return f"{log_folder()} cannot be written: the log is in {path.parent}."


def last_lines(most: int) -> list[str]:
    """Return the last lines of the log that this process writes."""
    path = log_path()
    return [] if path is None else _tail(path, 0).splitlines()[-most:]


class Crashes:
    """What processes write about their crashes from now on."""

    def __init__(self) -> None:
        self._path = crash_path()
        self._start = _size(self._path)

    def new_ones(self) -> str:
        """Return what was written since."""
        return "" if self._path is None else _tail(self._path, self._start)


class _LogFile(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  named by logging
        """Lose the record: a full disk must not end what was logged about it."""


def _open(name: str) -> _LogFile | None:
    for folder in (log_folder(), _elsewhere()):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handler = _LogFile(
                folder / f"{name}.log", "a", MOST_BYTES, KEPT_FILES, encoding="utf-8"
            )
        except OSError:
            continue
        handler.setFormatter(logging.Formatter(FORMAT))
        return handler
    return None


def _elsewhere() -> Path:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # an account without a name
        user = "nobody"
    return Path(tempfile.gettempdir()) / f"embexplorer-logs-{user}"


def _size(path: Path | None) -> int:
    try:
        return 0 if path is None else path.stat().st_size
    except OSError:
        return 0


def _tail(path: Path, start: int) -> str:
    """Return the text from byte `start` on, of a long one its end."""
    try:
        with path.open("rb") as file:
            file.seek(max(start, _size(path) - TAIL_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
