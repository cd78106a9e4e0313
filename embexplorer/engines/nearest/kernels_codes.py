"""The compiled loops that read vectors and turn them into points and codes.

As in `kernels`, each releases the GIL and works on its own share of the rows, without ``prange``
and ``fastmath``; both modules are whole, because numba's disk cache notices a change of a kernel's
own file alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numba import njit  # noqa: TID253  compiled through and through, imported lazily

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from embexplorer.engines.nearest.kernels import Points

_F = TypeVar("_F", bound="Callable[..., Any]")

_TILE = 64  # columns that are summed side by side where distances are not products


def _kernel(function: _F) -> _F:
    """Compile without the GIL and keep the machine code on disk."""
    return cast("_F", njit(nogil=True, cache=True, error_model="numpy")(function))


@_kernel
def measure_rows(
    vectors: NDArray[np.float32],
    bits: NDArray[np.uint32],
    start: int,
    stop: int,
    lengths: NDArray[np.float64],
    hashes: NDArray[np.uint64],
) -> None:
    """Write the length of each row, and a hash in which 0 and -0 are the same number.

    ``bits`` are those of ``vectors``. The hash is FNV-1a over whole numbers instead of bytes, with
    a shift, because the lower half of the bits of small whole numbers is empty.
    """
    for row in range(start, stop):
        total = 0.0
        mixed = np.uint64(14695981039346656037)
        for column in range(vectors.shape[1]):
            value = np.float64(vectors[row, column])
            total += value * value
            word = np.uint64(0) if value == 0 else np.uint64(bits[row, column])
            mixed = (mixed ^ word) * np.uint64(1099511628211)
            mixed ^= mixed >> np.uint64(29)
        lengths[row] = np.sqrt(total)
        hashes[row] = mixed


@_kernel
def find_differing(
    vectors: NDArray[np.float32], rows: NDArray[np.int64], others: NDArray[np.int64]
) -> int:
    """Return the first place at which ``rows`` and ``others`` are not equal vectors, or -1."""
    for at in range(len(rows)):
        if rows[at] != others[at]:
            for column in range(vectors.shape[1]):
                if vectors[rows[at], column] != vectors[others[at], column]:
                    return at
    return -1


@_kernel
def center(
    points: Points,
    which: NDArray[np.int64],
    middle: NDArray[np.float64],
    source: NDArray[np.int64],
    out: NDArray[np.float32],
) -> None:
    """Write the points ``which``, less ``middle``; column c comes from column ``source[c]``.

    A source of -1 is a column of zeros, one of d the extra coordinate.
    """
    vectors, rows, factors, extra, _, _ = points
    width = vectors.shape[1]
    for at in range(len(which)):
        i = which[at]
        row, factor = rows[i], factors[i]
        for column in range(out.shape[1]):
            taken = source[column]
            if taken < 0:
                out[at, column] = 0
            elif taken == width:
                out[at, column] = extra[i] - middle[column]
            else:
                out[at, column] = vectors[row, taken] * factor - middle[column]


@_kernel
def quantize(
    turned: NDArray[np.float32],
    codes: NDArray[np.int8],
    scales: NDArray[np.float32],
    halves: NDArray[np.float32],
    residuals: NDArray[np.float64],
) -> None:
    """Write each row as int8 on a scale of its own, half its square, and how far off that is."""
    for row in range(turned.shape[0]):
        largest = np.float32(0)
        for column in range(turned.shape[1]):
            largest = max(largest, abs(turned[row, column]))
        scale = largest / np.float32(127)
        inverse = np.float32(1) / scale if scale > np.float32(1e-37) else np.float32(0)
        squares = np.int64(0)
        off = 0.0
        for column in range(turned.shape[1]):
            code = np.rint(turned[row, column] * inverse)
            code = min(max(code, np.float32(-127)), np.float32(127))
            codes[row, column] = np.int8(code)
            squares += np.int64(code) * np.int64(code)
            gap = np.float64(turned[row, column]) - np.float64(scale) * np.float64(code)
            off += gap * gap
        scales[row] = scale
        halves[row] = np.float64(scale) * np.float64(scale) * squares / 2
        residuals[row] = np.sqrt(off)


@_kernel
def halve_squares(rows: NDArray[np.float32], halves: NDArray[np.float32]) -> None:
    """Write half the square of the length of each row."""
    for row in range(rows.shape[0]):
        total = 0.0
        for column in range(rows.shape[1]):
            total += np.float64(rows[row, column]) * np.float64(rows[row, column])
        halves[row] = total / 2


@_kernel
def fill_steps(
    rows: NDArray[np.float32], columns: NDArray[np.float32], block: NDArray[np.float32]
) -> None:
    """Write minus the Manhattan distance of each row to each column vector.

    The columns of a tile lie side by side, so that a sum runs over the dimensions in one order,
    and many of them at once.
    """
    width = rows.shape[1]
    tile = np.empty((width, _TILE), np.float32)
    for start in range(0, columns.shape[0], _TILE):
        size = min(_TILE, columns.shape[0] - start)
        tile[:] = 0
        for c in range(size):
            for p in range(width):
                tile[p, c] = columns[start + c, p]
        for r in range(rows.shape[0]):
            sums = np.zeros(_TILE, np.float32)
            for p in range(width):
                value = rows[r, p]
                for c in range(_TILE):
                    sums[c] += abs(value - tile[p, c])
            for c in range(size):
                block[r, start + c] = -sums[c]
