"""How batches of a table become a space or a corpus, once its columns have roles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.contracts import Parsed
from embexplorer.core.errors import UserError
from embexplorer.core.remarks import MOST_ROWS, Remark, Unit
from embexplorer.core.space import ITEM, TEXT
from embexplorer.engines.number_lists import Block, vectors_of
from embexplorer.engines.row_errors import (
    Where,
    left_out_note,
    no_vector,
    not_a_number,
    not_finite,
    ragged_row,
    shown,
)
from embexplorer.engines.text_items import label_of, left_out_texts_note
from embexplorer.engines.vector_sink import VectorSink, as_float32

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.core.contracts import Reading
    from embexplorer.engines.table_roles import Roles


NUMBERED_NOTE = "No column names the items; they are numbered from 0."


class Finder(Protocol):
    """Finds a row again in the file, to name it in a message."""

    def where(self, row: int) -> Where:
        """Return the place of a row, counted from 0 among the rows that were read."""

    def places(self, rows: Sequence[int]) -> list[Where]:
        """Return the places of some rows, ascending, in one walk through the file."""

    def cell(self, row: int, column: str) -> str | None:
        """Return how a cell is written in the file, or None where only its value is known."""


@dataclass(frozen=True, slots=True)
class RowFinder:
    """Names rows by their number from 1, where the file has no lines."""

    file: str

    def where(self, row: int) -> Where:
        """Return the row's number."""
        return Where(self.file, row + 1, is_line=False)

    def places(self, rows: Sequence[int]) -> list[Where]:
        """Return the rows' numbers."""
        return [self.where(row) for row in rows]

    def cell(self, row: int, column: str) -> str | None:
        """Return None: only the value is known."""
        return None


class _LeftOut:
    """Rows that become no items: how many there are, and the first of them."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.total = 0
        self.rows: list[int] = []
        self.names: list[str] = []

    def add(self, rows: NDArray[np.int64], seen: int, batch: pa.Table, item: str) -> None:
        """Add rows of a batch before which `seen` rows were read."""
        self.total += len(rows)
        named = rows[: MOST_ROWS - len(self.rows)]
        self.rows += (seen + named).tolist()
        if item:
            values = batch.column(item).take(pa.array(named, pa.int64())).to_pylist()
            self.names += ["" if value is None else shown(str(value)) for value in values]

    def remark(self, finder: Finder) -> Remark:
        """Return what is said of the rows."""
        places = finder.places(self.rows)
        unit: Unit = "line" if places[0].is_line else "row"
        rows = tuple(place.row for place in places)
        return Remark(self.reason, "left out", self.total, unit, rows, tuple(self.names))


class TableCollector:
    """Takes the batches of one table and makes one `Parsed` of them.

    Parameters
    ----------
    reading
        What is read, with its limit and scratch folder.
    roles
        Which column is what.
    leave_out
        Whether rows without a vector that fits are left out, instead of refusing the table.
    finder
        Names rows in messages.
    """

    def __init__(self, reading: Reading, roles: Roles, *, leave_out: bool, finder: Finder) -> None:
        self.reading = reading
        self.roles = roles
        self.leave_out = leave_out
        self.finder = finder
        self.seen = 0
        self.kept = 0
        self.misfits = _LeftOut("no vector of the length of the others")
        self.not_finite = _LeftOut("a number is missing or not finite")
        self.without_text = _LeftOut("no text")
        self.tables: list[pa.Table] = []
        self.coords: list[NDArray[np.float32]] = []
        self.sink = VectorSink(reading.scratch) if roles.d else None

    def close(self) -> None:
        """Close the file of vectors, whether they are whole or not."""
        if self.sink is not None:
            self.sink.close()

    @property
    def is_enough(self) -> bool:
        """Whether the limit is reached."""
        return self.reading.limit is not None and self.kept >= self.reading.limit

    def add(self, batch: pa.Table) -> None:
        """Take the next rows.

        Raises
        ------
        UserError
            Naming a row whose vector or coordinates do not fit.
        """
        self.reading.progress.raise_if_cancelled()
        keep = np.ones(batch.num_rows, bool)
        if self.sink is not None:
            block = self._block(batch)
            keep &= block.fits
            keep = self._within_limit(keep)
            self.sink.append(block.vectors[keep[block.fits]])
        else:
            keep &= self._has_text(batch)
            keep = self._within_limit(keep)
        if self.roles.coords:
            self.coords.append(self._coords(batch, keep))
        taken = {
            self.roles.vector, *self.roles.numbers, *self.roles.coords, *self.roles.left_out
        }  # fmt: skip
        names = [name for name in batch.column_names if name not in taken]
        others = batch.select(names) if names else pa.table({"": pa.nulls(batch.num_rows)})
        self.tables.append(others.filter(pa.array(keep)))
        self.kept += int(keep.sum())
        self.seen += batch.num_rows

    def _within_limit(self, keep: NDArray[np.bool_]) -> NDArray[np.bool_]:
        if self.reading.limit is None:
            return keep
        return keep & (np.cumsum(keep) <= self.reading.limit - self.kept)

    def _block(self, batch: pa.Table) -> Block:
        if self.roles.vector:
            block = vectors_of(batch.column(self.roles.vector), self.roles.d)
        else:
            block = _from_columns(batch, self.roles.numbers)
        if not block.fits.all():
            self._bad_length(batch, block)
        narrow, bad = as_float32(block.vectors)
        if bad is None:
            return replace(block, vectors=narrow)
        rows = np.flatnonzero(block.fits)
        if not self.leave_out:
            raise self._bad_value(self.seen + int(rows[bad[0]]), bad[1], str(block.vectors[bad]))
        finite = np.isfinite(narrow).all(axis=1)
        fits = block.fits.copy()
        fits[rows[~finite]] = False
        self.not_finite.add(rows[~finite], self.seen, batch, self.roles.item)
        return Block(narrow[finite], fits, block.lengths)

    def _bad_length(self, batch: pa.Table, block: Block) -> None:
        rows = np.flatnonzero(~block.fits)
        if self.leave_out:
            self.misfits.add(rows, self.seen, batch, self.roles.item)
            return
        first = int(rows[0])
        where = self.finder.where(self.seen + first)
        length = int(block.lengths[first])
        if length == -1:
            raise no_vector(where)
        if length == -2:
            text = str(batch.column(self.roles.vector)[first].as_py())
            raise not_a_number(where, f"column {self.roles.vector}", text)
        raise ragged_row(where, length, self.roles.d)

    def _bad_value(self, row: int, at: int, value: str) -> UserError:
        where = self.finder.where(row)
        if self.roles.vector:
            column = f"number {at + 1:,} of {self.roles.d:,}"
            return not_finite(where, column, value)
        name = self.roles.numbers[at]
        text = self.finder.cell(row, name)
        column = f"column {name}"
        if text is None or text.strip().lower().lstrip("+-")[:3] in ("nan", "inf"):
            return not_finite(where, column, value if text is None else text)
        if any(character.isdigit() for character in text):
            return not_finite(where, column, text)
        return not_a_number(where, column, text)

    def _has_text(self, batch: pa.Table) -> NDArray[np.bool_]:
        texts = batch.column(self.roles.text).cast(pa.large_string())
        filled = pc.match_substring_regex(texts, r"\S").fill_null(fill_value=False)
        has_text: NDArray[np.bool_] = filled.to_numpy().astype(bool)
        self.without_text.add(np.flatnonzero(~has_text), self.seen, batch, self.roles.item)
        return has_text

    def _coords(self, batch: pa.Table, keep: NDArray[np.bool_]) -> NDArray[np.float32]:
        block = _from_columns(batch, self.roles.coords)
        with np.errstate(over="ignore"):  # what is too large for a map has no place on it
            narrow = block.vectors[keep].astype(np.float32)
        narrow[~np.isfinite(narrow).all(axis=1)] = np.nan
        return narrow

    def finish(self, notes: tuple[str, ...] = ()) -> Parsed:
        """Return what was read.

        Raises
        ------
        UserError
            When no row was.
        """
        file = self.reading.path.name
        vectors = None if self.sink is None else self.sink.finish()
        if not self.kept:
            what = "texts" if self.sink is None else "vectors"
            raise UserError(f"No {what} in this file", f"{file} has no row that fits.", "Check it.")
        said = [*self.roles.notes, *notes]
        without_vector = self.misfits.rows + self.not_finite.rows
        if without_vector:
            total = self.misfits.total + self.not_finite.total
            said.append(left_out_note(total, self.finder.where(min(without_vector))))
        if self.without_text.rows:
            first = self.finder.where(min(self.without_text.rows))
            said.append(left_out_texts_note(self.without_text.total, "row", f"{first}"))
        left_out = (self.misfits, self.not_finite, self.without_text)
        remarks = tuple(rows.remark(self.finder) for rows in left_out if rows.rows)
        table, item_note = self._table()
        coords = np.concatenate(self.coords) if self.coords else None
        if coords is not None and np.isnan(coords).all():
            coords = None
            said.append("The columns of coordinates are empty.")
        return Parsed(table, vectors, coords, tuple(said) + item_note, remarks=remarks)

    def _table(self) -> tuple[pa.Table, tuple[str, ...]]:
        whole = joined(self.tables)
        item, text = self.roles.item, self.roles.text
        arrays: dict[str, pa.ChunkedArray] = {}
        note: tuple[str, ...] = ()
        if item and item != text:
            arrays[ITEM] = _text_of(whole.column(item))
        elif text:
            labels = [label_of(value or "") for value in whole.column(text).to_pylist()]
            arrays[ITEM] = pa.chunked_array([pa.array(labels, pa.large_string())])
        else:
            numbers = pa.array(range(self.kept)).cast(pa.large_string())
            arrays[ITEM] = pa.chunked_array([numbers])
            note = (NUMBERED_NOTE,)
        if text:
            texts = whole.column(text).cast(pa.large_string())
            if item or not texts.equals(arrays[ITEM]):
                arrays[TEXT] = texts
        for name in whole.column_names:
            if name not in (item, text, ""):
                arrays[_free(name, arrays)] = whole.column(name)
        return pa.table(arrays), note


def _free(name: str, taken: dict[str, pa.ChunkedArray]) -> str:
    """Return a column's name, with a number behind it where a role has taken it."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free


def joined(tables: list[pa.Table]) -> pa.Table:
    """Return tables under each other; one with other columns or types fits all the same."""
    try:
        return pa.concat_tables(tables, promote_options="permissive").combine_chunks()
    except pa.ArrowException:
        # A column changes its type between batches, as JSON allows: it is kept as text.
        texts = [_as_texts(table) for table in tables]
        return pa.concat_tables(texts, promote_options="permissive").combine_chunks()


def _as_texts(table: pa.Table) -> pa.Table:
    columns = {name: _text_of(table.column(name)) for name in table.column_names}
    return pa.table(columns)


def _text_of(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as texts; a missing value is an empty text."""
    try:
        return column.cast(pa.large_string()).fill_null("")
    except pa.ArrowException:
        texts = ["" if value is None else str(value) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.large_string())])


def _from_columns(batch: pa.Table, names: tuple[str, ...]) -> Block:
    """Return numeric columns side by side; a missing number is NaN."""
    columns = [batch.column(name) for name in names]
    narrow = all(pa.types.is_float32(column.type) for column in columns)
    kind = pa.float32() if narrow else pa.float64()
    block = np.empty((len(names), batch.num_rows), kind.to_pandas_dtype())
    for at, column in enumerate(columns):
        block[at] = (column if column.type == kind else column.cast(kind, safe=False)).to_numpy()
    count = np.full(batch.num_rows, len(names), np.int64)
    return Block(np.ascontiguousarray(block.T), np.ones(batch.num_rows, bool), count)
