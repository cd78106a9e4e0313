"""NumPy archives: vectors, items, columns and coordinates as arrays of one ``.npz``."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pyarrow as pa

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.core.space import ITEM
from embexplorer.engines.array_names import COORDS_KEYS, ITEM_KEYS, VECTOR_KEYS
from embexplorer.engines.items_beside import (
    ItemsParams,
    find_items,
    numbered_items,
    read_items,
)
from embexplorer.engines.loader_boundary import loading
from embexplorer.engines.number_files import Header, as_coords, copy_vectors, read_header
from embexplorer.engines.table_writing import texts_of
from embexplorer.engines.vector_sink import check_room
from embexplorer.engines.written_table import changed_by_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space

MAX_MEMBERS = 10_000
MOST_NAMED = 5  # arrays that a note tells
MAX_SIDE_BYTES = 1 << 31  # of all arrays beside the vectors, which are held in memory
EXACT = 1 << 53  # below, a decimal of 64 bits holds each whole number
DATE_UNITS = ("D", "s", "ms", "us", "ns")  # those of Arrow


@dataclass(frozen=True)
class Params(ItemsParams):
    """How a NumPy archive is read."""

    key: Annotated[str, Doc("Vectors", "Name of the array of vectors; found if empty.")] = ""


def sniff(path: Path, head: bytes) -> float:
    """Return 0.95 for an archive under the extension, 0.5 for the extension alone."""
    if path.suffix.lower() != ".npz" or not head:
        return 0.0
    return 0.95 if head.startswith(b"PK") else 0.5


def beside(path: Path, params: Params) -> Sequence[Path]:
    """Return the file of items that may be read with the archive."""
    found = find_items(path, params)
    return () if found is None else (found,)


def read(reading: Reading) -> Parsed:
    """Read the vectors, and every array that gives something to each of them.

    Raises
    ------
    UserError
        When there are no vectors, an array holds Python objects, or the archive is damaged.
    """
    with (
        loading(
            reading.path.name, title="The archive is damaged", hint="Get the whole file again."
        ),
        zipfile.ZipFile(reading.path) as archive,
    ):
        return _Archive(reading, archive).read()


class _Archive:
    """One open archive and the headers of its arrays."""

    def __init__(self, reading: Reading, archive: zipfile.ZipFile) -> None:
        self.reading = reading
        self.archive = archive
        self.name = reading.path.name
        members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
        if not members or len(members) > MAX_MEMBERS:
            raise UserError(
                "No arrays in this archive",
                f"{self.name} has {len(members):,} NumPy arrays.",
                "Write it with numpy.savez(path, vectors=…, items=…).",
            )
        check_room(reading.scratch, sum(info.file_size for info in members))
        self.members = {info.filename.removesuffix(".npy"): info for info in members}
        self.headers = {key: self._header(key) for key in self.members}

    def _header(self, key: str) -> Header:
        with self.archive.open(self.members[key]) as file:
            return read_header(file, f"{self.name}, array {key}")

    def _available(self, key: str) -> int:
        return self.members[key].file_size - self.headers[key].start

    def read(self) -> Parsed:
        """Read the vectors, then what belongs to them."""
        key = self._vector_key()
        header = self.headers[key]
        with self.archive.open(self.members[key]) as file:
            file.read(header.start)
            title = f"{self.name}, array {key}"
            vectors = copy_vectors(self.reading, file, header, title, self._available(key))
        n = header.shape[0]
        kept = len(vectors)
        side = self._side_arrays(key, n)
        coords = self._coords(side, kept)
        table, notes = self._table(side, n)
        return Parsed(table.slice(0, kept), vectors, coords, (*notes, *self._unused(key, side)))

    def _unused(self, key: str, side: Collection[str]) -> tuple[str, ...]:
        """Return a note on the arrays that were not read."""
        others = [
            f"{name} ({' × '.join(f'{length:,}' for length in header.shape) or 'one value'})"
            for name, header in self.headers.items()
            if name != key and name not in side
        ]
        if not others:
            return ()
        more = " …" if len(others) > MOST_NAMED else ""
        named = f"{', '.join(others[:MOST_NAMED])}{more}"
        return (f"The vectors are the array {key}; not read: {named}.",)

    def _vector_key(self) -> str:
        wanted = self.reading.params.key
        if wanted:
            if wanted not in self.headers:
                raise UserError(
                    "No such array",
                    f"{self.name} has no array “{wanted}”.",
                    f"Its arrays are: {', '.join(list(self.headers)[:20])}.",
                )
            return str(wanted)
        matrices = [
            key
            for key, header in self.headers.items()
            if len(header.shape) == 2 and header.dtype.kind in "fiub"
        ]
        named = [key for known in VECTOR_KEYS for key in self.headers if key == known]
        others = [key for key in matrices if key not in COORDS_KEYS]
        found = named or others[:1] or matrices[:1]
        if not found:
            described = ", ".join(
                f"{key} {h.dtype}{list(h.shape)}" for key, h in self.headers.items()
            )
            raise UserError(
                "No vectors in this file",
                f"{self.name} has no n × d array of numbers: {described[:200]}.",
                "Write the vectors as an array called vectors.",
            )
        return found[0]

    def _side_arrays(self, key: str, n: int) -> dict[str, np.ndarray[Any, Any]]:
        """Return the other arrays with one entry, or one row of 2 or 3, for each vector."""
        wanted = {}
        for name, header in self.headers.items():
            fits = header.shape[:1] == (n,) and (
                len(header.shape) == 1 or (name in COORDS_KEYS and header.shape[1:] in ((2,), (3,)))
            )
            if name != key and (fits or name in ITEM_KEYS):
                wanted[name] = header
        if sum(header.n_bytes for header in wanted.values()) > MAX_SIDE_BYTES:
            raise UserError(
                "The items are too large",
                f"{self.name}: the arrays beside the vectors take over 2 GB.",
                "Write a Parquet file instead.",
            )
        return {name: self._array(name) for name in wanted}

    def _array(self, key: str) -> np.ndarray[Any, Any]:
        header = self.headers[key]
        if header.dtype.hasobject:
            raise UserError(
                "Python objects, not text",
                f"{self.name}, array {key}: reading it would run code from the file.",
                f"Save it as text: np.savez(path, {key}=np.array({key}, dtype=str), …).",
            )
        with self.archive.open(self.members[key]) as file:
            file.read(header.start)
            data = file.read(header.n_bytes)
        if len(data) < header.n_bytes:
            raise EOFError(f"the array {key} ends early")
        flat = np.frombuffer(data, header.dtype)
        return flat.reshape(header.shape, order="F" if header.is_fortran else "C")

    def _coords(
        self, side: dict[str, np.ndarray[Any, Any]], kept: int
    ) -> np.ndarray[Any, np.dtype[np.float32]] | None:
        for key in COORDS_KEYS:
            found = side.get(key)
            if found is not None and found.ndim == 2 and found.dtype.kind in "fiu":
                return as_coords(found[:kept])
        return None

    def _table(
        self, side: dict[str, np.ndarray[Any, Any]], n: int
    ) -> tuple[pa.Table, tuple[str, ...]]:
        plain = {key: array for key, array in side.items() if array.ndim == 1}
        key = next((key for key in ITEM_KEYS if key in plain), None)
        items_path = find_items(self.reading.path, self.reading.params) if key is None else None
        notes: tuple[str, ...] = ()
        if key is not None:
            items = _as_texts(plain.pop(key), f"{self.name}, array {key}")
            if len(items) != n:
                given = f"{counted(len(items), 'item')} for {counted(n, 'vector')}"
                raise UserError(
                    "Names and vectors differ in number",
                    f"{self.name}: {key} has {given}.",
                    "Give one item for each vector.",
                )
            table = pa.table({ITEM: pa.array(items, pa.large_string())})
        elif items_path is not None:
            table = read_items(items_path, n, self.name, self.reading.params)
        else:
            table = numbered_items(n)
            notes = ("The archive has no items; its rows are numbered from 0.",)
        for name, array in plain.items():
            free = name if name not in table.column_names else f"{name} 2"
            if len(array) == n and array.dtype.kind in "biufM":
                table = table.append_column(free, _column_of(array))
            elif len(array) == n and array.dtype.kind in "US":
                table = table.append_column(
                    free, pa.array(_as_texts(array, name), pa.large_string())
                )
        return table, notes


def _as_texts(array: np.ndarray[Any, Any], what: str) -> list[str]:
    if array.ndim == 1 and array.dtype.kind in "Uiu":
        return [str(value) for value in array.tolist()]
    if array.ndim == 1 and array.dtype.kind == "S":
        try:
            return [value.decode("utf-8") for value in array.tolist()]
        except UnicodeDecodeError as error:
            detail = f"{what}: byte 0x{error.object[error.start]:02X} is not UTF-8."
            raise UserError("An item is not UTF-8", detail, "Save the items as text.") from error
    raise UserError(
        "The items are not text",
        f"{what} holds {array.dtype} of the shape {array.shape}.",
        "Save the items as text: np.array(items, dtype=str).",
    )


def _column_of(array: np.ndarray[Any, Any]) -> pa.Array:
    """Return numbers or dates as a column; NaN and NaT are missing, units Arrow lacks seconds."""
    if array.dtype.kind == "M" and np.datetime_data(array.dtype)[0] not in DATE_UNITS:
        array = array.astype("datetime64[s]")
    return pa.array(array, from_pandas=True)


def _array_of(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Return a column as an array of numbers, dates or texts."""
    values: np.ndarray[Any, Any] = column.to_numpy()
    is_exact = not (column.null_count and pa.types.is_integer(column.type)) or (
        np.nanmax(np.abs(values), initial=0) < EXACT
    )
    if values.dtype.kind in "biufM" and is_exact:
        return values  # a missing number is NaN, a missing date NaT
    return np.array(texts_of(column).to_pylist(), dtype=np.str_)


def write(space: Space, coords: Coords | None, path: Path) -> Sequence[str]:
    """Write arrays of vectors, items, coords and each column; return what is changed or left."""
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "vectors": np.asarray(space.vectors),
        "items": np.array(space.items[:], dtype=np.str_),
    }
    if coords is not None:
        arrays["coords"] = np.asarray(coords)
    reserved = {*arrays, *VECTOR_KEYS, *ITEM_KEYS, *COORDS_KEYS} & {*space.columns}
    columns = {name: at for name, at in space.columns.items() if name not in reserved}
    arrays |= {name: _array_of(column) for name, column in columns.items()}
    notes = [f"Left out, since their names mean another array: {', '.join(sorted(reserved))}."]
    as_texts = [name for name in columns if arrays[name].dtype.kind == "U"]
    # numpy.savez takes the names as arguments, so that no array could be called file.
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
    changed = changed_by_text(space.table.select(as_texts), reads_digits=False)
    return [*(notes if reserved else ()), *changed]


plugin = Format(
    id="npz",
    title="NumPy archive",
    summary="A .npz with an array of vectors, and arrays of items, columns and coordinates.",
    params=Params,
    source="https://numpy.org/doc/stable/reference/generated/numpy.savez.html",
    extensions=(".npz",),
    version=3,
    sniff=sniff,
    read=read,
    write=write,
    beside=beside,
)
