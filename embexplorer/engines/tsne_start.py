"""Where the items of a t-SNE map lie before the first step: close together, in a known order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.engines.principal import find_principal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.space import Vectors
    from embexplorer.engines.tsne_affinities import Affinities

SPREAD = 1e-4  # standard deviation of the first axis; a wider start distorts the map
_NOISE = 0.01 * SPREAD  # parts items that start at the very same place


def random_start(n: int, dims: int, seed: int) -> NDArray[np.float32]:
    """Return normal coords (n, dims)."""
    coords = np.random.default_rng(seed).normal(0.0, SPREAD, (n, dims))
    return coords.astype(np.float32)


def principal_start(vectors: Vectors, dims: int, seed: int) -> NDArray[np.float32]:
    """Return the principal axes (n, dims), scaled down.

    References
    ----------
    Kobak and Berens 2019, The art of using t-SNE for single-cell transcriptomics: a start that
    knows the large structure keeps it.
    """
    return _scaled(find_principal(vectors, dims).coords.astype(np.float64), seed)


def spectral_start(affinities: Affinities, dims: int, seed: int) -> NDArray[np.float32] | None:
    """Return the slowest modes (n, dims) of a walk along the affinities, or None if none is found.

    References
    ----------
    Coifman and Lafon 2006, Diffusion maps; Kobak and Linderman 2021, Initialization is critical for
    preserving global data structure in both t-SNE and UMAP.
    """
    from scipy.sparse import diags_array
    from scipy.sparse.linalg import ArpackError, eigsh

    matrix = affinities.matrix()
    shrink = 1.0 / np.sqrt(matrix.sum(axis=1, dtype=np.float64))
    walk = diags_array(shrink) @ matrix @ diags_array(shrink)
    begin = np.random.default_rng(seed).uniform(-1.0, 1.0, affinities.n)
    try:
        values, modes = eigsh(walk, k=dims + 1, which="LA", tol=1e-4, v0=begin)
    except ArpackError:
        return None
    order = np.argsort(-values)[1:]  # the first mode is the same for all items
    coords = shrink[:, None] * modes[:, order] * values[order]
    if not np.isfinite(coords).all() or not coords[:, 0].std() > 0.0:
        return None
    return _scaled(coords, seed)


def _scaled(coords: NDArray[np.float64], seed: int) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(0.0, _NOISE, coords.shape)
    scaled: NDArray[np.float32] = (coords * (SPREAD / coords[:, 0].std()) + noise).astype(
        np.float32
    )
    return scaled
