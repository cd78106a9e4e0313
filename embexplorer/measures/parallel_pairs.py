"""Which pairs of items differ most nearly in a given direction: all pairs, in blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress

BLOCK_BYTES = 1 << 25  # products of a block of items with all
TINY = 1e-12  # what rounding leaves: squared distances below are those of equal vectors
MOST_KEPT = 1 << 17  # pairs between two looks at which of them can still be among the best


class ParallelPairs(NamedTuple):
    """Pairs of rows (m,), of which the first lies farther along the direction.

    `scores` are the cosines of their differences with the direction, above 0.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    scores: NDArray[np.float64]
    distances: NDArray[np.float64]

    def take(self, which: NDArray[Any]) -> ParallelPairs:
        """Return some of the pairs."""
        return ParallelPairs(*(part[which] for part in self))


def find_parallel_pairs(
    vectors: NDArray[np.float64],
    direction: NDArray[np.float64],
    k: int,
    most_apart: float,
    progress: Progress,
) -> ParallelPairs:
    """Return the k pairs whose difference is most parallel to a direction, each row once a side.

    The best pair is taken, then the best of those with other rows, and so on. All pairs of the
    rows are compared; pairs of equal vectors have no difference.

    Parameters
    ----------
    vectors
        (n, d) of length 1.
    direction
        (d,) of length 1.
    most_apart
        Pairs at a larger distance are left out.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    n = len(vectors)
    along = vectors @ direction
    order = np.argsort(-along, kind="stable")  # so that the second of a pair comes after the first
    along, vectors = along[order], vectors[order]
    kept = _Kept(k)
    step = max(1, BLOCK_BYTES // (8 * n))
    for start in range(0, n, step):
        progress.raise_if_cancelled()
        progress.report(start / n, f"{start:,} of {n:,} items")
        part = slice(start, start + step)
        squares = 2.0 - 2.0 * (vectors[part] @ vectors[start:].T)
        gaps = along[part, None] - along[start:]
        # A gap over a distance is a cosine: what falls below the floor needs no root.
        is_pair = (squares <= most_apart**2) & (squares > TINY) & (gaps > 0)
        is_pair &= gaps * gaps >= kept.floor**2 * (1.0 - TINY) * squares
        first, second = np.nonzero(is_pair)
        distances = np.sqrt(squares[first, second])
        scores = np.minimum(gaps[first, second] / distances, 1.0)
        kept.add(ParallelPairs(order[first + start], order[second + start], scores, distances))
    return kept.best()


class _Kept:
    """Pairs that may be among the k best so far, each row once a side.

    If 2 k pairs without a common row on a side score at least t, then k of the best do at the end:
    each of the best takes at most two of them out. So t is a floor for all that is still to come.
    """

    def __init__(self, k: int) -> None:
        self.floor = 0.0
        self._k = k
        self._parts: list[ParallelPairs] = []
        self._count = 0

    def add(self, pairs: ParallelPairs) -> None:
        """Add pairs, and raise the floor where many have come together."""
        self._parts.append(pairs)
        self._count += len(pairs.scores)
        if self._count > MOST_KEPT or self.floor == 0.0:
            self._tidy()

    def _tidy(self) -> None:
        found = self._ordered()
        chosen = _disjoint(found, 2 * self._k)
        if len(chosen) == 2 * self._k:
            self.floor = float(found.scores[chosen[-1]])
        self._parts = [found.take(found.scores >= self.floor)]
        self._count = len(self._parts[0].scores)

    def _ordered(self) -> ParallelPairs:
        """Return all pairs that are kept, the most parallel first."""
        found = ParallelPairs(*(np.concatenate(parts) for parts in zip(*self._parts, strict=True)))
        return found.take(np.lexsort((found.second, found.first, -found.scores)))

    def best(self) -> ParallelPairs:
        """Return the k best of all."""
        found = self._ordered()
        return found.take(_disjoint(found, self._k))


def _disjoint(pairs: ParallelPairs, k: int) -> NDArray[np.int64]:
    """Return which of ordered pairs to take so that no row comes twice on a side, k at most."""
    chosen: list[int] = []
    used_first: set[int] = set()
    used_second: set[int] = set()
    for at, (one, other) in enumerate(
        zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    ):
        if one not in used_first and other not in used_second:
            chosen.append(at)
            used_first.add(one)
            used_second.add(other)
            if len(chosen) == k:
                break
    return np.array(chosen, np.int64)
