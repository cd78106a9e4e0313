"""Vectors of a long task, row by row, that a cancel or a crash leaves behind to go on from."""

from __future__ import annotations

import os
import shutil
import time
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.storage.whole import write_folder

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from embexplorer.core.space import Vectors

VECTORS = "vectors.npy"
DONE = "done.npy"
ROW = np.dtype([("mark", np.uint8), ("check", "<u4")])  # of a row: its mark, and a checksum
SECONDS_BETWEEN_FLUSHES = 2.0  # what a crash can cost
ROWS_AT_ONCE = 4096  # that are checked when a part is found
KEPT_DAYS = 30  # after which a part that nobody came back to is removed


class PartStore:
    """The rows done so far, each with a mark from 1 to 255; a mark of 0 means not done.

    Vectors lie in a memory map; marks are written after the vectors they speak of, each with a
    checksum of its row, so that what a crash or a bad disk leaves is never taken for done when it
    is not. `n_damaged` rows were found whose checksum is wrong; they are to be done again.

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
        self.n_damaged = 0
        self._checks: NDArray[np.uint32] = np.zeros(n, np.uint32)
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
        self._checks[rows] = _checksums(vectors, marks)
        if time.monotonic() - self._flushed > SECONDS_BETWEEN_FLUSHES:
            self.flush()

    def flush(self) -> None:
        """Bring everything to the disk."""
        if isinstance(self._vectors, np.memmap):
            self._vectors.flush()
            # Another process that did the same work has removed the folder: nothing to go on from.
            with suppress(FileNotFoundError):
                rows = np.empty(len(self.marks), ROW)
                rows["mark"], rows["check"] = self.marks, self._checks
                scratch = self.folder / f"{DONE}.new.npy"
                with scratch.open("wb") as file:
                    np.save(file, rows)
                    file.flush()
                    os.fsync(file.fileno())
                scratch.replace(self.folder / DONE)
        self._flushed = time.monotonic()

    def remove(self) -> None:
        """Let go of the files and remove them."""
        self._vectors = None  # Windows removes no file that is mapped
        shutil.rmtree(self.folder, ignore_errors=True)

    def _resume(self, n: int) -> None:
        try:
            rows = np.load(self.folder / DONE, allow_pickle=False)
            vectors = np.load(self.folder / VECTORS, mmap_mode="r+", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return
        fits = rows.shape == (n,) and rows.dtype == ROW
        if not fits or vectors.shape[:1] != (n,) or vectors.dtype != np.float32:
            return
        self.marks, self._checks = rows["mark"].copy(), rows["check"].copy()
        self._vectors = vectors
        for start in range(0, n, ROWS_AT_ONCE):
            done = start + np.flatnonzero(self.marks[start : start + ROWS_AT_ONCE])
            is_wrong = _checksums(vectors[done], self.marks[done]) != self._checks[done]
            self.marks[done[is_wrong]] = 0
            self.n_damaged += int(is_wrong.sum())

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

        write_folder(self.folder, fill)
        vectors: Vectors = np.load(self.folder / VECTORS, mmap_mode="r+", allow_pickle=False)
        return vectors


def _checksums(vectors: Vectors, marks: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the CRC-32 of each row (m, d) and its mark."""
    rows = np.ascontiguousarray(vectors, np.float32).view(np.uint8)
    found = [zlib.crc32(row.data, int(mark)) for row, mark in zip(rows, marks, strict=True)]
    return np.array(found, np.uint32)


def discard_old_parts(root: Path, days: float = KEPT_DAYS) -> None:
    """Remove the parts below `root` that were not written to for some days."""
    for folder in root.iterdir():
        newest = max((path.stat().st_mtime for path in folder.glob("*.npy")), default=None)
        if newest is not None and time.time() - newest > days * 86400:
            shutil.rmtree(folder, ignore_errors=True)
