"""Opening and saving a project for a window, which is the only one to write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.core.errors import UserError
from embexplorer.core.project import OpenedProject
from embexplorer.operations.project_file import open_project, save_project
from embexplorer.storage.project_lock import Lock, release_lock, take_lock
from embexplorer.storage.whole import telling

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress
    from embexplorer.core.project import ProjectContents
    from embexplorer.storage.owner import Owner


@dataclass(frozen=True, slots=True, eq=False)
class OpenedForWindow:
    """A project, and whether the window may write it."""

    opened: OpenedProject
    lock: Lock


def open_for_window(
    path: str, owner: Owner, *, cache_root: str, progress: Progress | None = None
) -> OpenedForWindow:
    """Open a project for a window, which has it from then on unless another one does.

    Raises
    ------
    UserError
        As `open_project`; then the window does not have it.
    """
    lock = lock_if_it_can(Path(path), owner)
    try:
        opened = open_project(path, cache_root=cache_root, progress=progress)
    except BaseException:
        if lock.holder is None:
            release_lock(Path(path), owner)
        raise
    return OpenedForWindow(opened, lock)


def save_for_window(
    path: str,
    owner: Owner,
    contents: ProjectContents,
    *,
    embeds: bool,
    cache_root: str,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Save a project that the window has, or has from then on; returns what `save_project` does.

    Raises
    ------
    UserError
        When another window has it, and as `save_project`.
    """
    place = Path(path)
    with telling(place, "The project cannot be saved"):
        lock = take_lock(place, owner)
    if lock.holder is not None:
        raise UserError(
            "The project is open elsewhere",
            f"{place.name} is open in {words_of(lock.holder)}. Nothing was written.",
            "Save it under another name.",
        )
    try:
        return save_project(path, contents, embeds=embeds, cache_root=cache_root, progress=progress)
    except BaseException:
        if not place.exists():
            release_lock(place, owner)
        raise


def lock_if_it_can(path: Path, owner: Owner) -> Lock:
    """Take a project; where no lock can be written at all, the window has it without one."""
    try:
        return take_lock(path, owner)
    except OSError:
        return Lock(is_beside=False)


def words_of(holder: Owner) -> str:
    """Return ``a window of anna on lab-3, since 28 November 2026, 14:03``."""
    who = f"a window of {holder.user} on {holder.host}" if holder.user else f"one on {holder.host}"
    try:
        at = datetime.fromisoformat(holder.since).astimezone()
    except ValueError:
        return who
    return f"{who}, since {at.day} {at:%B %Y, %H:%M}"
