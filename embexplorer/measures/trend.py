"""Trends: whether values rise or fall in the order in which they are given."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT_UP_TO = 8  # values; of so many all orders are counted
SAMPLES = 100_000
LEAST = 3  # two values are always in order
_SAME = 1e-12


class Trend(NamedTuple):
    """Spearman's rank correlation of values with their order; `p` is two-sided, from `n` orders."""

    rho: float
    p: float
    is_exact: bool
    n: int


def find_trend(values: NDArray[np.float64], seed: int) -> Trend | None:
    """Return by how much values (m,) rise with their order; None where that is not defined.

    p says how often the values in another order rise or fall as much: of all orders of up to
    `EXACT_UP_TO` values, else of those drawn, where the one observed counts as one more.

    References
    ----------
    Spearman 1904, The proof and measurement of association between two things; equal values have
    the mean of their ranks.
    """
    m = len(values)
    if m < LEAST or np.ptp(values) == 0:
        return None
    ranks = _centered(_mean_ranks(values))
    order = _centered(np.arange(m, dtype=np.float64))
    scale = float(np.sqrt((ranks @ ranks) * (order @ order)))
    rho = float(ranks @ order) / scale
    is_exact = m <= EXACT_UP_TO
    if is_exact:
        drawn = ranks[np.array(list(permutations(range(m))))] @ order
    else:
        rng = np.random.default_rng(seed)
        drawn = rng.permuted(np.tile(ranks, (SAMPLES, 1)), axis=1) @ order
    count = int(np.count_nonzero(np.abs(drawn) / scale >= abs(rho) - _SAME))
    p = count / len(drawn) if is_exact else (1 + count) / (1 + len(drawn))
    return Trend(rho, p, is_exact, len(drawn))


def _mean_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    ranks: NDArray[np.float64] = (below + up_to + 1) / 2
    return ranks


def _centered(values: NDArray[np.float64]) -> NDArray[np.float64]:
    centered: NDArray[np.float64] = values - values.mean()
    return centered
