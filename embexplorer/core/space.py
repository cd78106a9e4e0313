"""What a space, a corpus and their origin are: shapes, invariants, lookup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embexplorer.core.content_id import content_id
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.subwords import Subwords

Vectors = NDArray[np.float32]  # (n, d)

ITEM = "item"  # the short label of each item, always the first column
TEXT = "text"  # the full text, where it is longer than the label
BLOCK_BYTES = 1 << 24  # rows are walked in blocks of about this size


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where vectors came from, enough to make them again.

    Parameters
    ----------
    source
        File, folder or corpus the vectors or texts were read from.
    reader
        Id of the format that read it.
    encoder, revision
        Id of the encoder and the hash of its weights, where texts were encoded.
    params
        Parameters of the reader or the encoder.
    device
        Device the encoder ran on.
    notes
        What a person must know: duplicates, texts cut, rows left out. One sentence each.
    """

    source: str = ""
    reader: str = ""
    encoder: str = ""
    revision: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    device: str = ""
    notes: tuple[str, ...] = ()


class Items(Sequence[str]):
    """The items of a space, read from Arrow as they are asked for."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self._column = column

    def __len__(self) -> int:
        return len(self._column)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return self.take(np.arange(len(self))[index])
        return str(self._column[int(index)].as_py())

    def take(self, indices: Sequence[int] | NDArray[np.int64]) -> list[str]:
        """Return the items at `indices`, in their order."""
        return [str(item) for item in self._column.take(pa.array(indices, pa.int64())).to_pylist()]

    def index_of(self, item: str) -> int:
        """Return the first row whose item is exactly `item`, or -1."""
        return int(pc.index(self._column, pa.scalar(item, self._column.type)).as_py())

    def __repr__(self) -> str:
        head = ", ".join(map(repr, self[:3]))
        return f"<{len(self):,} items: {head}{', …' if len(self) > 3 else ''}>"


class _Table:
    """What spaces and corpora have in common: a table whose first column is the item."""

    __slots__ = ()
    table: pa.Table

    @property
    def n(self) -> int:
        """Number of items."""
        return int(self.table.num_rows)

    @property
    def items(self) -> Items:
        """The short label of each item."""
        return Items(self.table.column(ITEM))

    @property
    def columns(self) -> dict[str, pa.ChunkedArray]:
        """The columns beside the items, by name."""
        return {name: self.table.column(name) for name in self.table.column_names if name != ITEM}

    def text(self, index: int) -> str:
        """Return the full text of an item; its label where there is no longer text."""
        name = TEXT if TEXT in self.table.column_names else ITEM
        value = self.table.column(name)[index].as_py()
        return self.items[index] if value is None else str(value)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Space(_Table):
    """Vectors with their items: the thing that is explored.

    Parameters
    ----------
    id
        Hash of vectors and items.
    name
        What the person calls it.
    vectors
        (n, d) float32, C order, not writeable; usually a memory map.
    table
        Column `item` and any further columns, n rows.
    provenance
        Where it came from.
    folder
        Where vectors and table lie on disk, so that another process maps them; None in memory.
    subwords
        What gives words that are no items a vector, where the model had it.
    """

    id: str
    name: str
    vectors: Vectors
    table: pa.Table
    provenance: Provenance = Provenance()
    folder: Path | None = None
    subwords: Subwords | None = None

    @property
    def d(self) -> int:
        """Number of dimensions."""
        return int(self.vectors.shape[1])

    def __repr__(self) -> str:
        return f"<Space {self.name!r}: {self.n:,} × {self.d}>"


@dataclass(frozen=True, slots=True, eq=False)
class Texts(_Table):
    """A corpus that is not yet encoded: items, texts and columns."""

    id: str
    name: str
    table: pa.Table
    provenance: Provenance = Provenance()
    folder: Path | None = None

    def __repr__(self) -> str:
        return f"<Texts {self.name!r}: {counted(self.n, 'text')}>"


def make_table(items: Sequence[str], columns: Mapping[str, Any] | None = None) -> pa.Table:
    """Return the table of a space: the items as ``large_string``, then the columns."""
    arrays: dict[str, Any] = {ITEM: pa.array(items, pa.large_string())}
    for name, values in (columns or {}).items():
        if name == ITEM:
            raise ValueError("a column cannot be called item: that is the items themselves")
        arrays[name] = (
            values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
        )
    return pa.table(arrays)


def make_space(
    vectors: NDArray[Any],
    table: pa.Table,
    *,
    name: str = "space",
    provenance: Provenance | None = None,
    folder: Path | None = None,
    space_id: str = "",
) -> Space:
    """Return a checked space; the vectors become float32 in C order and read-only.

    Raises
    ------
    UserError
        When there are no items, lengths differ, or a value is not finite (the row is named).
    """
    if vectors.ndim != 2 or not vectors.size:
        raise UserError(
            "No vectors", f"The array has the shape {vectors.shape}.", "Give n × d numbers."
        )
    if len(vectors) != table.num_rows:
        raise UserError(
            "Names and vectors differ in number",
            f"There are {counted(table.num_rows, 'item')} and {counted(len(vectors), 'vector')}.",
            "Give one item for each vector.",
        )
    fixed = np.ascontiguousarray(vectors, dtype=np.float32)
    check_finite(fixed, Items(table.column(ITEM)))
    if fixed.flags.writeable:
        fixed = fixed.view() if fixed is vectors else fixed
        fixed.flags.writeable = False
    return Space(
        space_id or content_id(table, fixed), name, fixed, table, provenance or Provenance(), folder
    )


def check_finite(vectors: NDArray[Any], items: Sequence[str]) -> None:
    """Refuse a value that is not finite, naming its row.

    Raises
    ------
    UserError
        Naming the first row with NaN or infinity.
    """
    for start, block in blocks_of(vectors):
        bad = ~np.isfinite(block).all(axis=1)
        if bad.any():
            row = start + int(bad.argmax())
            value = block[row - start][~np.isfinite(block[row - start])][0]
            raise UserError(
                f"Row {row + 1:,} is not finite",
                f"The vector of “{items[row]}” holds {value}.",
                "Remove or mend that row.",
            )


def zero_rows(vectors: NDArray[Any]) -> NDArray[np.int64]:
    """Return the rows (m,) in which every number is zero.

    Most rows are told by their first number, so that hardly more than one in d is read.
    """
    found = [np.empty(0, np.int64)]
    for start, block in blocks_of(vectors):
        rows = np.flatnonzero(block[:, 0] == 0)
        found.append(start + rows[~block[rows].any(axis=1)])
    return np.concatenate(found)


def blocks_of(vectors: NDArray[Any]) -> list[tuple[int, NDArray[Any]]]:
    """Return (first row, rows) for blocks of about 16 MB; the blocks are views."""
    row_bytes = max(1, vectors.strides[0] if vectors.ndim > 1 else vectors.itemsize)
    step = max(1, BLOCK_BYTES // row_bytes)
    return [(start, vectors[start : start + step]) for start in range(0, len(vectors), step)]


def free_name(table: pa.Table, wanted: str) -> str:
    """Return the wanted name of a column, with a number where a table has one of that name."""
    names = set(table.column_names)
    if wanted not in names:
        return wanted
    number = 2
    while f"{wanted} {number}" in names:
        number += 1
    return f"{wanted} {number}"
