"""Joining: columns of a table become columns of a space, matched by a key that both have."""

from __future__ import annotations

import dataclasses
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embexplorer.core.contracts import Reading
from embexplorer.core.derived import DerivedColumn
from embexplorer.core.errors import UserError
from embexplorer.core.params import build
from embexplorer.core.progress import Progress
from embexplorer.core.space import ITEM, free_name
from embexplorer.engines.table_roles import is_numeric, is_text
from embexplorer.operations.context import Context
from embexplorer.operations.preview import with_encoding
from embexplorer.operations.recognize import find_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.core.space import Space

SAMPLE = 10_000  # rows by which the keys are guessed
NAMED = 3  # keys that a note names
SAME_NAME = 1e-6  # in favor of columns of one name, others being equal
BY_CHANCE = 0.5
WHOLE = 2.0**53  # up to which a float holds each whole number


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """Which row of a table belongs to each item of a space.

    Parameters
    ----------
    on
        The key's column in the table.
    key
        The key's column in the space.
    rows
        (n,) int64 row of the table, -1 where the item's key is not in it.
    unused
        Rows of the table that belong to no item.
    repeated
        Keys of items that stand in several rows of the table; the first of them counts.
    """

    on: str
    key: str
    rows: NDArray[np.int64]
    unused: int
    repeated: tuple[str, ...] = ()

    @property
    def asked(self) -> int:
        """How many items there are."""
        return len(self.rows)

    @property
    def found(self) -> int:
        """How many of them have a row."""
        return int(np.count_nonzero(self.rows >= 0))

    @property
    def missing(self) -> int:
        """How many have none."""
        return self.asked - self.found

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person must know before and after joining, one sentence each."""
        said = [f"{self.found:,} of {self.asked:,} items found, {self.missing:,} missing."]
        if self.repeated:
            named = ", ".join(f"“{key}”" for key in self.repeated[:NAMED])
            more = ", …" if len(self.repeated) > NAMED else ""
            keys = "key stands" if len(self.repeated) == 1 else "keys stand"
            said.append(
                f"{len(self.repeated):,} {keys} in several rows of the table, of which the first "
                f"is taken: {named}{more}."
            )
        if self.unused:
            rows = "row belongs" if self.unused == 1 else "rows belong"
            said.append(f"{self.unused:,} {rows} to no item.")
        return tuple(said)


def read_columns(
    path: Path | str, context: Context, *, progress: Progress | None = None
) -> pa.Table:
    """Return a table of a file as it is, every column with its type.

    Raises
    ------
    UserError
        When it is no table, or does not read.
    """
    path = Path(path)
    plugin, place = find_format(path, context.registry)
    if plugin.columns is None:
        raise UserError(
            "No table in this file",
            f"{path.name} is read as “{plugin.title}”, which has no columns to join.",
            "Choose a CSV, TSV, JSON lines or Parquet file.",
        )
    values, _ = with_encoding(place, plugin, {})
    settings: Any = build(plugin.params, values)
    with tempfile.TemporaryDirectory() as folder:
        reading = Reading(place, settings, Path(folder), progress or Progress())
        return plugin.columns(reading)[0]


def read_columns_of(path: str, cache_root: str, progress: Progress | None = None) -> pa.Table:
    """Return a table as `read_columns` does, from plain values, for a child process."""
    return read_columns(path, Context.default(cache_root), progress=progress)


def key_columns(table: pa.Table) -> list[str]:
    """Return the columns whose values can be keys: texts and numbers."""
    return [field.name for field in table.schema if is_text(field.type) or is_numeric(field.type)]


def match(space: Space, table: pa.Table, on: str | None = None, key: str | None = None) -> Matching:
    """Find the row of the table that belongs to each item.

    Keys are compared as texts, exactly; a whole number is the same as its digits. A missing or
    empty key matches nothing.

    Parameters
    ----------
    space
        With any derived columns at the end of its table.
    table
        What is joined.
    on, key
        Columns of the key in the table and in the space; None takes those that fit best, among
        the first 10,000 rows of the space.

    Raises
    ------
    UserError
        When a column does not exist, or none can be a key.
    """
    on, key = _guess(space.table, table, on, key)
    theirs = _as_keys(table.column(on)).combine_chunks()
    encoded = theirs.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    count = len(encoded.dictionary)
    first = np.zeros(count, np.int64)
    first[codes[::-1][codes[::-1] >= 0]] = np.arange(len(codes))[::-1][codes[::-1] >= 0]
    mine = _as_keys(space.table.column(key))
    wanted = pc.index_in(mine, value_set=encoded.dictionary, skip_nulls=True).fill_null(-1)
    asked = wanted.to_numpy().astype(np.int64)
    rows = np.where(asked >= 0, first[np.maximum(asked, 0)], -1) if count else asked
    times = np.bincount(codes[codes >= 0], minlength=count)
    is_asked = np.zeros(count, bool)
    is_asked[asked[asked >= 0]] = True
    unused = int(len(codes) - times[is_asked].sum())
    repeated = encoded.dictionary.take(pa.array(np.flatnonzero((times > 1) & is_asked)))
    return Matching(on, key, rows, unused, tuple(repeated.to_pylist()))


def joinable_columns(table: pa.Table, on: str) -> tuple[list[str], tuple[str, ...]]:
    """Return the columns that can be joined, and a note on those that cannot: lists and records."""
    nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
    names = [name for name in table.column_names if name != on and name not in nested]
    listed = ", ".join(nested[:NAMED]) + (", …" if len(nested) > NAMED else "")
    return names, (f"Columns of lists or records are not joined: {listed}.",) if nested else ()


def join(
    space: Space,
    table: pa.Table,
    matching: Matching,
    source: str,
    columns: Sequence[str] | None = None,
) -> tuple[DerivedColumn, ...]:
    """Return columns of a table as derived columns of a space, their types kept.

    Parameters
    ----------
    space, table, matching
        From `match`.
    source
        Path of the table's file.
    columns
        Which ones; None takes all that `joinable_columns` gives.

    Raises
    ------
    UserError
        When no item has a row, or there is no column to join.
    """
    names = joinable_columns(table, matching.on)[0] if columns is None else list(columns)
    file = Path(source).name
    if not matching.found:
        raise UserError(
            "No item is in the table",
            f"The column “{matching.on}” of {file} has none of the {matching.asked:,} values of "
            f"“{matching.key}”.",
            "Choose the column that names the items.",
        )
    if not names:
        detail = f"{file} has no column beside “{matching.on}”."
        raise UserError("Nothing to join", detail, "Choose a table with more columns.")
    rows = pa.array(matching.rows, mask=matching.rows < 0)
    how = (
        f"Joined from {file} by its column “{matching.on}”, which is “{matching.key}” here: "
        + " ".join(matching.notes)
    )
    made = []
    for name in names:
        values = _plain(table.column(name)).take(rows).combine_chunks()
        params = {"file": source, "column": name, "on": matching.on, "key": matching.key}
        made.append(DerivedColumn(space.id, name, values, how, params))
    return tuple(made)


def with_columns(space: Space, made: Sequence[DerivedColumn]) -> Space:
    """Return the space with derived columns in its table, a number behind names that are taken."""
    table = space.table
    for column in made:
        table = table.append_column(free_name(table, column.name), column.values)
    return dataclasses.replace(space, table=table)


# -- keys ------------------------------------------------------------------------------------------


def _guess(mine: pa.Table, table: pa.Table, on: str | None, key: str | None) -> tuple[str, str]:
    """Return the columns of both tables that fit best, where they were not given.

    They do where most values of the space are found, and where few are repeated, the items of the
    space excepted, judged by the first rows. Numbers of columns with different names are often
    equal by chance.
    """
    for name, known, what in ((on, table, "table"), (key, mine, "space")):
        if name is not None and name not in known.column_names:
            raise UserError(
                "No such column",
                f"The {what} has no column “{name}”.",
                f"Its columns are: {', '.join(known.column_names[:20])}.",
            )
    theirs = [on] if on is not None else key_columns(table)
    ours = [key] if key is not None else key_columns(mine)
    if not theirs:
        listed = ", ".join(table.column_names[:20])
        raise UserError("No key in this table", f"Its columns are: {listed}.", "Choose another.")
    if len(theirs) == len(ours) == 1:
        return theirs[0], ours[0]
    sets = {name: _as_keys(table.column(name)) for name in theirs}
    best, chosen = -1.0, (theirs[0], ours[0])
    for mine_name in ours:
        sample = _as_keys(mine.column(mine_name).slice(0, SAMPLE))
        wanted = pc.unique(sample).drop_null()
        for name, values in sets.items():
            found = pc.count_distinct(pc.index_in(values, value_set=wanted), mode="only_valid")
            score = found.as_py() / max(1, len(wanted)) * _distinct(values.slice(0, SAMPLE))
            if mine_name != ITEM:
                score *= _distinct(sample)
            if name.lower() == mine_name.lower():
                score += SAME_NAME
            elif is_numeric(mine.schema.field(mine_name).type):
                score *= BY_CHANCE
            if score > best:
                best, chosen = score, (name, mine_name)
    return chosen


def _distinct(keys: pa.ChunkedArray) -> float:
    count = int(pc.count_distinct(keys, mode="only_valid").as_py())
    return count / max(1, len(keys) - int(keys.null_count))


def _as_keys(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return keys as texts, null where there is none."""
    column = _plain(column)
    if pa.types.is_floating(column.type):
        numbers = column.to_numpy()
        known = numbers[np.isfinite(numbers)]
        if (known == np.floor(known)).all() and (np.abs(known) < WHOLE).all():
            whole = np.where(np.isfinite(numbers), numbers, 0).astype(np.int64)
            column = pa.chunked_array([pa.array(whole, mask=~np.isfinite(numbers))])
    texts = column.cast(pa.large_string())
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    return column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column
