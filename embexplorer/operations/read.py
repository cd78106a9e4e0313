"""Reading: a file becomes a space or a corpus in the cache once, and is mapped from there."""

from __future__ import annotations

import dataclasses
import importlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.contracts import Format
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.core.space import Space, Texts
from embexplorer.engines.loader_boundary import os_error
from embexplorer.operations.context import Context
from embexplorer.operations.read_sources import find_source, open_cached
from embexplorer.plugins import Registry
from embexplorer.storage.cache import DEFAULT_LIMIT, Cache

if TYPE_CHECKING:
    from collections.abc import Mapping

D = TypeVar("D", Space, Texts, Space | Texts, covariant=True)


@dataclass(frozen=True)
class Opened(Generic[D]):
    """What was read, mapped from the cache.

    Parameters
    ----------
    data
        The space, or the corpus where the file has no vectors.
    coords
        (n, 2|3) that the file brought, or None.
    folder
        Where it lies in the cache.
    cached
        Whether it was there before.
    seconds
        How long it took.
    format
        Id of the format that read it, or ``space-folder``.
    """

    data: D
    coords: NDArray[np.float32] | None
    folder: Path
    cached: bool
    seconds: float
    format: str


def read(
    path: Path | str,
    context: Context,
    *,
    params: Mapping[str, Any] | None = None,
    format_id: str | None = None,
    limit: int | None = None,
    name: str | None = None,
    as_texts: bool = False,
    progress: Progress | None = None,
) -> Opened[Space | Texts]:
    """Read a file or folder into the cache, unless it is there, and map it.

    Parameters
    ----------
    path
        A file that a format reads, a folder of texts, or a space folder.
    context
        The formats and the cache.
    params
        Parameters of the format by name.
    format_id
        The format to take; None recognizes it.
    limit
        Read the first so many items only.
    name
        What to call it; None takes the file's name.
    as_texts
        Whether to read the texts of a table that has vectors too.
    progress
        Where to say how far it is, and whether it is cancelled.

    Raises
    ------
    UserError
        Naming what is wrong with the file; nothing is kept then.
    """
    started = time.perf_counter()
    path = Path(path)
    progress = progress or Progress()
    if limit is not None and limit < 1:
        raise UserError("Setting out of range", f"The limit is {limit}.", "Choose 1 or more.")
    try:
        source = find_source(path, context, params or {}, format_id, limit, as_texts=as_texts)
        found, folder, cached = open_cached(source, context.cache, progress)
    except OSError as error:
        raise os_error(path, error) from error
    data, coords = found
    if name is not None:
        data = dataclasses.replace(data, name=name)
    return Opened(data, coords, folder, cached, time.perf_counter() - started, source.format)


def read_space(path: Path | str, context: Context, **options: Any) -> Opened[Space]:
    """Read a file as `read` does, and refuse one without vectors.

    Raises
    ------
    UserError
        As `read` does, and when the file holds texts only.
    """
    opened = read(path, context, **options)
    if isinstance(opened.data, Space):
        return dataclasses.replace(opened, data=opened.data)  # type: ignore[return-value]  # D narrows
    raise UserError(
        "No vectors in this file",
        f"{Path(path).name} has {counted(opened.data.n, 'text')} and no vectors.",
        "Open it as a corpus and encode it.",
    )


def read_texts(path: Path | str, context: Context, **options: Any) -> Opened[Texts]:
    """Read the texts of a file, even where it has vectors too.

    Raises
    ------
    UserError
        As `read` does, and when the file holds vectors without texts.
    """
    opened = read(path, context, as_texts=True, **options)
    if isinstance(opened.data, Texts):
        return dataclasses.replace(opened, data=opened.data)  # type: ignore[return-value]  # D narrows
    raise UserError(
        "No texts in this file",
        f"{Path(path).name} is a space of {counted(opened.data.n, 'vector')}.",
        "Open it as a space, or choose a corpus to encode.",
    )


def read_to_cache(
    path: str,
    cache_root: str,
    *,
    params: Mapping[str, Any] | None = None,
    format_id: str | None = None,
    limit: int | None = None,
    as_texts: bool = False,
    cache_limit: int = DEFAULT_LIMIT,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read as `read` does, from plain values to plain values, for a child process.

    Returns
    -------
    dict
        folder (where `storage.space_folder.open_folder` maps it), cached, seconds, format.
    """
    context = dataclasses.replace(
        Context.default(cache_root), cache=Cache(Path(cache_root), cache_limit)
    )
    opened = read(
        path,
        context,
        params=params,
        format_id=format_id,
        limit=limit,
        as_texts=as_texts,
        progress=progress,
    )
    return {
        "folder": str(opened.folder),
        "cached": opened.cached,
        "seconds": opened.seconds,
        "format": opened.format,
    }


def import_readers() -> None:
    """Import what reads a file, so that the first one is read sooner: a child's warm-up."""
    Registry.discover().all(Format)
    importlib.import_module("numpy.ma")  # which pyarrow looks for at its first array


def load_parser(progress: Progress) -> None:
    """Compile the parser of word vectors into the disk cache: a job for a child process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "two.vec"
        path.write_text("2 2\na 1 2\nb 3 4\n", encoding="utf-8")
        read(path, Context(Registry.discover(), Cache(Path(folder) / "cache")), progress=progress)
