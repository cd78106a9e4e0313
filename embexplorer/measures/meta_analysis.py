"""Meta-analysis: one effect from many, each with its own variance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Combined(NamedTuple):
    """Effects combined: `p` is two-sided; `tau2` the variance between effects, `q` their spread."""

    effect: float
    standard_error: float
    p: float
    tau2: float
    q: float


def variance_of_effect(effects: NDArray[np.float64], n_x: int, n_y: int) -> NDArray[np.float64]:
    """Return the sampling variance of standardized differences of two means (d-formula).

    References
    ----------
    Hedges and Olkin 1985, Statistical methods for meta-analysis; the formula is that of Cohen's d,
    for independent values.
    """
    found: NDArray[np.float64] = (n_x + n_y) / (n_x * n_y) + effects**2 / (2 * (n_x + n_y))
    return found


def combine_effects(effects: NDArray[np.float64], variances: NDArray[np.float64]) -> Combined:
    """Return the random-effects mean of effects (m,), with the variance between them by moments.

    Parameters
    ----------
    effects, variances
        At least one; variances above 0.

    References
    ----------
    DerSimonian and Laird 1986, Meta-analysis in clinical trials, Controlled Clinical Trials 7.
    """
    weights = 1 / variances
    total = float(weights.sum())
    fixed = float(weights @ effects) / total
    q = float(weights @ (effects - fixed) ** 2)  # as Σ w d² − (Σ w d)² / Σ w, without cancelling
    scale = total - float(weights @ weights) / total
    tau2 = max(0.0, (q - (len(effects) - 1)) / scale) if len(effects) > 1 else 0.0
    weights = 1 / (variances + tau2)
    total = float(weights.sum())
    effect = float(weights @ effects) / total
    error = 1 / math.sqrt(total)
    p = math.erfc(abs(effect / error) / math.sqrt(2))
    return Combined(effect, error, p, tau2, q)
