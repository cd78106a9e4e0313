"""How vectors of any number reach the disk: blocks are appended to a growing ``.npy`` file."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.engines.loader_boundary import MAKE_ROOM

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

FILE = "vectors.npy"
HEADER_BYTES = 128  # room for the header, which is known only at the end; a multiple of 64
FREE_SHARE = 0.95  # of the free disk space that one file may take
CHECK_BYTES = 1 << 27  # written between two looks at the room that is left
KEPT_FREE = 1 << 28  # bytes of the disk that are left to other programs


class VectorSink:
    """A ``.npy`` file of float32 rows that grows block by block, whatever their number.

    Neither the number of rows nor the memory for all of them is needed in advance.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.rows = 0
        self.d = 0
        self._file = self.path.open("wb")
        self._file.write(b"\0" * HEADER_BYTES)
        self._unchecked = 0

    def __enter__(self) -> VectorSink:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was not finished is no array."""
        self._file.close()

    def append(self, block: NDArray[np.float32]) -> None:
        """Add rows (m, d); every block has the same d.

        Raises
        ------
        UserError
            When the disk is about to be full: a file may hold more than its size told.
        """
        if not len(block):
            return
        if self.d not in (0, block.shape[1]):
            raise ValueError(f"a block of {block.shape[1]} columns after blocks of {self.d}")
        self.d = int(block.shape[1])
        self._unchecked += 4 * block.size
        if self._unchecked >= CHECK_BYTES:
            self._unchecked = 0
            self._check_room()
        self.rows += len(block)
        self._file.write(np.ascontiguousarray(block, np.float32).data)

    def _check_room(self) -> None:
        usage = shutil.disk_usage(self.path.parent)
        if usage.free < KEPT_FREE:
            raise UserError(
                "Not enough room on the disk",
                f"{self.rows:,} vectors of {self.d:,} numbers were read, and "
                f"{usage.free / 1e9:,.1f} GB are free. Nothing was loaded.",
                MAKE_ROOM,
            )

    def finish(self) -> NDArray[np.float32]:
        """Write the header and return the rows (n, d), mapped read-only."""
        shape = (self.rows, self.d)
        header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
        length = HEADER_BYTES - 10
        self._file.seek(0)
        self._file.write(b"\x93NUMPY\x01\x00" + length.to_bytes(2, "little"))
        self._file.write(header.ljust(length - 1).encode() + b"\n")
        self._file.close()
        if not self.rows:
            return np.empty(shape, np.float32)
        mapped: NDArray[np.float32] = np.load(self.path, mmap_mode="r", allow_pickle=False)
        return mapped


def check_room(folder: Path, n_bytes: int, hint: str = MAKE_ROOM) -> None:
    """Refuse what the disk of `folder` has no room for, before anything is written.

    Raises
    ------
    UserError
        Naming the room that is needed and what is free.
    """
    free = shutil.disk_usage(folder).free
    if n_bytes > free * FREE_SHARE:
        raise UserError(
            "Not enough room on the disk",
            f"The vectors take {n_bytes / 1e9:,.1f} GB; {free / 1e9:,.1f} GB are free.",
            hint,
        )


def as_float32(block: NDArray[Any]) -> tuple[NDArray[np.float32], tuple[int, int] | None]:
    """Return the block as float32, and (row, column) of the first value that float32 cannot hold.

    Such a value is NaN, infinite, or beyond 3.4e38.
    """
    with np.errstate(over="ignore"):
        narrow = np.ascontiguousarray(block, dtype=np.float32)
    finite = np.isfinite(narrow)
    if finite.all():
        return narrow, None
    row = int((~finite.all(axis=1)).argmax())
    return narrow, (row, int((~finite[row]).argmax()))
