"""Where new vectors lie on a map that is a linear view of its vectors, such as PCA."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.space import blocks_of
from embexplorer.engines.directions import find_directions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Vectors

WIDEST = 4096  # dimensions up to which their products fit into memory and time
_FLAT = 1e-10  # of the largest variation: below it a direction is rounding
_OFF = 1e-4  # of the extent of the map: coords that are farther off are no linear view


def find_linear_places(
    vectors: Vectors, coords: Coords, new: Vectors, progress: Progress, *, are_directions: bool
) -> Coords | None:
    """Return where new vectors (m, d) lie, when the coords are an affine map of the vectors.

    The affine map is the least-squares one of smallest norm, which for principal axes, whitened or
    not, is that of the axes themselves. It is found from the products of the centered columns.

    Parameters
    ----------
    vectors, coords
        (n, d) and (n, 2|3) of the items on the map.
    are_directions
        Whether the map was made of the vectors at length 1.

    Returns
    -------
    Coords or None
        None where the coords are no affine map of the vectors, or the vectors are too wide to tell.

    Raises
    ------
    CancelledError
        When the person cancelled.

    References
    ----------
    Golub and Van Loan 2013, Matrix Computations, 4th edition, section 5.5 (rank-deficient least
    squares).
    """
    d = vectors.shape[1]
    if d > WIDEST:
        return None
    if are_directions:
        # A zero vector lies at the middle of all directions, as it does in the map.
        vectors, new = (find_directions(some).vectors[:, :d] for some in (vectors, new))
    middle = vectors.mean(axis=0, dtype=np.float64)
    center = coords.mean(axis=0, dtype=np.float64)
    squares, mixed = np.zeros((d, d)), np.zeros((d, coords.shape[1]))
    for start, block in blocks_of(vectors):
        progress.raise_if_cancelled()
        progress.report(start / len(vectors), "Finding the axes of the map")
        centered = block - middle
        squares += centered.T @ centered
        mixed += centered.T @ (coords[start : start + len(block)] - center)
    values, axes = np.linalg.eigh(squares)
    kept = values > _FLAT * values[-1]
    turned = axes[:, kept]
    weights = turned @ ((turned.T @ mixed) / values[kept][:, None])
    off = max(
        float(np.abs((block - middle) @ weights + center - coords[at : at + len(block)]).max())
        for at, block in blocks_of(vectors)
    )
    if off > _OFF * float(np.ptp(coords, axis=0).max()):
        return None
    return _along(new, middle, weights, center)


def _along(
    vectors: Vectors,
    middle: NDArray[np.float64],
    weights: NDArray[np.float64],
    center: NDArray[np.float64],
) -> Coords:
    places = np.empty((len(vectors), len(center)), np.float32)
    for start, block in blocks_of(vectors):
        places[start : start + len(block)] = (block - middle) @ weights + center
    return places
