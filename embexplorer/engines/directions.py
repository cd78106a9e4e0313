"""Vectors as directions: unit length, so that Euclidean neighbors are cosine neighbors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from embexplorer.core.space import blocks_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.space import Vectors

ROUNDING = 1e-6  # by how much the numbers of two unit vectors of one direction may differ


class Directions(NamedTuple):
    """Unit vectors (n, d), one column wider when there are zero vectors, and how many those are."""

    vectors: Vectors
    zeros: int

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person must know about the zero vectors, if there are any."""
        if not self.zeros:
            return ()
        one = self.zeros == 1
        have = "1 item has a zero vector" if one else f"{self.zeros:,} items have a zero vector"
        return (f"{have}, which has no direction: its cosine with every other item counts as 0.",)


def find_directions(vectors: Vectors) -> Directions:
    """Return every vector at length 1.

    A zero vector has no direction. It gets one of its own, in a further column that all zero
    vectors share and no other vector uses: its cosine is 0 with every item that has a direction,
    and 1 with the other zero vectors.
    """
    n, d = vectors.shape
    norms = np.empty(n)
    for start, block in blocks_of(vectors):
        norms[start : start + len(block)] = _norms(block)
    is_zero = norms == 0
    zeros = int(np.count_nonzero(is_zero))
    units = np.zeros((n, d + bool(zeros)), np.float32)
    divisors = np.where(is_zero, 1.0, norms)
    for start, block in blocks_of(vectors):
        rows = slice(start, start + len(block))
        np.divide(block, divisors[rows, None], out=units[rows, :d], casting="same_kind")
    if zeros:
        units[is_zero, d] = 1.0
    return Directions(units, zeros)


def _norms(block: Vectors) -> NDArray[np.float64]:
    # Scaled by the largest number first: squares of float32 numbers near 1e-30 vanish otherwise.
    largest = np.abs(block).max(axis=1, keepdims=True).astype(np.float64)
    safe = np.where(largest == 0, 1.0, largest)
    scaled = block / safe
    norms: NDArray[np.float64] = np.sqrt(np.einsum("ij,ij->i", scaled, scaled)) * largest[:, 0]
    return norms
