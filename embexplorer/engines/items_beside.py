"""Items in a file beside the vectors: lines of text, a CSV or TSV, or a JSON list."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pyarrow as pa

from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.core.space import ITEM, TEXT
from embexplorer.engines.column_names import ITEM_NAMES, TEXT_NAMES
from embexplorer.engines.column_types import typed_table
from embexplorer.engines.delimited import find_dialect, name_columns, rows_of, unique_names
from embexplorer.engines.loader_boundary import loading
from embexplorer.engines.table_writing import write_table
from embexplorer.engines.text_decoding import Encoding, Utf8Stream, decode_head

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from embexplorer.core.space import Space

ENDINGS = (
    ".items.csv",
    ".items.tsv",
    ".items.txt",
    ".items.json",
    ".txt",
    ".csv",
    ".tsv",
    ".json",
)
LONGEST_FILE = 1 << 32
UNREADABLE, MEND = "The items file cannot be read", "Mend it, or name another."


@dataclass(frozen=True)
class ItemsParams:
    """Where the items of an array are and how they are read."""

    items_file: Annotated[
        str, Doc("Items file", "File with one item for each row; found by its name if empty.")
    ] = ""
    header: Annotated[
        Literal["auto", "yes", "no"],
        Doc("First row is a header", "Whether the first row of the items file is none of them."),
    ] = "auto"
    encoding: Annotated[Encoding, Doc("Encoding", "How the items file is read.")] = "utf-8"


def find_items(path: Path, params: ItemsParams) -> Path | None:
    """Return the file of items beside an array, or None.

    That is `params.items_file`, from the array's folder, or the first that exists of the array's
    name with each of `ENDINGS`.

    Raises
    ------
    UserError
        When the file that was named does not exist, or lies in another folder: a project or a
        link could name any file otherwise.
    """
    if params.items_file:
        named = path.parent / params.items_file
        if not named.is_file():
            raise UserError(
                "The items file is missing", f"There is no {named}.", "Choose another file."
            )
        return _beside(path, named)
    candidates = (path.with_name(path.stem + ending) for ending in ENDINGS)
    found = next((found for found in candidates if found.is_file()), None)
    return None if found is None else _beside(path, found)


def _beside(path: Path, items: Path) -> Path:
    # A download may keep both in one place elsewhere and link to them.
    folders = (path.parent.resolve(), path.resolve().parent)
    if any(items.resolve().is_relative_to(folder) for folder in folders):
        return items
    raise UserError(
        "The items file lies elsewhere",
        f"{items.name} leads out of the folder of {path.name}, to {items.resolve()}.",
        "Copy it beside the vectors.",
    )


def read_items(path: Path, n: int, file: str, params: ItemsParams) -> pa.Table:
    """Return the table of `n` items that a file beside the array `file` gives.

    A table's first row is a header where it has one row more than there are vectors.

    Raises
    ------
    UserError
        When there are more or fewer items than vectors, or the file does not read.
    """
    if path.stat().st_size > LONGEST_FILE:
        raise UserError("The items file is too large", f"{path.name} is above 4 GB.", "Split it.")
    kind = path.suffix.lower()
    with loading(path.name, title=UNREADABLE, hint=MEND, is_untyped=kind == ".json"):
        if kind == ".json":
            return _from_json(path, n, file, params)
        if kind in (".csv", ".tsv"):
            return _from_table(path, n, file, params)
        return _from_lines(path, n, file, params)


def _from_lines(path: Path, n: int, file: str, params: ItemsParams) -> pa.Table:
    lines = _text(path, params).split("\n")
    items = [line.removesuffix("\r") for line in lines]
    while items and not items[-1]:
        items.pop()
    if params.header == "yes":
        items = items[1:]
    _check_count(path, len(items), n, file)
    return pa.table({ITEM: pa.array(items, pa.large_string())})


def numbered_items(n: int) -> pa.Table:
    """Return items 0, 1, 2 … for vectors that have no names."""
    return pa.table({ITEM: pa.array(range(n)).cast(pa.large_string())})


def write_items(space: Space, path: Path) -> None:
    """Write items and columns to ``NAME.items.csv`` beside the array at `path`."""
    write_table(space.table, path.with_name(f"{path.stem}.items.csv"))


def _text(path: Path, params: ItemsParams) -> str:
    with Utf8Stream(path, params.encoding) as stream:
        return stream.read().decode()


def _check_count(path: Path, count: int, n: int, file: str) -> None:
    if count != n:
        raise UserError(
            "Names and vectors differ in number",
            f"{path.name} has {count:,} {'row' if count == 1 else 'rows'}, {file} {n:,}.",
            "If the first name is a header, choose “First row is a header”.",
        )


def _from_table(path: Path, n: int, file: str, params: ItemsParams) -> pa.Table:
    text = _text(path, params)
    head = decode_head(text[: 1 << 16].encode()) or ""
    is_tab = path.suffix.lower() == ".tsv"
    dialect = find_dialect(head, file=path.name, is_whole=len(text) <= 1 << 16, is_tab=is_tab)
    with Utf8Stream(path, params.encoding) as stream:
        lines = stream.as_lines()
        rows = (
            list(rows_of(lines, dialect.delimiter, has_quotes=dialect.has_quotes))
            if dialect
            else []
        )
    has_header = params.header == "yes" or (params.header == "auto" and len(rows) == n + 1)
    _check_count(path, len(rows) - has_header, n, file)
    width = len(rows[0])
    ragged = next((at for at, row in enumerate(rows) if len(row) != width), None)
    if ragged is not None:
        raise UserError(
            f"Row {ragged + 1:,} has {counted(len(rows[ragged]), 'column')}",
            f"{path.name}, row {ragged + 1:,}: the first row has {width:,}.",
            "Fix the row.",
        )
    names = unique_names(rows[0]) if has_header else name_columns(rows[:50], width)
    body = rows[has_header:]
    columns = {name: [row[at] for row in body] for at, name in enumerate(names)}
    return with_item_first(columns)


def with_item_first(columns: Mapping[str, Sequence[Any]]) -> pa.Table:
    """Return columns as a typed table, the one that names items first, and called item."""
    known = [
        name for wanted in (*ITEM_NAMES, *TEXT_NAMES) for name in columns if name.lower() == wanted
    ]
    item = known[0] if known else next(iter(columns))
    arrays = {
        ITEM: pa.chunked_array([pa.array([str(v) for v in columns[item]], pa.large_string())])
    }
    for name, values in columns.items():
        if name != item:
            free = name if name != ITEM else f"{ITEM} 2"
            texts = ["" if value is None else str(value) for value in values]
            arrays[free] = pa.chunked_array([pa.array(texts, pa.large_string())])
    return typed_table(pa.table(arrays), keep=(ITEM, TEXT))


def _from_json(path: Path, n: int, file: str, params: ItemsParams) -> pa.Table:
    found = json.loads(_text(path, params))
    if isinstance(found, dict):
        named = [found[name] for name in (*ITEM_NAMES, "items", "words", "labels") if name in found]
        found = named[0] if named else found
    if isinstance(found, dict) and sorted(found.values(), key=str) == sorted(
        range(len(found)), key=str
    ):
        found = sorted(found, key=found.__getitem__)  # item: row, as vocabularies are written
    if not isinstance(found, list):
        raise UserError(
            "No items in this file",
            f"{path.name} holds no list of items.",
            'Write a list, such as ["king", "queen"].',
        )
    _check_count(path, len(found), n, file)
    if found and all(isinstance(row, dict) for row in found):
        keys = list(dict.fromkeys(key for row in found for key in row))
        return with_item_first({key: [row.get(key) for row in found] for key in keys})
    items = [value if isinstance(value, str) else json.dumps(value) for value in found]
    return pa.table({ITEM: pa.array(items, pa.large_string())})
