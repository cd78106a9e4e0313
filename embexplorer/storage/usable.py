"""Folders that cannot be written: what takes their place in this run, and what is said of it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from embexplorer.core.errors import UserError
from embexplorer.storage.log_file import place_note
from embexplorer.storage.paths import (
    NO_HOME,
    cache_folder,
    config_folder,
    log_folder,
    state_folder,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def use_temporary_cache() -> tuple[str, ...]:
    """Read into a temporary folder where the cache cannot be written; return what to say.

    The folder is that of this process and its children, and goes when this process ends.

    Raises
    ------
    UserError
        When there is no temporary folder either.
    """
    return _replaced(
        cache_folder,
        "CACHE",
        "The cache is not to be written ({}): reading takes a temporary folder.",
    )


def use_temporary_folders() -> tuple[str, ...]:
    """Do without each of our folders that cannot be written; return what to say of it.

    Settings that are there are read all the same.

    Raises
    ------
    UserError
        When there is no temporary folder either.
    """
    said = [*use_temporary_cache()]
    said += _replaced(
        state_folder, "STATE", "What is not saved is lost in a crash: its folder is refused ({})."
    )
    reason = refusal(config_folder())
    said += [f"Settings are not kept ({reason})."] if reason else []
    said += [place_note()] if refusal(log_folder()) else []
    return tuple(said)


def refusal(folder: Path) -> str:
    """Return why a folder cannot be written, or nothing where it can."""
    if folder.is_relative_to(NO_HOME):
        return "this account has no home folder"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return f"{folder}: {(error.strerror or str(error)).lower()}"


def _replaced(folder: Callable[[], Path], name: str, what: str) -> tuple[str, ...]:
    reason = refusal(folder())
    if not reason:
        return ()
    try:
        made = tempfile.mkdtemp(prefix="embexplorer-")
    except OSError as error:
        raise UserError(
            "No folder can be written",
            f"{reason}; and there is no temporary folder: {error.strerror or error}.",
            f"Set EMBEXPLORER_{name} to a folder that you may write to.",
        ) from error
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    os.environ[f"EMBEXPLORER_{name}"] = made
    return (what.format(reason),)
