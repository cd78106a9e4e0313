"""How dense the points of a map lie: a density on a grid, and the levels that hold shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

CELLS = 256  # along the longer side of the grid
SHARPER = 3.0  # a map has many clouds; the rule of thumb is for one
MARGIN = 3.5  # bandwidths around the points, beyond which a Gaussian is as good as nothing
REACH = 3.5  # bandwidths at which a Gaussian is cut off
OUTSIDE = 0.001  # share of the points at each end of an axis that need not be on the grid
SAMPLED = 200_000  # points that measure spread and ends


class Frame(NamedTuple):
    """The place of a grid on the map: its lower left corner, and the side of its square cells."""

    left: float
    bottom: float
    cell: float


@dataclass(frozen=True, slots=True, eq=False)
class Density:
    """A density on a grid of square cells.

    Parameters
    ----------
    values
        (rows, columns) float64: expected points in each cell; row 0 is the lowest.
    counts
        (rows, columns) int64: the points themselves, before they were smoothed.
    frame
        Where the grid lies.
    bandwidth
        Standard deviation of the Gaussian, in units of the map.
    n
        All points, those beside the grid too.
    """

    values: NDArray[np.float64]
    counts: NDArray[np.int64]
    frame: Frame
    bandwidth: float
    n: int

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the grid."""
        rows, columns = self.values.shape
        left, bottom, cell = self.frame
        return left, bottom, left + columns * cell, bottom + rows * cell


def density_of(
    coords: NDArray[np.floating], bandwidth: float | None = None, cells: int = CELLS
) -> Density | None:
    """Return the density of points on a grid around all but the most extreme of them.

    Parameters
    ----------
    coords
        (n, 2); a point that is not finite is nowhere.
    bandwidth
        Standard deviation of the Gaussian that stands for each point; None takes a third of
        Scott's rule for a cloud of this spread.
    cells
        Along the longer side of the grid.

    Returns
    -------
    Density or None
        None where there are fewer than two points, or all lie at one place.

    References
    ----------
    Scott 1992, Multivariate density estimation, equation 6.42 (the rule of thumb).
    """
    x, y = _finite(coords)
    if len(x) < 2:
        return None
    low, high, spread = _ends(x, y)
    if not spread > 0:
        return None
    if bandwidth is None:
        bandwidth = spread * len(x) ** (-1 / 6) / SHARPER
    span = high - low + 2 * MARGIN * bandwidth
    cell = float(span.max()) / cells
    bandwidth = max(bandwidth, cell)  # finer than a cell there is nothing to see
    shape = np.maximum(1, np.ceil(span / cell)).astype(int)
    left, bottom = low - MARGIN * bandwidth
    frame = Frame(float(left), float(bottom), cell)
    counts = _count(x, y, frame, int(shape[0]), int(shape[1]))
    values = _smooth(counts, bandwidth / cell)
    return Density(values, counts, frame, float(bandwidth), len(x))


def levels_holding(density: Density, shares: Sequence[float]) -> tuple[float, ...]:
    """Return the levels above which these shares of the points lie, in the order of the shares.

    Cells are taken from the densest on until they hold the share, so the areas are as small as
    they can be. A share that not even the whole grid holds has the level 0.

    References
    ----------
    Hyndman 1996, Computing and graphing highest density regions, The American Statistician 50.
    """
    values, counts = density.values.ravel(), density.counts.ravel()
    order = np.argsort(-values, kind="stable")
    held = np.cumsum(counts[order])
    levels = []
    for share in shares:
        at = int(np.searchsorted(held, share * density.n - 1e-9))
        levels.append(float(values[order[at]]) if at < len(order) else 0.0)
    return tuple(levels)


def _finite(coords: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    x, y = np.ascontiguousarray(coords[:, 0]), np.ascontiguousarray(coords[:, 1])
    is_finite = np.isfinite(x) & np.isfinite(y)
    return (x, y) if is_finite.all() else (x[is_finite], y[is_finite])


def _ends(
    x: NDArray[np.floating], y: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the lower and upper ends of both axes, and the spread of the points.

    The spread is the root of the mean of the two variances, inside the ends, so that one point far
    away does not blur everything.
    """
    step = max(1, len(x) // SAMPLED)
    ends = []
    variances = []
    for values in (x, y):
        seen = values[::step].astype(np.float64)
        low, high = np.quantile(seen, [OUTSIDE, 1 - OUTSIDE])
        reach = (high - low) * 0.1  # what is hardly beside still belongs to it
        low, high = max(low - reach, float(seen.min())), min(high + reach, float(seen.max()))
        ends.append((low, high))
        variances.append(seen[(seen >= low) & (seen <= high)].var())
    (left, right), (bottom, top) = ends
    spread = float(np.sqrt(np.mean(variances)))
    return np.array([left, bottom]), np.array([right, top]), spread


def _count(
    x: NDArray[np.floating], y: NDArray[np.floating], frame: Frame, columns: int, rows: int
) -> NDArray[np.int64]:
    """Return how many points lie in each cell; those beside the grid are left out."""
    with np.errstate(over="ignore", invalid="ignore"):  # too far: an end of the range of ints
        across = np.floor((x - frame.left) * (1 / frame.cell)).astype(np.int32)
        up = np.floor((y - frame.bottom) * (1 / frame.cell)).astype(np.int32)
    is_on = (across >= 0) & (across < columns) & (up >= 0) & (up < rows)
    if not is_on.all():
        across, up = across[is_on], up[is_on]
    up *= columns
    up += across
    return np.bincount(up, minlength=rows * columns).reshape(rows, columns)


def _smooth(counts: NDArray[np.int64], sigma: float) -> NDArray[np.float64]:
    """Return the counts smoothed by a Gaussian: a product with a matrix for each axis."""
    rows, columns = counts.shape
    wide = counts.astype(np.float64)
    smoothed: NDArray[np.float64] = _gaussian(rows, sigma) @ wide @ _gaussian(columns, sigma)
    return smoothed


def _gaussian(size: int, sigma: float) -> NDArray[np.float64]:
    """Return the symmetric (size, size) matrix that smooths along an axis."""
    reach = int(REACH * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    at = np.arange(size)
    apart = np.abs(at[:, None] - at[None, :])
    matrix: NDArray[np.float64] = np.where(
        apart <= reach, weights[reach + np.minimum(apart, reach)], 0.0
    )
    return matrix
