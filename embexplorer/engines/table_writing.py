"""How a table is written as CSV, TSV, JSON lines, Parquet or Arrow, and a space as a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space

VECTOR = "vector"
AXES = ("x", "y", "z")
BATCH_ROWS = 1 << 14
WRITABLE = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".parquet", ".arrow", ".feather")


def space_table(space: Space, coords: Coords | None, *, as_list: bool) -> pa.Table:
    """Return a space as one table: its own, then the vectors, then the coords.

    Parameters
    ----------
    space
        The space.
    coords
        (n, 2|3) to write beside it, or None.
    as_list
        Whether the vectors are one column of lists, or d columns ``v0``, ``v1`` …
    """
    taken = {*space.table.column_names}
    added: dict[str, pa.Array] = {}
    if as_list:
        flat = pa.array(space.vectors.reshape(-1))
        added[VECTOR] = pa.FixedSizeListArray.from_arrays(flat, space.d)
    else:
        for at in range(space.d):
            added[f"v{at}"] = pa.array(np.ascontiguousarray(space.vectors[:, at]))
    if coords is not None:
        added |= coords_columns(coords)
    clash = sorted(taken & set(added))
    if clash:
        raise UserError(
            "A column has a taken name",
            f"{', '.join(clash)}: the file needs that name for the vectors or coordinates.",
            "Rename the column, or write a space folder.",
        )
    table = space.table
    for name, values in added.items():
        table = table.append_column(name, values)
    return table


def coords_columns(coords: Coords) -> dict[str, pa.Array]:
    """Return coords (n, 2|3) as columns x, y and z."""
    return {
        axis: pa.array(np.ascontiguousarray(coords[:, at], np.float32))
        for at, axis in enumerate(AXES[: coords.shape[1]])
    }


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table in the format that the extension of `path` names.

    Raises
    ------
    UserError
        When there is no such format, or a CSV would have to hold a list.
    """
    check_table_extension(path)
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        from pyarrow import parquet

        parquet.write_table(table, path)
    elif suffix in (".arrow", ".feather"):
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as out:
            out.write_table(table, max_chunksize=1 << 20)
    elif suffix in (".jsonl", ".ndjson"):
        _write_jsonl(table, path)
    else:
        _write_separated(table, path, "," if suffix == ".csv" else "\t")


def check_table_extension(path: Path) -> None:
    """Refuse an extension that `write_table` does not know.

    Raises
    ------
    UserError
        Listing those it knows.
    """
    suffix = path.suffix.lower()
    if suffix not in WRITABLE:
        raise UserError(
            "Unknown kind of file",
            f"{path.name}: tables are not written as {suffix or 'a file without extension'}.",
            f"Choose one of: {', '.join(WRITABLE)}.",
        )


def _write_separated(table: pa.Table, path: Path, delimiter: str) -> None:
    from pyarrow import csv as arrow_csv

    columns = {name: flat(table.column(name)) for name in table.column_names}
    options = arrow_csv.WriteOptions(delimiter=delimiter, batch_size=BATCH_ROWS)
    arrow_csv.write_csv(pa.table(columns), path, options)


def texts_of(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as it is written into text; a missing value is an empty text."""
    return flat(column).cast(pa.large_string()).fill_null("")


def flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column that text can hold: lists and structures become JSON, bytes digits."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return flat(column.cast(kind.value_type))
    texts: list[str | None]
    if pa.types.is_nested(kind):
        texts = [json.dumps(value, ensure_ascii=False, default=str) for value in column.to_pylist()]
    elif kind in (pa.binary(), pa.large_binary()) or pa.types.is_fixed_size_binary(kind):
        texts = [None if value is None else value.hex() for value in column.to_pylist()]
    elif pa.types.is_string_view(kind):
        texts = column.to_pylist()
    else:
        return column
    return pa.chunked_array([pa.array(texts, pa.large_string())])


def json_table(table: pa.Table) -> pa.Table:
    """Return a table of what JSON has words for."""
    return pa.table({name: _for_json(table.column(name)) for name in table.column_names})


def _write_jsonl(table: pa.Table, path: Path) -> None:
    table = json_table(table)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for batch in table.to_batches(max_chunksize=BATCH_ROWS):
            for row in batch.to_pylist():
                file.write(json.dumps(row, ensure_ascii=False, allow_nan=False, default=str) + "\n")


def _for_json(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column that JSON has words for: NaN and infinity are missing, moments texts."""
    if pa.types.is_timestamp(column.type):
        return _moments_for_json(column)
    if not pa.types.is_nested(column.type):
        column = flat(column)
    if not pa.types.is_floating(column.type):
        return column
    return pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))


def _moments_for_json(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return moments by the second, which readers take for such, others as texts."""
    if column.type.tz is None:
        try:
            return column.cast(pa.timestamp("s"))
        except pa.ArrowInvalid:
            pass  # parts of a second would be lost
    return column.cast(pa.large_string())
