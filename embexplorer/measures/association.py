"""How items are associated with two sets of attributes, by cosines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TINY = 1e-7  # spreads of cosines below are what rounding vectors to float32 leaves


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return vectors (m, d) of length 1; none may be zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[np.float64] = vectors / lengths
    return scaled


def cosines(vectors: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cosine (m, k) of each vector with each of the others."""
    products: NDArray[np.float64] = unit(vectors) @ unit(others).T
    return products


def associations(
    vectors: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (m,) by how much each vector is nearer to one set than to the other.

    s(w, A, B) = mean over a of cos(w, a) - mean over b of cos(w, b), which is the product of the
    unit vector of w with the mean unit vector of A less that of B.

    References
    ----------
    Caliskan, Bryson and Narayanan 2017, Semantics derived automatically from language corpora
    contain human-like biases, Science 356.
    """
    found: NDArray[np.float64] = unit(vectors) @ (unit(a).mean(axis=0) - unit(b).mean(axis=0))
    return found


def effect_size(x: NDArray[np.float64], y: NDArray[np.float64], ddof: int) -> float | None:
    """Return the difference of two means in standard deviations of all values together.

    Parameters
    ----------
    x, y
        Associations of both sets of targets.
    ddof
        1 divides by the number of values less one, as the paper's table does; 0 by their number.

    Returns
    -------
    float or None
        Between -2 and 2 for sets of equal size and ddof 0; None where all values are the same.
    """
    both = np.concatenate([x, y])
    if len(both) <= ddof:
        return None
    deviation = float(both.std(ddof=ddof))
    if deviation <= TINY * max(1.0, float(np.abs(both).max())):
        return None
    return float(x.mean() - y.mean()) / deviation


def largest_effect(n_x: int, n_y: int, ddof: int) -> float:
    """Return the largest effect size that sets of these sizes can have.

    It is reached where each set has one value only: then the variance of all, with n = n_x + n_y
    and a difference of 1, is n_x n_y / n² for ddof 0.
    """
    n = n_x + n_y
    return float(np.sqrt(n * (n - ddof) / (n_x * n_y)))
