"""The neighbor graph of vectors: what UMAP and t-SNE start from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.contracts import Projecting
from embexplorer.core.neighbor_graph import NeighborGraph
from embexplorer.core.progress import Progress
from embexplorer.engines.directions import find_directions
from embexplorer.engines.exact_neighbors import find_all_neighbors

if TYPE_CHECKING:
    from embexplorer.core.space import Vectors


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
    """Return the k nearest other items of every item.

    Parameters
    ----------
    vectors
        (n, d).
    k
        How many, less than n.
    metric
        ``cosine``, ``euclidean`` or ``manhattan``. A zero vector has the cosine 0 with every item
        that has a direction, see `find_directions`.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    on = vectors if metric != "cosine" else find_directions(vectors).vectors
    by = "euclidean" if metric == "cosine" else metric
    rows, distances = find_all_neighbors(on, k, by, progress)
    return NeighborGraph(rows.astype(np.int32), distances, metric)
