"""JSON lines: one object a line, with a vector, or a text to encode."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.engines.json_values import plainly, sample_of, table_of
from embexplorer.engines.row_errors import Where, picked, shown
from embexplorer.engines.table_reading import TableCollector, joined
from embexplorer.engines.table_roles import Roles, TableParams, choose_roles
from embexplorer.engines.table_writing import json_table, space_table
from embexplorer.engines.text_decoding import Encoding, Utf8Stream, looks_like_text
from embexplorer.engines.written_table import changed_by_roles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space

EXTENSIONS = (".jsonl", ".ndjson")
BLOCK_BYTES = 1 << 23
SAMPLE_LINES = 200
LONGEST_LINE = 1 << 27


@dataclass(frozen=True)
class Params(TableParams):
    """How JSON lines are read."""

    encoding: Annotated[Encoding, Doc("Encoding", "How the bytes are read as text.")] = "utf-8"


def sniff(path: Path, head: bytes) -> float:
    """Return 0.95 for text under the extension, 0.6 where the first lines are objects."""
    if not head.strip() or not looks_like_text(head):
        return 0.0
    if path.suffix.lower() in EXTENSIONS:
        return 0.95
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n")[0].strip()
    return 0.6 if first[:1] == b"{" and first[-1:] == b"}" and b'"' in first else 0.0


def read(reading: Reading) -> Parsed:
    """Read vectors with their items and columns, or texts to encode.

    Raises
    ------
    UserError
        Naming the line that is no JSON object, or whose vector does not fit.
    """
    params: Params = reading.params
    lines = _Lines(reading, params.encoding)
    sample = lines.sample()
    roles = choose_roles(sample, params, reading.path.name)
    leave_out = params.bad_rows == "leave out"
    collector = TableCollector(reading, roles, leave_out=leave_out, finder=lines)
    with closing(collector):
        for block, first_line in lines.blocks(progress=reading.progress, room=reading.scratch):
            collector.add(lines.table(block, first_line, roles, leave_out=leave_out))
            if collector.is_enough:
                break
        return collector.finish()


def columns(reading: Reading) -> tuple[pa.Table, pa.Table]:
    """Return the columns of the first rows, or of all, twice: their types are as written.

    Raises
    ------
    UserError
        Naming the line that is no JSON object.
    """
    lines = _Lines(reading, reading.params.encoding)
    if reading.limit is not None:
        found = lines.sample().slice(0, reading.limit)
    else:
        blocks = lines.blocks(progress=reading.progress, room=reading.scratch)
        found = joined([lines.table(*block, Roles(), leave_out=False) for block in blocks])
    return found, found


class _Lines:
    """One file of JSON lines."""

    def __init__(self, reading: Reading, encoding: str) -> None:
        self.path = reading.path
        self.encoding = encoding

    def blocks(self, **options: Any) -> Iterator[tuple[bytes, int]]:
        """Return blocks of whole lines, each with the number of its first line."""
        line = 1
        with Utf8Stream(self.path, self.encoding, **options) as stream:
            rest = b""
            while data := stream.read(BLOCK_BYTES):
                block = rest + data
                cut = block.rfind(b"\n") + 1
                if not cut and len(block) > LONGEST_LINE:
                    raise self._broken(line, f"it goes on beyond {LONGEST_LINE >> 20} MB")
                rest = block[cut:]
                if cut:
                    yield block[:cut], line
                    line += block.count(b"\n", 0, cut)
            if rest:
                yield rest, line

    def sample(self) -> pa.Table:
        """Return the first rows as a table."""
        rows: list[dict[str, Any]] = []
        for block, first in self.blocks():
            for number, text in enumerate(block.split(b"\n")[: 2 * SAMPLE_LINES], start=first):
                if text.strip():
                    rows.append(self._object(text, number))
            if rows:
                break
        if not rows:
            raise UserError(
                "The file is empty", f"{self.path.name} has no object.", "Choose another file."
            )
        return sample_of(rows[:SAMPLE_LINES])

    def _object(self, text: bytes, line: int) -> dict[str, Any]:
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            raise self._broken(line, plainly(error)) from error
        except (RecursionError, ValueError) as error:
            raise self._broken(line, str(error)) from error
        if not isinstance(value, dict):
            raise self._broken(line, f"“{shown(text.decode('utf-8', 'replace'))}” is no object")
        return value

    def _broken(self, line: int, reason: str) -> UserError:
        return UserError(
            f"Row {line:,} is not JSON",
            f"{self.path.name}, line {line:,}: {reason}. Nothing was loaded.",
            "Mend or remove that line; each line must be one object, such as {…}.",
        )

    def table(self, block: bytes, first: int, roles: Roles, *, leave_out: bool) -> pa.Table:
        """Return the rows of a block: Arrow's reading, or Python's where Arrow refuses."""
        from pyarrow import json as arrow_json

        fields = [(name, pa.float64()) for name in {*roles.numbers, *roles.coords}]
        if roles.vector:
            fields.append((roles.vector, pa.list_(pa.float64())))
        fields += [(name, pa.string()) for name in {roles.item, roles.text} - {""}]
        count = sum(1 for line in block.split(b"\n") if line.strip())
        try:
            table = arrow_json.read_json(
                pa.BufferReader(block),
                arrow_json.ReadOptions(use_threads=False, block_size=len(block) + 1),
                arrow_json.ParseOptions(explicit_schema=pa.schema(fields)),
            )
            if table.num_rows == count:
                return table
        except pa.ArrowException:
            pass  # one of the lines is broken, or changes a type: Python finds out which
        return self._slow_table(block, first, roles, leave_out=leave_out)

    def _slow_table(self, block: bytes, first: int, roles: Roles, *, leave_out: bool) -> pa.Table:
        numbered = enumerate(block.split(b"\n"), start=first)
        lines = [(line, text) for line, text in numbered if text.strip()]
        rows = [self._object(text, line) for line, text in lines]
        places = [Where(self.path.name, line) for line, _ in lines]
        return table_of(rows, places, roles, leave_out=leave_out)

    def where(self, row: int) -> Where:
        """Return the line of a row: blank lines are no rows."""
        return self.places([row])[0]

    def places(self, rows: Sequence[int]) -> list[Where]:
        """Return the lines of some rows."""
        lines = (
            line
            for block, first in self.blocks()
            for line, text in enumerate(block.split(b"\n"), start=first)
            if text.strip()
        )
        return [Where(self.path.name, line) for line in picked(lines, rows)]

    def cell(self, row: int, column: str) -> str | None:
        """Return None: the value says enough."""
        return None


def write(space: Space, coords: Coords | None, path: Path) -> Sequence[str]:
    """Write one object a line: item, columns, vector, and coordinates x, y, z."""
    from embexplorer.engines.table_writing import write_table

    table = space_table(space, coords, as_list=True)
    write_table(table, path)
    return changed_by_roles(space, json_table(table))


plugin = Format(
    id="jsonl",
    title="JSON lines",
    summary="One object a line, with a vector, coordinates, or a text to encode.",
    params=Params,
    source="https://jsonlines.org",
    extensions=EXTENSIONS,
    version=2,
    streams=True,
    sniff=sniff,
    read=read,
    write=write,
    columns=columns,
)
