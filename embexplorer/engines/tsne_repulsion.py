"""What pushes the items of a t-SNE map apart: every pair for few items, by a tree for many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.threads import Threads

EXACT_UP_TO = 1_000  # items; below, a tree saves nothing
OPENING = 0.85  # a force is then right to about a hundredth
_KEPT = 8  # steps that a tree is used for: items move little, and its boxes are measured each time


class Repulsion:
    """The potential ``P(y) = sum_j 1 / (1 + |y - y_j|^2)`` of n items: its slopes and its sum.

    Items that are near each other are pushed as a group, and push as one where they are small from
    where they are seen (Barnes and Hut 1986; for t-SNE van der Maaten 2014). Walking the tree once
    for a group and not once for an item leaves long lists to work off by vector instructions
    (Barnes 1990, A modified tree code).

    Parameters
    ----------
    n
        Number of items.
    dims
        2 or 3.
    threads
        The result is the same on any number.
    opening
        Size over distance up to which items push as one; 0 takes every pair, None what is fast and
        right to about a hundredth.
    """

    def __init__(self, n: int, dims: int, threads: Threads, opening: float | None = None) -> None:
        chosen = 0.0 if n <= EXACT_UP_TO else OPENING
        self._opening = np.float32(chosen if opening is None else opening)
        self._threads = threads
        self._age = 0
        self._order = np.empty(n, np.int32)
        most = 2 * n  # nodes: every inner one parts its items
        self._ranges = np.empty((most, 2), np.int32)
        self._children = np.empty((most, 2), np.int32)
        self._groups = np.empty(n, np.int32)
        self._nodes = 0
        self._boxes = np.empty((3, most, dims), np.float32)  # lowest, highest, mean
        self._potential = np.empty(n, np.float32)

    def __call__(self, coords: NDArray[np.float32], slope: NDArray[np.float32]) -> float:
        """Write the slopes of the potential (n, 2|3); return its sum over all pairs of items."""
        from embexplorer.engines.tsne_tree_kernels import measure, repel

        if self._age % _KEPT == 0:
            self._grow(coords)
        self._age += 1
        order, ranges, children = self._order, self._ranges, self._children
        placed = np.ascontiguousarray(coords[order].T)
        lows, highs, centers = self._boxes
        measure(placed, ranges, children, self._nodes, lows, highs, centers)
        groups, opening, potential = self._groups, self._opening, self._potential

        def push(first: int, last: int) -> None:
            repel(
                placed,
                order,
                ranges,
                children,
                lows,
                highs,
                centers,
                groups[first:last],
                opening,
                potential,
                slope,
            )

        self._threads.over(len(groups), push)
        # Each item is at its own place, where its potential is 1.
        return max(float(potential.sum(dtype=np.float64)) - len(coords), 1e-12)

    def _grow(self, coords: NDArray[np.float32]) -> None:
        """Make the tree anew."""
        from embexplorer.engines.tsne_tree_kernels import KEY_BITS, divide, make_keys, sort_keys

        n, dims = coords.shape
        keys = np.empty(n, np.int32)
        corner = coords.min(axis=0)
        extent = max(float((coords.max(axis=0) - corner).max()), 1e-30)
        make_keys(coords, corner, np.float32(2 ** (KEY_BITS // dims) / extent), keys)
        sort_keys(keys, self._order)
        groups = np.empty(n, np.int32)
        self._nodes, found = divide(keys, dims, self._ranges, self._children, groups)
        self._groups = groups[:found]
