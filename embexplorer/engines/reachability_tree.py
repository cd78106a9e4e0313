"""The minimum spanning tree of the mutual reachability distances, exact, in any dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.space import BLOCK_BYTES
from embexplorer.engines.neighbor_graph import find_neighbor_graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors

REACH = 2  # neighbors looked up for each item, in multiples of those that measure density
FEWEST = 15


def find_reachability_tree(
    points: Vectors, neighbors: int, progress: Progress
) -> NDArray[np.float64]:
    """Return the n - 1 edges of the tree: two rows and their distance.

    The mutual reachability distance of two points is the largest of their distance and of the
    distances from each to its neighbor number `neighbors`. Boruvka's rounds join every part of the
    tree to the part nearest to it. The nearest neighbors of each point are found once; a round
    compares a point with all others only where one that is not among these could be nearer.

    Parameters
    ----------
    points
        (n, d), as `cluster_labels.scale_points` returns them; n is 3 or more.
    neighbors
        Less than n.

    Raises
    ------
    CancelledError
        When the person cancelled.

    References
    ----------
    Campello, Moulavi and Sander 2013, Density-based clustering based on hierarchical density
    estimates, PAKDD, definitions 2 and 3.
    March, Ram and Gray 2010, Fast Euclidean minimum spanning tree, KDD (Boruvka with bounds).
    """
    n = len(points)
    reach = min(max(REACH * neighbors, FEWEST), n - 1)
    search = _Search(points, neighbors, reach, progress.part(0.0, 0.5))
    later = progress.part(0.5, 1.0)
    parts = _Parts(n)
    edges: list[tuple[int, int, float]] = []
    while len(edges) < n - 1:
        later.report(len(edges) / (n - 1), f"Joining {n - len(edges):,} parts")
        for start, end, distance in search.nearest_outside(parts.of_points(), later):
            if parts.join(start, end):
                edges.append((start, end, distance))
    return np.array(edges, np.float64)


class _Parts:
    """Which points the tree has joined so far."""

    def __init__(self, n: int) -> None:
        self._above = list(range(n))

    def _root(self, point: int) -> int:
        above = self._above
        while above[point] != point:
            above[point] = above[above[point]]
            point = above[point]
        return point

    def join(self, start: int, end: int) -> bool:
        """Join two parts; return whether they were two."""
        first, second = self._root(start), self._root(end)
        self._above[second] = first
        return first != second

    def of_points(self) -> NDArray[np.int64]:
        """Return (n,) the number of each point's part, from 0."""
        roots = [self._root(point) for point in range(len(self._above))]
        return np.unique(roots, return_inverse=True)[1].astype(np.int64)


class _Search:
    """The nearest neighbors of every point, and what is known from them."""

    def __init__(self, points: Vectors, neighbors: int, reach: int, progress: Progress) -> None:
        self.points = points
        self.squares = np.einsum("ij,ij->i", points, points)
        graph = find_neighbor_graph(points, reach, "euclidean", progress)
        self.rows, distances = graph.rows, graph.distances
        self.core = distances[:, neighbors - 1].copy()
        self.reachable = np.maximum(distances, self.core[:, None])
        np.maximum(self.reachable, self.core[self.rows], out=self.reachable)
        self.bound = distances[:, -1].copy()  # no point that was not looked up is nearer

    def nearest_outside(
        self, part: NDArray[np.int64], progress: Progress
    ) -> list[tuple[int, int, float]]:
        """Return the shortest edge out of every part but the largest; ties by row."""
        count = int(part.max()) + 1
        largest = int(np.bincount(part).argmax())
        is_outside = part[self.rows] != part[:, None]
        distances = np.where(is_outside, self.reachable, np.float32(np.inf))
        at = distances.argmin(axis=1)
        every = np.arange(len(part))
        shortest, ends = distances[every, at], self.rows[every, at]
        shortest[part == largest] = np.inf
        limits = np.full(count, np.inf, np.float32)
        np.minimum.at(limits, part, shortest)
        self._look_beyond(part, largest, limits, shortest, ends, progress)
        order = np.lexsort((every, shortest, part))
        first = order[np.searchsorted(part[order], np.arange(count))]
        chosen = first[np.arange(count) != largest]
        return [(int(row), int(ends[row]), self._distance(row, ends[row])) for row in chosen]

    def _look_beyond(
        self,
        part: NDArray[np.int64],
        largest: int,
        limits: NDArray[np.float32],
        shortest: NDArray[np.float32],
        ends: NDArray[np.int64],
        progress: Progress,
    ) -> None:
        """Compare with all others the points that may have a shorter edge than their part has."""
        step = max(1, BLOCK_BYTES // (4 * len(part)))
        left = np.flatnonzero(part != largest)
        while True:
            left = left[np.maximum(self.bound, self.core)[left] < limits[part[left]]]
            if not len(left):
                return
            progress.raise_if_cancelled()
            rows, left = left[:step], left[step:]
            found = self._to_all(rows)
            found[part[rows][:, None] == part] = np.inf
            nearest = found.argmin(axis=1)
            distances = found[np.arange(len(rows)), nearest]
            is_shorter = distances < shortest[rows]
            shortest[rows[is_shorter]] = distances[is_shorter]
            ends[rows[is_shorter]] = nearest[is_shorter]
            np.minimum.at(limits, part[rows], distances)

    def _to_all(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the mutual reachability distances of some points to all."""
        found: NDArray[np.float32] = self.points[rows] @ self.points.T
        found *= -2
        found += self.squares
        found += self.squares[rows][:, None]
        np.sqrt(np.maximum(found, 0, out=found), out=found)
        np.maximum(found, self.core, out=found)
        np.maximum(found, self.core[rows][:, None], out=found)
        return found

    def _distance(self, start: int, end: int) -> float:
        apart = self.points[start].astype(np.float64) - self.points[end]
        return float(max(np.sqrt(apart @ apart), self.core[start], self.core[end]))
