"""A sparse matrix in HDF5, as AnnData and scanpy write it, and its rows as vectors."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.core.memory import check_memory
from embexplorer.engines.hdf5_limits import check_stored, check_unpackable
from embexplorer.engines.number_files import BLOCK_BYTES, sink_blocks
from embexplorer.engines.vector_sink import check_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from embexplorer.core.contracts import Reading
    from embexplorer.engines.hdf5_files import Hdf5File

PARTS = ("data", "indices", "indptr")


@dataclass(frozen=True, slots=True)
class Sparse:
    """Where a sparse matrix lies.

    Parameters
    ----------
    path
        Of its group.
    shape
        Rows and columns.
    is_by_rows
        Whether its values are stored row by row (CSR) or column by column (CSC).
    stored
        How many values are not zero.
    """

    path: str
    shape: tuple[int, int]
    is_by_rows: bool
    stored: int


def find_sparse(file: Hdf5File, path: str) -> Sparse | None:
    """Return the sparse matrix that a group is, or None."""
    group = file.groups.get(path)
    if group is None or any(posixpath.join(path, part) not in file.datasets for part in PARTS):
        return None
    told = {name: group.attrs.get(name, group.attrs.get(old)) for name, old in (
        ("encoding-type", "h5sparse_format"), ("shape", "h5sparse_shape")
    )}  # fmt: skip
    kind, shape = told["encoding-type"], told["shape"]
    kind = kind.decode() if isinstance(kind, bytes) else str(kind)
    if kind[:3] not in ("csr", "csc") or shape is None or len(shape) != 2:
        return None
    stored = int(file.datasets[f"{path}/data"].size)
    return Sparse(path, (int(shape[0]), int(shape[1])), kind[:3] == "csr", stored)


def copy_sparse_rows(
    reading: Reading, file: Hdf5File, matrix: Sparse, hint: str
) -> NDArray[np.float32]:
    """Copy the rows of a sparse matrix, with their zeros, into the scratch folder as float32.

    Parameters
    ----------
    hint
        What to do where they have no room.

    Raises
    ------
    UserError
        When there is no room for the zeros, its parts do not fit together, or a value is not
        finite.
    """
    n, d = matrix.shape
    wanted = n if reading.limit is None else min(n, reading.limit)
    title = f"{file.name}: {matrix.path}"
    if min(n, d) < 1:
        raise UserError("No vectors in this dataset", f"{title} is {n:,} × {d:,}.", hint)
    check_room(reading.scratch, wanted * d * 4, hint)
    # The values may all be 1 and packed as one, but not their places.
    check_stored(file, f"{matrix.path}/indices", file.dataset(f"{matrix.path}/indices"))
    for part in ("data", "indptr"):
        check_unpackable(file, f"{matrix.path}/{part}", file.dataset(f"{matrix.path}/{part}"))
    ends = _ends(file, matrix, title)
    row_bytes = 8 * d
    step = max(1, BLOCK_BYTES // row_bytes)
    check_memory(step * row_bytes, f"A row of {title}", hint)
    rows = _by_rows if matrix.is_by_rows else _by_columns
    blocks = rows(file, matrix, ends, wanted, step)
    return sink_blocks(reading, blocks, (wanted, d), f"{file.name}, {matrix.path}")


def _ends(file: Hdf5File, matrix: Sparse, title: str) -> NDArray[np.int64]:
    """Return where each row (or column) begins among the values, and where the last ends."""
    dataset = file.dataset(f"{matrix.path}/indptr")
    lines = matrix.shape[0] if matrix.is_by_rows else matrix.shape[1]
    check_memory(16 * dataset.size, title, "Choose another matrix.")
    ends = np.asarray(dataset[()], np.int64)
    fits = (
        ends.shape == (lines + 1,)
        and ends[0] == 0
        and bool((np.diff(ends) >= 0).all())
        and ends[-1] == matrix.stored == file.dataset(f"{matrix.path}/indices").size
    )
    if not fits:
        raise UserError(
            "The sparse matrix is damaged",
            f"{title}: its parts data, indices and indptr do not fit together.",
            "Write the file again.",
        )
    return ends


def _part(
    file: Hdf5File, matrix: Sparse, first: int, last: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return values and their columns (rows where it is stored by columns), which are checked."""
    data, indices = (file.dataset(f"{matrix.path}/{part}") for part in ("data", "indices"))
    needed = 2 * (last - first) * (data.dtype.itemsize + indices.dtype.itemsize)
    check_memory(needed, f"{file.name}: {matrix.path}", "Choose another matrix.")
    values, places = data[first:last], indices[first:last]
    width = matrix.shape[1] if matrix.is_by_rows else matrix.shape[0]
    if len(places) and not 0 <= places.min() <= places.max() < width:
        raise UserError(
            "The sparse matrix is damaged",
            f"{file.name}: {matrix.path} has a value outside its {width:,} places.",
            "Write the file again.",
        )
    return values, places


def _by_rows(
    file: Hdf5File, matrix: Sparse, ends: NDArray[np.int64], wanted: int, step: int
) -> Iterator[NDArray[Any]]:
    from scipy import sparse

    for start in range(0, wanted, step):
        stop = min(wanted, start + step)
        first, last = int(ends[start]), int(ends[stop])
        values, places = _part(file, matrix, first, last)
        block = (values, places, ends[start : stop + 1] - first)
        yield sparse.csr_matrix(block, (stop - start, matrix.shape[1])).toarray()


def _by_columns(
    file: Hdf5File, matrix: Sparse, ends: NDArray[np.int64], wanted: int, step: int
) -> Iterator[NDArray[Any]]:
    """Return blocks of rows of a matrix that is stored by columns: all of it is held in memory."""
    from scipy import sparse

    values, places = _part(file, matrix, 0, matrix.stored)
    by_rows = sparse.csc_matrix((values, places, ends), matrix.shape).tocsr()
    del values, places
    for start in range(0, wanted, step):
        yield by_rows[start : min(wanted, start + step)].toarray()
