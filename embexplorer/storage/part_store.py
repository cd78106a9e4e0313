"""Vectors of a long task, row by row, that a cancel or a crash leaves behind to go on from."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.storage.cache import fill_folder

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from embexplorer.core.space import Vectors

VECTORS = "vectors.npy"
MARKS = "marks.npy"
SECONDS_BETWEEN_FLUSHES = 2.0  # what a crash can cost
KEPT_DAYS = 30  # after which a part that nobody came back to is removed


class PartStore:
    """The rows done so far, each with a mark from 1 to 255; a mark of 0 means not done.

    Vectors lie in a memory map; marks are written after the vectors they speak of, so that what a
    crash leaves is never taken for done when it is not.

    Parameters
    ----------
    folder
        Where the files lie; made with the first vectors.
    n
        Number of rows there will be.
    """

    def __init__(self, folder: Path, n: int) -> None:
        self.folder = folder
        self.marks: NDArray[np.uint8] = np.zeros(n, np.uint8)
        self._vectors: Vectors | None = None
        self._flushed = time.monotonic()
        self._resume(n)

    @property
    def vectors(self) -> Vectors:
        """(n, d) vectors; rows without a mark hold zeros."""
        if self._vectors is None:
            raise ValueError("no vectors were put yet")
        return self._vectors

    def put(self, rows: NDArray[np.int64], vectors: Vectors, marks: NDArray[np.uint8]) -> None:
        """Keep the vectors (m, d) of some rows.

        Raises
        ------
        UserError
            When the disk has no room for all vectors.
        """
        if self._vectors is None:
            self._vectors = self._create(vectors.shape[1])
        self._vectors[rows] = vectors
        self.marks[rows] = marks
        if time.monotonic() - self._flushed > SECONDS_BETWEEN_FLUSHES:
            self.flush()

    def flush(self) -> None:
        """Bring everything to the disk."""
        if isinstance(self._vectors, np.memmap):
            self._vectors.flush()
            # Another process that did the same work has removed the folder: nothing to go on from.
            with suppress(FileNotFoundError):
                scratch = self.folder / f"{MARKS}.new.npy"
                np.save(scratch, self.marks)
                scratch.replace(self.folder / MARKS)
        self._flushed = time.monotonic()

    def remove(self) -> None:
        """Let go of the files and remove them."""
        self._vectors = None  # Windows removes no file that is mapped
        shutil.rmtree(self.folder, ignore_errors=True)

    def _resume(self, n: int) -> None:
        try:
            marks = np.load(self.folder / MARKS, allow_pickle=False)
            vectors = np.load(self.folder / VECTORS, mmap_mode="r+", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return
        if marks.shape == (n,) and vectors.shape[:1] == (n,) and vectors.dtype == np.float32:
            self.marks, self._vectors = marks, vectors

    def _create(self, d: int) -> Vectors:
        n = len(self.marks)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        needed = 2 * 4 * n * d  # once here and once in the space made of it
        free = shutil.disk_usage(self.folder.parent).free
        if needed > free:
            raise UserError(
                "Not enough room on the disk",
                f"{n:,} vectors of {d:,} dimensions need {needed / 1e9:.1f} GB in "
                f"{self.folder.parent}; {free / 1e9:.1f} GB are free.",
                "Free some room, or move the cache to another disk.",
            )
        discard_old_parts(self.folder.parent)

        def fill(folder: Path) -> None:
            np.lib.format.open_memmap(folder / VECTORS, "w+", np.float32, (n, d))

        fill_folder(self.folder, fill)
        vectors: Vectors = np.load(self.folder / VECTORS, mmap_mode="r+", allow_pickle=False)
        return vectors


def discard_old_parts(root: Path, days: float = KEPT_DAYS) -> None:
    """Remove the parts below `root` that were not written to for some days."""
    for folder in root.iterdir():
        newest = max((path.stat().st_mtime for path in folder.glob("*.npy")), default=None)
        if newest is not None and time.time() - newest > days * 86400:
            shutil.rmtree(folder, ignore_errors=True)
