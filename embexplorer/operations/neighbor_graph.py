"""The neighbor graph of a space, found once and kept in the cache for all that need it."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.core.neighbor_graph import NeighborGraph
from embexplorer.engines.neighbor_graph import VERSION, find_neighbor_graph
from embexplorer.storage.cache import STAMP, key_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space, Vectors
    from embexplorer.operations.context import Context

KEPT_FROM = 2000
"""Items from which a graph is kept: below, it is found sooner than a disk has written it."""

FEWEST = 15
"""Neighbors that are found at least: as many as UMAP and the distance to neighbors start with, so
that one graph serves both. More would cost time whether or not somebody asks for them."""

ROWS, DISTANCES = "rows.npy", "distances.npy"

_log = logging.getLogger(__name__)


def neighbor_graph(
    space: Space, k: int, metric: str, context: Context, progress: Progress
) -> NeighborGraph:
    """Return the k nearest other items of every item of a space; see `find_neighbor_graph`.

    The cache keeps one graph for each space and metric. It serves any smaller k, and one with more
    neighbors takes its place. A graph that is damaged is found again.

    Returns
    -------
    NeighborGraph
        With read-only arrays, memory-mapped where all neighbors that are kept were asked for.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    k = min(k, space.n - 1)
    if space.n < KEPT_FROM:
        return find_neighbor_graph(space.vectors, k, metric, progress)
    key = key_of(kind="neighbors", space=space.id, metric=metric, version=VERSION)
    kept = _find(key, space.n, metric, context)
    if kept is None or kept.k < k:
        found = find_neighbor_graph(
            space.vectors, max(k, min(FEWEST, space.n - 1)), metric, progress
        )
        kept = _keep(found, key, context) or found
    return _nearest(kept, k)


class Neighbors:
    """What a projection method calls for neighbors, with the notes of what it was given.

    Parameters
    ----------
    space
        Its graph is kept in the cache.
    vectors
        (m, d) those that are projected, where they are not all of the space: their graph is not
        kept.
    """

    def __init__(self, space: Space, vectors: Vectors | None, context: Context) -> None:
        self._space = space
        self._vectors = vectors
        self._context = context
        self.notes: list[str] = []

    def __call__(self, k: int, metric: str, progress: Progress) -> NeighborGraph:
        """Return the k nearest other items of every item that is projected."""
        if self._vectors is None:
            graph = neighbor_graph(self._space, k, metric, self._context, progress)
        else:
            graph = find_neighbor_graph(self._vectors, k, metric, progress)
        self.notes.extend(graph.notes)
        return graph


def _find(key: str, n: int, metric: str, context: Context) -> NeighborGraph | None:
    try:
        folder = context.cache.find(key)
    except OSError as error:  # a cache that may not be written cannot be marked as used either
        _log.info("no kept neighbor graph is looked for: %s", error)
        return None
    return None if folder is None else _open(folder, n, metric)


def _keep(graph: NeighborGraph, key: str, context: Context) -> NeighborGraph | None:
    """Write a graph into the cache and return it mapped from there; None where that failed."""

    def fill(folder: Path) -> None:
        np.save(folder / ROWS, graph.rows)
        np.save(folder / DISTANCES, graph.distances)
        described = {"metric": graph.metric, "recall": graph.recall, "notes": graph.notes}
        (folder / STAMP).write_text(json.dumps(described), encoding="utf-8")

    try:
        return _open(context.cache.write(key, fill), len(graph.rows), graph.metric)
    except (OSError, UserError) as error:  # a full disk, or a graph that is open on Windows
        _log.info("the neighbor graph is not kept: %s", error)
        return None


def _open(folder: Path, n: int, metric: str) -> NeighborGraph | None:
    """Map a graph of n items from a folder of the cache; None where it is none, or damaged."""
    try:
        described: dict[str, Any] = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        rows, distances = _mapped(folder / ROWS), _mapped(folder / DISTANCES)
        graph = NeighborGraph(
            rows,
            distances,
            str(described["metric"]),
            float(described["recall"]),
            tuple(str(note) for note in described["notes"]),
        )
    except (OSError, ValueError, EOFError, KeyError, TypeError):
        return None
    is_whole = (
        rows.dtype == np.int32
        and distances.dtype == np.float32
        and rows.ndim == 2
        and rows.shape == distances.shape
        and len(rows) == n
        and rows.shape[1] > 0
        and graph.metric == metric
        and int(rows.min()) >= 0
        and int(rows.max()) < n
    )
    return graph if is_whole else None


def _mapped(path: Path) -> NDArray[Any]:
    array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return array.view(np.ndarray)


def _nearest(graph: NeighborGraph, k: int) -> NeighborGraph:
    """Return a graph with the k nearest only, in C order."""
    if graph.k == k:
        return graph
    rows, distances = graph.rows[:, :k].copy(), graph.distances[:, :k].copy()
    rows.flags.writeable = distances.flags.writeable = False
    return NeighborGraph(rows, distances, graph.metric, graph.recall, graph.notes)
