"""The distinct points among vectors, scaled so that float32 can hold their squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.space import Vectors

if TYPE_CHECKING:
    from embexplorer.core.threads import Threads
    from embexplorer.engines.nearest.kernels import Points as Given

SHARE = 2048  # points that a thread takes at a time
SAMPLED = 512  # points whose median is the middle


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """What is searched: every distinct vector once, as a point at most 1 long.

    Equal vectors are one point, so that any number of them costs nothing and a tie among them is
    never cut at random.

    Parameters
    ----------
    vectors
        (n, d) float32, not writeable; may be a memory map, and is never copied.
    rows
        (m,) the first row of each distinct vector, ascending.
    factors
        (m,) what a vector is multiplied by: 1 over its length for the cosine, else the same power
        of two for all.
    extra
        (m,) one more coordinate, 1 for a zero vector where directions are compared: it is at a
        right angle to every other.
    middle
        (d + 1,) near the middle of the points; distances do not depend on it.
    of_item
        (n,) the point of each item.
    unit
        The distance that 1 stands for, a power of two.
    noise
        Distances below are what rounding in float64 leaves of none: parallel vectors of different
        lengths have the same direction.
    """

    vectors: Vectors
    rows: NDArray[np.int64]
    factors: NDArray[np.float64]
    extra: NDArray[np.float64]
    middle: NDArray[np.float64]
    of_item: NDArray[np.int64]
    unit: float
    noise: float

    @property
    def m(self) -> int:
        """How many distinct points there are."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """Coordinates of a point."""
        return int(self.vectors.shape[1]) + bool(self.extra.any())

    @property
    def given(self) -> Given:
        """The points as kernels take them."""
        return self.vectors, self.rows, self.factors, self.extra, self.unit, self.noise

    def centered(self, which: NDArray[np.int64], source: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return some points less the middle, column c from column `source[c]`, -1 for zeros."""
        from embexplorer.engines.nearest import kernels_codes

        out = np.empty((len(which), len(source)), np.float32)
        kernels_codes.center(self.given, which, self.middle[source], source, out)
        return out


def find_points(vectors: Vectors, metric: str, threads: Threads) -> Points:
    """Return the distinct points of vectors; see `Points`."""
    vectors = np.ascontiguousarray(vectors, np.float32).view(np.ndarray)
    vectors.flags.writeable = False  # one kind of array, so that kernels are compiled once
    lengths, of_item, rows = _distinct(vectors, threads)
    lengths = lengths[rows]
    extra = np.zeros(len(rows))
    noise = 0.0
    if metric == "cosine":
        extra[lengths == 0] = 1.0
        factors = 0.25 / np.where(lengths == 0, 1.0, lengths)
        extra *= 0.25
        unit, noise = 4.0, 1e-15 * np.sqrt(vectors.shape[1] + 16)
    else:
        longest = float(lengths.max(initial=0.0))
        unit = 2.0 ** (np.frexp(longest)[1] + 2) if longest > 0 else 1.0
        factors = np.full(len(rows), 1 / unit)
    middle = np.zeros(vectors.shape[1] + 1)
    if metric != "manhattan":
        some = np.unique(np.linspace(0, len(rows) - 1, SAMPLED).astype(np.int64))
        middle[:-1] = np.median(vectors[rows[some]] * factors[some, None], axis=0)
    return Points(vectors, rows, factors, extra, middle, of_item, unit, float(noise))


def _distinct(
    vectors: Vectors, threads: Threads
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the length of each vector, its number among the distinct ones, and their rows."""
    from embexplorer.engines.nearest import kernels_codes

    n = len(vectors)
    lengths, hashes = np.empty(n), np.empty(n, np.uint64)
    bits = vectors.view(np.uint32)

    def measure(first: int, last: int) -> None:
        kernels_codes.measure_rows(vectors, bits, first, last, lengths, hashes)

    threads.over(n, measure, SHARE)
    first, of_item = np.unique(hashes, return_index=True, return_inverse=True)[1:]
    if kernels_codes.find_differing(vectors, np.arange(n), first[of_item]) >= 0:  # one in millions
        whole = (vectors + np.float32(0)).view(np.dtype((np.void, 4 * vectors.shape[1])))[:, 0]
        first, of_item = np.unique(whole, return_index=True, return_inverse=True)[1:]
    order = np.argsort(first)
    place = np.empty(len(first), np.int64)
    place[order] = np.arange(len(first))
    return lengths, place[of_item], first[order].astype(np.int64)
