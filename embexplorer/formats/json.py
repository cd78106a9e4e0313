"""JSON: a list of objects, of vectors or of texts, vectors by item, or columns by name."""

from __future__ import annotations

import codecs
import json
import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.memory import check_memory
from embexplorer.core.params import Doc
from embexplorer.engines.json_shapes import UnknownShapeError, rows_of
from embexplorer.engines.json_values import plainly, sample_of, table_of
from embexplorer.engines.row_errors import shown
from embexplorer.engines.table_reading import RowFinder, TableCollector
from embexplorer.engines.table_roles import TableParams, choose_roles
from embexplorer.engines.text_decoding import Encoding, Utf8Stream, looks_like_text

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

EXTENSION = ".json"
SAMPLE_ROWS = 200
BATCH_ROWS = 10_000
INSTEAD = "Save it as .jsonl or .parquet, which are read piece by piece."
HELD = 6  # bytes of Python objects for each byte of JSON
ITEM_SETS = {"X", "targets", "attributes", "pairs"}  # names in a file of item sets, not for here
_BEGINS = re.compile(rb"\s*(\{\s*[\"}]|\[\s*[\[{\"\d-])")


@dataclass(frozen=True)
class Params(TableParams):
    """How JSON is read."""

    encoding: Annotated[Encoding, Doc("Encoding", "How the bytes are read as text.")] = "utf-8"


def sniff(path: Path, head: bytes) -> float:
    """Return 0.9 for a list or object under the extension, 0.55 for a list of objects elsewhere.

    Less than JSON lines have, where the first line is an object and another one follows.
    """
    plain = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not looks_like_text(head) or not _BEGINS.match(plain):
        return 0.0
    first, _, rest = plain.partition(b"\n")
    if first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{"):
        return 0.3
    if path.suffix.lower() == EXTENSION:
        return 0.9
    return 0.55 if re.match(rb"\[\s*\{\s*\"", plain) else 0.0


def read(reading: Reading) -> Parsed:
    """Read vectors with their items and columns, or texts to encode.

    Raises
    ------
    UserError
        Where the file is no JSON or of no known shape, or naming the row that does not fit.
    """
    params: Params = reading.params
    rows, notes = _rows(reading)
    file = reading.path.name
    roles = choose_roles(sample_of(rows[:SAMPLE_ROWS]), params, file)
    leave_out = params.bad_rows == "leave out"
    finder = RowFinder(file)
    collector = TableCollector(reading, roles, leave_out=leave_out, finder=finder)
    with closing(collector):
        for start in range(0, len(rows), BATCH_ROWS):
            some = rows[start : start + BATCH_ROWS]
            places = finder.places(range(start, start + len(some)))
            collector.add(table_of(some, places, roles, leave_out=leave_out))
            if collector.is_enough:
                break
        return collector.finish(notes)


def columns(reading: Reading) -> tuple[pa.Table, pa.Table]:
    """Return the columns of the first rows, or of all, twice: their types are as written.

    Raises
    ------
    UserError
        As `read`.
    """
    rows, _ = _rows(reading)
    found = sample_of(rows if reading.limit is None else rows[: reading.limit])
    return found, found


def _rows(reading: Reading) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return an object for each item, and what is said of how they were found."""
    file = reading.path.name
    with Utf8Stream(
        reading.path, reading.params.encoding, progress=reading.progress, room=reading.scratch
    ) as stream:
        check_memory(HELD * (stream.size or 0), f"Reading {file}", INSTEAD)
        data = stream.read()
    check_memory(HELD * len(data), f"Reading {file}", INSTEAD)
    repeated: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) < len(found):
            names = [name for name, _ in found]
            repeated.extend(name for name in made if names.count(name) > 1)
        return made

    try:
        value = json.loads(data, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        raise _broken(file, f", line {error.lineno:,}: {plainly(error)}") from error
    except RecursionError as error:
        raise _broken(file, ": its lists are nested too deeply") from error
    except ValueError as error:
        raise _broken(file, f": {error}") from error
    if repeated:
        raise UserError(
            "A name stands twice",
            f"{file}: one object names “{shown(repeated[0])}” twice. Nothing was loaded.",
            "Remove one of them.",
        )
    try:
        rows, notes = rows_of(value)
    except UnknownShapeError as error:
        is_sets = isinstance(value, dict) and not ITEM_SETS.isdisjoint(value)
        raise UserError(
            "Not a table of vectors or texts",
            f"{file}: {error}",
            "Choose item sets in the tab Bias, or give them to probe --sets."
            if is_sets
            else "Write a list with an object, or an object with a vector, for each item.",
        ) from error
    if not rows:
        raise UserError("The file is empty", f"{file} has no item.", "Choose another file.")
    return rows, notes


def _broken(file: str, reason: str) -> UserError:
    return UserError(
        "The file is not JSON", f"{file}{reason}. Nothing was loaded.", "Mend it there."
    )


plugin = Format(
    id="json",
    title="JSON",
    summary="A list of objects, vectors or texts, or an object with a vector for each item.",
    params=Params,
    source="https://www.rfc-editor.org/rfc/rfc8259",
    extensions=(EXTENSION,),
    streams=True,
    sniff=sniff,
    read=read,
    columns=columns,
)
