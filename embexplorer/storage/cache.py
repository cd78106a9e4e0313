"""The cache of parsed and encoded spaces: found by what made them, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from embexplorer.storage.whole import remove_folder, write_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STAMP = "space.json"  # present in every complete entry; its time is the time of last use
DEFAULT_LIMIT = 20 * 2**30


class Cache:
    """Folders by key below `root`, the least recently used removed above `limit` bytes."""

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
        """Let `fill(folder)` write an entry; it appears under its key only when complete."""
        self.root.mkdir(parents=True, exist_ok=True)
        target = self.root / key
        write_folder(target, fill)
        self._evict(keep=key)
        return target

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
        for folder in entries:
            if total <= self.limit:
                return
            if folder.name != keep:
                remove_folder(folder)
                total -= sizes[folder]


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
    stats = [(str(item), item.stat()) for item in files]
    return {"files": [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]}


def _bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
