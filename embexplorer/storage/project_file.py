"""A project as one `.embx` file: a zip of a manifest, arrays and tables, written whole or not.

`manifest.json` holds ``format``, ``version``, ``written_by`` and ``document``; ``arrays/*.npy`` and
``tables/*.arrow`` lie beside it, unpacked, so that blocks are copied and nothing can swell up.
Nothing in it is ever run.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import glob
import json
import os
import shutil
import struct
import time
import uuid
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.core.project import KeptData, ProjectContents
from embexplorer.storage.plain_values import from_json, to_json
from embexplorer.storage.project_parts import PartsReader, PartsWriter
from embexplorer.storage.project_records import (
    clusters_from,
    clusters_record,
    column_from,
    column_record,
    projection_from,
    projection_record,
    selection_from,
    view_from,
)
from embexplorer.storage.space_folder import read_description

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = "embexplorer project"
VERSION = 1
ENDING = ".embx"
MANIFEST = "manifest.json"
LEFT_FOR = 3600.0  # seconds after which no other process can still be writing it
ROOM = 1 << 20  # bytes that a manifest may need beside the arrays

_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    pa.ArrowException,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    RecursionError,
    MemoryError,
)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Reference:
    """Where the content of a space or corpus is to be found again.

    Parameters
    ----------
    path
        The file or folder it was read from.
    size, mtime_ns
        Of the file when the project was saved; -1 for a folder.
    reader, params
        How it was read.
    """

    path: str
    size: int = -1
    mtime_ns: int = -1
    reader: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """A space or corpus as a project file has it: inside, or by reference.

    Parameters
    ----------
    data
        Its `folder` is the name of the one in the cache when the project was saved.
    n
        Number of items.
    parts
        What stands in the manifest for ``vectors`` and ``table`` where they are inside.
    description
        Its ``space.json``.
    """

    data: KeptData
    n: int
    description: Mapping[str, Any]
    parts: Mapping[str, Any] | None = None
    reference: Reference | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """What a project file says, its embedded spaces not yet unpacked."""

    contents: ProjectContents
    kept: tuple[Kept, ...]


# -- writing ---------------------------------------------------------------------------------------


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
        "styles": plain({name: dict(style) for name, style in contents.styles.items()}),
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
    if error.errno in _FULL:
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


# -- reading ---------------------------------------------------------------------------------------


@contextlib.contextmanager
def open_parts(path: Path) -> Iterator[PartsReader]:
    """Open a project file to read its parts.

    Raises
    ------
    UserError
        When it cannot be read, or is damaged, also in what is read meanwhile.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            yield PartsReader(archive)
    except _DAMAGES as error:
        raise UserError(
            "The project is damaged",
            f"{path.name} is incomplete or was changed by something else: {_said(error)}. "
            "Nothing was opened.",
            "Open an earlier copy of it.",
        ) from error
    except OSError as error:
        if error.errno in _FULL:
            raise UserError(
                "Not enough room on the disk",
                f"The cache has no room for the vectors of {path.name}. Nothing was opened.",
                "Free some room, or move the cache to another disk.",
            ) from error
        raise UserError(
            "The project cannot be read",
            f"{path}: {error.strerror or error}.",
            "Check that it is there and that you may read it.",
        ) from error


def read_project(parts: PartsReader, path: Path, *, this_version: str) -> Stored:
    """Return what a project file says.

    Raises
    ------
    UserError
        When it is no project, or from a newer version.
    ValueError, KeyError, TypeError
        When it is damaged, which `open_parts` turns into words.
    """
    manifest = json.loads(parts.text(MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise UserError(
            "Not a project", f"{path.name} is no project of embexplorer.", "Choose another file."
        )
    if manifest["version"] > VERSION:
        writer = str(manifest.get("written_by", "a later version"))
        raise UserError(
            "This project is from a newer version",
            f"{path.name} was written by embexplorer {writer}; this is {this_version}.",
            f"Update to {writer} or later to open it.",
        )
    return _stored(parts, manifest["document"])


def _stored(parts: PartsReader, document: Mapping[str, Any]) -> Stored:
    def plain(value: Any) -> Any:
        return from_json(value, parts.array)

    kept = tuple(_kept(record, plain) for record in document["data"])
    n_of = {item.data.id: item.n for item in kept}
    known = {item.name for item in dataclasses.fields(ProjectContents)}
    contents = ProjectContents(
        data=tuple(item.data for item in kept),
        projections=tuple(
            projection_from(parts, record, n_of, plain) for record in document["projections"]
        ),
        columns=tuple(column_from(parts, record, n_of, plain) for record in document["columns"]),
        clusters=tuple(
            clusters_from(parts, record, n_of, plain) for record in document["clusters"]
        ),
        selections=tuple(selection_from(plain(record), n_of) for record in document["selections"]),
        views=tuple(view_from(plain(record)) for record in document["views"]),
        styles={name: dict(style) for name, style in plain(document["styles"]).items()},
        active={name: str(value) for name, value in plain(document["active"]).items()},
        extra={name: plain(value) for name, value in document.items() if name not in known},
    )
    return Stored(contents, kept)


def _kept(record: Mapping[str, Any], plain: Any) -> Kept:
    folder = str(record.get("folder", ""))
    data = KeptData(str(record["id"]), str(record["name"]), folder, bool(record["is_space"]))
    n, described = int(record["n"]), plain(record["description"])
    if described["id"] != data.id:
        raise ValueError(f"the space {data.name} has two ids")
    if "reference" in record:
        values = plain(record["reference"])
        names = {item.name for item in dataclasses.fields(Reference)}
        known = {name: value for name, value in values.items() if name in names}
        return Kept(data, n, described, reference=Reference(**known))
    return Kept(data, n, described, {name: record[name] for name in record if name in PARTS})


PARTS = {"vectors": "vectors.npy", "table": "table.arrow"}


def unpack(parts: PartsReader, item: Kept, folder: Path, progress: Progress) -> None:
    """Write an embedded space or corpus into a space folder."""
    assert item.parts is not None, "it is not inside"
    for at, (name, described) in enumerate(item.parts.items()):
        parts.unpack(described, folder / PARTS[name], progress.part(at / 2, (at + 1) / 2))
    text = json.dumps(item.description, ensure_ascii=False, indent=1)
    (folder / "space.json").write_text(text, encoding="utf-8")


def _said(error: BaseException) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
