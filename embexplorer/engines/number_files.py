"""What a ``.npy`` stream says of itself, checked before a byte of it is trusted, and its rows."""

from __future__ import annotations

import ast
import struct
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.engines.loader_boundary import loading
from embexplorer.engines.row_errors import Where, not_finite
from embexplorer.engines.vector_sink import VectorSink, as_float32, check_room

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from embexplorer.core.contracts import Reading

BLOCK_BYTES = 1 << 24
MAX_HEADER = 1 << 16
_MAGIC = b"\x93NUMPY"


@dataclass(frozen=True, slots=True)
class Header:
    """Shape, type and order of an array, and where its numbers begin in the stream."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    is_fortran: bool
    start: int

    @property
    def n_bytes(self) -> int:
        """Bytes that the numbers take."""
        count = 1
        for size in self.shape:
            count *= size
        return count * self.dtype.itemsize


def read_header(file: IO[bytes], name: str) -> Header:
    """Return the header of a ``.npy`` stream; nothing in it is executed or allocated.

    Raises
    ------
    UserError
        When it is none, or is cut off.
    """
    magic = file.read(8)
    if magic[:6] != _MAGIC or len(magic) < 8:
        raise UserError(
            "Not a NumPy file",
            f"{name} does not begin as a .npy file does.",
            "Write it again with numpy.save.",
        )
    wide = magic[6] >= 2
    with loading(name, title="The NumPy file is damaged", hint="Save it again.", is_untyped=True):
        (length,) = struct.unpack("<I" if wide else "<H", file.read(4 if wide else 2))
        if length > MAX_HEADER:
            raise ValueError(f"a header of {length:,} bytes")
        text = file.read(length).decode("utf-8" if magic[6] >= 3 else "latin-1")
        described = ast.literal_eval(text.strip())
        dtype = np.lib.format.descr_to_dtype(described["descr"])
        shape = tuple(described["shape"])
        if not all(type(size) is int and 0 <= size < 1 << 62 for size in shape):
            raise ValueError(f"a shape of {shape}")
        is_fortran = bool(described["fortran_order"])
    return Header(shape, dtype, is_fortran, 8 + (4 if wide else 2) + length)


def check_vectors(header: Header, name: str) -> None:
    """Refuse an array that is not n x d real numbers.

    Raises
    ------
    UserError
        Saying what it holds instead.
    """
    if header.dtype.hasobject:
        raise UserError(
            "Python objects, not numbers",
            f"{name} is an object array: reading it could run a program hidden in it. Nothing "
            "of it was run.",
            "Save it as numbers: np.save(path, np.asarray(list(vectors), dtype=np.float32)).",
        )
    if header.dtype.kind not in "fiub" or header.dtype.itemsize > 16:
        raise UserError(
            "No vectors in this file",
            f"{name} holds values of the type {header.dtype}, not numbers.",
            "Save the vectors as float32.",
        )
    if len(header.shape) != 2 or 0 in header.shape:
        sizes = " × ".join(map(str, header.shape)) or "a single number"
        raise UserError(
            "No vectors in this file",
            f"{name} has the shape {sizes}; vectors are a table, with a row for each item and a "
            "column for each dimension.",
            "Reshape it in Python: np.save(path, array.reshape(n, d)).",
        )


def copy_vectors(
    reading: Reading, file: IO[bytes], header: Header, name: str, available: int
) -> NDArray[np.float32]:
    """Copy the rows of an array from its stream into the scratch folder as float32.

    Parameters
    ----------
    available
        Bytes of numbers that the stream holds.

    Raises
    ------
    UserError
        When the stream is shorter than its header says, or a value is not finite.
    """
    check_vectors(header, name)
    n, d = header.shape
    if available < header.n_bytes:
        row_bytes = d * header.dtype.itemsize
        whole = (
            "" if header.is_fortran else f"; the last whole row is row {available // row_bytes:,}"
        )
        raise UserError(
            "The file ends early",
            f"{name}: its header promises {n:,} × {d:,} numbers{whole}. Nothing was loaded.",
            "Get the whole file again.",
        )
    wanted = n if reading.limit is None else min(n, reading.limit)
    return sink_blocks(reading, _blocks(file, header, wanted), (wanted, d), name)


def sink_blocks(
    reading: Reading, blocks: Iterable[NDArray[Any]], shape: tuple[int, int], name: str
) -> NDArray[np.float32]:
    """Put blocks of rows one behind the other into the scratch folder as float32.

    Parameters
    ----------
    blocks
        Arrays (m, d) of any real type.
    shape
        The rows of all blocks together, and d.
    name
        What is read, for messages.

    Raises
    ------
    UserError
        When the disk has no room for them, or a value is not finite.
    """
    n, d = shape
    check_room(reading.scratch, n * d * 4)
    with VectorSink(reading.scratch) as sink:
        for block in blocks:
            reading.progress.raise_if_cancelled()
            reading.progress.report(sink.rows / n)
            narrow, bad = as_float32(block)
            if bad:
                where = Where(name, sink.rows + bad[0] + 1, is_line=False)
                raise not_finite(where, f"column {bad[1] + 1:,}", str(block[bad]))
            sink.append(narrow)
        return sink.finish()


def as_coords(values: NDArray[Any]) -> NDArray[np.float32]:
    """Return coords (n, 2|3) as float32; a row that has no place on a map is NaN."""
    with np.errstate(over="ignore"):  # what is too large has none either
        coords: NDArray[np.float32] = values.astype(np.float32)
    coords[~np.isfinite(coords).all(axis=1)] = np.nan
    return coords


def _blocks(file: IO[bytes], header: Header, wanted: int) -> Iterator[NDArray[Any]]:
    n, d = header.shape
    if header.is_fortran:
        whole = np.frombuffer(file.read(header.n_bytes), header.dtype).reshape(d, n).T
        step = max(1, BLOCK_BYTES // (d * header.dtype.itemsize))
        for start in range(0, wanted, step):
            yield whole[start : min(wanted, start + step)]
        return
    step = max(1, BLOCK_BYTES // (d * header.dtype.itemsize))
    for start in range(0, wanted, step):
        rows = min(step, wanted - start)
        data = file.read(rows * d * header.dtype.itemsize)
        if len(data) < rows * d * header.dtype.itemsize:
            raise EOFError(f"{len(data)} bytes instead of {rows} rows")
        yield np.frombuffer(data, header.dtype).reshape(rows, d)
