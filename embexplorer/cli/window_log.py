"""The logs of a window that is opened from the command line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from embexplorer.storage.log_file import crashes_to_file, log_to_file, place_note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embexplorer.cli.console import Console


@contextmanager
def window_log(console: Console) -> Iterator[None]:
    """Log from before Qt is imported until the window has ended; say where, if elsewhere."""
    with log_to_file(), crashes_to_file():
        note = place_note()
        if note:
            console.say(note)
        yield
