"""The maps that need no iteration: of a handful of items, or of items that are all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.contracts import Projected
from embexplorer.core.space import blocks_of
from embexplorer.engines.directions import ROUNDING
from embexplorer.engines.principal import find_principal

if TYPE_CHECKING:
    from embexplorer.core.space import Vectors


def find_trivial_layout(
    vectors: Vectors, dims: int, title: str, *, are_directions: bool
) -> Projected | None:
    """Return the map of vectors that leave nothing to lay out, or None where there is something.

    Up to `dims` + 1 items keep all their Euclidean distances on a map, and the principal axes give
    that map. Items that all lie at one place stay at one place.

    Parameters
    ----------
    vectors
        (n, d).
    dims
        2 or 3.
    title
        Name of the method that would lay them out otherwise, for the note.
    are_directions
        Whether they are unit vectors, which count as the same when only rounding parts them.
    """
    n = len(vectors)
    if _are_same(vectors, ROUNDING if are_directions else 0.0):
        note = one_place_note(n, are_directions=are_directions)
        return Projected(np.zeros((n, dims), np.float32), notes=(note,))
    if n > dims + 1:
        return None
    note = f"{title} needs {dims + 2} items or more; the principal axes show these {n} as they lie."
    return Projected(find_principal(vectors, dims).coords, notes=(note,))


def one_place_note(n: int, *, are_directions: bool) -> str:
    """Return what to say of n items that all lie at one place, the origin."""
    if n == 1:
        return "There is one item, and it lies at the origin."
    same = "have the same direction" if are_directions else "are the same"
    return f"All {n:,} vectors {same}, so every item lies at the origin."


def _are_same(vectors: Vectors, tolerance: float) -> bool:
    first = vectors[0]
    return all(bool((np.abs(block - first) <= tolerance).all()) for _, block in blocks_of(vectors))
