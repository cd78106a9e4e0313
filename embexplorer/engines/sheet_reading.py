"""One sheet of a workbook as a table on disk: read by a process of its own, which it may fill.

Two cells in opposite corners of a sheet claim 17 billion between them, and a few kilobytes of a
workbook can unpack to gigabytes. What the sheet's rows are is written as Arrow, whose first column
is the number of the row in the sheet, from 1.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import unescape

import pyarrow as pa

from embexplorer.core.errors import UserError
from embexplorer.engines.delimited import looks_like_header, name_columns, unique_names
from embexplorer.engines.loader_boundary import raise_if_gone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embexplorer.core.progress import Progress

Cell = Any  # str, float, int, bool, date, datetime, time or timedelta; "" where there is none
ROW = "\0row"  # name of the column of row numbers, which no sheet can have
BATCH_ROWS = 4096
SAMPLE_ROWS = 50
CHUNK_BYTES = 1 << 22
_EXACT = 2.0**53  # up to here a float is a whole number where it looks like one
_P = rb"(?:\w+:)?"  # what may stand before the name of an element
_ERROR = re.compile(rb"<" + _P + rb'c\b[^>]*\bt="e"')
_NOT_WORKED_OUT = re.compile(
    rb"(?:<" + _P + rb"f\b[^>]*/>|</" + _P + rb"f>)\s*"
    rb"(?:<" + _P + rb"v\s*/>|<" + _P + rb"v>\s*</" + _P + rb"v>)?\s*</" + _P + rb"c>"
)  # fmt: skip
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_QUOTES = {"&quot;": '"', "&apos;": "'"}
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')


@dataclass
class _Column:
    """What the cells of one column are."""

    kinds: set[type] = field(default_factory=set)
    is_whole: bool = True

    def see(self, cells: Sequence[Cell]) -> None:
        """Take notice of some cells."""
        self.kinds |= {type(cell) for cell in cells if cell != ""}
        if self.is_whole and float in self.kinds:
            self.is_whole = all(
                cell.is_integer() and abs(cell) < _EXACT for cell in cells if type(cell) is float
            )

    @property
    def arrow_type(self) -> pa.DataType:
        """The type that holds all of them."""
        if self.kinds <= {float, int}:
            return pa.int64() if self.is_whole else pa.float64()
        if self.kinds == {bool}:
            return pa.bool_()
        if self.kinds == {datetime.date}:
            return pa.date32()
        if self.kinds <= {datetime.date, datetime.datetime}:
            return pa.timestamp("us")
        return pa.large_string()


def extract_sheet(
    path: str, sheet: str, header: str, target: str, progress: Progress
) -> dict[str, Any]:
    """Write the rows of a sheet to an Arrow file and say what was noticed.

    Parameters
    ----------
    path
        The workbook.
    sheet
        Name of the sheet; empty for the first that has rows.
    header
        Whether the first row names the columns: ``yes``, ``no`` or ``auto``.
    target
        The Arrow file to write.

    Returns
    -------
    dict
        The name of the sheet, those of `others`, and how many areas are `merged`, cells are
        `errors`, and formulas were `not_worked_out`.

    Raises
    ------
    UserError
        When it is no workbook, is locked, or has no such sheet or no rows.
    """
    import python_calamine as calamine

    name = Path(path).name
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        found = _choose(book, sheet, name)
        others = [other for other in _worksheets(book) if other != found.name]
        merged = len(found.merged_cell_ranges or ())
    except calamine.PasswordError as error:
        raise UserError(
            "The workbook is locked",
            f"{name} is encrypted. Nothing was loaded.",
            "Save it without a password.",
        ) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise_if_gone(error)
        raise UserError(
            "The workbook is damaged",
            f"{name} does not read as a workbook: {' '.join(str(error).split())[:200]}. "
            "Nothing was loaded.",
            "Get the whole file again, or save it as CSV.",
        ) from error
    _write(found, header, target, progress)
    errors, not_worked_out = _count_cells_without_value(path, found.name)
    return {
        "sheet": found.name,
        "others": others,
        "merged": merged,
        "errors": errors,
        "not_worked_out": not_worked_out,
    }


def _worksheets(book: Any) -> list[str]:
    """Return the names of the sheets that have cells, hidden ones last."""
    import python_calamine as calamine

    found = [
        about for about in book.sheets_metadata if about.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    found.sort(key=lambda about: about.visible != calamine.SheetVisibleEnum.Visible)
    return [about.name for about in found]


def _choose(book: Any, wanted: str, name: str) -> Any:
    names = _worksheets(book)
    if wanted and wanted not in names:
        raise UserError(
            "No such sheet",
            f"{name} has no sheet “{wanted}”.",
            f"Its sheets are: {', '.join(names[:20])}.",
        )
    for candidate in [wanted] if wanted else names:
        sheet = book.get_sheet_by_name(candidate)
        if sheet.height > 0:
            return sheet
    what = f"The sheet “{wanted}” of {name}" if wanted else f"{name}"
    raise UserError("No rows in this workbook", f"{what} is empty.", "Choose another.")


def _rows(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    """Return the rows that are not empty, each with its number in the sheet."""
    for number, row in enumerate(sheet.iter_rows(), 1):
        if any(cell != "" for cell in row):
            yield number, row


def _batches(
    rows: Iterator[tuple[int, list[Cell]]],
) -> Iterator[tuple[list[int], list[tuple[Cell, ...]]]]:
    """Return numbers and columns of a few thousand rows at a time."""
    numbers: list[int] = []
    taken: list[list[Cell]] = []
    for number, row in rows:
        numbers.append(number)
        taken.append(row)
        if len(taken) == BATCH_ROWS:
            yield numbers, list(zip(*taken, strict=True))
            numbers, taken = [], []
    if taken:
        yield numbers, list(zip(*taken, strict=True))


def _write(sheet: Any, header: str, target: str, progress: Progress) -> None:
    sample = [
        [_as_text(cell) for cell in row]
        for _, (_, row) in zip(range(SAMPLE_ROWS), _rows(sheet), strict=False)
    ]
    if not sample:
        raise UserError("No rows in this sheet", f"{sheet.name} has no value.", "Fill it.")
    filled = [at for at, cells in enumerate(zip(*sample, strict=True)) if any(cells)]
    first, *body = [[row[at] for at in filled] for row in sample]
    has_header = header == "yes" or (header == "auto" and looks_like_header(first, body))
    columns = [_Column() for _ in sample[0]]
    for numbers, cells in _batches(_body(sheet, has_header)):
        progress.report(0.5 * numbers[-1] / sheet.total_height)
        for column, values in zip(columns, cells, strict=True):
            column.see(values)
    used = [at for at, column in enumerate(columns) if column.kinds]
    if not used:
        raise UserError("No rows in this sheet", f"{sheet.name} has a header only.", "Fill it.")
    head = (
        sample[0]
        if has_header
        else name_columns([[r[at] for at in used] for r in sample], len(used))
    )
    names = unique_names([head[at] for at in used] if has_header else head)
    fields = [(ROW, pa.int64())] + [
        (n, columns[at].arrow_type) for n, at in zip(names, used, strict=True)
    ]
    schema = pa.schema(fields)
    with pa.OSFile(target, "wb") as sink, pa.ipc.new_file(sink, schema) as out:
        for numbers, cells in _batches(_body(sheet, has_header)):
            progress.report(0.5 + 0.5 * numbers[-1] / sheet.total_height)
            arrays = [_array(cells[at], columns[at].arrow_type) for at in used]
            out.write_batch(pa.record_batch([pa.array(numbers), *arrays], schema=schema))


def _body(sheet: Any, has_header: bool) -> Iterator[tuple[int, list[Cell]]]:
    rows = _rows(sheet)
    if has_header:
        next(rows)
    return rows


def _array(cells: Sequence[Cell], kind: pa.DataType) -> pa.Array:
    if kind == pa.large_string():
        return pa.array([_as_text(cell) for cell in cells], kind)
    if pa.types.is_timestamp(kind):
        midnight = datetime.time()
        cells = [
            datetime.datetime.combine(cell, midnight) if type(cell) is datetime.date else cell
            for cell in cells
        ]
    return pa.array([None if cell == "" else cell for cell in cells], kind)


def _as_text(cell: Cell) -> str:
    """Return a cell as a person reads it."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)
    if isinstance(cell, bool):
        return str(cell).upper()
    return str(cell)


def _count_cells_without_value(path: str, sheet: str) -> tuple[int, int]:
    """Return how many cells hold an error, and formulas no value: the reader gives none for both.

    Only the XML of Excel is looked into; of other workbooks 0 is returned.
    """
    if not zipfile.is_zipfile(path):
        return 0, 0
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return 0, 0
        errors = not_worked_out = 0
        rest = b""
        with archive.open(part) as file:
            while chunk := file.read(CHUNK_BYTES):
                whole, end, rest = (rest + chunk).rpartition(b"row>")
                errors += len(_ERROR.findall(whole + end))
                not_worked_out += len(_NOT_WORKED_OUT.findall(whole + end))
    return errors, not_worked_out


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the file in a workbook that holds a sheet."""
    try:
        book = archive.read("xl/workbook.xml").decode()
        relations = archive.read("xl/_rels/workbook.xml.rels").decode()
    except (KeyError, UnicodeDecodeError):
        return None
    sheets = [dict(_ATTRIBUTE.findall(found)) for found in _SHEET.findall(book)]
    wanted = next(
        (one.get("r:id") for one in sheets if unescape(one.get("name", ""), _QUOTES) == sheet), None
    )
    for found in _RELATION.findall(relations):
        told = dict(_ATTRIBUTE.findall(found))
        if wanted and told.get("Id") == wanted:
            part = told.get("Target", "")
            name = part[1:] if part.startswith("/") else f"xl/{part}"
            return name if name in archive.namelist() else None
    return None
