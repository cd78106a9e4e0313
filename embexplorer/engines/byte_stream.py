"""How a file is read from its first byte to its last, decompressed on the way where need be."""

from __future__ import annotations

import bz2
import errno
import lzma
import os
import shutil
import zipfile
import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.core.errors import UnreadableError, UserError
from embexplorer.engines.compressed import find_member, kind_of, open_archive, outer_path
from embexplorer.engines.loader_boundary import MAKE_ROOM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from embexplorer.core.progress import Progress

CHUNK_BYTES = 1 << 22  # decompressed ahead in one go
FIRST_BYTES = 1 << 16  # decompressed at once, since who only looks needs no more
# What no file of vectors or texts comes to: this many times its size, once it is this large.
RATIO = 200
RATIO_FROM = 1 << 30
_FAILURES = (
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    zlib.error,
    lzma.LZMAError,
    pa.ArrowException,
    zipfile.BadZipFile,
)
_ENDS = ("truncated", "ended before", "end-of-stream")  # words of the libraries for a file cut off


class ByteStream:
    """The bytes of a file.

    Parameters
    ----------
    path
        The file on disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("rb")
        self._start, self._length = 0, os.fstat(self._file.fileno()).st_size

    def __enter__(self) -> ByteStream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def size(self) -> int | None:
        """How many bytes there are, or None where only reading them all would tell."""
        return self._length

    @property
    def fraction(self) -> float:
        """How much of the file on disk has been read, 0 to 1."""
        return min(1.0, max(0, self._file.tell() - self._start) / max(1, self._length))

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes; fewer at the end only.

        Raises
        ------
        UserError
            When compressed bytes are damaged or cut off, or decompress to more than there is
            room for.
        """
        return self._file.read(size)

    def skip(self, size: int) -> None:
        """Pass over `size` bytes."""
        self._file.seek(size, os.SEEK_CUR)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class _Decompressed(ByteStream):
    """The bytes inside a compressed file; a thread is one chunk ahead of who reads them."""

    def __init__(
        self, outer: Path, name: str, room: Path | None, progress: Progress | None
    ) -> None:
        super().__init__(outer)
        self._progress = progress
        self._room = None if room is None else shutil.disk_usage(room).free
        self._pool = ThreadPoolExecutor(1)
        self._ahead: Future[bytes] | None = None
        self._ready = b""
        self._count = 0
        try:
            self._inner = self._open(name)
        except BaseException:
            self.close()
            raise

    @property
    def size(self) -> int | None:
        return None

    def read(self, size: int) -> bytes:
        pieces = [self._ready]
        missing = size - len(self._ready)
        while missing > 0 and (chunk := self._chunk()):
            pieces.append(chunk)
            missing -= len(chunk)
        data = b"".join(pieces)
        self._ready = data[size:]
        return data[:size]

    def skip(self, size: int) -> None:
        while size > 0 and (passed := len(self.read(min(size, CHUNK_BYTES)))):
            size -= passed

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        super().close()

    def _open(self, name: str) -> Any:
        kind = kind_of(self._file.read(16))
        self._file.seek(0)
        if kind is None:
            raise self._damaged("it does not begin as a compressed file")
        if kind == "zip":
            archive = open_archive(self.path, self._file)
            info = find_member(self.path, archive, name)
            self._start, self._length = info.header_offset, info.compress_size
            return self._guarded(archive.open, info)
        if kind == "xz":
            return lzma.open(self._file)
        if kind == "bz2":  # pyarrow is no faster, and fails where one of several streams is empty
            return bz2.open(self._file)
        return pa.CompressedInputStream(pa.PythonFile(self._file, "r"), kind)

    def _chunk(self) -> bytes:
        if self._progress is not None:
            self._progress.raise_if_cancelled()
        if self._ahead is None:
            data = self._decompress(FIRST_BYTES if not self._count else CHUNK_BYTES)
        else:
            data = self._ahead.result()
        if data and self._count > FIRST_BYTES:
            self._ahead = self._pool.submit(self._decompress, CHUNK_BYTES)
        return data

    def _decompress(self, size: int) -> bytes:
        data: bytes = self._guarded(self._inner.read, size)
        self._count += len(data)
        is_bomb = self._count > max(RATIO_FROM, RATIO * self._length)
        if is_bomb or (self._room is not None and self._count > self._room):
            raise self._too_much(is_bomb=is_bomb)
        return data

    def _guarded(self, action: Callable[..., Any], *arguments: Any) -> Any:
        """Call a library that decompresses; what it raises becomes one sentence."""
        try:
            return action(*arguments)
        except _FAILURES as error:
            # Bytes that lead to a place before the file are an invalid argument.
            if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
                raise
            raise self._damaged(str(error)) from error

    def _damaged(self, reason: str) -> UserError:
        at, size = self._file.tell(), os.fstat(self._file.fileno()).st_size
        if any(words in reason.lower() for words in _ENDS):
            what = f"it ends early, after {size:,} bytes"
        else:
            what = f"near byte {at:,} of {size:,} it cannot be decompressed ({reason})"
        return UnreadableError(
            "The compressed file is damaged",
            f"{self.path.name}: {what}. Nothing was loaded.",
            "Get the whole file again.",
        )

    def _too_much(self, *, is_bomb: bool) -> UserError:
        size = f"{self._count / 1e9:,.1f} GB"
        if is_bomb:
            what = f"{self._length:,} bytes have become {size}, which no vectors or texts do"
            hint = "Decompress it yourself where you trust it."
        else:
            what = f"it holds more than {size}, and {(self._room or 0) / 1e9:,.1f} GB are free"
            hint = MAKE_ROOM
        title = "It decompresses to too much"
        return UserError(title, f"{self.path.name}: {what}. Nothing was loaded.", hint)


def open_stream(
    path: Path, *, room: Path | None = None, progress: Progress | None = None
) -> ByteStream:
    """Open a file, or the file inside a compressed one, see `engines.compressed`.

    Parameters
    ----------
    path
        A file, or the path that `compressed.inner_path` gives a file inside one.
    room
        Folder whose disk must have room for all that a compressed file holds; None asks nothing.
    progress
        May cancel a long read of a compressed file; whoever reads reports to it.

    Raises
    ------
    UserError
        When a compressed file is damaged, or an archive does not hold this file.
    """
    outer = outer_path(path)
    if outer == path:
        return ByteStream(path)
    return _Decompressed(outer, path.name, room, progress)
