"""What windows keep on the disk while they run, and what a crash left there.

Each window has a folder below `windows` in the state folder: ``owner.json`` says which process it
is of, ``summary.json`` what a person would call it, ``project`` holds its contents, and ``taken``
what it takes over from windows that crashed.
"""

from __future__ import annotations

import dataclasses
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embexplorer.storage.owner import Owner, is_left, this_process
from embexplorer.storage.paths import state_folder
from embexplorer.storage.project_file import MANIFEST
from embexplorer.storage.whole import remove_folder, write_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWNER, SUMMARY, PROJECT, TAKEN = "owner.json", "summary.json", "project", "taken"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a person would call what a window holds.

    Parameters
    ----------
    name
        Of the project, else of the active space or corpus.
    kept_at
        ISO time with its offset.
    spaces, maps, corpora
        How many.
    project
        Path of the project file; empty where nothing was saved.
    is_embedded
        Whether that file holds the vectors.
    """

    name: str
    kept_at: str
    spaces: int
    maps: int
    project: str = ""
    is_embedded: bool = True
    corpora: int = 0


@dataclass(frozen=True, slots=True)
class LeftWindow:
    """What a window held when it crashed."""

    folder: str
    summary: Summary


def window_folder(token: str) -> Path:
    """Return the folder of a window."""
    return state_folder() / "windows" / token


def claim(token: str) -> Path:
    """Make the folder of a window of this process, if it is not there, and return it.

    Raises
    ------
    OSError
        When the disk refuses.
    """
    folder = window_folder(token)
    folder.mkdir(parents=True, exist_ok=True)
    owner = folder / OWNER
    if owner.exists():
        owner.touch()  # for other computers that see this disk
    else:
        _write_json(owner, this_process(token))
    return folder


def write_summary(folder: Path, summary: Summary) -> None:
    """Write what a window holds, in words.

    Raises
    ------
    OSError
        When the disk refuses.
    """
    _write_json(folder / SUMMARY, summary)


def find_left() -> tuple[LeftWindow, ...]:
    """Return what crashed windows left, the newest first; what holds nothing is removed."""
    root = state_folder() / "windows"
    found = []
    for folder in root.iterdir() if root.is_dir() else ():
        if folder.name.startswith(".") or not _is_over(folder):
            continue
        mine = [left for one in (folder, *_taken(folder)) if (left := _left(one)) is not None]
        if not mine:
            remove_folder(folder)
        found += mine
    return tuple(sorted(found, key=lambda left: left.summary.kept_at, reverse=True))


def take(left: Path, token: str) -> Path:
    """Move what a crashed window left into the folder of this one: only one window gets it.

    Raises
    ------
    FileNotFoundError
        When another window has it.
    OSError
        When the disk refuses.
    """
    place = claim(token) / TAKEN / left.name
    place.parent.mkdir(exist_ok=True)
    left.rename(place)
    for other in _taken(place):  # what it was taking over itself
        other.rename(place.parent / other.name)
    return place


def discard(folder: Path) -> None:
    """Remove what a window kept; what it had not finished taking over stays, as left by a crash."""
    if any(True for _ in _taken(folder)):
        for name in (OWNER, SUMMARY):
            (folder / name).unlink(missing_ok=True)
        remove_folder(folder / PROJECT)
    else:
        remove_folder(folder)


def _taken(folder: Path) -> Iterator[Path]:
    place = folder / TAKEN
    return iter(sorted(place.iterdir()) if place.is_dir() else ())


def _is_over(folder: Path) -> bool:
    """Return whether the window of a folder is gone."""
    path = folder / OWNER
    try:
        return is_left(path, Owner(**json.loads(path.read_text(encoding="utf-8"))))
    except FileNotFoundError:
        return folder.is_dir() and any(True for _ in _taken(folder))
    except (OSError, ValueError, TypeError) as error:
        _log.info("%s says not whose it is: %s", path, error)
        return True


def _left(folder: Path) -> LeftWindow | None:
    if not (folder / PROJECT / MANIFEST).is_file():
        return None
    try:
        values = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        return LeftWindow(str(folder), Summary(**values))
    except (OSError, ValueError, TypeError):
        return LeftWindow(str(folder), Summary("", "", 0, 0))


def _write_json(path: Path, value: Any) -> None:
    text = json.dumps(dataclasses.asdict(value), indent=1)
    write_file(path, lambda scratch: scratch.write_text(text, encoding="utf-8"))
