"""How items are associated with two sets of attributes, by cosines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.contracts import ItemScale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.contracts import Probing

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


def association_scale(probing: Probing) -> ItemScale:
    """Return by how much any item is nearer to the first set of attributes than to the second.

    References
    ----------
    Caliskan, Bryson and Narayanan 2017, as above: s(w, A, B).
    """
    a, b = probing.attributes
    return ItemScale(
        f"Mean cosine of each item with “{a.name}” ({len(a)}) less that with “{b.name}” "
        f"({len(b)}): s(w, A, B) of WEAT. Positive is nearer to “{a.name}”.",
        lambda vectors: associations(vectors, a.vectors, b.vectors),
        (b.name, a.name),
    )


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


def effect_sizes(x: NDArray[np.float64], y: NDArray[np.float64], ddof: int) -> NDArray[np.float64]:
    """Return (m,) what `effect_size` is of each row of (m, k) and (m, l); NaN where it is None."""
    both = np.concatenate([x, y], axis=1)
    if both.shape[1] <= ddof:
        return np.full(len(both), np.nan)
    deviations = both.std(axis=1, ddof=ddof)
    is_flat = deviations <= TINY * np.maximum(1.0, np.abs(both).max(axis=1))
    apart = x.mean(axis=1) - y.mean(axis=1)
    found: NDArray[np.float64] = np.where(
        is_flat, np.nan, apart / np.where(is_flat, 1.0, deviations)
    )
    return found


def largest_effect(n_x: int, n_y: int, ddof: int) -> float:
    """Return the largest effect size that sets of these sizes can have.

    It is reached where each set has one value only: then the variance of all, with n = n_x + n_y
    and a difference of 1, is n_x n_y / n² for ddof 0.
    """
    n = n_x + n_y
    return float(np.sqrt(n * (n - ddof) / (n_x * n_y)))
