"""How much maps of the same items agree: neighbors they share, and shape after alignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.measures.quality import is_among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.projection import Coords

_CHUNK = 1 << 14  # items looked at between two looks at whether the person cancelled


def nearest_on_map(
    coords: Coords, queries: NDArray[np.int64], k: int, progress: Progress
) -> NDArray[np.int64]:
    """Return the rows (m, k) of the k nearest other items of some items on a map.

    Exact, by a tree; which of several items at the same distance comes in is arbitrary.
    """
    from scipy.spatial import cKDTree

    tree = cKDTree(coords)
    nearest = np.empty((len(queries), k), np.int64)
    for start in range(0, len(queries), _CHUNK):
        progress.raise_if_cancelled()
        asked = queries[start : start + _CHUNK]
        found = tree.query(coords[asked], k=np.arange(1, k + 2))[1]
        is_other = found != asked[:, None]
        is_other[is_other.all(axis=1), -1] = False  # items at the same place pushed it out
        nearest[start : start + len(asked)] = found[is_other].reshape(-1, k)
        progress.report((start + len(asked)) / len(queries))
    return nearest


def shared_neighbors(neighbors: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    """Return what share of their neighbors items have in common on each two of several maps.

    Parameters
    ----------
    neighbors
        For each of s maps the rows (m, k) that `nearest_on_map` returns for the same items.

    Returns
    -------
    (s, s, m), 0 to 1
        1 for a map and itself.
    """
    s, (m, k) = len(neighbors), neighbors[0].shape
    shares = np.ones((s, s, m))
    for one in range(s):
        for other in range(one):
            common = is_among(neighbors[one], neighbors[other]).sum(axis=1) / k
            shares[one, other] = shares[other, one] = common
    return shares


def procrustes_residual(coords: Coords, others: Coords) -> float:
    """Return what is left between two maps (n, d) after the best turn, mirror, shift and scale.

    0 for the same shape, 1 for maps that have nothing in common. It is the same both ways round.
    Where all items of both maps lie in one place it is 0, of one map alone 1.

    References
    ----------
    Gower 1975, Generalized Procrustes analysis: 1 - (Σ σ)² for the singular values of the product
    of the two maps, each centered and of length 1. It is the disparity of
    ``scipy.spatial.procrustes``.
    """
    first, second = _centered(coords), _centered(others)
    lengths = float(np.linalg.norm(first)), float(np.linalg.norm(second))
    if not all(lengths):
        return float(any(lengths))
    overlap = np.linalg.svd(first.T @ second, compute_uv=False).sum() / (lengths[0] * lengths[1])
    return float(np.clip(1.0 - overlap**2, 0.0, 1.0))


def _centered(coords: Coords) -> NDArray[np.float64]:
    wide = coords.astype(np.float64)
    centered: NDArray[np.float64] = wide - wide.mean(axis=0)
    return centered
