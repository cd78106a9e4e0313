"""What pushes the items of a t-SNE map apart: exact for few items, on a grid for many.

Both give, at every item, the slope of the potential ``P(y) = sum_j 1 / (1 + |y - y_j|^2)`` and the
sum of the potential over all pairs of items, which normalizes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.engines.threads import Threads

# Items up to which all pairs cost less than the grid, by dimensions of the map.
EXACT_UP_TO = {2: 2_000, 3: 8_000}
SPACING = {2: 0.5, 3: 0.7}  # between two nodes, in units of the map: the potential is 1 wide
# Irrational parts of a cell by which the grid moves along each axis at every call, so that its
# errors do not add up over the steps: the R3 sequence of Roberts 2018.
_SHIFTS = np.array([0.8191725133961645, 0.6710436067037893, 0.5497004779019703])
_GROWTH = 1.08  # by how much a grid is larger than it must be, so that it is not made anew often
_MARGIN = 4  # cells around the points that their splines reach
_ITEMS_A_THREAD = 1000  # with fewer, threads cost more to meet than they save


class Repulsion(Protocol):
    """Finds what pushes the items apart."""

    def __call__(self, coords: NDArray[np.float32], slope: NDArray[np.float32]) -> float:
        """Write the slopes of the potential (n, 2|3); return its sum over all pairs of items."""


def repulsion_of(n: int, dims: int, threads: Threads) -> Repulsion:
    """Return what is fastest for n items in 2 or 3 dimensions."""
    if n <= EXACT_UP_TO[dims]:
        return ExactRepulsion(n, dims, threads)
    return MeshRepulsion(n, dims, SPACING[dims], threads)


class ExactRepulsion:
    """Sums over all pairs of items."""

    def __init__(self, n: int, dims: int, threads: Threads) -> None:
        from embexplorer.engines.tsne_kernels import repel_2d, repel_3d

        self._kernel = repel_2d if dims == 2 else repel_3d
        self._others = np.empty((dims, n), np.float32)
        self._field = np.empty((1 + dims, n), np.float32)
        self._threads = threads

    def __call__(self, coords: NDArray[np.float32], slope: NDArray[np.float32]) -> float:
        """Write the slopes of the potential (n, 2|3); return its sum over all pairs of items."""
        others, field = self._others, self._field
        others[:] = coords.T
        self._threads.over(
            len(coords),
            lambda first, last: self._kernel(others, first, last, field),
            least=128,
        )
        slope[:] = field[1:].T
        return _sum_of_pairs(field[0])


class MeshRepulsion:
    """Spreads the items on a grid, convolves it with the potential of one, reads the result.

    Cubic B-splines spread and read; their blur is divided out of the potential's transform. A grid
    twice as wide as the items keeps the periodic images of a Fourier transform apart. The slope is
    that of the spline, so one forward and one inverse transform give all.

    References
    ----------
    Hockney and Eastwood 1988, Computer simulation using particles, chapters 5 and 8, for particles
    on a mesh; Linderman et al. 2019, Fast interpolation-based t-SNE, for the idea in t-SNE.
    """

    def __init__(self, n: int, dims: int, spacing: float, threads: Threads) -> None:
        from embexplorer.engines import tsne_mesh_kernels as kernels

        self._sort = kernels.sort_by_row
        self._spread = kernels.spread_2d if dims == 2 else kernels.spread_3d
        self._read = kernels.read_2d if dims == 2 else kernels.read_3d
        self._spacing = spacing
        self._threads = threads
        self._calls = 0
        self._order = np.empty(n, np.int32)
        self._placed = np.empty((n, dims), np.float32)
        self._potential = np.empty(n, np.float32)
        self._grid = np.empty((0,) * dims, np.float32)
        self._transform = np.empty((0,) * dims, np.float32)

    def __call__(self, coords: NDArray[np.float32], slope: NDArray[np.float32]) -> float:
        """Write the slopes of the potential (n, 2|3); return its sum over all pairs of items."""
        low, high = coords.min(axis=0), coords.max(axis=0)
        if float((high - low).max()) < 0.1 * self._spacing:
            return _within_one_cell(coords, slope)
        self._fit((high - low).astype(np.float64) / self._spacing)
        self._calls += 1
        shift = (self._calls * _SHIFTS[: len(low)]) % 1.0 - 0.5
        half = np.array(self._grid.shape) / 2
        corner = (low + high) / 2 - (half + shift) * self._spacing
        self._spread_all(coords, corner.astype(np.float32))
        field = self._convolved()
        n, per_unit = len(coords), np.float32(1 / self._spacing)
        order, placed, potential = self._order, self._placed, self._potential
        self._threads.over(
            n,
            lambda first, last: self._read(
                placed, order, first, last, field, per_unit, potential, slope
            ),
            least=_ITEMS_A_THREAD,
        )
        return _sum_of_pairs(potential)

    def _fit(self, extent: NDArray[np.float64]) -> None:
        """Make a new grid where the points have outgrown it, or fill little of it."""
        from scipy.fft import next_fast_len

        need = np.ceil(extent).astype(int) + 2 * _MARGIN
        have = np.array(self._grid.shape)
        if (need <= have).all() and np.prod(have) <= 2 * np.prod(need * _GROWTH):
            return
        wanted = [int(2 * np.ceil(one * _GROWTH)) for one in need]
        whole = [next_fast_len(one + one % 2, real=True) for one in wanted]
        whole = [one + one % 2 for one in whole]
        self._grid = np.zeros([one // 2 for one in whole], np.float32)
        self._transform = _transform_of_potential(whole, self._spacing, self._threads.count)

    def _spread_all(self, coords: NDArray[np.float32], corner: NDArray[np.float32]) -> None:
        grid, placed = self._grid, self._placed
        starts = np.empty(len(grid) + 2, np.int64)
        self._sort(coords, corner, np.float32(1 / self._spacing), starts, self._order, placed)
        parts = max(1, min(self._threads.count, len(coords) // _ITEMS_A_THREAD))
        middle = [len(coords) * part // parts for part in range(1, parts)]
        bounds = [0, *np.searchsorted(starts, middle).tolist(), len(grid)]
        self._threads.through(
            bounds, lambda first, last: self._spread(placed, starts, first, last, grid)
        )

    def _convolved(self) -> NDArray[np.float32]:
        """Return the potential on the grid, its last axis longer than the grid's.

        Axis by axis, so that what is zero before, or not needed after, is never transformed.
        """
        from scipy import fft

        workers = self._threads.count
        shape = self._grid.shape
        whole = [2 * length for length in shape]
        field: Any = fft.rfft(self._grid, whole[-1], axis=-1, workers=workers)
        for axis in range(len(shape) - 1):
            field = fft.fft(field, whole[axis], axis=axis, workers=workers)
        field *= self._transform
        for axis in range(len(shape) - 1):
            field = fft.ifft(field, axis=axis, overwrite_x=True, workers=workers)
            field = field[(slice(None),) * axis + (slice(shape[axis]),)]
        result: NDArray[np.float32] = fft.irfft(field, whole[-1], axis=-1, workers=workers)
        return result


def _transform_of_potential(whole: list[int], spacing: float, workers: int) -> NDArray[np.float32]:
    """Return the transform of one item's potential, divided by that of spreading and reading."""
    from scipy import fft

    nodes = [np.minimum(np.arange(length), length - np.arange(length)) for length in whole]
    squares = np.ix_(*[(spacing * node) ** 2 for node in nodes])
    square = np.ones(whole)
    for axis in squares:
        square += axis
    transform: Any = fft.rfftn(1.0 / square, workers=workers).real
    blur = [((2.0 + np.cos(2.0 * np.pi * np.arange(m) / m)) / 3.0) ** 2 for m in whole]
    blur[-1] = blur[-1][: whole[-1] // 2 + 1]
    for axis in np.ix_(*blur):
        transform /= axis
    result: NDArray[np.float32] = transform.astype(np.float32)
    return result


def _within_one_cell(coords: NDArray[np.float32], slope: NDArray[np.float32]) -> float:
    """Do as a `Repulsion` where all items lie within a twentieth of a unit.

    There ``1 / (1 + r^2)`` is 1 - r^2 to three digits, and float32 would lose it in a grid's sums.
    """
    n = len(coords)
    middle = coords.mean(axis=0, dtype=np.float64)
    np.multiply(coords - middle, -2.0 * n, out=slope, casting="same_kind")
    return n * (n - 1.0)


def _sum_of_pairs(potential: NDArray[np.float32]) -> float:
    """Return the sum of the potential without that of each item at its own place, which is 1."""
    return max(float(potential.sum(dtype=np.float64)) - len(potential), 1e-12)
