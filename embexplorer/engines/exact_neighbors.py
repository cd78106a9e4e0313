"""The nearest neighbors of every item at once, exact: what UMAP and t-SNE start from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors

STEP = 4096  # items searched between two looks at whether the person cancelled


def find_all_neighbors(
    vectors: Vectors, k: int, metric: str, progress: Progress
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the k nearest other items of every item.

    Parameters
    ----------
    vectors
        (n, d).
    k
        How many, less than n.
    metric
        ``euclidean`` or ``manhattan``.

    Returns
    -------
    rows, distances
        (n, k) each, the nearest first. An item is left out of its own neighbors; others with the
        same vector stay.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    from sklearn.neighbors import NearestNeighbors

    n = len(vectors)
    rows = np.empty((n, k), np.int64)
    distances = np.empty((n, k), np.float32)
    search = NearestNeighbors(n_neighbors=k + 1, algorithm="brute", metric=metric).fit(vectors)
    for start in range(0, n, STEP):
        progress.raise_if_cancelled()
        progress.report(start / n, f"Finding neighbors · {start:,} of {n:,}")
        block = slice(start, min(n, start + STEP))
        found_distances, found_rows = search.kneighbors(vectors[block])
        others = _others(found_rows, start)
        rows[block] = found_rows[others].reshape(-1, k)
        distances[block] = found_distances[others].reshape(-1, k)
    return rows, distances


def _others(found: NDArray[Any], start: int) -> NDArray[np.bool_]:
    """Mark all but each item itself, or all but the last where duplicates pushed it out."""
    own: NDArray[np.bool_] = found == np.arange(start, start + len(found))[:, None]
    own[~own.any(axis=1), -1] = True
    return ~own
