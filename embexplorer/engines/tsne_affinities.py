"""How strongly t-SNE holds two items together: from neighbors and their distances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.progress import Progress

if TYPE_CHECKING:
    from embexplorer.core.threads import Threads

ROWS_AT_ONCE = 1024  # between two looks at whether the person cancelled


@dataclass(frozen=True, slots=True, eq=False)
class Affinities:
    """Symmetric affinities of n items that sum to 1, item by item.

    Those of item i are ``weights[starts[i]:starts[i + 1]]``, to the items in `neighbors` there. A
    row is filled up to a whole number of `LANES` by the item itself with weight 0.

    Parameters
    ----------
    starts
        (n + 1,) int64.
    neighbors
        int32.
    weights
        float32.
    """

    starts: NDArray[np.int64]
    neighbors: NDArray[np.int32]
    weights: NDArray[np.float32]

    @property
    def n(self) -> int:
        """Number of items."""
        return len(self.starts) - 1

    def matrix(self) -> Any:
        """Return them as a sparse matrix of SciPy, (n, n)."""
        from scipy.sparse import csr_array

        return csr_array((self.weights, self.neighbors, self.starts), (self.n, self.n))


def by_perplexity(
    rows: NDArray[np.int32],
    distances: NDArray[np.float32],
    perplexity: float,
    threads: Threads,
    progress: Progress | None = None,
) -> Affinities:
    """Return Gaussian affinities whose bandwidth gives each item the same perplexity.

    Parameters
    ----------
    rows, distances
        (n, k) neighbors of each item, k about three times the perplexity.
    perplexity
        At least 1.

    Raises
    ------
    CancelledError
        When the person cancelled.

    References
    ----------
    van der Maaten and Hinton 2008, Visualizing data using t-SNE, section 2, equations 1 and 2. van
    der Maaten 2014, Accelerating t-SNE using tree-based algorithms, section 4.1, for the neighbors.
    """
    from embexplorer.engines.tsne_kernels import calibrate

    weights = np.empty(distances.shape, np.float32)
    entropy = float(np.log(perplexity))
    threads.over(
        len(rows),
        lambda first, last: calibrate(distances, first, last, entropy, weights),
        ROWS_AT_ONCE,
    )
    return _symmetric(rows, weights, progress or Progress())


def uniform(rows: NDArray[np.int32], progress: Progress | None = None) -> Affinities:
    """Return affinities in which the neighbors (n, k) of an item all count alike.

    Raises
    ------
    CancelledError
        When the person cancelled.

    References
    ----------
    Böhm, Berens and Kobak 2022, Attraction-repulsion spectrum in neighbor embeddings, section 5: 15
    such neighbors give nearly the map of perplexity 30 with its 90.
    """
    return _symmetric(rows, np.ones(rows.shape, np.float32), progress or Progress())


def _symmetric(
    rows: NDArray[np.int32], weights: NDArray[np.float32], progress: Progress
) -> Affinities:
    """Return the mean of both directions, each row filled up to a whole number of `LANES`.

    Each step is one call of a fifth of a second at 50,000 items that have 90 neighbors; columns
    that ascend, as those of a transposed matrix do, are added several times as fast.
    """
    from scipy.sparse import csr_array

    from embexplorer.engines.tsne_kernels import LANES, fill_rows

    n, k = rows.shape
    starts = np.arange(0, n * k + 1, k)
    directed = csr_array((weights.ravel(), rows.ravel(), starts), (n, n))
    progress.raise_if_cancelled()
    incoming = directed.T.tocsr()
    progress.raise_if_cancelled()
    outgoing = incoming.T.tocsr()
    for matrix in (incoming, outgoing):
        matrix.has_canonical_format = True
    progress.raise_if_cancelled()
    both = outgoing + incoming
    progress.raise_if_cancelled()
    both.data /= both.data.sum(dtype=np.float64)
    lengths = -(-np.diff(both.indptr) // LANES) * LANES
    filled = np.zeros(n + 1, np.int64)
    np.cumsum(lengths, out=filled[1:])
    found = Affinities(filled, np.empty(filled[-1], np.int32), np.empty(filled[-1], np.float32))
    fill_rows(
        both.indptr.astype(np.int64),
        both.indices.astype(np.int32, copy=False),
        both.data,
        found.starts,
        found.neighbors,
        found.weights,
    )
    return found
