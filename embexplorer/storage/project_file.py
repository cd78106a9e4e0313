"""What a project is on disk: one `.embx` file, a zip of a manifest, arrays and tables; reading it.

`manifest.json` holds ``format``, ``version``, ``written_by`` and ``document``; ``arrays/*.npy`` and
``tables/*.arrow`` lie beside it, unpacked, so that blocks are copied and nothing can swell up.
Nothing in it is ever run. `project_writing` writes it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from embexplorer.core.errors import UserError
from embexplorer.core.project import KeptData, ProjectContents
from embexplorer.engines.loader_boundary import loading
from embexplorer.storage.plain_values import from_json
from embexplorer.storage.project_parts import PartsReader
from embexplorer.storage.project_records import (
    clusters_from,
    column_from,
    item_sets_from,
    projection_from,
    selection_from,
    view_from,
)
from embexplorer.storage.whole import is_full

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from embexplorer.core.progress import Progress

FORMAT = "embexplorer project"
VERSION = 1
ENDING = ".embx"
MANIFEST = "manifest.json"


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


@contextlib.contextmanager
def open_parts(path: Path) -> Iterator[PartsReader]:
    """Open a project file to read its parts.

    Raises
    ------
    UserError
        When it cannot be read, or is damaged, also in what is read meanwhile.
    """
    named = f"{path.name} is incomplete or was changed by something else"
    damaged, earlier = "The project is damaged", "Open an earlier copy of it."
    try:
        with (
            loading(named, title=damaged, hint=earlier, is_untyped=True),
            path.open("rb") as file,
            zipfile.ZipFile(file) as archive,
        ):
            yield PartsReader(archive)
    except OSError as error:
        if is_full(error):
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
        item_sets=tuple(map(item_sets_from, document.get("item_sets", []))),
        styles={name: dict(style) for name, style in plain(document["styles"]).items()},
        moment=dict(plain(document.get("moment", {}))),
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


PARTS = {"vectors": "vectors.npy", "table": "table.arrow", "subwords": "subwords.npy"}


def unpack(parts: PartsReader, item: Kept, folder: Path, progress: Progress) -> None:
    """Write an embedded space or corpus into a space folder."""
    assert item.parts is not None, "it is not inside"
    for at, (name, described) in enumerate(item.parts.items()):
        span = progress.part(at / len(item.parts), (at + 1) / len(item.parts))
        parts.unpack(described, folder / PARTS[name], span)
    text = json.dumps(item.description, ensure_ascii=False, indent=1)
    (folder / "space.json").write_text(text, encoding="utf-8")
