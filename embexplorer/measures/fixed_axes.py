"""Where vectors lie on axes that do not depend on them, so that two spaces can share a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from embexplorer.measures.similarity import small_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors


class FixedAxes(NamedTuple):
    """Axes (k, d) float64, orthogonal and of length 1, and the place (k,) of their origin."""

    vectors: NDArray[np.float64]
    origin: NDArray[np.float64]


class Movement(NamedTuple):
    """How far the rows of two spaces are apart, squared and summed over all items.

    `whole` is between the vectors of length 1, `seen` what of it lies along some axes.
    """

    whole: float
    seen: float

    @property
    def share(self) -> float:
        """What share of the movement lies along the axes; 0 where nothing moves."""
        return min(1.0, self.seen / self.whole) if self.whole > 0 else 0.0


def place(
    vectors: Vectors, axes: FixedAxes, progress: Progress | None = None
) -> NDArray[np.float64]:
    """Return (n, k) where the vectors, at length 1, lie on axes; NaN for a vector of zeros.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    found = np.empty((len(vectors), len(axes.vectors)))
    for start, block in small_blocks(vectors, progress):
        rows = slice(start, start + len(block))
        found[rows] = to_length_1(block) @ axes.vectors.T - axes.origin
        if progress is not None:
            progress.report(rows.stop / len(vectors), f"{rows.stop:,} of {len(vectors):,} items")
    return found


def to_length_1(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return vectors (m, d) at length 1; NaN for one of zeros."""
    wide = vectors.astype(np.float64)
    lengths = np.sqrt(np.vecdot(wide, wide))
    scaled: NDArray[np.float64] = wide / np.where(lengths == 0, np.nan, lengths)[:, None]
    return scaled


def across(vectors: NDArray[np.float64], direction: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what of vectors (m, d) lies across a direction (d,) of length 1."""
    rest: NDArray[np.float64] = vectors - (vectors @ direction)[:, None] * direction
    return rest


def movement(
    before: Vectors, after: Vectors, axes: FixedAxes, progress: Progress | None = None
) -> Movement:
    """Return how far vectors (n, d), at length 1, moved, and how much of that axes show.

    Items without a vector before or after are left out.
    """
    whole = seen = 0.0
    for start, block in small_blocks(before, progress):
        apart = to_length_1(after[start : start + len(block)]) - to_length_1(block)
        apart = apart[~np.isnan(apart).any(axis=1)]
        along = apart @ axes.vectors.T
        whole += float(np.vdot(apart, apart))
        seen += float(np.vdot(along, along))
    return Movement(whole, seen)
