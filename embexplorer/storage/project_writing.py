"""Writes a project file: whole, beside the one that is there, and then in its place."""

from __future__ import annotations

import contextlib
import dataclasses
import glob
import json
import os
import shutil
import time
import uuid
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.storage.plain_values import to_json
from embexplorer.storage.project_file import FORMAT, FULL, MANIFEST, VERSION
from embexplorer.storage.project_parts import PartsWriter
from embexplorer.storage.project_records import (
    clusters_record,
    column_record,
    item_sets_record,
    projection_record,
)
from embexplorer.storage.space_folder import read_description

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.core.project import KeptData, ProjectContents
    from embexplorer.storage.project_file import Reference

LEFT_FOR = 3600.0  # seconds after which no other process can still be writing it
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
    target = path.resolve()
    total = _size_of(contents, references)
    scratch = target.with_name(f".{target.name}-{uuid.uuid4().hex}.part")
    try:
        _check_room(target, total + ROOM)
        with scratch.open("xb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                _write_parts(
                    PartsWriter(archive, total, progress), contents, references, written_by
                )
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            scratch.chmod(target.stat().st_mode & 0o777)
        scratch.replace(target)
        _sync_folder(target.parent)
        _discard_old(target)
        return target.stat().st_size
    except OSError as error:
        raise _write_error(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            scratch.unlink(missing_ok=True)


def _write_parts(
    parts: PartsWriter,
    contents: ProjectContents,
    references: Mapping[str, Reference],
    written_by: str,
) -> None:
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
    return record


def _rows_in(folder: Path) -> int:
    with pa.memory_map(str(folder / "table.arrow")) as source:
        return int(pa.ipc.open_file(source).read_all().num_rows)


def _size_of(contents: ProjectContents, references: Mapping[str, Reference]) -> int:
    embedded = [Path(item.folder) for item in contents.data if item.id not in references]
    files = [folder / name for folder in embedded for name in ("table.arrow", "vectors.npy")]
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


def _write_error(path: Path, error: OSError) -> UserError:
    reason = error.strerror or str(error)
    if error.errno in FULL:
        return UserError(
            "Not enough room on the disk",
            f"{path} could not be written whole. What was there before is unchanged.",
            "Free some room, choose another disk, or save without the vectors.",
        )
    return UserError(
        "The project cannot be saved",
        f"{error.filename or path}: {reason}. What was there before is unchanged.",
        "Choose another place.",
    )


def _discard_old(target: Path) -> None:
    """Remove what an end in the middle of saving left beside a project, some time ago."""
    for left in target.parent.glob(f".{glob.escape(target.name)}-*.part"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_FOR:
                left.unlink()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows cannot open a folder to flush it
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
