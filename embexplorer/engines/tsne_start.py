"""Where the items of a t-SNE map lie before the first step: close together, in a known order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.engines.principal import find_principal
from embexplorer.engines.umap.edges import Edges
from embexplorer.engines.umap.spectral import find_parts, find_spectral_start

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors
    from embexplorer.core.threads import Threads
    from embexplorer.engines.tsne_affinities import Affinities

SPREAD = 1e-4  # standard deviation of the first axis; a wider start distorts the map
_NOISE = 0.01 * SPREAD  # parts items that start at the very same place


def random_start(n: int, dims: int, seed: int) -> NDArray[np.float32]:
    """Return normal coords (n, dims)."""
    coords = np.random.default_rng(seed).normal(0.0, SPREAD, (n, dims))
    return coords.astype(np.float32)


def principal_start(
    vectors: Vectors, dims: int, seed: int, progress: Progress | None = None
) -> NDArray[np.float32]:
    """Return the principal axes (n, dims), scaled down.

    Raises
    ------
    CancelledError
        When the person cancelled.

    References
    ----------
    Kobak and Berens 2019, The art of using t-SNE for single-cell transcriptomics: a start that
    knows the large structure keeps it.
    """
    return _scaled(find_principal(vectors, dims, progress).coords.astype(np.float64), seed)


def spectral_start(
    affinities: Affinities,
    vectors: Vectors,
    dims: int,
    seed: int,
    threads: Threads,
    progress: Progress,
) -> NDArray[np.float32]:
    """Return the smoothest coords (n, dims) on the graph of the affinities, scaled down.

    The parts of a graph that falls apart lie beside each other.

    Raises
    ------
    CancelledError
        When the person cancelled.

    References
    ----------
    Coifman and Lafon 2006, Diffusion maps; Kobak and Linderman 2021, Initialization is critical for
    preserving global data structure in both t-SNE and UMAP.
    """
    weights = affinities.weights * np.float32(affinities.n)  # far from the smallest of float32
    edges = Edges(affinities.starts, affinities.neighbors, weights)
    parts = find_parts(edges)
    coords = find_spectral_start(edges, parts, vectors, dims, seed, threads, progress)
    return _scaled(coords.astype(np.float64), seed)


def _scaled(coords: NDArray[np.float64], seed: int) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(0.0, _NOISE, coords.shape)
    scaled: NDArray[np.float32] = (coords * (SPREAD / coords[:, 0].std()) + noise).astype(
        np.float32
    )
    return scaled
