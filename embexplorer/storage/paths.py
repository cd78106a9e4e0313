"""Where resources, cache and settings lie, in a checkout, a wheel and a frozen application."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Callable

APP = "embexplorer"
NO_HOME = Path(os.devnull)  # nothing can be made below it


def resource(name: str) -> Path:
    """Return the path of a bundled file or folder, such as ``samples/words.parquet``.

    Raises
    ------
    FileNotFoundError
        When this installation lacks it.
    """
    package = Path(__file__).resolve().parents[1]
    frozen = Path(getattr(sys, "_MEIPASS", package))
    for root in (package / "resources", package.parent / "resources", frozen / "resources"):
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(f"the resource {name} is missing from this installation")


def cache_folder() -> Path:
    """Return the folder of parsed and encoded spaces; ``EMBEXPLORER_CACHE`` moves it."""
    return _folder("EMBEXPLORER_CACHE", platformdirs.user_cache_path)


def config_folder() -> Path:
    """Return the folder of settings; ``EMBEXPLORER_CONFIG`` moves it."""
    return _folder("EMBEXPLORER_CONFIG", platformdirs.user_config_path)


def state_folder() -> Path:
    """Return the folder of what a crash must not take; ``EMBEXPLORER_STATE`` moves it."""
    return _folder("EMBEXPLORER_STATE", platformdirs.user_state_path)


def log_folder() -> Path:
    """Return the folder of logs; ``EMBEXPLORER_LOGS`` moves it."""
    return _folder("EMBEXPLORER_LOGS", platformdirs.user_log_path)


def _folder(variable: str, default: Callable[[str], Path]) -> Path:
    if os.environ.get(variable):
        return Path(os.environ[variable])
    try:
        return default(APP)
    except RuntimeError:  # the account has no home folder
        return NO_HOME / APP
