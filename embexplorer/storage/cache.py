"""The cache of parsed and encoded spaces: found by what made them, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import stat
import time
from typing import TYPE_CHECKING, Any

from embexplorer.storage.whole import is_full, remove_folder, write_error, write_file, write_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

STAMP = "space.json"  # present in every complete entry; its time is the time of last use
DEFAULT_LIMIT = 20 * 2**30
WRITING = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
MARKED_FOR = 30 * 86400.0  # seconds: windows renew their marks, and a crashed one waits so long


class Cache:
    """Folders by key below `root`, the least recently used removed above `limit` bytes.

    What a window marks as in use stays.
    """

    def __init__(self, root: Path, limit: int = DEFAULT_LIMIT) -> None:
        self.root = root
        self.limit = limit

    def find(self, key: str) -> Path | None:
        """Return the entry's folder and mark it as used, or None."""
        folder = self.root / key
        try:
            os.utime(folder / STAMP)
        except FileNotFoundError:
            return None
        return folder

    def write(self, key: str, fill: Callable[[Path], None]) -> Path:
        """Let `fill(folder)` write an entry; it appears under its key only when complete.

        Raises
        ------
        UserError
            When the disk of the cache has no room, or is not to be written.
        """
        target = self.root / key
        is_filling = False

        def watched(folder: Path) -> None:
            nonlocal is_filling
            is_filling = True
            fill(folder)
            is_filling = False
            _protect(folder)

        try:
            self.root.mkdir(parents=True, exist_ok=True)
            write_folder(target, watched)
        except OSError as error:
            # While an entry is filled, the file that is read may refuse too.
            is_ours = str(error.filename or "").startswith(str(self.root))
            if is_filling and not (is_ours or is_full(error) or error.errno == errno.EROFS):
                raise
            raise write_error(self.root, error, "The cache cannot be written") from error
        self._evict(keep=key)
        return target

    def mark(self, name: str, keys: Iterable[str]) -> None:
        """Keep entries while they are in use; what `name` marked before is no longer."""
        self._marks.mkdir(parents=True, exist_ok=True)
        text = json.dumps(sorted(keys))
        write_file(self._marks / name, lambda scratch: scratch.write_text(text, encoding="ascii"))

    def unmark(self, name: str) -> None:
        """Let go of the entries that `name` marked."""
        with contextlib.suppress(OSError):
            (self._marks / name).unlink(missing_ok=True)

    def marked(self) -> frozenset[str]:
        """Return the keys that somebody uses; a mark that was not renewed for long is none."""
        found: set[str] = set()
        for path in self._marks.glob("[!.]*") if self._marks.is_dir() else ():
            with contextlib.suppress(OSError, ValueError, TypeError):
                if time.time() - path.stat().st_mtime < MARKED_FOR:
                    found.update(json.loads(path.read_text(encoding="ascii")))
        return frozenset(found)

    @property
    def _marks(self) -> Path:
        return self.root / ".in-use"

    def size(self) -> int:
        """Return the bytes all entries take."""
        return sum(_bytes_of(folder) for folder in self.entries())

    def clear(self) -> None:
        """Remove every entry."""
        for folder in self.entries():
            remove_folder(folder)

    def remove(self, key: str) -> None:
        """Remove one entry."""
        remove_folder(self.root / key)

    def entries(self) -> list[Path]:
        """Return the folders of all complete entries."""
        if not self.root.is_dir():
            return []
        return [folder for folder in self.root.iterdir() if (folder / STAMP).is_file()]

    def _evict(self, keep: str) -> None:
        entries = sorted(self.entries(), key=lambda folder: (folder / STAMP).stat().st_mtime)
        sizes = {folder: _bytes_of(folder) for folder in entries}
        total = sum(sizes.values())
        in_use = self.marked() if total > self.limit else frozenset()
        for folder in entries:
            if total <= self.limit:
                return
            if folder.name != keep and folder.name not in in_use:
                remove_folder(folder)
                total -= sizes[folder]


def _protect(folder: Path) -> None:
    """Take the right to write from the files of an entry, which are mapped while they are used.

    Who cuts off a mapped file ends all that read it. Windows keeps such files by itself, and could
    not remove them without this right.
    """
    if os.name == "posix":
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                path.chmod(path.stat().st_mode & ~WRITING)


def key_of(**parts: Any) -> str:
    """Return the cache key of what makes an entry: equal parts, equal key."""
    text = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def file_stamp(path: Path) -> dict[str, Any]:
    """Return what tells that a file or folder is unchanged: real path, sizes, times.

    A folder is stamped by all files below it.
    """
    real = path.resolve()
    files = sorted(item for item in real.rglob("*") if item.is_file()) if real.is_dir() else [real]
    found = [(str(item), item.stat()) for item in files]
    return {"files": [(name, told.st_size, told.st_mtime_ns) for name, told in found]}


def _bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
