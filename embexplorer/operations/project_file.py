"""Saving and opening projects: which vectors go into the file, and where the others are found."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.core.content_id import content_id, first_content_id
from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.core.project import KeptData, OpenedProject, ProjectContents
from embexplorer.core.space import ITEM, Items, Space, Texts
from embexplorer.core.version import VERSION
from embexplorer.operations.context import Context
from embexplorer.operations.norms import norms_of_finite
from embexplorer.operations.read import read, read_space
from embexplorer.operations.read_sources import find_source
from embexplorer.storage.cache import key_of
from embexplorer.storage.project_file import (
    ENDING,
    Kept,
    Reference,
    open_parts,
    read_project,
    unpack,
)
from embexplorer.storage.project_writing import write_project
from embexplorer.storage.space_folder import open_folder, read_description, write_norms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from embexplorer.core.projection import Projection
    from embexplorer.storage.project_parts import PartsReader


def save_project(
    path: str,
    contents: ProjectContents,
    *,
    embeds: bool,
    cache_root: str,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write a project, from plain values to plain values, for a child process.

    Parameters
    ----------
    path
        The file; it is replaced only by a complete one.
    contents
        Spaces and corpora are read from their folders.
    embeds
        Whether vectors and tables go into the file. Otherwise it refers to the files they were
        read from; what has none that gives the same again, such as encoded texts, is put into the
        file all the same.
    cache_root
        Of the cache where their folders lie.
    progress
        Where to say how far it is, and whether it is cancelled.

    Returns
    -------
    dict
        bytes, seconds, and the names of what is ``embedded`` and ``referenced``.

    Raises
    ------
    UserError
        When the place cannot be written or has no room; the file before is unchanged.
    """
    started = time.perf_counter()
    context = Context.default(cache_root)
    found = {} if embeds else _references(contents.data, context)
    size = write_project(Path(path), contents, found, written_by=VERSION, progress=progress)
    return {
        "bytes": size,
        "seconds": time.perf_counter() - started,
        "embedded": [item.name for item in contents.data if item.id not in found],
        "referenced": [item.name for item in contents.data if item.id in found],
    }


def open_project(path: str, *, cache_root: str, progress: Progress | None = None) -> OpenedProject:
    """Read a project, from plain values to plain values, for a child process.

    Vectors that are in the file are unpacked into the cache once, so that every process can map
    them. Where the data of a space is missing or has changed, all that was made of it is left out
    and a problem says so.

    Raises
    ------
    UserError
        When it cannot be read, is damaged or from a newer version, or nothing in it can be opened.
    """
    place, context = Path(path), Context.default(cache_root)
    progress = progress or Progress()
    data: list[KeptData] = []
    problems: list[UserError] = []
    ids: dict[str, str] = {}
    with open_parts(place) as parts:
        stored = read_project(parts, place, this_version=VERSION)
        for number, item in enumerate(stored.kept):
            span = progress.part(number / len(stored.kept), (number + 1) / len(stored.kept))
            try:
                folder = _folder_of(parts, item, place, context, span)
            except UserError as error:
                problems.append(error)
            else:
                ids[item.data.id] = str(read_description(folder)["id"])
                data.append(
                    dataclasses.replace(item.data, id=ids[item.data.id], folder=str(folder))
                )
    if problems and not data:
        raise problems[0]
    is_embedded = all(item.reference is None for item in stored.kept)
    contents = _only(stored.contents.with_ids(ids), data)
    return OpenedProject(contents, tuple(problems), is_embedded)


def open_space_of(
    text: str, context: Context, *, limit: int | None = None, progress: Progress | None = None
) -> tuple[Space, Projection | None]:
    """Return a space of a project, with its derived columns and the map it was left on.

    Parameters
    ----------
    text
        ``file.embx``, or ``file.embx#name`` where there are several spaces.
    limit
        Take the first so many items only; they have no map then.

    Raises
    ------
    UserError
        As `open_project`, and when the project has no space of that name.
    """
    path, name = split_name(text)
    opened = open_project(path, cache_root=str(context.cache.root), progress=progress)
    contents = opened.contents
    spaces = [item for item in contents.data if item.is_space]
    chosen = _named(path, name, spaces, opened.problems)
    space = read_space(Path(chosen.folder), context, name=chosen.name, limit=limit).data
    table = space.table
    for column in contents.columns:
        if column.space_id == chosen.id and column.name not in table.column_names:
            table = table.append_column(column.name, column.values.slice(0, space.n))
    maps = [item for item in contents.projections if item.space_id == chosen.id]
    active = contents.active.get("projection")
    shown = next((item for item in maps if item.id == active), maps[-1] if maps else None)
    is_whole = limit is None or shown is None or limit >= shown.n
    return dataclasses.replace(space, table=table), shown if is_whole else None


def is_project(text: str) -> bool:
    """Return whether a text names a project, or a space in one."""
    path, name = split_name(text)
    return path.lower().endswith(ENDING) and (Path(path).exists() or bool(name))


def split_name(text: str) -> tuple[str, str]:
    """Return ``file.embx#name`` as file and name; the name is empty where there is none."""
    at = text.lower().find(f"{ENDING}#")
    if at < 0 or Path(text).exists():
        return text, ""
    return text[: at + len(ENDING)], text[at + len(ENDING) + 1 :]


def _named(
    path: str, name: str, spaces: Sequence[KeptData], problems: Sequence[UserError]
) -> KeptData:
    file = Path(path).name
    chosen = [item for item in spaces if item.name == name] if name else list(spaces)
    if len(chosen) == 1:
        return chosen[0]
    if problems and not chosen:
        raise problems[0]
    listed = ", ".join(f"{file}#{item.name}" for item in spaces)
    if not spaces:
        raise UserError(
            "No space in this project", f"{file} holds corpora only.", "Encode one in the window."
        )
    if not chosen:
        raise UserError(
            "No space of that name", f"{file} has no space “{name}”.", f"Choose one of: {listed}."
        )
    raise UserError(
        "Which space is meant?", f"{file} has {len(spaces)} spaces.", f"Choose one of: {listed}."
    )


# -- where data is ---------------------------------------------------------------------------------


def _references(data: Sequence[KeptData], context: Context) -> dict[str, Reference]:
    """Return, by id, the files from which data in the cache was read and can be read again."""
    found = {}
    for item in data:
        reference = _reference(Path(item.folder), context)
        if reference is not None:
            found[item.id] = reference
    return found


def _reference(folder: Path, context: Context) -> Reference | None:
    """Return the file that gives the content of a folder of the cache, unless there is none.

    The folder is named by what made it: the file as it is now, and how it was read.
    """
    described = read_description(folder)
    provenance = described.get("provenance", {})
    source, reader = Path(str(provenance.get("source", ""))), str(provenance.get("reader", ""))
    if not reader or not source.is_absolute() or not source.exists():
        return None
    params: Mapping[str, Any] = provenance.get("params", {})
    for as_texts in (False, True):
        try:
            key = find_source(source, context, params, reader, None, as_texts=as_texts).key
        except (UserError, OSError):
            return None  # other parameters made it
        if key == folder.name:
            stat = source.stat()
            size = -1 if source.is_dir() else stat.st_size
            return Reference(str(source), size, stat.st_mtime_ns, reader, dict(params))
    return None


def _folder_of(
    parts: PartsReader, item: Kept, place: Path, context: Context, progress: Progress
) -> Path:
    """Return the folder of the cache where data lies; it is put there where it was not."""
    if item.reference is not None:
        return _referred(item, item.reference, place, context, progress)
    assert item.parts is not None, "data is inside, or is referred to"
    sums = {name: parts.checksum(described) for name, described in item.parts.items()}
    key = key_of(kind="project", id=item.data.id, parts=sums)
    folder = context.cache.find(key)
    if folder is not None:
        return folder

    def fill(target: Path) -> None:
        unpack(parts, item, target, progress)
        _check(target, item)

    return context.cache.write(key, fill)


def _check(folder: Path, item: Kept) -> None:
    """Refuse what is no space: what is in the cache is trusted from then on."""
    found, _ = open_folder(folder)
    table = found.table
    table.validate(full=True)
    if table.column_names[:1] != [ITEM] or table.num_rows != item.n or not item.n:
        raise ValueError(f"the table of {item.data.name} is another one")
    if not pa.types.is_large_string(table.schema.field(ITEM).type):
        raise ValueError(f"the items of {item.data.name} are no texts")
    if isinstance(found, Space) != item.data.is_space:
        raise ValueError(f"{item.data.name} is not what it is said to be")
    if isinstance(found, Space):
        write_norms(folder, norms_of_finite(found.vectors, Items(table.column(ITEM))))


def _referred(
    item: Kept, reference: Reference, place: Path, context: Context, progress: Progress
) -> Path:
    key = Path(item.data.folder).name
    if key and _id_in(context.cache.root / key) == item.data.id:
        found = context.cache.find(key)
        if found is not None:
            return found
    if not reference.reader:
        raise UserError(
            "A space is not in the cache",
            f"“{item.data.name}” was not read from a file, and the cache has it no longer. It and "
            "its maps are left out; the rest was opened.",
            "Encode its texts again.",
        )
    named = Path(reference.path)
    beside = place.resolve().parent / named.name
    source = next((path for path in (named, beside) if path.exists()), None)
    if source is None:
        raise UserError(
            "A source file is missing",
            f"{place.name} refers to {named}, which is not there. The rest of the project can be "
            f"opened; “{item.data.name}” and its maps are left out.",
            f"Put {named.name} back or beside the project, and open the project again.",
        )
    opened = read(
        source,
        context,
        params=reference.params,
        format_id=reference.reader,
        as_texts=not item.data.is_space,
        progress=progress,
    )
    if not _is_content_of(opened.data, item.data.id):
        raise UserError(
            "A source file has changed",
            f"{source} is not what {place.name} was saved with. The rest of the project can be "
            f"opened; “{item.data.name}” and its maps are left out.",
            "Put the earlier file back, or open the file by itself.",
        )
    return opened.folder


def _is_content_of(data: Space | Texts, wanted: str) -> bool:
    """Return whether data has an id, by which way of making one ever."""
    if data.id == wanted:
        return True
    vectors = data.vectors if isinstance(data, Space) else None
    return any(make(data.table, vectors) == wanted for make in (content_id, first_content_id))


def _id_in(folder: Path) -> str:
    try:
        return str(read_description(folder)["id"])
    except UserError:
        return ""


def _only(contents: ProjectContents, data: Sequence[KeptData]) -> ProjectContents:
    """Return the contents without what belongs to data that is not there."""
    there = {item.id for item in data}
    projections = tuple(item for item in contents.projections if item.space_id in there)
    maps = {item.id for item in projections}
    return dataclasses.replace(
        contents,
        data=tuple(data),
        projections=projections,
        columns=tuple(item for item in contents.columns if item.space_id in there),
        clusters=tuple(item for item in contents.clusters if item.space_id in there),
        selections=tuple(item for item in contents.selections if item["space_id"] in there),
        views=tuple(item for item in contents.views if item["projection_id"] in maps),
        styles={name: style for name, style in contents.styles.items() if name in there},
    )
