"""What a weighted graph is: for each row the columns it is joined to, and how strongly."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROWS_AT_ONCE = 1024  # that a thread takes


class Edges(NamedTuple):
    """The edges of n rows, those of row i from ``starts[i]`` to ``starts[i + 1]``.

    `starts` is (n + 1,) int64; `columns` (e,) int32 and `weights` (e,) float32 have one value an
    edge, from both of its ends where the graph has no direction.
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.starts) - 1

    def rows(self) -> NDArray[np.int32]:
        """Return the row of each edge."""
        return np.repeat(np.arange(self.n, dtype=np.int32), np.diff(self.starts))


def kept(edges: Edges, is_kept: NDArray[np.bool_]) -> Edges:
    """Return the edges that are marked."""
    before = np.concatenate([[0], np.cumsum(is_kept)])
    return Edges(before[edges.starts], edges.columns[is_kept], edges.weights[is_kept])


def reordered(edges: Edges, order: NDArray[np.int64]) -> Edges:
    """Return the graph whose row i is the row ``order[i]`` of this one, its columns renamed.

    `order` may be a part of the rows that no edge leaves.
    """
    place = np.empty(edges.n, np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    lengths = np.diff(edges.starts)[order]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    taken = np.arange(starts[-1]) + np.repeat(edges.starts[order] - starts[:-1], lengths)
    return Edges(starts, place[edges.columns[taken]], edges.weights[taken])
