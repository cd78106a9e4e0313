"""Files and folders that appear whole or not at all: the one way in which anything is written.

What is written lies in a scratch folder beside its place, is brought to the disk, and is renamed. A
scratch folder names its process, so that what a killed one left is removed by the next that writes
there.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import os
import re
import shutil
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from embexplorer.core.errors import UserError
from embexplorer.storage.owner import age_of, realm, start_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
LEFT_FOR = 3600.0  # seconds after which nobody on another computer can still be writing
LONGEST = 120  # bytes of a name that its scratch folder repeats: systems allow 255
_TAKEN = (errno.ENOTEMPTY, errno.EEXIST)  # what renaming onto a folder that is there says
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of renameat2(2)
_SCRATCH = re.compile(r"\..*-([0-9a-f]{8})-(\d+)-([0-9a-f]{8})-[0-9a-f]{8}\.part")


def write_file(path: Path, fill: Callable[[Path], object]) -> None:
    """Let ``fill(scratch)`` write a file of this name, then put it, and what lies beside it, here.

    A file that was there stays until then, and as it was where anything fails. A link stays one.

    Raises
    ------
    OSError
        When the disk refuses.
    """
    target = path.resolve()
    with scratch_beside(target) as scratch:
        fill(scratch / path.name)
        places = {
            made: target if made.name == path.name else target.parent / made.name
            for made in sorted(scratch.iterdir(), key=lambda made: made.name == path.name)
        }
        for made, place in places.items():
            _sync(made)
            if place.exists():
                made.chmod(place.stat().st_mode & 0o777)
        with _taking_back(scratch, [place for place in places.values() if place != target]):
            for made, place in places.items():
                made.replace(place)
        _sync_folder(target.parent)


def write_folder(target: Path, fill: Callable[[Path], None]) -> None:
    """Let ``fill(scratch)`` fill a folder, then put it in the place of what was there.

    Raises
    ------
    OSError
        When the disk refuses.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with scratch_beside(target) as scratch:
        scratch.chmod(target.parent.stat().st_mode & 0o777)  # others may read as they could before
        fill(scratch)
        for path in scratch.iterdir():
            _sync(path)
        _put(scratch, target)
        _sync_folder(target.parent)


def remove_folder(folder: Path) -> None:
    """Remove a folder: at once under its name, so that nobody finds half of it."""
    scratch = _scratch_path(folder)
    with contextlib.suppress(OSError):  # it is gone, or in use where that keeps it
        folder.rename(scratch)
    shutil.rmtree(scratch, ignore_errors=True)


@contextlib.contextmanager
def scratch_beside(target: Path) -> Iterator[Path]:
    """Give an empty folder on the disk of `target`, and leave nothing of it."""
    discard_left(target.parent)
    scratch = _scratch_path(target)
    scratch.mkdir()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def discard_left(folder: Path) -> None:
    """Remove the scratch folders of processes that have ended."""
    mine = _short(realm())
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = _SCRATCH.fullmatch(entry.name)
            if found is None:
                continue
            place, pid, started = found.groups()
            if place == mine:
                is_over = _short(start_of(int(pid))) != started
            else:
                is_over = age_of(Path(entry.path)) > LEFT_FOR
            if is_over:
                shutil.rmtree(entry.path, ignore_errors=True)


@contextlib.contextmanager
def telling(path: Path, title: str = "The file cannot be written") -> Iterator[None]:
    """Turn what the disk refuses into an error that a person can act on, under this title.

    Raises
    ------
    UserError
        Naming the file and the reason.
    """
    try:
        yield
    except OSError as error:
        raise write_error(path, error, title) from error


def write_error(path: Path, error: OSError, title: str) -> UserError:
    """Return what a person is told when a file could not be written."""
    if is_full(error):
        return UserError(
            "Not enough room on the disk",
            f"{path} does not fit: {_reason(error)}. What was there before is unchanged.",
            "Free some room, or choose another disk.",
        )
    return UserError(
        title,
        f"{path}: {_reason(error)}. What was there before is unchanged.",
        "Choose a folder you may write to.",
    )


def is_full(error: OSError) -> bool:
    """Return whether a disk has no room; NumPy says so with numbers instead of a reason."""
    return error.errno in FULL or (error.errno is None and "requested and" in str(error))


def _reason(error: OSError) -> str:
    return os.strerror(error.errno).lower() if error.errno else str(error).rstrip(".")


def _scratch_path(target: Path) -> Path:
    name = target.name.encode(errors="surrogateescape")[:LONGEST].decode(errors="ignore")
    pid = os.getpid()
    owner = f"{_short(realm())}-{pid}-{_short(start_of(pid))}"
    return target.with_name(f".{name}-{owner}-{uuid.uuid4().hex[:8]}.part")


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def _put(scratch: Path, target: Path) -> None:
    """Rename a finished folder into place; what was there before goes."""
    while True:
        try:
            scratch.rename(target)
            return
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
        if _exchange(scratch, target):
            return
        remove_folder(target)  # perhaps another process was replacing it too


def _exchange(one: Path, other: Path) -> bool:
    """Let two names change places at once; return whether this system and disk can."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    return bool(rename(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)


@contextlib.contextmanager
def _taking_back(scratch: Path, places: list[Path]) -> Iterator[None]:
    """Put files back as they were where the rest fails."""
    before = scratch / "before"
    there = {place: before / place.name for place in places if place.exists()}
    if there:
        before.mkdir()
    for place, kept in there.items():
        shutil.copy2(place, kept)
    try:
        yield
    except OSError:
        for place in places:
            if place in there:
                there[place].replace(place)
            else:
                place.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Bring names to the disk, where that can be asked for; what they name is there already."""
    with contextlib.suppress(OSError):
        _sync(folder)


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open a folder to flush it
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
