"""Parquet, Arrow and Feather files: tables with types of their own."""

from __future__ import annotations

import dataclasses
import json
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.engines.arrow_types import plain_table
from embexplorer.engines.loader_boundary import loading
from embexplorer.engines.table_reading import RowFinder, TableCollector
from embexplorer.engines.table_roles import TableParams, choose_roles
from embexplorer.engines.table_writing import space_table, write_table
from embexplorer.engines.written_table import changed_by_roles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space

EXTENSIONS = (".parquet", ".arrow", ".feather")
BATCH_ROWS = 1 << 13
SAMPLE_ROWS = 1000
ORIGIN = b"embexplorer"  # key of the schema's metadata: encoder, revision and params as JSON
_PARQUET, _ARROW, _FEATHER_V1 = b"PAR1", b"ARROW1", b"FEA1"


@dataclass(frozen=True)
class Params(TableParams):
    """How a Parquet or Arrow table is read."""


def sniff(path: Path, head: bytes) -> float:
    """Return 1 for the first bytes of Parquet or Arrow, 0.4 for the extension alone."""
    if head.startswith((_PARQUET, _ARROW, _FEATHER_V1)):
        return 1.0
    return 0.4 if path.suffix.lower() in EXTENSIONS and head else 0.0


def read(reading: Reading) -> Parsed:
    """Read vectors with their items and columns, or texts to encode.

    Raises
    ------
    UserError
        When the file is damaged, or naming the row that does not fit.
    """
    with _naming_damage(reading.path.name):
        return _read(reading)


def columns(reading: Reading) -> tuple[pa.Table, pa.Table]:
    """Return the columns of the first rows, or of all, twice: their types are as written.

    Raises
    ------
    UserError
        When the file is damaged.
    """
    found: list[pa.Table] = []
    with _naming_damage(reading.path.name), pa.OSFile(str(reading.path)) as file:
        for fraction, batch in _batches(file):
            batch.validate(full=True)
            reading.progress.report(fraction)
            reading.progress.raise_if_cancelled()
            found.append(batch)
            if reading.limit is not None:
                break
    if not found:
        raise _no_rows(reading.path.name)
    table = pa.concat_tables(found)
    table = table if reading.limit is None else table.slice(0, reading.limit)
    return table, table


def _naming_damage(name: str) -> AbstractContextManager[None]:
    return loading(name, title="The table file is damaged", hint="Get the whole file again.")


def _no_rows(name: str) -> UserError:
    return UserError("The file is empty", f"{name} has no row.", "Choose another.")


def _read(reading: Reading) -> Parsed:
    params: Params = reading.params
    with pa.OSFile(str(reading.path)) as file:
        batches = _batches(file)
        first = next(batches, None)
        if first is None:
            raise _no_rows(reading.path.name)
        first[1].validate(full=True)
        sample = plain_table(first[1].slice(0, SAMPLE_ROWS))
        roles = choose_roles(sample, params, reading.path.name)
        leave_out = params.bad_rows == "leave out"
        finder = RowFinder(reading.path.name)
        collector = TableCollector(reading, roles, leave_out=leave_out, finder=finder)
        with closing(collector):
            for fraction, batch in chain([first], batches):
                # Offsets that lead out of their buffers would be followed otherwise.
                batch.validate(full=True)
                reading.progress.report(fraction)
                collector.add(plain_table(batch))
                if collector.is_enough:
                    break
            parsed = collector.finish()
    if parsed.vectors is None:
        return parsed
    return dataclasses.replace(parsed, details=_origin(first[1].schema))


def _origin(schema: pa.Schema) -> dict[str, Any]:
    """Return which encoder made the vectors, where the file says so in our words."""
    try:
        told = json.loads((schema.metadata or {}).get(ORIGIN, b"{}"))
    except ValueError:
        return {}
    fits = isinstance(told, dict) and {name: type(value) for name, value in told.items()} == {
        "encoder": str, "revision": str, "params": dict
    }  # fmt: skip
    return told if fits else {}


def _batches(file: Any) -> Iterator[tuple[float, pa.Table]]:
    """Return the batches that have rows, each with the fraction of the file before it."""
    head = file.read(8)
    file.seek(0)
    if head.startswith(_PARQUET):
        from pyarrow import parquet

        source = parquet.ParquetFile(file)
        found = _row_groups(source)
    elif head.startswith(_ARROW):
        opened = pa.ipc.open_file(file)
        count = opened.num_record_batches
        found = ((at / count, opened.get_batch(at)) for at in range(count))
    elif head.startswith(_FEATHER_V1):
        from pyarrow import feather

        found = ((0.0, batch) for batch in feather.read_table(file).to_batches())
    else:
        found = ((0.0, batch) for batch in pa.ipc.open_stream(file))
    return ((share, pa.Table.from_batches([batch])) for share, batch in found if batch.num_rows)


def _row_groups(source: Any) -> Iterator[tuple[float, pa.RecordBatch]]:
    total, rows = source.metadata.num_rows, 0
    for batch in source.iter_batches(BATCH_ROWS):
        yield rows / max(1, total), batch
        rows += batch.num_rows
    if rows != total:
        raise ValueError(f"its footer promises {total:,} rows, and it has {rows:,}")


def write(space: Space, coords: Coords | None, path: Path) -> Sequence[str]:
    """Write items, columns, a list column ``vector``, coordinates x, y, z, and the encoder."""
    table = space_table(space, coords, as_list=True)
    origin = space.provenance
    if origin.encoder:
        told = {
            "encoder": origin.encoder,
            "revision": origin.revision,
            "params": dict(origin.params),
        }
        metadata = {**(table.schema.metadata or {}), ORIGIN: json.dumps(told).encode()}
        table = table.replace_schema_metadata(metadata)
    write_table(table, path)
    return changed_by_roles(space, table)


plugin = Format(
    id="parquet",
    title="Parquet and Arrow",
    summary="Tables in .parquet, .arrow or .feather with vectors, coordinates, or texts to encode.",
    params=Params,
    source="https://parquet.apache.org/docs/file-format/",
    extensions=EXTENSIONS,
    version=3,
    sniff=sniff,
    read=read,
    write=write,
    columns=columns,
)
