"""How the arrows of a map are worked out: from where items were before to where they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.app.drawings import Arrows
from embexplorer.core.counted import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.app.making_drawings import Made, Mask
    from embexplorer.core.progress import Progress
    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space

MOST = 500  # arrows that are drawn of a selection
STILL = 1e-3  # share of the map's extent below which an item stands still
NEEDED = (
    "Arrows need a map on the axes of the space before: Analyze, Before and after on bias axes."
)


def make_no_arrows(*, is_lost: bool, progress: Progress) -> Made:
    """Return nothing, and why."""
    progress.raise_if_cancelled()
    lost = "The map of the space before was removed; make both again. "
    return None, (f"{lost if is_lost else ''}{NEEDED}",)


def make_arrows(
    space: Space,
    before: Coords,
    after: Coords,
    rows: NDArray[np.int64] | None,
    most: int,
    mask: Mask,
    progress: Progress,
) -> Made:
    """Return the `Arrows` of some items, and what must be said.

    Parameters
    ----------
    space
        The space that is on the map.
    before, after
        (n, 2) its map, and that of the space before on the same axes; NaN for an item with none.
    rows
        (m,) the items that shall have arrows; None for the `most` that moved farthest on the map.
    mask
        (n,) which items are shown.
    """
    if before.shape != after.shape:
        return None, ("The space before has other items than this one.",)
    asked = np.arange(space.n) if rows is None else rows
    if mask is not None:
        asked = asked[mask[asked]]
    progress.raise_if_cancelled()
    lengths = np.linalg.norm(after[asked].astype(np.float64) - before[asked], axis=1)
    extent = float(np.linalg.norm(np.nanmax(after, axis=0) - np.nanmin(after, axis=0)))
    moved = np.flatnonzero(lengths > STILL * extent)  # nor where one place is NaN
    n_moved = len(moved)
    kept = moved[np.argsort(-lengths[moved], kind="stable")][: most if rows is None else MOST]
    which = asked[kept]
    names = tuple(space.items.take(which))
    return Arrows(which, before[which], names), _said(len(kept), n_moved, len(asked), rows is None)


def _said(drawn: int, moved: int, asked: int, is_all: bool) -> tuple[str, ...]:
    whose = "shown items" if is_all else "selected items"
    if not moved:
        return (f"None of the {asked:,} {whose} moved along these axes.",)
    which = f"the {drawn:,} of {counted(moved, 'moved item')} that moved farthest on this map"
    if drawn == moved:
        which = f"all {drawn:,} of {asked:,} {whose} that moved on this map"
    return (
        f"Arrows lead from where items were before debiasing to where they are now: {which}. Both "
        "places are on the axes of the space before; what moved across them is not seen.",
    )
