"""AnnData's ``.h5ad``: cells as items, an embedding of them or their expression as vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.core.space import ITEM
from embexplorer.engines.hdf5_columns import (
    array_of,
    count_entries,
    decode_categories,
    read_column,
)
from embexplorer.engines.hdf5_files import (
    Hdf5File,
    copy_rows,
    is_hdf5,
    is_matrix,
    open_hdf5,
)
from embexplorer.engines.hdf5_limits import check_stored, parse_hdf5
from embexplorer.engines.hdf5_sparse import copy_sparse_rows, find_sparse
from embexplorer.engines.items_beside import numbered_items
from embexplorer.engines.number_files import as_coords
from embexplorer.engines.vector_sink import check_room

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

# What scanpy finds neighbors in by default.
PREFERRED = "X_pca"
PLANES = ("X_umap", "X_tsne", "X_draw_graph_fa", "X_phate", "X_pca")
NO_EMBEDDING = "The file has no embedding of its cells (obsm): the vectors are X, a number a gene."
TOO_LARGE = "Read X_pca or another embedding of obsm, fewer items with a limit, or fewer genes."


@dataclass(frozen=True)
class Params:
    """How a file of single cells is read."""

    use: Annotated[
        str,
        Doc("Vectors", "X, a layer such as layers/counts, or a name in obsm; auto chooses."),
    ] = "auto"
    coords: Annotated[
        str, Doc("Coordinates", "A name in obsm with 2 or 3 columns; X_umap or X_tsne if empty.")
    ] = ""


def sniff(path: Path, head: bytes) -> float:
    """Return 1 for HDF5 under the extension, 0.5 for the extension alone."""
    if path.suffix.lower() != ".h5ad" or not head:
        return 0.0
    return 1.0 if is_hdf5(head) else 0.5


def read(reading: Reading) -> Parsed:
    """Read an embedding of the cells, or their expression, and what is known of each cell.

    Raises
    ------
    UserError
        When there are no vectors, they have no room, or the file is damaged.
    """
    return parse_hdf5(reading, parse_file)


def parse_file(reading: Reading) -> Parsed:
    """Read in this process, see `read`."""
    with open_hdf5(reading.path) as file:
        return _Cells(reading, file).read()


class _Cells:
    """One open file of cells."""

    def __init__(self, reading: Reading, file: Hdf5File) -> None:
        self.reading = reading
        self.file = file
        self.notes: list[str] = []
        self.count: int | None = None  # rows of obs
        self.embeddings = {
            path.removeprefix("obsm/"): path
            for path, dataset in file.datasets.items()
            if path.startswith("obsm/") and is_matrix(dataset)
        }

    def read(self) -> Parsed:
        """Read the vectors, then the cells and their coordinates."""
        path = self._vectors_path()
        vectors, n = self._vectors(path)
        coords = self._coords(path, n, len(vectors))
        table = self._table(n, len(vectors))
        notes = (*self.notes, *self.file.outside_notes())
        return Parsed(table, vectors, coords, notes)

    def _vectors_path(self) -> str:
        wanted = self.reading.params.use.strip("/")
        if wanted not in ("", "auto"):
            return self._embedding(wanted) or wanted
        widths = {name: self._width(path) for name, path in self.embeddings.items()}
        wide = [name for name, width in widths.items() if width > 3]
        chosen = PREFERRED if PREFERRED in wide else max(wide, key=widths.__getitem__, default="X")
        others = [name for name in ("X", *wide) if name != chosen and self._holds(name)]
        listed = f"; others are: {', '.join(others)}" if others else ""
        if self.embeddings:
            self.notes.append(f"The vectors are {chosen}{listed}.")
        else:
            self.notes.append(NO_EMBEDDING)
        return self.embeddings.get(chosen, chosen)

    def _holds(self, name: str) -> bool:
        return name in self.embeddings or name in self.file.datasets or name in self.file.groups

    def _width(self, path: str) -> int:
        return int(self.file.datasets[path].shape[1])

    def _embedding(self, name: str) -> str | None:
        """Return the path of an embedding by its name, with ``X_`` before it or not."""
        name = name.removeprefix("obsm/")
        return self.embeddings.get(name) or self.embeddings.get(f"X_{name}")

    def _vectors(self, path: str) -> tuple[NDArray[np.float32], int]:
        file, reading = self.file, self.reading
        matrix = find_sparse(file, path)
        if matrix is not None:
            n, d = matrix.shape
            vectors = copy_sparse_rows(reading, file, matrix, TOO_LARGE)
            self.notes.append(
                f"{path} is sparse: {matrix.stored / (n * d):.1%} of its {n:,} × {d:,} values are "
                f"stored. As vectors they take {vectors.nbytes / 1e6:,.1f} MB."
            )
            return vectors, n
        if path not in file.datasets and path not in file.outside:
            names = ", ".join(["X", *self.embeddings])
            raise UserError(
                "No vectors in this file",
                f"{file.name} has no {path} of n × d numbers.",
                f"Choose one of: {names}." if self.embeddings else "Write the matrix X.",
            )
        dataset = file.dataset(path)
        if is_matrix(dataset):
            n, d = dataset.shape
            check_room(reading.scratch, 4 * d * min(n, reading.limit or n), TOO_LARGE)
        return copy_rows(reading, file, path), len(dataset)

    def _coords(self, vectors: str, n: int, kept: int) -> NDArray[np.float32] | None:
        plane = {
            name: path
            for name, path in self.embeddings.items()
            if self._width(path) in (2, 3) and path != vectors
        }
        wanted = self.reading.params.coords
        if wanted:
            found = self._embedding(wanted) or ""
            if found not in plane.values():
                raise UserError(
                    "No such coordinates",
                    f"{self.file.name}: obsm has no “{wanted}” of 2 or 3 columns.",
                    f"Choose one of: {', '.join(plane) or 'none'}.",
                )
        else:
            chosen = next((name for name in (*PLANES, *plane) if name in plane), None)
            if chosen is None:
                return None
            found = plane[chosen]
            others = [name for name in plane if name != chosen]
            if others:
                self.notes.append(f"The coordinates are {chosen}; others: {', '.join(others)}.")
        dataset = self.file.datasets[found]
        if dataset.shape[0] != n:
            self.notes.append(f"{found} has {dataset.shape[0]:,} rows, not {n:,}: it was left out.")
            return None
        check_stored(self.file, found, dataset)
        return as_coords(dataset[:kept])

    def _table(self, n: int, kept: int) -> pa.Table:
        index, columns = self._obs(kept)
        if index is None:
            self.notes.append("The file does not name its cells; they are numbered from 0.")
            return self._with_columns(numbered_items(kept), columns)
        if self.count != n:
            raise UserError(
                "Names and vectors differ in number",
                f"{self.file.name}: obs has {self.count:,} rows, the vectors {n:,}.",
                "Give one item for each vector.",
            )
        return self._with_columns(pa.table({ITEM: index.cast(pa.large_string())}), columns)

    def _with_columns(self, table: pa.Table, columns: dict[str, pa.Array]) -> pa.Table:
        for name, values in columns.items():
            free = name if name not in table.column_names else f"{name} 2"
            table = table.append_column(free, values)
        return table

    def _obs(self, kept: int) -> tuple[pa.Array | None, dict[str, pa.Array]]:
        """Return the names of the cells and the columns of `obs`."""
        file = self.file
        if "obs" in file.datasets:
            return self._compound_obs(kept)
        group = file.groups.get("obs")
        if group is None:
            return None, {}
        told = group.attrs.get("_index", "_index")
        index = next((name for name in (told, "index") if f"obs/{name}" in file.datasets), None)
        if index is None:
            return None, {}
        self.count = count_entries(file, f"obs/{index}")
        columns: dict[str, pa.Array] = {}
        left: list[str] = []
        order = [str(name) for name in group.attrs.get("column-order", list(group))]
        for name in order:
            if name in (index, "__categories"):
                continue
            self.reading.progress.raise_if_cancelled()
            if count_entries(file, f"obs/{name}") != self.count:
                left.append(name)
                continue
            values = read_column(file, f"obs/{name}", kept)
            labels = f"obs/__categories/{name}"  # of AnnData 0.7
            if labels in file.datasets:
                named = read_column(file, labels, file.datasets[labels].shape[0])
                values = decode_categories(file, labels, values.to_numpy(), named)
            columns[name] = values
        if left:
            self.notes.append(
                f"Columns of obs that are no plain column were left out: {', '.join(left)}."
            )
        return read_column(file, f"obs/{index}", kept), columns

    def _compound_obs(self, kept: int) -> tuple[pa.Array | None, dict[str, pa.Array]]:
        """Return the same of AnnData before 0.7, where `obs` is one table."""
        dataset: Any = self.file.datasets["obs"]
        fields = dataset.dtype.names or ()
        self.count = int(dataset.shape[0])
        rows = dataset[:kept]
        columns: dict[str, pa.Array] = {}
        for name in fields:
            if rows.dtype[name].kind not in "fiubS":
                self.notes.append(f"The column {name} of obs is no plain column: it was left out.")
                continue
            labels = f"uns/{name}_categories"
            if labels in self.file.datasets:
                named = read_column(self.file, labels, self.file.datasets[labels].shape[0])
                columns[name] = decode_categories(self.file, labels, rows[name], named)
            else:
                columns[name] = array_of(self.file, f"obs, {name}", rows[name])
        index = next((name for name in ("index", "_index") if name in columns), None)
        return (None if index is None else columns.pop(index)), columns


plugin = Format(
    id="h5ad",
    title="AnnData",
    summary="Single cells in .h5ad: an embedding such as X_pca or the expression X, obs, and UMAP.",
    params=Params,
    source="https://anndata.readthedocs.io/en/stable/fileformat-prose.html",
    modules=("h5py",),
    extensions=(".h5ad",),
    sniff=sniff,
    read=read,
)
