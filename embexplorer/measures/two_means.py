"""Whether two groups can be told apart by 2-means, which never saw which item is of which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STARTS = 10  # of one run, the best of which counts
TINY = 1e-9  # spread of vectors of length 1 below which rounding is all that parts them


def two_means_accuracy(
    vectors: NDArray[np.float64], is_first: NDArray[np.bool_], seed: int
) -> float:
    """Return the share of vectors (m, d) that two clusters put on the right side, 0.5 to 1.

    The clusters have no names, so the better of both ways to name them counts.

    References
    ----------
    Gonen and Goldberg 2019, Lipstick on a pig: debiasing methods cover up systematic gender biases
    in word embeddings but do not remove them, NAACL.
    """
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    if np.ptp(vectors, axis=0).max() <= TINY:  # all at one place: there are no two groups
        return 0.5
    with threadpool_limits(1):  # for so few vectors threads cost more than they save
        found = KMeans(2, n_init=STARTS, random_state=seed).fit_predict(vectors)
    share = float(np.mean(found.astype(np.bool_) == is_first))
    return max(share, 1.0 - share)


def most_biased(
    projections: NDArray[np.float64], count: int, left_out: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows with the largest and those with the smallest projections (n,).

    There are at most `count` on each side, fewer where there are not as many beside `left_out`.
    """
    is_in = np.ones(len(projections), np.bool_)
    is_in[left_out] = False
    rows = np.flatnonzero(is_in)
    order = rows[np.argsort(-projections[rows], kind="stable")]
    each = min(count, len(order) // 2)
    return order[:each], order[len(order) - each :]
