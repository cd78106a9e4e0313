"""How near items shall lie on the map: the curve of a minimum distance and a spread, as forces."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The squared distances of the tables: powers of 2 from -40, 64 octaves of 64 steps each. Between
# two steps a straight line differs from the curve by less than two parts in 10,000. Nearer or
# farther items hardly move each other.
LOWEST, STEPS_BITS, OCTAVES = -40, 6, 64

_FIT_STEPS = 200
_FITTED = 1e-12  # relative change of a and b below which the fit has ended
_NEAR = 1e-3  # added to the squared distance, so that repulsion stays finite


class Curve(NamedTuple):
    """Items at the distance x are near to the degree ``1 / (1 + a x^(2b))``."""

    a: float
    b: float


def fit_curve(spread: float, min_dist: float) -> Curve:
    """Return the curve closest to 1 up to `min_dist` and ``exp(-(x - min_dist) / spread)`` beyond.

    Least squares at 300 distances up to three spreads, by Levenberg and Marquardt's method, with
    the spread as the unit of length.

    References
    ----------
    McInnes, Healy and Melville 2018, UMAP, arXiv 1802.03426.
    """
    x, least = np.linspace(0, 3, 300), min_dist / spread
    wanted = np.where(x < least, 1.0, np.exp(least - x))
    log_x = np.log(np.where(x > 0, x, 1.0))
    logs, damping = np.zeros(2), 1e-3  # of a and b, which are positive
    found, slopes = _curve_at(x, log_x, logs)
    for _ in range(_FIT_STEPS):
        missing = wanted - found
        normal = slopes @ slopes.T
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), slopes @ missing)
        better, new_slopes = _curve_at(x, log_x, logs + step)
        if np.sum((wanted - better) ** 2) > np.sum(missing**2):
            damping *= 4.0
        else:
            logs, found, slopes, damping = logs + step, better, new_slopes, damping / 4.0
        if np.abs(step).max() < _FITTED:
            break
    a, b = np.exp(logs).tolist()
    return Curve(a / spread ** (2 * b), b)


def _curve_at(
    x: NDArray[np.float64], log_x: NDArray[np.float64], logs: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the curve and its slopes by the logarithms of a and b."""
    a, b = np.exp(logs)
    power = a * x ** (2 * b)
    near = 1.0 / (1.0 + power)
    by_a = -(near**2) * power
    return near, np.stack([by_a, by_a * 2 * b * log_x])


def find_forces(curve: Curve) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the tables of attraction and repulsion by the squared distance.

    They are the gradients of the cross entropy for an edge, and for a pair that no edge joins,
    divided by the difference of the coords.

    References
    ----------
    McInnes, Healy and Melville 2018, UMAP, arXiv 1802.03426.
    """
    steps = np.arange((OCTAVES << STEPS_BITS) + 1, dtype=np.int64)
    bits = ((127 + LOWEST) << 23) + (steps << (23 - STEPS_BITS))
    squared = bits.astype(np.int32).view(np.float32).astype(np.float64)
    a, b = curve
    power = a * squared**b
    attraction = -2 * b * power / (squared * (1 + power))
    repulsion = 2 * b / ((_NEAR + squared) * (1 + power))
    return attraction.astype(np.float32), repulsion.astype(np.float32)
