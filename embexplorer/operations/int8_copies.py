"""The copies with a byte a number that make searches of large spaces fast: when, and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from embexplorer.core.memory import free_memory
from embexplorer.core.space import Space
from embexplorer.engines.vector_sink import check_room
from embexplorer.measures.bounds import are_safe
from embexplorer.operations.norms import norms_of_space
from embexplorer.storage.int8_folder import open_copy, write_copy
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress
    from embexplorer.measures.int8_copy import Int8Copy

WORTH_BYTES = 1 << 26  # of vectors: below, a scan of them takes less than 5 ms
_MEMORY_SHARE = 0.7  # of the free memory that a copy may take


class Int8Copies:
    """Keeps the copies of the spaces it was asked for mapped."""

    def __init__(self) -> None:
        self._kept: dict[str, Int8Copy] = {}

    def of(self, space: Space) -> Int8Copy | None:
        """Return the copy of a space, once it is there."""
        if space.id not in self._kept and space.folder is not None and is_worth_a_copy(space):
            found = open_copy(space.folder, space.n, space.d)
            if found is None:
                return None
            self._kept[space.id] = found
        return self._kept.get(space.id)

    def forget(self, space_id: str) -> None:
        """Drop the copy of a space that was closed."""
        self._kept.pop(space_id, None)


def is_worth_a_copy(space: Space) -> bool:
    """Return whether searching a space takes long enough."""
    return space.vectors.nbytes >= WORTH_BYTES


def make_copy(space_folder: str, progress: Progress) -> str:
    """Write the copy of a space beside its vectors: the job of a child.

    Returns
    -------
    str
        Why there is none, or nothing when it is there.

    Raises
    ------
    UserError
        When the disk has no room.
    CancelledError
        When the person cancelled.
    """
    folder = Path(space_folder)
    space, _ = open_folder(folder)
    assert isinstance(space, Space), "a corpus has no vectors"
    if not is_worth_a_copy(space):
        return "the vectors are few enough as they are"
    if open_copy(folder, space.n, space.d) is not None:
        return ""
    n_bytes = space.vectors.size
    free = free_memory()
    if free is not None and n_bytes > _MEMORY_SHARE * free:
        return f"it takes {n_bytes / 1e9:.1f} GB of memory; {free / 1e9:.1f} GB are free"
    if not are_safe(norms_of_space(space, progress)):
        return "vectors so long or short are searched in float64"
    check_room(folder, 2 * n_bytes)
    write_copy(folder, space.vectors, progress)
    return ""
