"""Puts what only this process has into the cache, where other processes can map it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from embexplorer.core.space import Space
from embexplorer.storage.cache import STAMP, Cache, key_of
from embexplorer.storage.space_folder import open_folder, write_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Texts
    from embexplorer.operations.context import Context


def on_disk(space: Space, context: Context) -> Space:
    """Return the space with a folder: itself, or its copy in the cache."""
    if space.folder is not None:
        return space

    key = key_of(kind="memory", id=space.id, name=space.name)
    folder = context.cache.find(key) or context.cache.write(key, partial(_fill, space))
    kept, _ = open_folder(folder)
    assert isinstance(kept, Space)
    return kept


def is_lost(item: Space | Texts, cache_root: Path) -> bool:
    """Return whether the cache no longer has data that is mapped from it."""
    folder = item.folder
    return folder is not None and folder.parent == cache_root and not (folder / STAMP).exists()


def write_again(
    data: Sequence[Space | Texts], cache_root: Path, progress: Progress | None = None
) -> tuple[str, ...]:
    """Write into the cache what it has lost and this process still maps; return the names.

    Raises
    ------
    UserError
        When the cache cannot be written.
    """
    lost = [item for item in data if is_lost(item, cache_root)]
    for item in lost:
        assert item.folder is not None, "it lay in the cache"
        Cache(cache_root).write(item.folder.name, partial(_fill, item))
    return tuple(item.name for item in lost)


def _fill(item: Space | Texts, folder: Path) -> None:
    write_folder(
        folder,
        name=item.name,
        table=item.table,
        vectors=item.vectors if isinstance(item, Space) else None,
        provenance=item.provenance,
        subwords=item.subwords if isinstance(item, Space) else None,
    )
