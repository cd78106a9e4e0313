"""How a map was made, kept inside the file of its coords where that has a place for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.core.projection import Projection

KEY = b"embexplorer.map"  # in the metadata of the schema
WITH_RECORD = (".parquet", ".arrow", ".feather")


@dataclass(frozen=True, slots=True)
class MapRecord:
    """What a file says of the map in it: the id of its space, and what made it."""

    space_id: str
    method: str
    params: Mapping[str, Any]
    seed: int


def with_record(table: pa.Table, projection: Projection) -> pa.Table:
    """Return a table of coords that says how they were made; text files cannot hold it."""
    said = {
        "space_id": projection.space_id,
        "method": projection.method,
        "params": dict(projection.params),
        "seed": projection.seed,
    }
    return table.replace_schema_metadata({KEY: json.dumps(said)})


def read_record(path: Path) -> MapRecord | None:
    """Return what the file of a map says of it; None for a file that says nothing."""
    if path.suffix.lower() not in WITH_RECORD:
        return None
    try:
        said = json.loads((_schema_of(path).metadata or {})[KEY])
        record = MapRecord(said["space_id"], said["method"], said["params"], said["seed"])
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None  # whoever reads its coords says what is wrong with the file
    kinds = (
        (record.space_id, str),
        (record.method, str),
        (record.params, dict),
        (record.seed, int),
    )
    return record if all(isinstance(value, kind) for value, kind in kinds) else None


def _schema_of(path: Path) -> pa.Schema:
    if path.suffix.lower() == ".parquet":
        from pyarrow import parquet

        return parquet.read_schema(path)
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).schema
