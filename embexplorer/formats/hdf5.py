"""HDF5: vectors, items, columns and coordinates as datasets of one file."""

from __future__ import annotations

import posixpath
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
from embexplorer.engines.hdf5_columns import (
    becomes_text,
    count_entries,
    is_encoded,
    read_column,
    write_column,
)
from embexplorer.engines.hdf5_files import (
    Hdf5File,
    copy_rows,
    is_hdf5,
    is_matrix,
    open_hdf5,
)
from embexplorer.engines.hdf5_limits import check_stored, parse_hdf5
from embexplorer.engines.items_beside import ItemsParams, find_items, numbered_items, read_items
from embexplorer.engines.number_files import as_coords
from embexplorer.engines.vector_sink import check_room
from embexplorer.engines.written_table import changed_by_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space

EXTENSIONS = (".h5", ".hdf5", ".he5")
# Beside the usual names: ann-benchmarks, pandas (`axis1` names its rows), and Keras.
VECTORS = (*VECTOR_KEYS, "train", "block0_values", "embeddings:0")
ITEMS = (*ITEM_KEYS, "axis1", "index", "_index")
COLUMNS = "columns"  # the group that `write` puts columns into
ANN_BENCHMARKS = ("test", "neighbors", "distances")
METRICS = {
    "angular": "cosine",
    "cosine": "cosine",
    "euclidean": "Euclidean",
    "dot": "dot product",
    "ip": "dot product",
    "hamming": "Hamming",
    "l1": "Manhattan",
    "manhattan": "Manhattan",
}


@dataclass(frozen=True)
class Params(ItemsParams):
    """How an HDF5 file is read."""

    dataset: Annotated[
        str, Doc("Vectors", "Path of the dataset of vectors, as group/name; found if empty.")
    ] = ""


def sniff(path: Path, head: bytes) -> float:
    """Return 0.9 for the first bytes of HDF5, 0.5 for the extension alone."""
    if is_hdf5(head):
        return 0.9
    return 0.5 if path.suffix.lower() in EXTENSIONS and head else 0.0


def beside(path: Path, params: Params) -> Sequence[Path]:
    """Return the file of items that may be read with the file."""
    found = find_items(path, params)
    return () if found is None else (found,)


def read(reading: Reading) -> Parsed:
    """Read the vectors, and every dataset that gives one value to each of them.

    Raises
    ------
    UserError
        When there are no vectors, they lie in another file, or the file is damaged.
    """
    return parse_hdf5(reading, parse_file)


def parse_file(reading: Reading) -> Parsed:
    """Read in this process, see `read`."""
    with open_hdf5(reading.path) as file:
        path, notes = _choose_vectors(file, reading.params.dataset)
        vectors = copy_rows(reading, file, path)
        n = int(file.datasets[path].shape[0])
        coords_path = _find_coords(file, path, n)
        table, more = _read_table(reading, file, path, n)
        coords = None
        if coords_path is not None:
            check_stored(file, coords_path, file.datasets[coords_path])
            coords = as_coords(file.datasets[coords_path][: len(vectors)])
        if "MATLAB_class" in file.datasets[path].attrs:
            notes += (
                "MATLAB stores a matrix with its columns as rows: the items are its columns.",
            )
        notes += more + _distance_note(file) + file.outside_notes()
        return Parsed(table, vectors, coords, notes)


def _choose_vectors(file: Hdf5File, wanted: str) -> tuple[str, tuple[str, ...]]:
    if wanted:
        file.dataset(wanted)
        return wanted.strip("/"), ()
    matrices = [path for path, dataset in file.datasets.items() if is_matrix(dataset)]
    by_depth = sorted(matrices, key=lambda path: path.count("/"))
    named = [path for known in VECTORS for path in by_depth if posixpath.basename(path) == known]
    for at in () if named else file.outside:
        if posixpath.basename(at) in VECTORS:
            file.dataset(at)  # which says why it is not read
    others = [path for path in matrices if posixpath.basename(path).lower() not in COORDS_KEYS]
    found = named or sorted(others or matrices, key=lambda path: -file.datasets[path].size)
    if not found:
        raise UserError(
            "No vectors in this file",
            f"{file.name} has no n × d dataset of numbers. It holds: {file.described()}.",
            "Write the vectors as a dataset called vectors.",
        )
    rest = [path for path in others if file.datasets[path] != file.datasets[found[0]]]
    if not rest:
        return found[0], ()
    listed = ", ".join(rest[:5]) + (", …" if len(rest) > 5 else "")
    return found[0], (f"The vectors are the dataset {found[0]}; others are: {listed}.",)


def _find_coords(file: Hdf5File, vectors: str, n: int) -> str | None:
    fitting = [
        path
        for path, dataset in file.datasets.items()
        if is_matrix(dataset) and dataset.shape in ((n, 2), (n, 3)) and path != vectors
    ]
    return next(
        (
            path
            for key in COORDS_KEYS
            for path in fitting
            if posixpath.basename(path).lower() == key
        ),
        None,
    )


def _read_table(
    reading: Reading, file: Hdf5File, vectors: str, n: int
) -> tuple[pa.Table, tuple[str, ...]]:
    wanted = n if reading.limit is None else min(n, reading.limit)
    group = posixpath.dirname(vectors)
    columns = _columns(file, group, n)
    item = next((path for path in columns.values() if _is_items(path)), None)
    if not reading.params.dataset and item is None:
        _check_count(file, group, n)
    items_path = find_items(reading.path, reading.params) if item is None else None
    notes: tuple[str, ...] = ()
    if item is not None:
        items = read_column(file, item, wanted).cast(pa.large_string()).fill_null("")
        table = pa.table({ITEM: items})
    elif items_path is not None:
        table = read_items(items_path, n, file.name, reading.params).slice(0, wanted)
    else:
        table = numbered_items(wanted)
        notes = ("The file has no items; its rows are numbered from 0.",)
    for name, path in columns.items():
        if path != item:
            reading.progress.raise_if_cancelled()
            free = name if name not in table.column_names else f"{name} 2"
            table = table.append_column(free, read_column(file, path, wanted))
    return table, notes


def _columns(file: Hdf5File, group: str, n: int) -> dict[str, str]:
    """Return the paths of the columns of n entries by their names, those named as items first."""
    encoded = [path for path in file.groups if is_encoded(file, path)]
    parts = {path for path in file.datasets if posixpath.dirname(path) in encoded}
    fitting = [
        path
        for path in (*file.datasets, *encoded)
        if path not in parts and count_entries(file, path) == n
    ]
    fitting.sort(key=lambda path: (posixpath.dirname(path) != group, path.count("/")))
    ranked = [path for key in ITEMS for path in fitting if posixpath.basename(path) == key]
    named: dict[str, str] = {}
    for path in dict.fromkeys((*ranked, *fitting)):
        named.setdefault(_name_of(file, group, path), path)
    return named


def _is_items(path: str) -> bool:
    return posixpath.basename(path) in ITEMS and posixpath.basename(posixpath.dirname(path)) != (
        COLUMNS
    )


def _name_of(file: Hdf5File, group: str, path: str) -> str:
    node = file.datasets[path] if path in file.datasets else file.groups[path]
    told = node.attrs.get("name")
    if isinstance(told, str):
        return told
    inner = path.removeprefix(f"{group}/") if group else path
    return inner.removeprefix(f"{COLUMNS}/")


def _check_count(file: Hdf5File, group: str, n: int) -> None:
    for key in ITEM_KEYS:
        count = count_entries(file, posixpath.join(group, key))
        if count is not None and count != n:
            raise UserError(
                "Names and vectors differ in number",
                f"{file.name}: {key} has {counted(count, 'item')} for {counted(n, 'vector')}.",
                "Give one item for each vector.",
            )


def _distance_note(file: Hdf5File) -> tuple[str, ...]:
    """Return the metric that a file of ann-benchmarks was made for."""
    told = file.root.attrs.get("distance")
    name = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    if not isinstance(name, str):
        return ()
    advice = METRICS.get(name.lower())
    asks = f"choose the metric {advice}" if advice else "no metric here is the same"
    return (f"The file measures its neighbors by the distance {name}: {asks}.",)


def write(space: Space, coords: Coords | None, path: Path) -> Sequence[str]:
    """Write the datasets vectors, items and coords, and a group of columns."""
    import h5py

    check_room(path.parent, space.n * space.d * 4)
    with h5py.File(path, "w") as file:
        rows = max(1, min(space.n, (1 << 20) // max(1, 4 * space.d)))
        vectors = file.create_dataset("vectors", (space.n, space.d), np.float32)
        for start in range(0, space.n, rows):
            vectors[start : start + rows] = space.vectors[start : start + rows]
        write_column(file, "items", space.table.column(ITEM))
        if coords is not None:
            file["coords"] = np.asarray(coords, np.float32)
        group: Any = file.create_group(COLUMNS)
        for name in space.table.column_names:
            if name != ITEM:
                write_column(group, name, space.table.column(name))
    as_texts = [name for name, column in space.columns.items() if becomes_text(column.type)]
    return changed_by_text(space.table.select(as_texts), reads_digits=False)


plugin = Format(
    id="hdf5",
    title="HDF5",
    summary="Datasets of vectors, items, columns and coordinates; also those of ann-benchmarks.",
    params=Params,
    source="https://docs.hdfgroup.org/hdf5/latest/",
    modules=("h5py",),
    extensions=EXTENSIONS,
    sniff=sniff,
    read=read,
    write=write,
    beside=beside,
)
