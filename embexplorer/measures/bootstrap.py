"""Intervals of a number whose sampling distribution nobody knows, from repeated draws."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_NORMAL = NormalDist()


class Interval(NamedTuple):
    """From `low` to `high`."""

    low: float
    high: float


def percentile_interval(draws: NDArray[np.float64], level: float) -> Interval:
    """Return the interval that holds the middle `level` of the draws.

    References
    ----------
    Efron and Tibshirani 1993, An introduction to the bootstrap, chapter 13.
    """
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(draws, [tail, 1.0 - tail])
    return Interval(float(low), float(high))


def bca_interval(
    draws: NDArray[np.float64],
    observed: float,
    left_out: Sequence[NDArray[np.float64]],
    level: float,
) -> Interval | None:
    """Return the bias-corrected and accelerated interval of several samples.

    Parameters
    ----------
    draws
        (b,) the number for resampled sets.
    observed
        The number for the sets as they are.
    left_out
        For each set (m,) the number without each of its m items.
    level
        Such as 0.95.

    Returns
    -------
    Interval or None
        None where all draws lie on one side of the observed number, so that no correction exists.

    References
    ----------
    Efron 1987, Better bootstrap confidence intervals, JASA 82. Davison and Hinkley 1997, Bootstrap
    methods and their application, chapter 5, for the acceleration of several samples.
    """
    below = (np.count_nonzero(draws < observed) + np.count_nonzero(draws <= observed)) / 2.0
    share = below / len(draws)
    if not 0.0 < share < 1.0:
        return None
    shift = _NORMAL.inv_cdf(share)
    cubes = squares = 0.0
    for without in left_out:
        m = len(without)
        influence = (m - 1) * (without.mean() - without)
        cubes += float((influence**3).sum()) / m**3
        squares += float((influence**2).sum()) / m**2
    bend = cubes / (6.0 * squares**1.5) if squares > 0.0 else 0.0
    ends = []
    for tail in ((1.0 - level) / 2.0, (1.0 + level) / 2.0):
        z = shift + _NORMAL.inv_cdf(tail)
        if 1.0 - bend * z <= 0.0:
            return None
        ends.append(_NORMAL.cdf(shift + z / (1.0 - bend * z)))
    low, high = np.quantile(draws, ends)
    return Interval(float(low), float(high))
