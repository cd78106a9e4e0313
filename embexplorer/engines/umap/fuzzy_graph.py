"""The fuzzy graph of a space: how strongly items are joined, from their nearest neighbors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.engines.umap.edges import ROWS_AT_ONCE, Edges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.neighbor_graph import NeighborGraph
    from embexplorer.core.threads import Threads

# How far apart items of different groups, and of an unknown one, are taken to be by their groups.
# umap-learn: 2.5 / (1 - target_weight), where the weight is 0.5, and 1.
FAR, UNKNOWN = 5.0, 1.0


def find_fuzzy_graph(neighbors: NeighborGraph, threads: Threads) -> Edges:
    """Return the fuzzy union of what each item sees around it; the columns of a row ascend.

    References
    ----------
    McInnes, Healy and Melville 2018, UMAP, arXiv 1802.03426, algorithms 2 and 3. As in umap-learn,
    an item counts as one of its own neighbors.
    """
    from embexplorer.engines.umap.kernels_graph import transposed, united

    n, k = neighbors.rows.shape
    weights = find_strengths(neighbors, threads, is_among=True)
    starts = np.arange(0, n * k + 1, k, dtype=np.int64)
    rows = _writeable(neighbors.rows, np.int32)
    incoming = transposed(Edges(starts, rows.ravel(), weights.ravel()))
    return united(transposed(incoming), incoming)  # twice transposed, the columns ascend


def find_strengths(
    neighbors: NeighborGraph, threads: Threads, *, is_among: bool
) -> NDArray[np.float32]:
    """Return (n, k) how strongly each item is joined to its neighbors, 0 to 1.

    `is_among` says that the items are neighbors of each other. Then an item is fully joined to the
    nearest; a new item that looks at those of a map is not.
    """
    from embexplorer.engines.umap.kernels_graph import weigh

    distances = as_dissimilarities(neighbors)
    n, k = distances.shape
    counted = k + 1 if is_among else k
    mean = float(distances.sum(dtype=np.float64)) / (n * counted)
    weights = np.empty((n, k), np.float32)

    def weigh_some(first: int, last: int) -> None:
        weigh(first, last, distances, counted, mean, is_among, weights)

    threads.over(n, weigh_some, ROWS_AT_ONCE)
    return weights


def as_dissimilarities(neighbors: NeighborGraph) -> NDArray[np.float32]:
    """Return the distances; for the cosine 1 - cos, which is what umap-learn works with."""
    distances = _writeable(neighbors.distances, np.float32)
    if neighbors.metric != "cosine":
        return distances
    dissimilarities: NDArray[np.float32] = distances * distances * np.float32(0.5)  # |x - y|² / 2
    return dissimilarities


def _writeable(array: NDArray[Any], dtype: type) -> NDArray[Any]:
    """Return an array as the kernels know it: those that cannot be written compile them again."""
    return np.require(array, dtype, ["C", "W"])


def with_groups(edges: Edges, groups: NDArray[np.int32]) -> Edges:
    """Return the graph with what joins items of different groups weakened.

    Each item is then joined fully to one other again, as in umap-learn's
    ``discrete_metric_simplicial_set_intersection``.

    Parameters
    ----------
    groups
        (n,), -1 where the group is not known.

    References
    ----------
    McInnes, Healy and Melville 2018, UMAP, arXiv 1802.03426.
    """
    rows = edges.rows()
    mine, others = groups[rows], groups[edges.columns]
    apart = np.where(mine == others, 0.0, FAR)
    apart[(mine == -1) | (others == -1)] = UNKNOWN
    weights = edges.weights * np.exp(-apart).astype(np.float32)
    largest = np.zeros(edges.n, np.float32)
    np.maximum.at(largest, rows, weights)
    one, other = weights / largest[rows], weights / largest[edges.columns]
    return edges._replace(weights=one + other - one * other)
