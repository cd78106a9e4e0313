"""The norms of a space's vectors, computed once: they lie beside the vectors or are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.space import check_finite
from embexplorer.measures.similarity import norms
from embexplorer.storage.space_folder import open_norms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.measures.similarity import Norms


class NormsCache:
    """Keeps the norms of the spaces it was asked for."""

    def __init__(self) -> None:
        self._kept: dict[str, Norms] = {}

    def of(self, space: Space, progress: Progress) -> Norms:
        """Return the norms (n,) of a space, found at the first call."""
        if space.id not in self._kept:
            self._kept[space.id] = norms_of_space(space, progress)
        return self._kept[space.id]

    def forget(self, space_id: str) -> None:
        """Drop the norms of a space that was closed."""
        self._kept.pop(space_id, None)


def norms_of_space(space: Space, progress: Progress | None = None) -> Norms:
    """Return the norms (n,) of a space: mapped from its folder, or else computed."""
    mapped = open_norms(space.folder, space.n) if space.folder is not None else None
    return norms(space.vectors, progress) if mapped is None else mapped


def norms_of_finite(vectors: NDArray[Any], items: Sequence[str]) -> Norms:
    """Return the norms (n,) of vectors, and refuse a value that is not finite, in one pass.

    Raises
    ------
    UserError
        Naming the first row with NaN or infinity.
    """
    found = norms(vectors)
    if not np.isfinite(found).all():  # float64 holds the squares of all finite float32
        check_finite(vectors, items)
    return found
