"""How a path gets into the cache: its key there, what fills it, and whether it has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.contracts import Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import as_dict, build, fields_of
from embexplorer.core.progress import Progress
from embexplorer.core.space import Space, Texts
from embexplorer.engines.compressed import outer_path
from embexplorer.engines.loader_boundary import loading
from embexplorer.operations.read_filling import copy_space, fill_from_file
from embexplorer.operations.recognize import find_format
from embexplorer.storage import space_folder
from embexplorer.storage.cache import Cache, file_stamp, key_of
from embexplorer.storage.trusted_files import trusted_hashes

if TYPE_CHECKING:
    from embexplorer.operations.context import Context

SPACE_FOLDER = "space-folder"
Found = tuple[Space | Texts, NDArray[np.float32] | None]


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be read, and how it gets into a folder of the cache."""

    path: Path
    format: str
    key: str
    before: Any  # its stamp when the key was made
    stamp: Callable[[], Any]
    fill: Callable[[Path, Progress], None]
    folder: Path | None = None  # where it lies in the cache already


def find_source(
    path: Path,
    context: Context,
    params: Mapping[str, Any],
    format_id: str | None,
    limit: int | None,
    *,
    as_texts: bool,
) -> Source:
    """Return how a path is read: by which format, with which parameters, under which key.

    Raises
    ------
    UserError
        When no format reads it, or a parameter is unknown.
    """
    if (path / "space.json").is_file() and format_id in (None, SPACE_FOLDER):
        return _space_source(path, context, params, limit)
    plugin, place = find_format(path, context.registry, format_id)
    outer = outer_path(place)
    values = dict(params)
    if as_texts and any(field.name == "use" for field in fields_of(plugin.params)):
        values["use"] = "texts"
    settings: Any = build(plugin.params, values)

    def stamp() -> Any:
        with loading(path.name):
            beside = plugin.beside(place, settings)
        return [file_stamp(outer), *map(file_stamp, beside)]

    def fill(folder: Path, progress: Progress) -> None:
        reading = Reading(place, settings, folder, progress, limit, trusted=trusted_hashes())
        fill_from_file(folder, plugin, reading, path)

    before = stamp()
    key = key_of(
        stamp=before,
        format=plugin.id,
        version=plugin.version,
        params=as_dict(settings),
        limit=limit,
        layout=space_folder.VERSION,
        **({} if outer == place else {"inside": place.name}),
    )
    return Source(path, plugin.id, key, before, stamp, fill)


def _space_source(
    path: Path, context: Context, params: Mapping[str, Any], limit: int | None
) -> Source:
    if params:
        listed = ", ".join(sorted(params))
        raise UserError("Unknown setting", f"{listed}: a space folder has no settings.", "")
    real = path.resolve()
    root = context.cache.root.resolve()

    def stamp() -> Any:
        return file_stamp(path)

    def fill(folder: Path, progress: Progress) -> None:
        copy_space(folder, path, limit, progress)

    before = stamp()
    key = key_of(stamp=before, format=SPACE_FOLDER, limit=limit, layout=space_folder.VERSION)
    inside = real if real.parent == root and limit is None else None
    return Source(path, SPACE_FOLDER, key, before, stamp, fill, inside)


def open_cached(source: Source, cache: Cache, progress: Progress) -> tuple[Found, Path, bool]:
    """Return what lies in the cache, where, and whether it was there before.

    Raises
    ------
    UserError
        As the format says, or when the file changed while it was read.
    """
    folder = source.folder or cache.find(source.key)
    if folder is not None:
        try:
            return space_folder.open_folder(folder), folder, True
        except UserError:
            if source.folder is not None:
                raise
            cache.remove(source.key)  # damaged in the cache, but its source is at hand

    def fill(target: Path) -> None:
        source.fill(target, progress)
        if source.stamp() != source.before:
            raise UserError(
                "The file changed meanwhile",
                f"{source.path.name} was written to while it was read. Nothing was loaded.",
                "Open it again when it is complete.",
            )
        progress.raise_if_cancelled()

    folder = cache.write(source.key, fill)
    return space_folder.open_folder(folder), folder, False
