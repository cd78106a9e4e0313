"""Which items are nearest to a query: exact, every item compared, ties by index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.results import HIGHER_IS_NEARER, Metric, Ranked
from embexplorer.measures.similarity import Estimate, Norms, estimates, exact_closeness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors

_GROUP = 64  # values whose maximum stands for them when a threshold is looked for
_GATHER_BYTES = 1 << 24  # candidates are fetched in blocks of this size


def find_nearest(
    vectors: Vectors,
    query: NDArray[Any],
    k: int,
    metric: Metric = "cosine",
    *,
    exclude: Sequence[int] | NDArray[np.int64] = (),
    norms: Norms | None = None,
    progress: Progress | None = None,
) -> Ranked:
    """Return the k items nearest to a query, the nearest first.

    Every item is compared in float32; whatever could be among the k nearest, given the error of
    that, is scored again in float64, so the answer is exact.

    Parameters
    ----------
    vectors
        (n, d) float32, may be a memory map.
    query
        (d,).
    k
        How many; fewer come back when fewer can be compared.
    metric
        One of `embexplorer.core.results.METRICS`. Items with a zero vector have no cosine and
        never appear.
    exclude
        Rows to leave out, such as the query itself. Other items with the same vector stay.
    norms
        Norms of the vectors where the caller has them, see `similarity.norms`.

    Returns
    -------
    Ranked
        Ordered by score, then by index.

    Raises
    ------
    ValueError
        For the cosine with a zero query, or k < 1.
    """
    queries = np.asarray(query)[None]
    return find_nearest_many(
        vectors, queries, k, metric, exclude=exclude, norms=norms, progress=progress
    )[0]


def find_nearest_many(
    vectors: Vectors,
    queries: NDArray[Any],
    k: int,
    metric: Metric = "cosine",
    *,
    rows: NDArray[np.int64] | None = None,
    exclude: Sequence[int] | NDArray[np.int64] = (),
    norms: Norms | None = None,
    progress: Progress | None = None,
) -> list[Ranked]:
    """Return the k nearest items of each query (m, d), as `find_nearest` does for one.

    `rows` (m,) is the row of each query, left out of its own answer; `exclude` is left out of all.
    """
    if k < 1:
        raise ValueError(f"k is {k}; at least one neighbor must be asked for")
    left_out = np.asarray(exclude, dtype=np.int64)
    results = []
    for number, estimate in enumerate(estimates(vectors, queries, metric, norms, progress)):
        estimate.closeness[left_out] = -np.inf
        if rows is not None:
            estimate.closeness[rows[number]] = -np.inf
        results.append(_nearest_of(vectors, queries[number], k, metric, estimate))
        if progress is not None:
            progress.report((number + 1) / len(queries))
    return results


def _nearest_of(
    vectors: Vectors, query: NDArray[Any], k: int, metric: Metric, estimate: Estimate
) -> Ranked:
    def closeness(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return exact_closeness(vectors[rows], query, metric)

    lower = estimate.closeness - estimate.error
    upper = estimate.closeness + estimate.error
    best = best_of(lower, upper, k, closeness, vectors.shape[1])
    return best if HIGHER_IS_NEARER[metric] else Ranked(best.indices, -best.scores)


def best_of(
    lower: NDArray[Any],
    upper: NDArray[Any],
    k: int,
    exact: Callable[[NDArray[np.int64]], NDArray[np.float64]],
    width: int,
) -> Ranked:
    """Return the k rows whose exact values are largest, ties by index.

    Parameters
    ----------
    lower, upper
        (n,) bounds of each row's exact value; -inf in both leaves a row out.
    exact
        Returns the exact values of some rows; -inf for a row that has none.
    width
        How many numbers a row of what `exact` fetches has; it bounds the memory.
    """
    candidates = np.flatnonzero(upper >= value_reached_by(lower, k))
    candidates = candidates[upper[candidates] > -np.inf]
    step = max(1, _GATHER_BYTES // (8 * width))
    parts = [exact(candidates[at : at + step]) for at in range(0, len(candidates), step)]
    values = np.concatenate(parts) if parts else np.empty(0)
    candidates, values = candidates[values > -np.inf], values[values > -np.inf]
    order = np.argsort(-values, kind="stable")[:k]  # candidates ascend, so ties go by index
    return Ranked(candidates[order], values[order])


def value_reached_by(values: NDArray[Any], k: int) -> float:
    """Return a value that at least k of the values reach, close to the k-th largest.

    -inf when there are no more than k.
    """
    if len(values) <= k:
        return -np.inf
    groups = len(values) // _GROUP
    if groups >= 4 * k:
        # The k-th largest maximum of the groups is reached in k groups, so by k values; it lies
        # hardly below the k-th largest value and costs a fraction of a partition of all.
        values = values[: groups * _GROUP].reshape(groups, _GROUP).max(axis=1)
    return float(np.partition(values, len(values) - k)[len(values) - k])
