"""Goes through vectors in blocks and writes changed ones, so that no second copy is in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.core.space import zero_rows
from embexplorer.core.threads import Threads
from embexplorer.measures.similarity import small_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from embexplorer.core.contracts import Group
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors

    Rows = NDArray[np.float64]  # (m, d)

LEAST = 1e-6  # what float32 leaves of a unit vector from which all has been taken
AFTER = (
    "Taking a direction out does not take out what other items tell of it: groups of items often "
    "still lie together (Gonen and Goldberg 2019, https://aclanthology.org/N19-1061)."
)
"""What must be said of every vector from which a direction was removed."""


def change_rows(
    vectors: Vectors,
    out: Vectors,
    change: Callable[[Rows], Rows],
    *,
    kept: NDArray[np.int64] | None = None,
    unit_length: bool,
    progress: Progress,
) -> None:
    """Write what `change` makes of each block of rows into `out`.

    Parameters
    ----------
    vectors, out
        (n, d) float32; one block after the other is read, widened to float64 and written.
    change
        Gets rows (m, d), and returns as many.
    kept
        Rows that are not changed.
    unit_length
        Scale the rows to length 1 before and after, the kept ones too. Of a row that is zero, or of
        which nothing but rounding is left, zeros are written.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    n = len(vectors)
    is_kept = np.zeros(n, np.bool_)
    if kept is not None:
        is_kept[kept] = True
    done = 0

    def work(block: tuple[int, NDArray[np.float32]]) -> None:
        nonlocal done
        first, narrow = block
        last = first + len(narrow)
        rows = narrow.astype(np.float64)
        if unit_length:
            rows = to_unit(rows)
        changed = change(rows)
        if unit_length:
            changed = to_unit(changed, LEAST)
        stays = is_kept[first:last]
        if stays.any():
            changed[stays] = rows[stays]
        out[first:last] = changed
        done += len(narrow)
        progress.report(done / n, "Changing vectors")

    from threadpoolctl import threadpool_limits

    # Each thread multiplies alone: all of them together wait for each other.
    with threadpool_limits(1, user_api="blas"), Threads(progress=progress) as threads:
        threads.each(small_blocks(vectors), work)


def to_unit(rows: Rows, least: float = 0.0) -> Rows:
    """Return rows of length 1; zeros for one that is not longer than `least`."""
    lengths = np.sqrt(np.vecdot(rows, rows))[:, None]
    is_there = lengths > least
    scaled: Rows = rows * np.divide(1.0, lengths, out=np.zeros_like(lengths), where=is_there)
    return scaled


def count_neutral(vectors: Vectors, kept: NDArray[np.int64]) -> int:
    """Return how many vectors are neither zero nor among the rows that keep their difference.

    Raises
    ------
    UserError
        When there is none.
    """
    count = len(vectors) - len(np.union1d(kept, zero_rows(vectors)))
    if not count:
        raise UserError(
            "No item is neutral",
            f"All {len(vectors):,} items define the difference, keep it, or are zero.",
            "Leave items out of the specific ones, or use a space with more items.",
        )
    return count


def rows_with(rows: NDArray[np.int64], *groups: Group) -> NDArray[np.int64]:
    """Return some rows and all those that groups have, each once, ascending."""
    return np.unique(np.concatenate([rows, *(group.rows for group in groups)]))
