"""Arrays and tables inside a project's zip: written in blocks, read only as announced."""

from __future__ import annotations

import re
import zipfile
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from embexplorer.core.space import blocks_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress

BLOCK_BYTES = 1 << 22
KINDS = ("<f4", "<f8", "<i4", "<i8", "|b1", "|u1")  # an array of objects would be a pickle
_NAME = re.compile(r"(arrays|tables)/[a-z0-9-]{1,100}\.(npy|arrow)")


class PartsWriter:
    """Writes parts, and says what the manifest holds of each.

    Parameters
    ----------
    open_part
        Opens a part of a path for writing, in a zip or a folder.
    total
        About how many bytes there will be.
    progress
        Where to say how far it is, and whether it is cancelled.
    """

    def __init__(
        self, open_part: Callable[[str], IO[bytes]], total: int, progress: Progress
    ) -> None:
        self._open = open_part
        self._total = max(1, total)
        self._progress = progress
        self._done = 0

    def array(self, name: str, values: NDArray[Any]) -> dict[str, Any]:
        """Add an array as ``arrays/NAME.npy``, block by block."""
        values = np.asarray(values)
        kind = values.dtype.newbyteorder("<") if values.dtype.byteorder == ">" else values.dtype
        if kind.str not in KINDS:
            raise TypeError(f"a project cannot keep arrays of {kind}")
        path = f"arrays/{name}.npy"
        header = {"descr": kind.str, "fortran_order": False, "shape": values.shape}
        with self._open(path) as out:
            np.lib.format.write_array_header_1_0(out, header)
            whole = values if values.ndim else values.reshape(1)
            for _, block in blocks_of(whole) if whole.size else []:
                self._write(out, np.ascontiguousarray(block, kind).view(np.uint8).data)
        return {"file": path, "shape": list(values.shape), "dtype": kind.str}

    def table(self, name: str, table: pa.Table) -> dict[str, Any]:
        """Add a table as ``tables/NAME.arrow``."""
        path = f"tables/{name}.arrow"
        with self._open(path) as out, pa.PythonFile(_Counted(self, out), mode="w") as sink:
            with pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table, max_chunksize=1 << 16)
            size = sink.tell()
        return {"file": path, "rows": table.num_rows, "bytes": size}

    def copy(self, path: str, source: Path) -> dict[str, Any]:
        """Add a file as it is."""
        with source.open("rb") as file, self._open(path) as out:
            while block := file.read(BLOCK_BYTES):
                self._write(out, memoryview(block))
        return {"file": path, "bytes": source.stat().st_size}

    def text(self, path: str, text: str) -> None:
        """Add a text."""
        with self._open(path) as out:
            self._write(out, memoryview(text.encode("utf-8")))

    def _write(self, out: IO[bytes], block: memoryview) -> None:
        self._progress.raise_if_cancelled()
        out.write(block)
        self._done += block.nbytes
        message = f"{self._done / 1e6:,.0f} of {max(self._total, self._done) / 1e6:,.0f} MB"
        self._progress.report(min(1.0, self._done / self._total), message)


def in_zip(archive: zipfile.ZipFile) -> Callable[[str], IO[bytes]]:
    """Return what opens parts of a zip for writing."""

    def open_part(path: str) -> IO[bytes]:
        # Without a date the same contents are the same bytes.
        return archive.open(zipfile.ZipInfo(path), "w", force_zip64=True)

    return open_part


class _Counted:
    """What pyarrow writes a table into."""

    def __init__(self, writer: PartsWriter, out: IO[bytes]) -> None:
        self._writer = writer
        self._out = out
        self._at = 0
        self.closed = False

    def write(self, block: Any) -> int:
        view = memoryview(block).cast("B")
        self._writer._write(self._out, view)
        self._at += view.nbytes
        return view.nbytes

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Do nothing: the zip is written through."""

    def close(self) -> None:
        self.closed = True


class PartsReader:
    """Reads the parts that a manifest announces, and refuses what is not as announced.

    Every method raises `ValueError` for a part of another size, kind or shape, besides what
    `zipfile` and pyarrow raise for damaged ones.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def text(self, path: str) -> str:
        """Return a text."""
        with self._archive.open(self._info(path)) as file:
            return file.read().decode("utf-8")

    def array(self, described: Mapping[str, Any]) -> NDArray[Any]:
        """Return an array, not writeable."""
        info = self._announced(described)
        with self._archive.open(info) as file:
            shape, kind = read_header(file, described, info.file_size)
            data = file.read()
        values: NDArray[Any] = np.frombuffer(data, kind).reshape(shape)
        return values

    def table(self, described: Mapping[str, Any]) -> pa.Table:
        """Return a table, checked so that no offset leads out of it."""
        info = self._announced(described)
        if info.file_size != described["bytes"]:
            raise ValueError(f"{info.filename} has {info.file_size} bytes")
        with self._archive.open(info) as file:
            table = pa.ipc.open_file(pa.BufferReader(file.read())).read_all()
        table.validate(full=True)
        if table.num_rows != described.get("rows", table.num_rows):
            raise ValueError(f"{info.filename} has {table.num_rows} rows")
        return table

    def unpack(self, described: Mapping[str, Any], target: Path, progress: Progress) -> None:
        """Write a part into a file of that name; the name in the zip plays no role."""
        info = self._announced(described)
        done = 0
        with self._archive.open(info) as file, target.open("wb") as out:
            while block := file.read(BLOCK_BYTES):
                progress.raise_if_cancelled()
                out.write(block)
                done += len(block)
                progress.report(done / max(1, info.file_size), f"{done / 1e6:,.0f} MB")

    def checksum(self, described: Mapping[str, Any]) -> tuple[int, int]:
        """Return size and CRC of a part, which reading it verifies."""
        info = self._announced(described)
        return info.file_size, info.CRC

    def _announced(self, described: Mapping[str, Any]) -> zipfile.ZipInfo:
        path = described["file"]
        if not isinstance(path, str) or not _NAME.fullmatch(path):
            raise ValueError(f"{path!r} is no part of a project")
        return self._info(path)

    def _info(self, path: str) -> zipfile.ZipInfo:
        info = self._archive.getinfo(path)
        # Parts are never packed, so that no small file can become a large one.
        if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
            raise ValueError(f"{path} is packed")
        return info


def read_header(
    file: IO[bytes], described: Mapping[str, Any], size: int
) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return shape and kind of the array that follows in a file of `size` bytes.

    Raises
    ------
    ValueError
        When it is not the announced one.
    """
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError(f"an array of version {version}")
    shape, is_fortran, kind = np.lib.format.read_array_header_1_0(file)
    if list(shape) != described["shape"] or kind.str != described["dtype"] or is_fortran:
        raise ValueError(f"an array of {kind} {shape} where another is announced")
    if kind.str not in KINDS or size - file.tell() != kind.itemsize * int(np.prod(shape)):
        raise ValueError(f"an array of {kind} {shape} in {size} bytes")
    return shape, kind
