"""The k best of many items whose exact values are known to lie between two bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from embexplorer.core.results import Ranked

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Exact = Callable[[NDArray[np.int64]], NDArray[np.float64]]

_GROUP = 64  # values whose maximum stands for them when a threshold is looked for
_GATHER_BYTES = 1 << 24  # candidates are fetched in blocks of this size


class Bounds(NamedTuple):
    """Between which values (n,) the exact value of each item lies; -inf in both leaves it out."""

    lower: NDArray[np.floating[Any]]
    upper: NDArray[np.floating[Any]]


def best_of(bounds: Bounds, k: int, exact: Exact, width: int) -> Ranked:
    """Return the k rows whose exact values are largest, ties by index.

    Parameters
    ----------
    exact
        Returns the exact values of some rows; -inf for a row that has none.
    width
        How many numbers a row of what `exact` fetches has; it bounds the memory.
    """
    return rank(candidates_of(bounds, k), k, exact, width)


def candidates_of(bounds: Bounds, k: int) -> NDArray[np.int64]:
    """Return the rows that may be among the k best, ascending."""
    floor = value_reached_by(bounds.lower, k)
    return np.flatnonzero(bounds.upper >= floor if floor > -np.inf else bounds.upper > floor)


def rank(candidates: NDArray[np.int64], k: int, exact: Exact, width: int) -> Ranked:
    """Return the k candidates, which ascend, whose exact values are largest, ties by index."""
    step = max(1, _GATHER_BYTES // (8 * width))
    parts = [exact(candidates[at : at + step]) for at in range(0, len(candidates), step)]
    values = np.concatenate(parts) if parts else np.empty(0)
    candidates, values = candidates[values > -np.inf], values[values > -np.inf]
    order = np.argsort(-values, kind="stable")[:k]
    return Ranked(candidates[order], values[order])


def value_reached_by(values: NDArray[Any], k: int) -> Any:
    """Return a value that at least k of the values (..., n) reach, close to the k-th largest.

    -inf when there are no more than k.
    """
    n = values.shape[-1]
    if n <= k:
        return np.full(values.shape[:-1], -np.inf)[()]
    groups = n // _GROUP
    if groups >= 4 * k:
        # The k-th largest maximum of the groups is reached in k groups, so by k values; it lies
        # hardly below the k-th largest value and costs a fraction of a partition of all.
        whole = values[..., : groups * _GROUP]
        values = whole.reshape(*values.shape[:-1], groups, _GROUP).max(axis=-1)
    at = values.shape[-1] - k
    return np.partition(values, at)[..., at]
