"""Tables of comma-, tab-, semicolon- or bar-separated values."""

from __future__ import annotations

import csv
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pyarrow as pa

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.core.remarks import MOST_ROWS, Remark
from embexplorer.core.space import ITEM, TEXT, free_name
from embexplorer.engines.column_types import mostly_typed, numbers_of, typed_table
from embexplorer.engines.decimal_commas import have_decimal_commas
from embexplorer.engines.delimited import (
    Dialect,
    find_dialect,
    is_number,
    numbered_rows,
    sample_rows,
)
from embexplorer.engines.items_beside import ItemsParams, find_items, read_items
from embexplorer.engines.row_errors import LEAVE_OUT, Where, not_a_number, picked, shown
from embexplorer.engines.table_delimiters import (
    SPACES,
    RewrittenStream,
    choose_delimiter,
    is_padded,
    looks_like_table,
    rewritten,
)
from embexplorer.engines.table_reading import NUMBERED_NOTE, TableCollector
from embexplorer.engines.table_roles import Roles, TableParams, choose_roles, join_names
from embexplorer.engines.table_writing import space_table
from embexplorer.engines.text_decoding import Encoding, Utf8Stream, decode_head, looks_like_text
from embexplorer.engines.written_table import changed_by_roles, changed_by_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space

EXTENSIONS = (".csv", ".tsv", ".tab")
HEAD_BYTES = 1 << 20
LONGEST_HEAD = 1 << 23  # bytes, where that does not hold two lines
BLOCK_BYTES = 1 << 24
GLANCE_BYTES = 1 << 22
SNIFFED = 1 << 16  # bytes of a file's beginning that `sniff` is shown
DELIMITERS = {
    "comma": ",",
    "tab": "\t",
    "semicolon": ";",
    "bar": "|",
    "caret": "^",
    "tilde": "~",
    "spaces": SPACES,
}
MOST_NAMES = 5  # of columns that a note tells
USUAL = (",", "\t", ";")  # of which nothing is said
TEXT_EXTENSIONS = (".txt", ".text", ".dat", ".psv")


@dataclass(frozen=True)
class Params(TableParams):
    """How a table of separated values is read."""

    encoding: Annotated[Encoding, Doc("Encoding", "How the bytes are read as text.")] = "utf-8"
    delimiter: Annotated[
        Literal["auto", "comma", "tab", "semicolon", "bar", "caret", "tilde", "spaces"],
        Doc("Delimiter", "What stands between two values; spaces are two or more."),
    ] = "auto"
    header: Annotated[
        Literal["auto", "yes", "no"],
        Doc("First row is a header", "Whether the first row names the columns."),
    ] = "auto"
    decimal: Annotated[
        Literal["auto", "point", "comma"],
        Doc("Decimals", "What stands before the decimals of a number: 1.5 or 1,5."),
    ] = "auto"
    items_file: Annotated[
        str, Doc("Items file", "File with an item for each row, where the table has none.")
    ] = ""


def sniff(path: Path, head: bytes) -> float:
    """Return 0.95 for text under a table's extension, 0.65 for a clear table under a text's."""
    extension = path.suffix.lower()
    if not head.strip() or not looks_like_text(head):
        return 0.0
    if extension in EXTENSIONS:
        return 0.95
    text = decode_head(head) if extension in TEXT_EXTENSIONS else None
    is_whole = len(head) < SNIFFED
    return 0.65 if text is not None and looks_like_table(text, is_whole=is_whole) else 0.0


def read(reading: Reading) -> Parsed:
    """Read vectors with their items and columns, or texts to encode.

    Raises
    ------
    UserError
        Naming the line or the column that does not fit.
    """
    params: Params = reading.params
    if params.items_file:
        return _read_pair(reading, params)
    table = _Table(reading, params)
    roles = choose_roles(table.sample(), params, reading.path.name)
    leave_out = params.bad_rows == "leave out"
    collector = TableCollector(reading, roles, leave_out=leave_out, finder=table)
    with closing(collector):
        remarks = table.run(collector, roles, leave_out=leave_out)
        parsed = collector.finish((*table.notes(), *map(_note, remarks)))
    typed = typed_table(parsed.table, keep=(ITEM, TEXT), decimal=table.decimal)
    return replace(parsed, table=typed, remarks=(*parsed.remarks, *remarks))


def _note(remark: Remark) -> str:
    rows, were = ("row", "was") if remark.total == 1 else ("rows", "were")
    return f"{remark.total:,} {rows} with {remark.reason} {were} left out."


def _read_pair(reading: Reading, params: Params) -> Parsed:
    """Read a table of vectors and the file that names its items, row by row."""
    whole = replace(reading, params=replace(params, items_file=""), limit=None)
    parsed = read(whole)
    place = find_items(reading.path, _items_params(params))
    assert place is not None, "it was named"
    n = parsed.table.num_rows
    table = read_items(place, n, reading.path.name, _items_params(params))
    for name in parsed.table.column_names[1:]:
        table = table.append_column(free_name(table, name), parsed.table.column(name))
    notes = [note for note in parsed.notes if note != NUMBERED_NOTE]
    return Parsed(table, parsed.vectors, parsed.coords, (*notes, f"Items from {place.name}."))


def _items_params(params: Params) -> ItemsParams:
    return ItemsParams(params.items_file, encoding=params.encoding)


def beside(path: Path, params: Params) -> Sequence[Path]:
    """Return the file of items, where one was named."""
    found = find_items(path, _items_params(params)) if params.items_file else None
    return () if found is None else (found,)


def columns(reading: Reading) -> tuple[pa.Table, pa.Table]:
    """Return the columns of the first rows, or of all, with their types and as they are written.

    Raises
    ------
    UserError
        Naming the line that does not fit.
    """
    table = _Table(reading, reading.params)
    if reading.limit is not None:
        written = table.first_rows().slice(0, reading.limit)
        return mostly_typed(written, table.decimal), written
    written = table.texts(leave_out=reading.params.bad_rows == "leave out")
    return typed_table(written, decimal=table.decimal), written


class _Table:
    """One delimited file: its dialect, its batches, and its rows as they are written."""

    def __init__(self, reading: Reading, params: Params) -> None:
        self.reading = reading
        self.path = reading.path
        self.encoding = params.encoding
        self.rewrites = ""
        with self._stream() as stream:
            head = _head(stream)
            self.is_whole = not stream.read(1)
        self.head = decode_head(head) or ""
        is_tab = self.path.suffix.lower() in (".tsv", ".tab")
        self._separate(DELIMITERS.get(params.delimiter, "\t" if is_tab else None))
        has_header = {"auto": None, "yes": True, "no": False}[params.header]
        self.decimal = self._decimal(params.decimal)
        try:
            dialect = find_dialect(
                self.head,
                file=self.path.name,
                is_whole=self.is_whole,
                delimiter=self.delimiter,
                has_header=has_header,
                decimal=self.decimal,
            )
        except csv.Error as error:
            raise self._damaged(error) from error
        if dialect is None:
            raise UserError("The file is empty", f"{self.path.name} has no row.", "Choose another.")
        self.dialect: Dialect = dialect

    def _separate(self, delimiter: str | None) -> None:
        """Find out what stands between values, and whether that is rewritten to be read."""
        is_told = delimiter is not None
        if delimiter is None:
            delimiter = choose_delimiter(self.head, is_whole=self.is_whole)
        padded = is_padded(self.head, delimiter, is_whole=self.is_whole)
        self.note = "" if is_told or (delimiter in USUAL and not padded) else delimiter
        self.rewrites = delimiter if padded or delimiter == SPACES else ""
        self.delimiter = "\t" if delimiter == SPACES else delimiter
        if self.rewrites:
            self.head = rewritten(self.head, delimiter, is_whole=self.is_whole)

    def _decimal(self, wanted: str) -> str:
        """Return what stands before decimals; a comma within quotes may."""
        if wanted != "auto":
            return "," if wanted == "comma" else "."
        rows = sample_rows(self.head, self.delimiter, has_quotes=True, is_whole=self.is_whole)
        return "," if have_decimal_commas(rows) else "."

    def notes(self) -> tuple[str, ...]:
        """Return what was taken for the delimiter, decimals and names, where not the usual."""
        notes = []
        if self.note:
            what = "two or more spaces" if self.note == SPACES else f"“{self.note}”"
            around = " with spaces around it" if self.rewrites and self.note != SPACES else ""
            notes.append(f"The values are taken to be separated by {what}{around}.")
        if self.decimal == ",":
            notes.append("The numbers are taken to have a decimal comma, as 1,5.")
        if self.dialect.has_header and (renamed := self.dialect.renamed()):
            names = join_names(renamed[:MOST_NAMES])
            notes.append(f"Columns of the same name have a number behind it: {names}.")
        return tuple(notes)

    def _stream(self, **options: Any) -> Utf8Stream:
        if self.rewrites:
            return RewrittenStream(self.path, self.encoding, delimiter=self.rewrites, **options)
        return Utf8Stream(self.path, self.encoding, **options)

    def sample(self) -> pa.Table:
        """Return the first rows, each column with its type."""
        return mostly_typed(self.first_rows(), self.decimal)

    def first_rows(self) -> pa.Table:
        """Return the first rows as they are written."""
        dialect = self.dialect
        rows = sample_rows(
            self.head, dialect.delimiter, has_quotes=dialect.has_quotes, is_whole=self.is_whole
        )[dialect.has_header :]
        whole = [row for row in rows if len(row) == len(dialect.names)]
        if rows and not whole:
            raise self._ragged(int(dialect.has_header), len(rows[0]))
        columns = {
            name: pa.chunked_array([pa.array([row[at] for row in whole], pa.large_string())])
            for at, name in enumerate(dialect.names)
        }
        if not whole and not self.is_whole:
            line = int(dialect.has_header) + 1
            raise UserError(
                f"Line {line} does not end",
                f"{self.path.name}: line {line} does not end within the first "
                f"{LONGEST_HEAD >> 20} MB, which no row of a table needs. Nothing was loaded.",
                "Check where the file comes from, and its quotes.",
            )
        if not whole:
            raise UserError(
                "No rows in this file",
                f"{self.path.name} has a header only.",
                "Choose another file.",
            )
        return pa.table(columns)

    def texts(self, *, leave_out: bool) -> pa.Table:
        """Return all rows as they are written."""
        invalid: list[tuple[int, int]] = []
        reading = self.reading
        with self._stream(progress=reading.progress, room=reading.scratch) as stream:
            try:
                found = pa.concat_tables(self._batches(stream, set(), invalid))
            except pa.ArrowInvalid as error:
                raise self._unreadable(error, set()) from error
        if invalid and not leave_out:
            raise self._ragged(*invalid[0])
        return found.cast(pa.schema([(name, pa.large_string()) for name in found.column_names]))

    def run(self, collector: TableCollector, roles: Roles, *, leave_out: bool) -> list[Remark]:
        """Give the file to the collector, batch by batch; return what was left out before it."""
        numbers = {*roles.numbers, *roles.coords}
        invalid: list[tuple[int, int]] = []
        reading = self.reading
        with self._stream(progress=reading.progress, room=reading.scratch) as stream:
            try:
                for batch in self._batches(stream, set() if leave_out else numbers, invalid):
                    if invalid and not leave_out:
                        break
                    collector.add(
                        _with_numbers(batch, numbers, self.decimal) if leave_out else batch
                    )
                    if collector.is_enough:
                        return []
            except pa.ArrowInvalid as error:
                if not invalid or leave_out:
                    raise self._unreadable(error, numbers) from error
        if invalid and not leave_out:
            raise self._ragged(*invalid[0])
        return [self._left_out(invalid)] if invalid else []

    def _left_out(self, invalid: list[tuple[int, int]]) -> Remark:
        records = [record for record, _ in invalid[:MOST_ROWS]]
        rows = picked(self._rows(), records)
        return Remark(
            "another number of columns",
            "left out",
            len(invalid),
            "line",
            tuple(line for line, _ in rows),
            tuple(shown(row[0]) for _, row in rows),
        )

    def _batches(
        self, stream: Utf8Stream, numbers: set[str], invalid: list[tuple[int, int]]
    ) -> Iterator[pa.Table]:
        from pyarrow import csv as arrow_csv

        def skip(row: Any) -> str:
            invalid.append((row.number - 1, row.actual_columns))
            return "skip"

        dialect = self.dialect
        types = {name: pa.float64() if name in numbers else pa.string() for name in dialect.names}
        reader = arrow_csv.open_csv(
            pa.PythonFile(stream, "r"),
            arrow_csv.ReadOptions(
                use_threads=False,
                block_size=GLANCE_BYTES if self.reading.is_glance else BLOCK_BYTES,
                column_names=dialect.names,
                skip_rows_after_names=int(dialect.has_header),
            ),
            arrow_csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char='"' if dialect.has_quotes else False,
                newlines_in_values=dialect.has_quotes,
                invalid_row_handler=skip,
            ),
            arrow_csv.ConvertOptions(
                column_types=types, strings_can_be_null=False, decimal_point=self.decimal
            ),
        )
        with closing(reader):
            for batch in reader:
                yield pa.Table.from_batches([batch])

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        with self._stream() as stream:
            yield from numbered_rows(
                stream.as_lines(), self.dialect.delimiter, has_quotes=self.dialect.has_quotes
            )

    def _record(self, row: int) -> tuple[int, list[str]]:
        """Return line and cells of a row, counted from 0 among those of the right width."""
        return picked(self._fitting(), [row])[0]

    def _fitting(self) -> Iterator[tuple[int, list[str]]]:
        width = len(self.dialect.names)
        fitting = (found for found in self._rows() if len(found[1]) == width)
        return islice(fitting, int(self.dialect.has_header), None)

    def where(self, row: int) -> Where:
        """Return the line of a row."""
        return Where(self.path.name, self._record(row)[0])

    def places(self, rows: Sequence[int]) -> list[Where]:
        """Return the lines of some rows."""
        return [Where(self.path.name, line) for line, _ in picked(self._fitting(), rows)]

    def cell(self, row: int, column: str) -> str | None:
        """Return a cell as it is written."""
        return self._record(row)[1][self.dialect.names.index(column)]

    def _ragged(self, record: int, count: int) -> UserError:
        line = next(line for number, (line, _) in enumerate(self._rows()) if number == record)
        expected = len(self.dialect.names)
        said_by = "the header has" if self.dialect.has_header else "the first row has"
        return UserError(
            f"Row {line:,} has {count:,} {'column' if count == 1 else 'columns'}",
            f"{self.path.name}, line {line:,}: {said_by} {expected:,}. Nothing was loaded.",
            f"Fix or remove the row, or {LEAVE_OUT}.",
        )

    def _unreadable(self, error: Exception, numbers: set[str]) -> UserError:
        """Return the error of the first cell that is no number, or what Arrow says."""
        places = [at for at, name in enumerate(self.dialect.names) if name in numbers]
        for number, (line, row) in enumerate(self._rows()):
            if number < self.dialect.has_header or len(row) != len(self.dialect.names):
                continue
            for at in places:
                if row[at] and not is_number(row[at].replace(self.decimal, ".")):
                    where = Where(self.path.name, line)
                    return not_a_number(where, f"column {self.dialect.names[at]}", row[at])
        return self._damaged(error)

    def _damaged(self, error: Exception) -> UserError:
        return UserError(
            "The table cannot be read",
            f"{self.path.name}: {error}",
            "Check its quotes and its delimiter.",
        )


def _head(stream: Utf8Stream) -> bytes:
    """Return the beginning of a file, with a header and a row unless they do not end."""
    head = stream.read(HEAD_BYTES)
    while head.count(b"\n") < 2 and len(head) < LONGEST_HEAD:
        more = stream.read(HEAD_BYTES)
        if not more:
            break
        head += more
    return head


def _with_numbers(batch: pa.Table, names: set[str], decimal: str) -> pa.Table:
    for at, name in enumerate(batch.column_names):
        if name in names:
            batch = batch.set_column(at, name, numbers_of(batch.column(name), decimal))
    return batch


def write(space: Space, coords: Coords | None, path: Path) -> Sequence[str]:
    """Write items, columns, numbers v0, v1 … and coordinates x, y, z; return what changes."""
    from embexplorer.engines.table_writing import write_table

    table = space_table(space, coords, as_list=False)
    write_table(table, path)
    return [*changed_by_text(space.table), *changed_by_roles(space, table, as_text=True)]


plugin = Format(
    id="csv",
    title="Separated values",
    summary="Tables in .csv or .tsv with vectors, coordinates, or a text column to encode.",
    params=Params,
    source="https://www.rfc-editor.org/rfc/rfc4180",
    extensions=EXTENSIONS,
    version=4,
    streams=True,
    sniff=sniff,
    read=read,
    write=write,
    beside=beside,
    columns=columns,
)
