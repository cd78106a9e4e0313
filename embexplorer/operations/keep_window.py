"""Keeping what a window holds while it runs, by reference, and getting it back after a crash."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from embexplorer.core.errors import UserError
from embexplorer.core.project import OpenedProject
from embexplorer.core.version import VERSION
from embexplorer.operations.context import Context
from embexplorer.operations.keep import write_again
from embexplorer.operations.project_file import open_project
from embexplorer.operations.project_window import lock_if_it_can
from embexplorer.storage import kept_windows
from embexplorer.storage.kept_parts import KeptParts, pack
from embexplorer.storage.kept_windows import LeftWindow, Summary, discard, find_left, take
from embexplorer.storage.project_file import ENDING, Reference
from embexplorer.storage.project_lock import Lock
from embexplorer.storage.space_folder import read_description
from embexplorer.storage.whole import telling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.core.progress import Progress
    from embexplorer.core.project import ProjectContents
    from embexplorer.core.space import Space, Texts
    from embexplorer.storage.owner import Owner


class WindowKeeper:
    """Keeps what one window holds; its jobs run in the window's process, outside its thread.

    Parameters
    ----------
    token
        Which window.
    context
        The cache where its spaces lie.
    """

    def __init__(self, token: str, context: Context) -> None:
        self.token = token
        self._context = context
        self._parts: KeptParts | None = None

    def keep(
        self,
        contents: ProjectContents,
        data: Sequence[Space | Texts],
        summary: Summary,
        progress: Progress | None = None,
    ) -> tuple[str, ...]:
        """Keep what a window holds: what is new is written, vectors and tables are named.

        Parameters
        ----------
        contents
            Everything that a project would hold.
        data
            Its spaces and corpora, mapped: what the cache has lost is written there again.
        summary
            What it is in words.

        Returns
        -------
        tuple of str
            Names of what the cache had lost.

        Raises
        ------
        UserError
            When the disk refuses; what was kept before is unchanged.
        """
        restored = write_again(data, self._context.cache.root)
        for item in data:
            if item.folder is not None:
                self._context.cache.find(item.folder.name)  # it is used
        folder = kept_windows.window_folder(self.token)
        with telling(folder, "The window is not kept"):
            kept_windows.claim(self.token)
            if self._parts is None:
                self._parts = KeptParts(folder / kept_windows.PROJECT)
            self._context.cache.mark(self.token, [Path(item.folder).name for item in contents.data])
            kept_windows.write_summary(folder, summary)
            names = {item.id: _reference(Path(item.folder)) for item in contents.data}
            self._parts.write(contents, names, VERSION)  # the manifest last: from then on it counts
        return restored

    def forget(self, progress: Progress | None = None) -> None:
        """Remove what is kept: the window is empty, or was closed by the person."""
        self._parts = None
        discard(kept_windows.window_folder(self.token))
        self._context.cache.unmark(self.token)


@dataclass(frozen=True, slots=True, eq=False)
class RecoveredWindow:
    """What a crashed window held, and its folder, which goes when it is kept anew."""

    opened: OpenedProject
    summary: Summary
    folder: str
    lock: Lock


def find_left_windows(progress: Progress | None = None) -> tuple[LeftWindow, ...]:
    """Return what crashed windows left, the newest first."""
    return find_left()


def recover_window(
    left: LeftWindow, owner: Owner, *, cache_root: str, progress: Progress | None = None
) -> RecoveredWindow:
    """Take over what a crashed window left, for a child process.

    Data that the cache no longer has is read from its file again; where that is gone, a problem
    says so and the rest is opened.

    Raises
    ------
    UserError
        When another window has taken it, or nothing in it can be opened; then it stays.
    """
    folder = _taken(left, owner.token)
    file = folder / f"{left.summary.name or 'window'}{ENDING}".replace("/", "-")
    with telling(file):
        pack(folder / kept_windows.PROJECT, file)
    opened = open_project(str(file), cache_root=cache_root, progress=progress)
    file.unlink()
    project = left.summary.project
    lock = lock_if_it_can(Path(project), owner) if project else Lock()
    return RecoveredWindow(opened, left.summary, str(folder), lock)


def discard_window(
    folder: str, token: str, *, cache_root: str, progress: Progress | None = None
) -> None:
    """Remove what a crashed window left, or what was taken over from one."""
    place = Path(folder)
    if place.parent.name != kept_windows.TAKEN or place.parent.parent.name != token:
        try:
            place = take(place, token)
        except FileNotFoundError:
            return  # another window has it
    discard(place)
    Context.default(cache_root).cache.unmark(place.name)


def _taken(left: LeftWindow, token: str) -> Path:
    place = Path(left.folder)
    with telling(place, "The window cannot be recovered"):
        try:
            return take(place, token)
        except FileNotFoundError as error:
            raise UserError(
                "Another window has it",
                f"“{left.summary.name}” was recovered or discarded in another window.",
                "Go on there.",
            ) from error


def _reference(folder: Path) -> Reference:
    """Return where data is found again, without a look at the file: its disk may be unplugged."""
    provenance = read_description(folder).get("provenance", {})
    if provenance.get("encoder") or not provenance.get("source"):
        return Reference("", reader="")
    params = dict(provenance.get("params", {}))
    return Reference(
        str(provenance["source"]), reader=str(provenance.get("reader", "")), params=params
    )
