"""NumPy arrays: vectors in ``.npy``, their items in a file beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.engines.items_beside import (
    ItemsParams,
    find_items,
    numbered_items,
    read_items,
    write_items,
)
from embexplorer.engines.number_files import check_vectors, copy_vectors, read_header
from embexplorer.engines.written_table import changed_by_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space


@dataclass(frozen=True)
class Params(ItemsParams):
    """How a NumPy array and the items beside it are read."""


def sniff(path: Path, head: bytes) -> float:
    """Return 1 for the first bytes of a NumPy array, 0.5 for the extension alone."""
    if head.startswith(b"\x93NUMPY"):
        return 1.0
    return 0.5 if path.suffix.lower() == ".npy" and head else 0.0


def beside(path: Path, params: Params) -> Sequence[Path]:
    """Return the file of items that is read with the array, if there is one."""
    found = find_items(path, params)
    return () if found is None else (found,)


def read(reading: Reading) -> Parsed:
    """Read the vectors and the items beside them.

    Raises
    ------
    UserError
        When it is no array of n x d finite numbers, is cut off, or has another number of items.
    """
    path = reading.path
    with path.open("rb") as file:
        header = read_header(file, path.name)
        check_vectors(header, path.name)
        n = header.shape[0]
        available = path.stat().st_size - header.start
        items_path = find_items(path, reading.params)
        is_whole = available >= header.n_bytes
        table = None
        if items_path is not None and is_whole:
            table = read_items(items_path, n, path.name, reading.params)
        vectors = copy_vectors(reading, file, header, path.name, available)
    if table is not None:
        return Parsed(table.slice(0, len(vectors)), vectors)
    note = "No file of items lies beside the array; its rows are numbered from 0."
    return Parsed(numbered_items(len(vectors)), vectors, notes=(note,))


def write(space: Space, coords: Coords | None, path: Path) -> Sequence[str]:
    """Write the vectors, and items and columns to ``NAME.items.csv``; return what changes."""
    with path.open("wb") as file:
        np.lib.format.write_array(file, np.asarray(space.vectors), allow_pickle=False)
    write_items(space, path)
    return changed_by_text(space.table)


plugin = Format(
    id="npy",
    title="NumPy array",
    summary="An n × d array in .npy, with items in a .txt, .csv, .tsv or .json of the same name.",
    params=Params,
    source="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html",
    extensions=(".npy",),
    version=2,
    sniff=sniff,
    read=read,
    write=write,
    beside=beside,
)
