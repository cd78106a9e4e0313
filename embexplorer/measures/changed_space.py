"""How far two spaces of the same items lie apart: lengths, directions, what lies along one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from embexplorer.measures.changed_rows import to_unit
from embexplorer.measures.similarity import small_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors

    Numbers = NDArray[np.float64]  # (n,)


class RowChanges(NamedTuple):
    """For each item: both lengths, the cosine of old and new, and both cosines with a direction.

    A vector that is zero has the cosine 0 with all.
    """

    lengths: Numbers
    new_lengths: Numbers
    cosines: Numbers
    along: Numbers
    new_along: Numbers


def compare_rows(
    vectors: Vectors, others: Vectors, direction: Numbers, progress: Progress
) -> RowChanges:
    """Return what changed from the vectors (n, d) to others (n, d) with the same items.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    found = RowChanges(*(np.empty(len(vectors)) for _ in RowChanges._fields))
    for first, block in small_blocks(vectors, progress):
        last = first + len(block)
        old, new = block.astype(np.float64), others[first:last].astype(np.float64)
        found.lengths[first:last] = np.sqrt(np.vecdot(old, old))
        found.new_lengths[first:last] = np.sqrt(np.vecdot(new, new))
        old, new = to_unit(old), to_unit(new)
        found.cosines[first:last] = np.vecdot(old, new)
        found.along[first:last] = old @ direction
        found.new_along[first:last] = new @ direction
        progress.report(last / len(vectors), "Comparing")
    return found
