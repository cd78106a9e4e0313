"""Datasets of Hugging Face that are on this computer: saved folders, and folders of its cache."""

from __future__ import annotations

import dataclasses
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.engines.dataset_folder import Part, choose_part, find_parts, is_dataset
from embexplorer.engines.table_reading import RowFinder, TableCollector
from embexplorer.engines.table_roles import TableParams, choose_roles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAMPLE_ROWS = 1000
MEDIA = ("Image", "Audio", "Video", "Pdf", "Nifti")  # features that hold files, not values


@dataclass(frozen=True)
class Params(TableParams):
    """Which part of a dataset is read, and how its columns are."""

    config_name: Annotated[str, Doc("Configuration", "Its name; the first if empty.")] = ""
    split_name: Annotated[str, Doc("Split", "Its name; train, else the first, if empty.")] = ""


def sniff(path: Path, head: bytes) -> float:
    """Return 0.95 for a folder that the library wrote."""
    return 0.95 if path.is_dir() and is_dataset(path) else 0.0


def read(reading: Reading) -> Parsed:
    """Read vectors with their items and columns, or texts to encode, of one split.

    Raises
    ------
    UserError
        When a file is missing or damaged, or naming the row that does not fit.
    """
    path, params = reading.path, reading.params
    parts = find_parts(path)
    if not parts:
        raise UserError(
            "No dataset in this folder",
            f"{path.name} has no Arrow files with a dataset_info.json.",
            "Choose a folder that save_to_disk wrote, or one of the datasets cache.",
        )
    part, notes = choose_part(parts, params.config_name, params.split_name, path.name)
    try:
        parsed = _read(reading, part, notes)
    except (pa.ArrowException, OSError, EOFError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(
            "The dataset is damaged",
            f"{path.name} does not read as Arrow: {reason}. Nothing was loaded.",
            "Get the whole dataset again.",
        ) from error
    return parsed


def _read(reading: Reading, part: Part, notes: list[str]) -> Parsed:
    params, name = reading.params, reading.path.name
    media = [column for column, told in part.features.items() if _kind(told) in MEDIA]
    if media:
        notes.append(f"Columns of pictures or sounds were left out: {', '.join(media)}.")
    batches = _batches(part, media, name)
    first = next(batches, None)
    if first is None:
        raise UserError("The dataset is empty", f"{name} has no row.", "Choose another split.")
    roles = choose_roles(first[1].slice(0, SAMPLE_ROWS), params, name)
    leave_out = params.bad_rows == "leave out"
    collector = TableCollector(reading, roles, leave_out=leave_out, finder=RowFinder(name))
    with closing(collector):
        collector.add(first[1])
        for fraction, batch in batches:
            if collector.is_enough:
                break
            reading.progress.report(fraction)
            collector.add(batch)
        parsed = collector.finish()
    return dataclasses.replace(parsed, notes=(*notes, *parsed.notes))


def _batches(part: Part, media: list[str], name: str) -> Iterator[tuple[float, pa.Table]]:
    """Return the batches that have rows, each with the fraction of the files before it."""
    total = max(1, sum(path.stat().st_size for path in part.files))
    before = 0
    for path in part.files:
        with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as stream:
            for batch in stream:
                if not batch.num_rows:
                    continue
                # Offsets that lead out of their buffers would be followed otherwise.
                batch.validate(full=True)
                table = pa.Table.from_batches([batch])
                table = table.drop_columns([one for one in media if one in table.column_names])
                yield (before + file.tell()) / total, _with_names(table, part.features, name)
        before += path.stat().st_size


def _with_names(table: pa.Table, features: dict[str, Any], name: str) -> pa.Table:
    """Return the table with the names of classes in place of their numbers."""
    for at, field in enumerate(table.schema):
        told = features.get(field.name)
        names = told.get("names") if told and _kind(told) == "ClassLabel" else None
        if not isinstance(names, list) or not pa.types.is_integer(field.type):
            continue
        codes = table.column(at)
        codes = pc.if_else(pc.less(codes, 0), None, codes)  # −1 is a label that is not known
        largest = pc.max(codes).as_py()
        if largest is not None and largest >= len(names):
            raise UserError(
                "A label has no name",
                f"{name}: the column “{field.name}” holds {largest}, and names {len(names)}.",
                "Get the whole dataset again.",
            )
        labels = pa.array([str(one) for one in names], pa.large_string())
        table = table.set_column(at, field.name, pc.take(labels, codes))
    return table


def _kind(told: Any) -> str:
    return str(told.get("_type", "")) if isinstance(told, dict) else ""


plugin = Format(
    id="hf-dataset",
    title="Hugging Face dataset",
    summary="A folder of save_to_disk or of the datasets cache: vectors, or texts to encode.",
    params=Params,
    source="https://huggingface.co/docs/datasets/cache",
    sniff=sniff,
    read=read,
)
