"""Permutation tests: how often two sets of the same sizes, drawn from both, differ as much."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from embexplorer.core.progress import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

Alternative = Literal["greater", "less", "two-sided"]

SHOWN = 20_000  # values of the null distribution that are kept for a picture, at most
_SAME = 1e-12  # differences, relative to the values, that rounding alone makes
_AT_ONCE = 1 << 22  # numbers drawn at a time


class PartitionTest(NamedTuple):
    """What a permutation test found; `null` are differences of means, at most `SHOWN`."""

    p: float
    is_exact: bool
    n: int
    null: NDArray[np.float64]


def count_partitions(n_x: int, n_y: int) -> int:
    """Return in how many ways a first set of n_x can be drawn from both."""
    return math.comb(n_x + n_y, n_x)


def partition_test(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    alternative: Alternative,
    *,
    exact_up_to: int,
    samples: int,
    seed: int,
    progress: Progress | None = None,
) -> PartitionTest:
    """Return how often chance gives a difference of means as large as that of x and y.

    Every partition into sets of the same sizes counts where there are not too many. Else partitions
    are drawn, each without replacement, and the one observed counts as one more: p = (1 + those as
    extreme) / (1 + drawn). Ties count as extreme.

    Parameters
    ----------
    x, y
        A value for each item; not empty.
    exact_up_to
        Partitions up to which all are counted.
    samples
        How many are drawn above.

    Raises
    ------
    CancelledError
        When the person cancelled.

    References
    ----------
    Ernst 2004, Permutation methods: a basis for exact inference, Statistical Science 19. Phipson
    and Smyth 2010, Permutation p-values should never be zero.
    """
    progress = progress or Progress()
    values = np.concatenate([x, y])
    values = values - values.mean()  # a difference of means stays, its rounding shrinks
    n_x, n = len(x), len(values)
    total = values.sum()

    def difference(sums: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = sums / n_x - (total - sums) / (n - n_x)
        return found

    observed = float(difference(np.array([values[:n_x].sum()]))[0])
    slack = _SAME * max(float(np.abs(values).max()), abs(observed))
    is_exact = count_partitions(n_x, n - n_x) <= exact_up_to
    if is_exact:
        drawn = difference(subset_sums(values, n_x))
    else:
        drawn = difference(_sampled_sums(values, n_x, samples, seed, progress))
    if alternative == "greater":
        extreme = drawn >= observed - slack
    elif alternative == "less":
        extreme = drawn <= observed + slack
    else:
        extreme = np.abs(drawn) >= abs(observed) - slack
    count, size = int(np.count_nonzero(extreme)), len(drawn)
    p = count / size if is_exact else (1 + count) / (1 + size)
    null = drawn if size <= SHOWN else drawn[:: -(-size // SHOWN)]
    return PartitionTest(p, is_exact, size, null)


def subset_sums(values: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Return the sums of all subsets of k values, one for each subset.

    The values are cut into halves: a subset of k is one of j of the first half and one of k - j of
    the second, so that its sum takes one addition.
    """
    half = len(values) // 2
    first, second = _sums_by_size(values[:half]), _sums_by_size(values[half:])
    parts = [
        np.add.outer(first[j], second[k - j]).ravel()
        for j in range(max(0, k - len(second) + 1), min(k, half) + 1)
    ]
    return np.concatenate(parts)


def _sums_by_size(values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the sums of all subsets of each size, from none to all."""
    sums = [np.zeros(1)] + [np.empty(0)] * len(values)
    for count, value in enumerate(values.tolist()):
        for size in range(count + 1, 0, -1):
            sums[size] = np.concatenate([sums[size], sums[size - 1] + value])
    return sums


def _sampled_sums(
    values: NDArray[np.float64], k: int, samples: int, seed: int, progress: Progress
) -> NDArray[np.float64]:
    """Return the sums of subsets of k values that are drawn at random."""
    rng = np.random.default_rng(seed)
    n = len(values)
    smaller = min(k, n - k)
    sums = np.empty(samples)
    step = max(1, _AT_ONCE // n)
    for start in range(0, samples, step):
        progress.raise_if_cancelled()
        progress.report(start / samples, f"{start:,} of {samples:,} permutations")
        keys = rng.random((min(step, samples - start), n), np.float32)
        chosen = np.argpartition(keys, smaller - 1, axis=1)[:, :smaller]
        sums[start : start + len(keys)] = values[chosen].sum(axis=1)
    return sums if smaller == k else values.sum() - sums
