"""Workbooks of Excel and OpenDocument: a sheet with vectors, coordinates, or texts to encode."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pyarrow as pa

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.core.space import ITEM, TEXT
from embexplorer.engines.column_types import mostly_typed, numbers_of, typed
from embexplorer.engines.confined import MEMORY, run_confined
from embexplorer.engines.row_errors import Where
from embexplorer.engines.sheet_reading import extract_sheet
from embexplorer.engines.table_reading import TableCollector
from embexplorer.engines.table_roles import TableParams, choose_roles, is_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

EXTENSIONS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
SWELLING = 40  # bytes in memory for a byte of a large workbook, beside `MEMORY`
SECONDS = 600.0
SAMPLE_ROWS = 1000
BATCH_ROWS = 1 << 13
NAMED = 5  # sheets that a note names
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_ODS_AT = 30  # behind the header of the first file in the archive


@dataclass(frozen=True)
class Params(TableParams):
    """How a workbook is read."""

    sheet: Annotated[str, Doc("Sheet", "Its name; the first that has rows if empty.")] = ""
    header: Annotated[
        Literal["auto", "yes", "no"],
        Doc("First row is a header", "Whether the first row names the columns."),
    ] = "auto"


def sniff(path: Path, head: bytes) -> float:
    """Return 0.95 for a workbook by content, 0.5 for the extension alone."""
    is_named = path.suffix.lower() in EXTENSIONS and bool(head)
    if is_named and head.startswith((_ZIP, _OLE)):
        return 0.95
    is_excel = head.startswith(_ZIP) and b"[Content_Types].xml" in head and b"xl/work" in head
    if is_excel or head[_ODS_AT:].startswith(_ODS):
        return 0.95
    return 0.5 if is_named else 0.0


def read(reading: Reading) -> Parsed:
    """Read vectors with their items and columns, or texts to encode, from one sheet.

    Raises
    ------
    UserError
        When it is no workbook, or naming the row or column that does not fit.
    """
    params: Params = reading.params
    target = reading.scratch / "sheet.arrow"
    try:
        told = run_confined(
            extract_sheet,
            {
                "path": str(reading.path.absolute()),
                "sheet": params.sheet,
                "header": params.header,
                "target": str(target),
            },
            name=reading.path.name,
            progress=reading.progress.part(0.0, 0.7),
            memory=MEMORY + SWELLING * reading.path.stat().st_size,
            seconds=SECONDS,
        )
        with pa.OSFile(str(target)) as file:
            sheet = pa.ipc.open_file(file).read_all()
        sheet.validate(full=True)  # another process wrote it, which a file may have taken over
    except pa.ArrowException as error:
        raise UserError(
            "The workbook is damaged",
            f"{reading.path.name}: its rows do not read ({error}). Nothing was loaded.",
            "Get the whole file again, or save it as CSV.",
        ) from error
    finally:
        target.unlink(missing_ok=True)
    return _read(reading, params, sheet, _notes(told))


def _read(reading: Reading, params: Params, sheet: pa.Table, notes: tuple[str, ...]) -> Parsed:
    numbers, table = sheet.column(0), sheet.select(range(1, sheet.num_columns))
    name = reading.path.name
    roles = choose_roles(_sample(table.slice(0, SAMPLE_ROWS)), params, name)
    wanted = {*roles.numbers, *roles.coords}
    finder = _SheetFinder(name, numbers, table)
    leave_out = params.bad_rows == "leave out"
    collector = TableCollector(reading, roles, leave_out=leave_out, finder=finder)
    with closing(collector):
        for start in range(0, table.num_rows, BATCH_ROWS):
            collector.add(_with_numbers(table.slice(start, BATCH_ROWS), wanted))
            if collector.is_enough:
                break
        parsed = collector.finish(notes)
    return replace(parsed, table=_typed(parsed.table))


@dataclass(frozen=True, slots=True)
class _SheetFinder:
    """Names rows as the workbook numbers them, and shows cells that are no numbers."""

    file: str
    numbers: pa.ChunkedArray
    table: pa.Table

    def where(self, row: int) -> Where:
        """Return the row of the sheet."""
        return Where(self.file, self.numbers[row].as_py(), is_line=False)

    def places(self, rows: Sequence[int]) -> list[Where]:
        """Return the rows of the sheet."""
        return [self.where(row) for row in rows]

    def cell(self, row: int, column: str) -> str | None:
        """Return a cell as text, an empty one as none."""
        value: Any = self.table.column(column)[row].as_py()
        return "" if value is None else str(value)


def _texts(table: pa.Table) -> list[str]:
    return [field.name for field in table.schema if is_text(field.type)]


def _sample(table: pa.Table) -> pa.Table:
    """Return the first rows, a column of mostly numbers as numbers: a person may have noted n/a."""
    guessed = mostly_typed(table.select(_texts(table)))
    for name in guessed.column_names:
        table = table.set_column(table.column_names.index(name), name, guessed.column(name))
    return table


def _with_numbers(batch: pa.Table, names: set[str]) -> pa.Table:
    for name in names & {*_texts(batch)}:
        at = batch.column_names.index(name)
        batch = batch.set_column(at, name, numbers_of(batch.column(name)))
    return batch


def _typed(table: pa.Table) -> pa.Table:
    """Return the table with numbers that were written as text as numbers."""
    for name in {*_texts(table)} - {ITEM, TEXT}:
        at = table.column_names.index(name)
        table = table.set_column(at, name, typed(table.column(name)))
    return table


def _notes(told: Mapping[str, Any]) -> tuple[str, ...]:
    notes = []
    others = [f"“{other}”" for other in told["others"]]
    if others:
        more = ", …" if len(others) > NAMED else ""
        listed = ", ".join(others[:NAMED])
        notes.append(f"The sheet is “{told['sheet']}”; others are: {listed}{more}.")
    for key, one, many in (
        (
            "errors",
            "cell holds an error such as #N/A and is",
            "cells hold an error such as #N/A and are",
        ),
        (
            "not_worked_out",
            "formula has no stored value and is",
            "formulas have no stored value and are",
        ),
    ):
        count = int(told[key])
        if count:
            notes.append(f"{count:,} {one if count == 1 else many} taken as missing.")
    if told["merged"]:
        areas = (
            "1 merged area has its"
            if told["merged"] == 1
            else f"{told['merged']:,} merged areas have their"
        )
        notes.append(f"{areas} value in the first cell only; the other cells are missing.")
    return tuple(notes)


plugin = Format(
    id="workbook",
    title="Workbook",
    summary="A sheet in .xlsx, .xls, .xlsb or .ods with vectors, coordinates, or texts to encode.",
    params=Params,
    source="https://ecma-international.org/publications-and-standards/standards/ecma-376/",
    modules=("python_calamine",),
    extensions=EXTENSIONS,
    sniff=sniff,
    read=read,
)
