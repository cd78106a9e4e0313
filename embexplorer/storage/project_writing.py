"""Writes a project file: whole, beside the one that is there, and then in its place."""

from __future__ import annotations

import dataclasses
import json
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.storage.plain_values import to_json
from embexplorer.storage.project_file import FORMAT, MANIFEST, PARTS, VERSION
from embexplorer.storage.project_parts import PartsWriter, in_zip
from embexplorer.storage.project_records import (
    clusters_record,
    column_record,
    item_sets_record,
    projection_record,
)
from embexplorer.storage.space_folder import SUBWORDS, read_description
from embexplorer.storage.whole import telling, write_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.core.project import KeptData, ProjectContents
    from embexplorer.storage.project_file import Reference

ROOM = 1 << 20  # bytes that a manifest may need beside the arrays


def write_project(
    path: Path,
    contents: ProjectContents,
    references: Mapping[str, Reference],
    *,
    written_by: str,
    progress: Progress | None = None,
) -> int:
    """Write a project; the file that was there stays until the new one is complete.

    Parameters
    ----------
    path
        The file.
    contents
        Spaces and corpora are read from their folders.
    references
        By id of the data; what is not among them is put into the file.
    written_by
        Version of the program.
    progress
        Where to say how far it is.

    Returns
    -------
    int
        Bytes of the file.

    Raises
    ------
    UserError
        When the place cannot be written or has no room.
    CancelledError
        When the person cancelled.
    """
    progress = progress or Progress()
    total = _size_of(contents, references)

    def fill(scratch: Path) -> None:
        with zipfile.ZipFile(scratch, "x", zipfile.ZIP_STORED) as archive:
            parts = PartsWriter(in_zip(archive), total, progress)
            write_parts(parts, contents, references, written_by)

    with telling(path, "The project cannot be saved"):
        _check_room(path.resolve(), total + ROOM)
        write_file(path, fill)
        return path.stat().st_size


def write_parts(
    parts: PartsWriter,
    contents: ProjectContents,
    references: Mapping[str, Reference],
    written_by: str,
) -> None:
    """Write everything in a project, the manifest last."""
    number = iter(range(1 << 30))

    def put(values: Any) -> dict[str, Any]:
        return parts.array(f"value-{next(number)}", values)

    def plain(value: Any) -> Any:
        return to_json(value, put)

    document = {
        **plain(dict(contents.extra)),
        "data": [
            _data_record(parts, k, item, references.get(item.id), plain)
            for k, item in enumerate(contents.data)
        ],
        "projections": [
            projection_record(parts, k, item, plain) for k, item in enumerate(contents.projections)
        ],
        "columns": [
            column_record(parts, k, item, plain) for k, item in enumerate(contents.columns)
        ],
        "clusters": [
            clusters_record(parts, k, item, plain) for k, item in enumerate(contents.clusters)
        ],
        "selections": [plain(dict(item)) for item in contents.selections],
        "views": [plain(dict(item)) for item in contents.views],
        "item_sets": [item_sets_record(item) for item in contents.item_sets],
        "styles": plain({name: dict(style) for name, style in contents.styles.items()}),
        "moment": plain(dict(contents.moment)),
        "active": plain(dict(contents.active)),
    }
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "written_by": written_by,
        "document": document,
    }
    parts.text(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1, allow_nan=False))


def _data_record(
    parts: PartsWriter, number: int, item: KeptData, reference: Reference | None, plain: Any
) -> dict[str, Any]:
    folder = Path(item.folder)
    described = read_description(folder)
    record = {
        "id": item.id,
        "name": item.name,
        "is_space": item.is_space,
        "n": _rows_in(folder),
        "description": plain(described),
    }
    if reference is not None:
        refers = plain(dataclasses.asdict(reference))
        return {**record, "folder": folder.name, "reference": refers}
    record["table"] = parts.copy(f"tables/data-{number}.arrow", folder / "table.arrow")
    if item.is_space:
        record["vectors"] = parts.copy(f"arrays/data-{number}.npy", folder / "vectors.npy")
    if (folder / SUBWORDS).is_file():
        record["subwords"] = parts.copy(f"arrays/subwords-{number}.npy", folder / SUBWORDS)
    return record


def _rows_in(folder: Path) -> int:
    with pa.memory_map(str(folder / "table.arrow")) as source:
        return int(pa.ipc.open_file(source).read_all().num_rows)


def _size_of(contents: ProjectContents, references: Mapping[str, Reference]) -> int:
    embedded = [Path(item.folder) for item in contents.data if item.id not in references]
    files = [folder / name for folder in embedded for name in PARTS.values()]
    return int(
        sum(file.stat().st_size for file in files if file.exists())
        + sum(item.coords.nbytes for item in contents.projections)
        + sum(item.values.nbytes for item in contents.columns)
        + sum(item.labels.nbytes for item in contents.clusters)
    )


def _check_room(target: Path, needed: int) -> None:
    free = shutil.disk_usage(target.parent).free
    if needed > free:
        raise UserError(
            "Not enough room on the disk",
            f"{target.name} needs {needed / 1e6:,.0f} MB; {free / 1e6:,.0f} MB are free in "
            f"{target.parent}. Nothing was written.",
            "Free some room, choose another disk, or save without the vectors.",
        )
