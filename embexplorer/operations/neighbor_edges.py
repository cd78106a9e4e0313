"""Edges between items and their nearest ones in the full space."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from embexplorer.core.space import Space
from embexplorer.measures.neighbors import find_nearest_many
from embexplorer.measures.similarity import norms as norms_of
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.results import Metric
    from embexplorer.core.space import Vectors
    from embexplorer.measures.similarity import Norms

STEP = 256  # items between two looks at whether the person cancelled


class NeighborEdges(NamedTuple):
    """(m,) rows where edges start and end, the rank of the end from 0, and items without any."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    ranks: NDArray[np.int64]
    n_without: int


def find_neighbor_edges(
    vectors: Vectors,
    rows: NDArray[np.int64],
    k: int,
    metric: Metric,
    progress: Progress,
    norms: Norms | None = None,
) -> NeighborEdges:
    """Return the edges from some items to their k nearest among all, exact, the nearest first.

    An item with a zero vector has no cosine, and no edges.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    if norms is None and metric == "cosine":
        norms = norms_of(vectors, progress.part(0.0, 0.2))
    is_fit = np.ones(len(rows), bool)
    if metric == "cosine" and norms is not None:
        is_fit = norms[rows] > 0
    fit = rows[is_fit]
    starts, ends, ranks = [], [], []
    for at in range(0, len(fit), STEP):
        progress.raise_if_cancelled()
        progress.report(0.2 + 0.8 * at / len(fit), f"{at:,} of {len(fit):,} items")
        asked = fit[at : at + STEP]
        found = find_nearest_many(vectors, vectors[asked], k, metric, rows=asked, norms=norms)
        for row, ranked in zip(asked, found, strict=True):
            starts.append(np.full(len(ranked.indices), row))
            ends.append(ranked.indices)
            ranks.append(np.arange(len(ranked.indices)))
    empty = np.empty(0, np.int64)
    joined = [np.concatenate([empty, *parts]).astype(np.int64) for parts in (starts, ends, ranks)]
    return NeighborEdges(joined[0], joined[1], joined[2], int(len(rows) - len(fit)))


def neighbor_edges_to_plain(
    space_folder: str, rows: NDArray[np.int64], k: int, metric: Metric, progress: Progress
) -> tuple[Any, ...]:
    """Find the edges of a space in a folder and return plain values: the job of a child process."""
    space, _ = open_folder(Path(space_folder))
    assert isinstance(space, Space)  # only spaces have maps
    return tuple(find_neighbor_edges(space.vectors, rows, k, metric, progress))
