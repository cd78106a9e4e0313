"""How surprising a difference between a selection and the rest is: tests of many tables at once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

Test = Literal["Fisher", "chi-square", "Mann-Whitney"]

LARGE_COUNT = 100  # from so many expected in every cell on, chi-square and Fisher agree
_SAME = 1 + 1e-7  # probabilities that rounding alone keeps apart count as equal


class Association(NamedTuple):
    """What two-by-two tables were tested with: p (m,) two-sided, and by which test (m,)."""

    p: NDArray[np.float64]
    is_exact: NDArray[np.bool_]


class RankTest(NamedTuple):
    """How the values of a selection lie among all: Cliff's delta, and its two-sided p."""

    delta: float
    p: float


def association(
    n_in: NDArray[Any], n_out: NDArray[Any], size_in: int, size_out: int
) -> Association:
    """Return for each feature how surprising its counts are if it had nothing to do with choosing.

    Fisher's exact test where a cell of the two-by-two table is expected to hold fewer than 100,
    else Pearson's chi-square without continuity correction, which agrees there. Two-sided.

    Parameters
    ----------
    n_in, n_out
        (m,) how many of the selection, and of the rest, have the feature.
    size_in, size_out
        How many are in the selection and in the rest; at least one each.

    References
    ----------
    Fisher 1935, The logic of inductive inference: all tables that are at most as probable as this
    one count. Pearson 1900.
    """
    inside, total = n_in.astype(np.int64), (n_in + n_out).astype(np.int64)
    size = size_in + size_out
    smallest = np.minimum(total, size - total) * (min(size_in, size_out) / size)
    is_exact = smallest < LARGE_COUNT
    p = np.ones(len(inside), np.float64)
    p[is_exact] = _fisher(inside[is_exact], total[is_exact], size_in, size_out)
    p[~is_exact] = _chi_square(inside[~is_exact], total[~is_exact], size_in, size_out)
    return Association(p, is_exact)


def rank_test(values: NDArray[Any], is_in: NDArray[np.bool_]) -> RankTest:
    """Return the Mann-Whitney test of the values inside against those outside.

    The normal approximation with corrections for ties and continuity, two-sided; with few values
    it errs on the side of caution. The effect is Cliff's delta, which equals the rank-biserial
    correlation: the share of pairs whose inner value is larger, less the share where it is smaller.

    Parameters
    ----------
    values
        (n,) finite.
    is_in
        (n,) which belong to the selection; both sides hold at least one.

    References
    ----------
    Mann & Whitney 1947, On a test of whether one of two random variables is stochastically larger
    than the other. Cliff 1993, Dominance statistics. Hollander & Wolfe 1973, section 4.1, for ties.
    """
    from scipy.special import erfc

    n = len(values)
    n_in = int(np.count_nonzero(is_in))
    n_out = n - n_in
    ranked, inner = np.sort(values), np.sort(values[is_in])
    below = np.searchsorted(ranked, inner, side="left")
    up_to = np.searchsorted(ranked, inner, side="right")
    middle_ranks = (below + up_to + 1) / 2  # a tie has the mean of its ranks, counted from 1
    u = float(middle_ranks.sum()) - n_in * (n_in + 1) / 2
    delta = 2 * u / (n_in * n_out) - 1
    is_new = np.concatenate([[True], ranked[1:] != ranked[:-1], [True]])
    times = np.diff(np.flatnonzero(is_new))
    ties = float((times.astype(np.float64) ** 3 - times).sum())
    variance = n_in * n_out / 12 * ((n + 1) - ties / (n * (n - 1))) if n > 1 else 0.0
    if variance <= 0:
        return RankTest(delta, 1.0)
    away = max(0.0, abs(u - n_in * n_out / 2) - 0.5)
    return RankTest(delta, float(erfc(away / np.sqrt(2 * variance))))


def false_discovery(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return q (m,): the least false discovery rate at which each p would be called a finding.

    References
    ----------
    Benjamini & Hochberg 1995, Controlling the false discovery rate, section 3.1, as adjusted p.
    """
    m = len(p)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * m / np.arange(1, m + 1)
    q = np.empty(m, np.float64)
    q[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return q


def family_wise(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p-values adjusted so that any false finding among all is as rare as each says.

    References
    ----------
    Holm 1979, A simple sequentially rejective multiple test procedure, as adjusted p.
    """
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def _fisher(
    inside: NDArray[np.int64], total: NDArray[np.int64], size_in: int, size_out: int
) -> NDArray[np.float64]:
    """Return two-sided p, once for each different pair of counts."""
    p = np.ones(len(inside), np.float64)
    log_factorial = _log_factorials(size_in + size_out)
    order = np.argsort(total, kind="stable")
    starts = np.flatnonzero(np.diff(total[order], prepend=-1))
    for rows in np.split(order, starts[1:]) if len(order) else []:
        count = int(total[rows[0]])
        least = max(0, count - size_out)
        possible = np.arange(least, min(count, size_in) + 1)
        logs = (
            -log_factorial[possible]
            - log_factorial[count - possible]
            - log_factorial[size_in - possible]
            - log_factorial[size_out - count + possible]
        )
        shares = np.exp(logs - logs.max())
        ranked = np.sort(shares)
        sums = np.concatenate([[0.0], np.cumsum(ranked)])
        at_most = np.searchsorted(ranked, shares[inside[rows] - least] * _SAME, side="right")
        p[rows] = np.minimum(1.0, sums[at_most] / sums[-1])
    return p


@lru_cache(maxsize=1)  # every column of a table asks for the same
def _log_factorials(largest: int) -> NDArray[np.float64]:
    """Return (largest + 1,) the logarithms of the factorials from 0 on."""
    from scipy.special import gammaln

    logs: NDArray[np.float64] = gammaln(np.arange(1, largest + 2, dtype=np.float64))
    logs.flags.writeable = False
    return logs


def _chi_square(
    inside: NDArray[np.int64], total: NDArray[np.int64], size_in: int, size_out: int
) -> NDArray[np.float64]:
    """Return p of Pearson's statistic with one degree of freedom."""
    from scipy.special import erfc

    size = size_in + size_out
    share = total / size
    away = inside - size_in * share
    variance = share * (1 - share) * size_in * size_out / size
    p: NDArray[np.float64] = erfc(np.abs(away) / np.sqrt(2 * variance))
    return p
