"""The neighbor graph of vectors: what UMAP, t-SNE and HDBSCAN start from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.contracts import Projecting
from embexplorer.core.neighbor_graph import NeighborGraph
from embexplorer.core.progress import Progress
from embexplorer.core.threads import Threads
from embexplorer.engines.nearest.approximate import CHECKED, find_approximate
from embexplorer.engines.nearest.points import SHARE, find_points
from embexplorer.engines.nearest.search import (
    exact_codes,
    find_exact,
    find_of_some,
    one_thread_each,
    warm_search,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.space import Vectors
    from embexplorer.engines.nearest.points import Points
    from embexplorer.engines.nearest.search import Found

VERSION = 1  # of what is found: a graph that was kept by another one is found again

EXACT_UP_TO = {"cosine": 250_000, "euclidean": 250_000, "manhattan": 50_000}
"""Items up to which neighbors are exact; two processors take a minute or two for so many."""


def projecting_alone(
    vectors: Vectors,
    params: Any,
    dims: int = 2,
    seed: int = 0,
    progress: Progress | None = None,
) -> Projecting:
    """Return what a projection method is asked for where no neighbor graph is kept."""
    neighbors = partial(find_neighbor_graph, vectors)
    return Projecting(vectors, params, dims, seed, progress or Progress(), neighbors)


def find_neighbor_graph(vectors: Vectors, k: int, metric: str, progress: Progress) -> NeighborGraph:
    """Return the k nearest other items of every item, by distance, then by row.

    They are exact up to `EXACT_UP_TO` different vectors, and the same bytes on any number of
    threads; distances are worked out in float64 from the vectors as they are. Above, they are
    approximate, and the graph says which share of the true ones is among them.

    Parameters
    ----------
    vectors
        (n, d) float32, finite; may be a memory map.
    k
        How many; n - 1 where there are not so many others.
    metric
        ``cosine``, ``euclidean`` or ``manhattan``. A zero vector has the cosine 0 with every item
        that has a direction, and 1 with other zero vectors.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    recall = 1.0
    notes: tuple[str, ...] = ()
    with Threads(progress=progress) as threads:
        points = find_points(vectors, metric, threads)
        near = min(k, points.m - 1)
        found = np.empty((points.m, near)), np.empty((points.m, near), np.int32)
        if near and points.m <= EXACT_UP_TO[metric]:
            found = find_exact(points, near, metric, threads, progress)
        elif near:
            found, recall = find_approximate(points, near, metric, threads, progress)
            notes = (
                f"The neighbors are approximate above {EXACT_UP_TO[metric]:,} items: {recall:.0%} "
                f"of the true ones were found in a sample of {CHECKED:,}.",
            )
        items = np.arange(len(vectors))
        rows, distances = _of_items(points, items, points.of_item, found, k, threads)
    return NeighborGraph(rows, distances, metric, recall, notes)


def find_neighbors_of(
    vectors: Vectors, items: NDArray[np.int64], k: int, metric: str, progress: Progress
) -> NeighborGraph:
    """Return the k nearest other items of some items among all, exact for any number.

    Row i of the graph belongs to ``items[i]``; the rest is as in `find_neighbor_graph`.
    """
    with Threads(progress=progress) as threads:
        points = find_points(vectors, metric, threads)
        asked, places = np.unique(points.of_item[items], return_inverse=True)
        near = min(k, points.m - 1)
        found = np.empty((len(asked), near)), np.empty((len(asked), near), np.int32)
        if near:
            with one_thread_each():
                exact = exact_codes(points, metric, threads)
                found = find_of_some(exact, asked, near, threads, progress)
        rows, distances = _of_items(points, items, places, found, k, threads)
    return NeighborGraph(rows, distances, metric)


def memory_needed(n: int, d: int, k: int) -> int:
    """Return about how many bytes a search takes beside n vectors of d dimensions.

    These are the vectors once more (of length 1, each different one once) in float32, once in
    bytes, and the candidates and neighbors of each.
    """
    return n * (5 * d + 32 * k + 64)


def warm() -> None:
    """Compile what a search needs, or load it from the disk, so that the first starts at once."""
    vectors = np.random.default_rng(0).normal(size=(96, 4)).astype(np.float32)
    for metric in ("euclidean", "manhattan"):
        find_neighbor_graph(vectors, 5, metric, Progress())
    warm_search()


def _of_items(
    points: Points,
    items: NDArray[np.int64],
    places: NDArray[np.int64],
    found: Found,
    k: int,
    threads: Threads,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the neighbors of items, given those of their points, which lie at `places`."""
    from embexplorer.engines.nearest import kernels

    k = min(k, len(points.of_item) - 1)
    members = np.argsort(points.of_item, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(points.of_item, minlength=points.m))])
    groups = points.of_item, starts, members
    rows, distances = np.empty((len(items), k), np.int32), np.empty((len(items), k), np.float32)

    def spread(first: int, last: int) -> None:
        at = slice(first, last)
        kernels.spread(items[at], places[at], groups, found, points.unit, rows[at], distances[at])

    if k:
        threads.over(len(items), spread, SHARE)
    rows.flags.writeable = distances.flags.writeable = False
    return rows, distances
