"""Sums over all vectors of a space, in one pass: how many, their sum, and their products."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from embexplorer.core.space import blocks_of
from embexplorer.measures.changed_rows import to_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors


class Moments(NamedTuple):
    """`size` vectors, their `total` (d,), and the sum of their `products` (d, d), in float64."""

    size: int
    total: NDArray[np.float64]
    products: NDArray[np.float64]

    @property
    def mean(self) -> NDArray[np.float64]:
        """Their mean (d,)."""
        return self.total / self.size

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Their covariance (d, d), divided by their number."""
        return self.products / self.size - np.outer(self.mean, self.mean)


def moments_of(vectors: Vectors, progress: Progress, *, unit_length: bool) -> Moments:
    """Return the sums over the vectors (n, d), scaled to length 1 if asked.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    n, d = vectors.shape
    total, products, done = np.zeros(d), np.zeros((d, d)), 0
    for _, block in blocks_of(vectors):
        progress.raise_if_cancelled()
        rows = block.astype(np.float64)
        if unit_length:
            rows = to_unit(rows)
        total += rows.sum(axis=0)
        products += rows.T @ rows
        done += len(rows)
        progress.report(done / n, "Summing up products")
    return Moments(n, total, products)
