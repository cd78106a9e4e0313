"""Where the points of a map are: sorted into tiles, in nested uniform subsamples.

Points are stored level -> tile row -> tile -> random. A level adds points to the uniform subsample
of the levels below it, so a coarse frame draws the first levels only. One row of tiles is one
contiguous slice, so a frame, a pick or a lasso touches little more than the points it covers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from embexplorer.ui.scatter.scene import View

BAND = 48
"""Image rows that are blended together: a strip of them about fits the L2 cache at usual widths.

Smaller ones meet the points at their edges more often: with 32 a frame takes a tenth longer."""

LEVELS = (1 << 16, 1 << 18, 1 << 20)
"""Sizes of the subsamples below the whole; each is drawn within a frame's budget or skipped."""

_POINTS_PER_TILE = 12
_MIN_GRID, _MAX_GRID = 8, 512
_OUTLIERS = 0.003
_SAMPLE = 1 << 16


class Slices(NamedTuple):
    """Contiguous ranges of points that cover a rectangle.

    Parameters
    ----------
    first, last
        (levels, tile rows) int64 positions, the last one exclusive.
    rows
        (bands, 2) int64: the tile rows that each band of the image needs, the last one exclusive.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    rows: NDArray[np.int64]

    @property
    def points(self) -> int:
        """Number of points in all ranges."""
        return int((self.last - self.first).sum())

    def coarsest(self, levels: int) -> Slices:
        """Return the ranges of the first levels alone."""
        return Slices(self.first[:levels], self.last[:levels], self.rows)


@dataclass(frozen=True, slots=True)
class Shuffle:
    """A random order of n points, and which subsample each first belongs to.

    Parameters
    ----------
    order
        (n,) int32 permutation; its first ``LEVELS[l]`` entries are subsample l.
    level
        (n,) uint8 of each point.
    levels
        Number of levels, the whole included.
    """

    order: NDArray[np.int32]
    level: NDArray[np.uint8]
    levels: int


@lru_cache(maxsize=2)
def shuffle(n: int, seed: int = 0) -> Shuffle:
    """Shuffle n points; the next live frame of the same points takes it from memory."""
    order = np.random.default_rng(seed).permutation(np.arange(n, dtype=np.int32))
    sizes = [size for size in LEVELS if size < n]
    level = np.full(n, len(sizes), np.uint8)
    for number in reversed(range(len(sizes))):
        level[order[: sizes[number]]] = number
    return Shuffle(order, level, len(sizes) + 1)


def checked_coords(coords: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and y as float64 arrays of their own; values that are not finite stay.

    Raises
    ------
    ValueError
        If the shape is not (n, 2) with n >= 1.
    """
    array = np.asarray(coords)
    if array.ndim != 2 or array.shape[1] != 2 or len(array) == 0:
        raise ValueError(f"coords must be (n, 2) with n >= 1, not {array.shape}")
    return np.array(array[:, 0], np.float64), np.array(array[:, 1], np.float64)


def are_placed(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points have a place: those whose coords are both finite."""
    return np.isfinite(x) & np.isfinite(y)


def _placed(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64] | None]:
    """Return the coords of the points that have a place, and their rows unless those are all."""
    if not len(x) or all(map(math.isfinite, (x.min(), x.max(), y.min(), y.max()))):
        return x, y, None
    rows = np.flatnonzero(are_placed(x, y))
    return x[rows], y[rows], rows


def robust_bounds(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """Return left, right, low, high of all but the most extreme 0.3 % along each axis.

    Points without a place do not count; without any, all four are 0. Above 65,536 points a uniform
    sample of them is measured.
    """
    x, y, _ = _placed(x, y)
    if not len(x):
        return 0.0, 0.0, 0.0, 0.0
    if len(x) > _SAMPLE:
        sample = shuffle(len(x)).order[:_SAMPLE]
        x, y = x[sample], y[sample]
    bounds = []
    for values in (x, y):
        cut = int(len(values) * _OUTLIERS / 2)
        ends = np.partition(values, (cut, len(values) - 1 - cut))
        bounds += [float(ends[cut]), float(ends[-1 - cut])]
    return bounds[0], bounds[1], bounds[2], bounds[3]


class PointIndex:
    """Points sorted for drawing.

    Tiles divide the robust bounds evenly; the outermost ones reach to infinity, so that a far
    outlier does not crowd all others into one tile.

    Parameters
    ----------
    x, y
        (n,) float64. Points that are not finite are left out.
    seed
        Of the random order.

    Attributes
    ----------
    n
        Number of points that are sorted.
    order
        (n,) int32 rows of the points, sorted.
    """

    def __init__(self, x: NDArray[np.float64], y: NDArray[np.float64], seed: int = 0) -> None:
        from embexplorer.ui.scatter import kernels

        x, y, rows = _placed(x, y)
        mixed = shuffle(len(x), seed)
        self.n = len(x)
        self.levels = mixed.levels
        self.sizes = (*(size for size in LEVELS if size < self.n), self.n)
        self.grid = _grid_size(self.n)
        self.bounds = robust_bounds(x, y)
        self._corner = _corner(self.bounds, self.grid)
        tiles = self.levels * self.grid * self.grid
        key, count = np.empty(self.n, np.int32), np.zeros(tiles + 1, np.int64)
        kernels.count_tiles(x, y, mixed.level, self._corner, self.grid, key, count)
        self._start = np.cumsum(count)
        self.order = np.empty(self.n, np.int32)
        kernels.place_in_tiles(key, mixed.order, self._start[:-1].copy(), self.order)
        if rows is not None:
            self.order = rows[self.order].astype(np.int32)

    def slices(self, view: View, levels: int | None = None, margin: float = 0) -> Slices:
        """Return the ranges that hold every point of a view.

        Parameters
        ----------
        view
            The rectangle.
        levels
            Draw only that many levels; all by default.
        margin
            Pixels around the view in which a point still counts.
        """
        count = self.levels if levels is None else min(levels, self.levels)
        left = -margin / view.x_scale + view.left
        right = (view.width + margin) / view.x_scale + view.left
        tops = np.arange(0, max(view.height, 1), BAND)
        bottoms = np.minimum(tops + BAND, view.height)
        ends = np.stack([tops - margin, bottoms + margin]) / view.y_scale + view.top
        tiles = (ends - self._corner[1]) * self._corner[3]
        rows = np.clip(tiles, 0, self.grid - 1).astype(np.int64)
        lowest, bands = int(rows.min()), np.stack([rows.min(0), rows.max(0) + 1], axis=1)
        return self._ranges(count, (left, right), (lowest, int(rows.max())), bands - lowest)

    def box(self, left: float, right: float, low: float, high: float) -> Slices:
        """Return the ranges that hold every point of a box of data, as one band."""
        _, y, _, per_y = self._corner
        lowest, highest = (int(min(max((v - y) * per_y, 0), self.grid - 1)) for v in (low, high))
        band = np.array([[0, highest + 1 - lowest]])
        return self._ranges(self.levels, (left, right), (lowest, highest), band)

    def _ranges(
        self,
        levels: int,
        sides: tuple[float, float],
        rows: tuple[int, int],
        bands: NDArray[np.int64],
    ) -> Slices:
        """Return the slices between two data coordinates of x, of a range of tile rows."""
        x, _, per_x, _ = self._corner
        columns = sorted(int(min(max((v - x) * per_x, 0), self.grid - 1)) for v in sides)
        tile_rows = np.arange(levels)[:, None] * self.grid + np.arange(rows[0], rows[1] + 1)
        start = tile_rows * self.grid
        return Slices(self._start[start + columns[0]], self._start[start + columns[1] + 1], bands)


def _grid_size(n: int) -> int:
    """Return tiles per axis: a power of two with about a dozen points a tile."""
    wished = 2 ** round(np.log2(np.sqrt(max(n, 1) / _POINTS_PER_TILE)))
    return int(np.clip(wished, _MIN_GRID, _MAX_GRID))


def _corner(
    bounds: tuple[float, float, float, float], grid: int
) -> tuple[float, float, float, float]:
    """Return left, bottom, tiles per unit of x and of y; an axis without extent gets one tile."""
    left, right, low, high = bounds
    per_x = grid / (right - left) if right > left else 0.0
    per_y = grid / (high - low) if high > low else 0.0
    return left, low, per_x, per_y
