"""Puts a space that is only in memory into the cache, where other processes can map it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.core.space import Space
from embexplorer.storage.cache import key_of
from embexplorer.storage.space_folder import open_folder, write_folder

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.operations.context import Context


def on_disk(space: Space, context: Context) -> Space:
    """Return the space with a folder: itself, or its copy in the cache."""
    if space.folder is not None:
        return space

    def fill(folder: Path) -> None:
        write_folder(
            folder,
            name=space.name,
            table=space.table,
            vectors=space.vectors,
            provenance=space.provenance,
            subwords=space.subwords,
        )

    key = key_of(kind="memory", id=space.id, name=space.name)
    kept, _ = open_folder(context.cache.find(key) or context.cache.write(key, fill))
    assert isinstance(kept, Space)
    return kept
