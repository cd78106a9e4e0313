"""What the neighbor graph of a space is: the nearest other items of every item."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class NeighborGraph:
    """The k nearest other items of each of n items, the nearest first.

    Parameters
    ----------
    rows
        (n, k) int32. An item is left out of its own neighbors; others with the same vector stay.
    distances
        (n, k) float32 of the metric. For the cosine it is the length of the chord between unit
        vectors, sqrt(2 - 2 cos): the same order, and a metric.
    metric
        What made two vectors near: ``cosine``, ``euclidean`` or ``manhattan``.
    recall
        Share of the true neighbors that are among them: 1.0 where the search was exact, else
        measured on a sample.
    notes
        What a person must know about how they were found, one sentence each.
    """

    rows: NDArray[np.int32]
    distances: NDArray[np.float32]
    metric: str
    recall: float = 1.0
    notes: tuple[str, ...] = ()

    @property
    def k(self) -> int:
        """Neighbors of each item."""
        return int(self.rows.shape[1])
