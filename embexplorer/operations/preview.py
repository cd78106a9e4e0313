"""What opening a file would make of it: its first rows, and what each column would be."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.contracts import Format, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import as_dict, build, fields_of
from embexplorer.core.progress import Progress
from embexplorer.core.space import ITEM, TEXT
from embexplorer.engines.byte_stream import open_stream
from embexplorer.engines.text_decoding import (
    ENCODING_TITLES,
    decode_head,
    guess_encoding,
    looks_like_text,
)
from embexplorer.operations.column_roles import PreviewColumn, columns_of_table
from embexplorer.operations.context import Context
from embexplorer.operations.recognize import find_format
from embexplorer.storage.trusted_files import trusted_hashes

if TYPE_CHECKING:
    import pyarrow as pa

    from embexplorer.core.contracts import Parsed

ROWS = 100
CELL = 120  # characters of a cell that are shown
NUMBERS = 4  # of a vector that are shown
HEAD_BYTES = 1 << 20  # by which an encoding is judged
COLUMNS = 60  # that are shown


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file and what they would become.

    Parameters
    ----------
    format
        Id of the format that reads it.
    params
        Every parameter of it, with what was found out filled in.
    columns
        What the file holds, in its order; a vector in many columns is one of these. Empty where
        the problem leaves nothing to show.
    rows
        A text for each of the columns, of each row.
    can_choose
        Whether a person may give the columns other roles: in tables.
    summary
        ``Vectors of 300 numbers``, or ``Texts to encode``; empty while there is a problem.
    notes
        What a person must know, one sentence each.
    problem
        What keeps the file from being opened as it is; None where nothing in these rows does.
    """

    format: str
    params: Mapping[str, Any]
    columns: tuple[PreviewColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    can_choose: bool
    summary: str = ""
    notes: tuple[str, ...] = ()
    problem: UserError | None = None


def preview(
    path: Path | str,
    context: Context,
    *,
    params: Mapping[str, Any] | None = None,
    format_id: str | None = None,
    rows: int = ROWS,
    progress: Progress | None = None,
) -> Preview:
    """Return the first rows of a file as its format reads them; only its head is read.

    An encoding that was not given is found out where the bytes are not UTF-8.

    Parameters
    ----------
    path
        A file or folder that a format reads.
    context
        The formats.
    params, format_id
        As those of `read`.
    rows
        At most so many; a format may give fewer.

    Raises
    ------
    UserError
        When no format reads it. What a format has against it is the `problem` of the preview.
    """
    path = Path(path)
    if (path / "space.json").is_file():
        detail = f"{path.name} is a space folder, which says itself what it holds."
        raise UserError("Nothing to choose here", detail, "Open it as it is.")
    plugin, place = find_format(path, context.registry, format_id)
    assert plugin.read is not None, f"{plugin.id} does not read"
    values, notes = with_encoding(place, plugin, dict(params or {}))
    settings: Any = build(plugin.params, values)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        reading = Reading(
            place,
            settings,
            scratch,
            progress or Progress(),
            rows,
            is_glance=True,
            trusted=trusted_hashes(),
        )
        try:
            if plugin.columns is None:
                made = _of_read(plugin.read(reading), rows)
            else:
                made = _of_table(plugin, reading)
        except UserError as error:
            made = Preview("", {}, (), (), can_choose=False, problem=error)
    return dataclasses.replace(
        made, format=plugin.id, params=as_dict(settings), notes=(*notes, *made.notes)
    )


def preview_file(
    path: str,
    cache_root: str,
    *,
    params: Mapping[str, Any] | None = None,
    format_id: str | None = None,
    progress: Progress | None = None,
) -> Preview:
    """Return a preview as `preview` does, from plain values, for a child process."""
    context = Context.default(cache_root)
    return preview(path, context, params=params, format_id=format_id, progress=progress)


def with_encoding(
    place: Path, plugin: Format, values: dict[str, Any]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return parameters with the encoding of a file that is not UTF-8, and a note that says so."""
    has_choice = any(field.name == "encoding" for field in fields_of(plugin.params))
    if not has_choice or "encoding" in values or place.is_dir():
        return values, ()
    with open_stream(place) as stream:
        head = stream.read(HEAD_BYTES)
    if decode_head(head) is not None or not looks_like_text(head):
        return values, ()
    guess = guess_encoding(head)
    if guess is None:
        return values, ()
    title = ENCODING_TITLES[guess]
    return {**values, "encoding": guess}, (f"Read as {title}: the file is not UTF-8.",)


def _of_table(plugin: Format, reading: Reading) -> Preview:
    """Return the columns of a table with their roles, and what reading these rows comes to."""
    assert plugin.columns is not None, "a format of tables"
    assert plugin.read is not None, "that reads"
    typed, written = plugin.columns(reading)
    name = reading.path.name
    columns, problem = columns_of_table(typed, reading.params, name)
    summary = ""
    notes: tuple[str, ...] = ()
    if problem is None:
        try:
            parsed = plugin.read(reading)
        except UserError as error:
            problem = error
        else:
            summary, notes = _summary(parsed), parsed.notes
    if len(columns) > COLUMNS:
        notes = (*notes, f"The first {COLUMNS} of {len(columns):,} columns are shown.")
        columns = columns[:COLUMNS]
    cells = [_cells(written, column) for column in columns]
    rows = tuple(zip(*cells, strict=True))
    return Preview("", {}, columns, rows, True, summary, notes, problem)


def _of_read(parsed: Parsed, rows: int) -> Preview:
    """Return what a format without columns of its own made of the first rows."""
    table = parsed.table.slice(0, rows)
    columns = [
        PreviewColumn((name,), "text", _role_of(name, parsed)) for name in table.column_names
    ]
    cells = [_cells(table, column) for column in columns]
    for values, role in ((parsed.vectors, "vector"), (parsed.coords, "coordinates")):
        if values is not None:
            kind = f"{values.shape[1]:,} numbers"
            columns.append(PreviewColumn((role,), kind, "vector" if role == "vector" else "x"))
            cells.append([_numbers(row, len(row)) for row in np.asarray(values[:rows])])
    return Preview(
        "", {}, tuple(columns), tuple(zip(*cells, strict=True)), False, _summary(parsed),
        parsed.notes,
    )  # fmt: skip


def _role_of(name: str, parsed: Parsed) -> Any:
    if name == ITEM:
        is_text = parsed.vectors is None and TEXT not in parsed.table.column_names
        return "text" if is_text else "item"
    return "text" if name == TEXT else "other"


def _summary(parsed: Parsed) -> str:
    said = "Texts to encode" if parsed.vectors is None else ""
    if parsed.vectors is not None:
        said = f"Vectors of {parsed.vectors.shape[1]:,} numbers"
    if parsed.coords is not None:
        said += f", coordinates in {parsed.coords.shape[1]}-D"
    return said


def _cells(table: pa.Table, column: PreviewColumn) -> list[str]:
    if len(column.names) == 1:
        return [_cell(value) for value in table.column(column.names[0]).to_pylist()]
    shown = [table.column(name).to_pylist() for name in column.names[:NUMBERS]]
    rest = ", …" if len(column.names) > NUMBERS else ""
    return [", ".join(map(_cell, row)) + rest for row in zip(*shown, strict=True)]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return _numbers(value, len(value))
    if isinstance(value, float):
        return f"{value:.6g}"
    text = " ".join(str(value)[: 2 * CELL].split())
    return text if len(text) <= CELL else f"{text[: CELL - 1]}…"


def _numbers(values: Any, count: int) -> str:
    shown = ", ".join(
        _cell(float(v) if isinstance(v, np.floating) else v) for v in values[:NUMBERS]
    )
    return shown + (", …" if count > NUMBERS else "")
