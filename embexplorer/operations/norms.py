"""The norms of a space's vectors, computed once for as long as the space is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.measures.similarity import norms

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.measures.similarity import Norms


class NormsCache:
    """Keeps the norms of the spaces it was asked for."""

    def __init__(self) -> None:
        self._kept: dict[str, Norms] = {}

    def of(self, space: Space, progress: Progress) -> Norms:
        """Return the norms (n,) of a space, computed at the first call."""
        if space.id not in self._kept:
            self._kept[space.id] = norms(space.vectors, progress)
        return self._kept[space.id]

    def forget(self, space_id: str) -> None:
        """Drop the norms of a space that was closed."""
        self._kept.pop(space_id, None)
