"""Who has a project open: one window writes it, others read it.

The lock lies beside the project, ``.thesis.embx.lock``, or in the state folder where that folder is
not to be written. It names its window and appears with all its content; that of a process that has
ended, or of another computer that was silent for long, counts no more.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import json
import os
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.storage.owner import Owner, is_left
from embexplorer.storage.paths import state_folder

if TYPE_CHECKING:
    from pathlib import Path

TRIES, PAUSE = 50, 0.02  # s; against others who take or leave the lock at the same moment
_NOT_HERE = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ENOSPC, errno.EDQUOT)
UNKNOWN = Owner("another computer", "", 0, "")  # of a lock that says nothing


@dataclass(frozen=True, slots=True)
class Lock:
    """What came of asking for a project.

    Parameters
    ----------
    holder
        The window that has it; None where it is ours now.
    is_beside
        Whether the lock lies beside the project, where windows of all accounts see it.
    """

    holder: Owner | None = None
    is_beside: bool = True


def take_lock(project: Path, owner: Owner) -> Lock:
    """Take a project for a window, which may have it already.

    Raises
    ------
    OSError
        When no place for a lock can be written.
    """
    beside, other = _places(project)
    try:
        return Lock(_take(beside, owner))
    except OSError as error:
        if error.errno not in _NOT_HERE:
            raise
    holder = _living(beside)
    if holder is None or holder.token == owner.token:
        other.parent.mkdir(parents=True, exist_ok=True)
        holder = _take(other, owner)
    return Lock(holder, is_beside=False)


def touch_lock(project: Path, owner: Owner) -> None:
    """Say to other computers that the window is still there; what the disk refuses is ignored."""
    for place in _places(project):
        with contextlib.suppress(OSError):
            if _read(place).token == owner.token:
                os.utime(place)


def release_lock(project: Path, owner: Owner, unless: Path | None = None) -> None:
    """Let go of a project, if the window has it; what the disk refuses is ignored.

    Nothing is let go where `unless` is the same file.
    """
    if unless is not None and unless.resolve() == project.resolve():
        return
    for place in _places(project):
        with contextlib.suppress(OSError):
            if _read(place).token == owner.token:
                place.unlink()


def _places(project: Path) -> tuple[Path, Path]:
    real = project.resolve()
    name = hashlib.blake2b(os.fsencode(real), digest_size=16).hexdigest()
    return real.with_name(f".{real.name}.lock"), state_folder() / "locks" / f"{name}.lock"


def _take(place: Path, owner: Owner) -> Owner | None:
    """Take a lock; return who has it instead, or None."""
    mine = place.with_name(f"{place.name}-{uuid.uuid4().hex[:8]}")
    try:
        mine.write_text(json.dumps(dataclasses.asdict(owner)), encoding="utf-8")
        for _ in range(TRIES):
            if _put(mine, place):
                return None
            try:
                holder = _read(place)
            except FileNotFoundError:
                continue  # it was let go just now
            if holder.token == owner.token:
                return None
            if not is_left(place, holder):
                return holder
            if _take_over(place, holder, mine):
                return None
            time.sleep(PAUSE)
        return UNKNOWN
    finally:
        with contextlib.suppress(OSError):
            mine.unlink(missing_ok=True)


def _put(mine: Path, place: Path) -> bool:
    """Give a file the name of the lock, unless that is taken."""
    try:
        place.hardlink_to(mine)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
            raise
        # A disk without hard links, such as FAT.
        try:
            with place.open("x", encoding="utf-8") as file:
                file.write(mine.read_text(encoding="utf-8"))
        except FileExistsError:
            return False
    return True


def _take_over(place: Path, left: Owner, mine: Path) -> bool:
    """Put a file in the place of a lock whose window is gone; return whether we were the one.

    Who makes the file ``-over`` may do it, if the lock is still the one that was left: nobody else
    changes that one.
    """
    right = place.with_name(f"{place.name}-over")
    if not _put(mine, right):
        with contextlib.suppress(FileNotFoundError):
            if is_left(right, _read(right)):
                right.unlink()
        return False
    try:
        is_the_one = _read(place) == left
        if is_the_one:
            mine.replace(place)
        return is_the_one
    except FileNotFoundError:
        return False
    finally:
        right.unlink(missing_ok=True)


def _read(place: Path) -> Owner:
    """Return whose a lock is.

    Raises
    ------
    OSError
        When it is not there, or not to be read.
    """
    text = place.read_text(encoding="utf-8", errors="replace")
    try:
        return Owner(**json.loads(text))
    except (ValueError, TypeError):
        return UNKNOWN


def _living(place: Path) -> Owner | None:
    """Return who has a lock that this account cannot write, or None where nobody has."""
    try:
        holder = _read(place)
    except OSError:
        return None
    return None if is_left(place, holder) else holder
