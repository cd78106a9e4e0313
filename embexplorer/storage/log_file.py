"""The log on this computer: what went wrong, for a report that a person may send."""

from __future__ import annotations

import faulthandler
import logging
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from embexplorer.storage.paths import log_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 1 << 20
KEPT_FILES = 2
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@contextmanager
def log_to_file() -> Iterator[Path]:
    """Write our log records, and the stack of a crash, below the log folder while it is open.

    Where the disk refuses there is no log.
    """
    folder = log_folder()
    path = folder / "embexplorer.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            path, maxBytes=MOST_BYTES, backupCount=KEPT_FILES, encoding="utf-8"
        )
        (folder / "crash.log").touch()
    except OSError:
        yield path
        return
    handler.setFormatter(logging.Formatter(FORMAT))
    ours = logging.getLogger("embexplorer")
    level = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    with (folder / "crash.log").open("a", encoding="utf-8") as crash:
        had_handler = faulthandler.is_enabled()
        if not had_handler:
            faulthandler.enable(crash)
        try:
            yield path
        finally:
            if not had_handler:
                faulthandler.disable()
            ours.removeHandler(handler)
            ours.setLevel(level)
            handler.close()
