"""Compiled: spread points on a grid by cubic B-splines, and read a field between its nodes.

Numba through and through; import it only where a map is laid out. Every kernel releases the GIL
and writes only what belongs to the range it is given, so that ranges may run on any number of
threads and give the same bytes. No ``fastmath``: with it a fresh compile and the disk cache give
different bytes. Float32 constants have names, because a literal would turn the arithmetic around
it into float64.

A point at x, in cells of the grid, lies in the cell ``int(x)`` and has weights on the four nodes
from ``int(x) - 1`` to ``int(x) + 2``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numba import njit  # noqa: TID253  compiled through and through, imported lazily

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Points = NDArray[np.float32]  # (n, 2|3)
    Four = tuple[np.float32, np.float32, np.float32, np.float32]

At = int | np.int64  # a place on the grid
_F = TypeVar("_F", bound="Callable[..., Any]")

_ONE, _HALF, _SIXTH = np.float32(1), np.float32(0.5), np.float32(1 / 6)
_THREE, _FOUR, _SIX = np.float32(3), np.float32(4), np.float32(6)


def _kernel(function: _F) -> _F:
    """Compile without the GIL and keep the machine code on disk."""
    return cast("_F", njit(nogil=True, cache=True, error_model="numpy")(function))


def _inlined(function: _F) -> _F:
    """Compile into the kernels that call it."""
    return cast("_F", njit(nogil=True, inline="always", error_model="numpy")(function))


@_kernel
def sort_by_row(
    coords: Points,
    corner: NDArray[np.float32],
    per_unit: np.float32,
    starts: NDArray[np.int64],
    order: NDArray[np.int32],
    placed: Points,
) -> None:
    """Write the points in cells to `placed`, row by row of the grid; `order` says which is which.

    `starts` (rows + 2) becomes where each row begins. Inside a row the points keep their order.
    """
    n, dims = coords.shape
    starts[:] = 0
    for i in range(n):
        starts[np.int64((coords[i, 0] - corner[0]) * per_unit) + 2] += 1
    for at in range(2, len(starts)):
        starts[at] += starts[at - 1]
    for i in range(n):
        row = np.int64((coords[i, 0] - corner[0]) * per_unit)
        free = starts[row + 1]
        starts[row + 1] = free + 1
        order[free] = i
        for d in range(dims):
            placed[free, d] = (coords[i, d] - corner[d]) * per_unit


@_inlined
def _weights(t: np.float32) -> Four:
    """Return the cubic B-spline on the four nodes around offset t in [0, 1) from the second."""
    u = _ONE - t
    return (
        u * u * u * _SIXTH,
        (_FOUR + t * t * (_THREE * t - _SIX)) * _SIXTH,
        (_FOUR + u * u * (_THREE * u - _SIX)) * _SIXTH,
        t * t * t * _SIXTH,
    )


@_inlined
def _slopes(t: np.float32) -> Four:
    """Return the derivatives of `_weights`."""
    u = _ONE - t
    return (
        -u * u * _HALF,
        t * (_THREE * t - _FOUR) * _HALF,
        -u * (_THREE * u - _FOUR) * _HALF,
        t * t * _HALF,
    )


@_inlined
def _dot(a: Four, b: Four) -> np.float32:
    return (a[0] * b[0] + a[1] * b[1]) + (a[2] * b[2] + a[3] * b[3])


@_inlined
def _add(line: NDArray[np.float32], at: At, factor: np.float32, w: Four) -> None:
    line[at] += factor * w[0]
    line[at + 1] += factor * w[1]
    line[at + 2] += factor * w[2]
    line[at + 3] += factor * w[3]


@_inlined
def _read(line: NDArray[np.float32], at: At) -> Four:
    return line[at], line[at + 1], line[at + 2], line[at + 3]


@_inlined
def _add_plane(grid: NDArray[np.float32], i: At, j: At, factor: np.float32, u: Four, v: Four):  # type: ignore[no-untyped-def]  # inlined
    _add(grid[i], j, factor * u[0], v)
    _add(grid[i + 1], j, factor * u[1], v)
    _add(grid[i + 2], j, factor * u[2], v)
    _add(grid[i + 3], j, factor * u[3], v)


@_inlined
def _read_line(line: NDArray[np.float32], at: At, v: Four, dv: Four) -> Any:
    """Return the field and its slope between four nodes of a line."""
    f = _read(line, at)
    return _dot(f, v), _dot(f, dv)


@_inlined
def _read_plane(
    field: NDArray[np.float32], i: At, j: At, u: Four, du: Four, v: Four, dv: Four
) -> Any:
    """Return the field between sixteen nodes of a plane, and its slopes along both axes."""
    a, da = _read_line(field[i], j, v, dv)
    b, db = _read_line(field[i + 1], j, v, dv)
    c, dc = _read_line(field[i + 2], j, v, dv)
    d, dd = _read_line(field[i + 3], j, v, dv)
    f = (a, b, c, d)
    return _dot(f, u), _dot(f, du), _dot((da, db, dc, dd), u)


# `spread_*(placed, starts, first, last, grid)` fills the rows first:last of the density on the
# grid, each node in the order of the points, whatever the rows. `read_*` fills, for the points
# first:last in their sorted order, the field and its slopes (per unit of the map).


@_kernel
def spread_2d(
    placed: Points, starts: NDArray[np.int64], first: int, last: int, grid: NDArray[np.float32]
) -> None:
    """Fill the rows first:last of the density, (rows, columns)."""
    grid[first:last] = 0
    for k in range(starts[max(first - 2, 0)], starts[min(last + 1, len(starts) - 1)]):
        i, j = np.int64(placed[k, 0]), np.int64(placed[k, 1])
        u = _weights(placed[k, 0] - np.float32(i))
        v = _weights(placed[k, 1] - np.float32(j))
        if first < i and i + 2 < last:
            _add_plane(grid, i - 1, j - 1, _ONE, u, v)
        else:
            for a in range(4):
                if first <= i - 1 + a < last:
                    _add(grid[i - 1 + a], j - 1, u[a], v)


@_kernel
def spread_3d(
    placed: Points, starts: NDArray[np.int64], first: int, last: int, grid: NDArray[np.float32]
) -> None:
    """Fill the layers first:last of the density, (layers, rows, columns)."""
    grid[first:last] = 0
    for k in range(starts[max(first - 2, 0)], starts[min(last + 1, len(starts) - 1)]):
        i, j, m = np.int64(placed[k, 0]), np.int64(placed[k, 1]), np.int64(placed[k, 2])
        u = _weights(placed[k, 0] - np.float32(i))
        v = _weights(placed[k, 1] - np.float32(j))
        w = _weights(placed[k, 2] - np.float32(m))
        for a in range(4):
            if first <= i - 1 + a < last:
                _add_plane(grid[i - 1 + a], j - 1, m - 1, u[a], v, w)


@_kernel
def read_2d(
    placed: Points,
    order: NDArray[np.int32],
    first: int,
    last: int,
    field: NDArray[np.float32],
    per_unit: np.float32,
    potential: NDArray[np.float32],
    slope: Points,
) -> None:
    """Read a field (rows, columns) at the points first:last of their sorted order."""
    for k in range(first, last):
        i, j = np.int64(placed[k, 0]), np.int64(placed[k, 1])
        x, y = placed[k, 0] - np.float32(i), placed[k, 1] - np.float32(j)
        u, du, v, dv = _weights(x), _slopes(x), _weights(y), _slopes(y)
        f, fx, fy = _read_plane(field, i - 1, j - 1, u, du, v, dv)
        at = order[k]
        potential[at] = f
        slope[at, 0], slope[at, 1] = fx * per_unit, fy * per_unit


@_kernel
def read_3d(
    placed: Points,
    order: NDArray[np.int32],
    first: int,
    last: int,
    field: NDArray[np.float32],
    per_unit: np.float32,
    potential: NDArray[np.float32],
    slope: Points,
) -> None:
    """Read a field (layers, rows, columns) at the points first:last of their sorted order."""
    for k in range(first, last):
        i, j, m = np.int64(placed[k, 0]), np.int64(placed[k, 1]), np.int64(placed[k, 2])
        x, y = placed[k, 0] - np.float32(i), placed[k, 1] - np.float32(j)
        z = placed[k, 2] - np.float32(m)
        v, dv, w, dw = _weights(y), _slopes(y), _weights(z), _slopes(z)
        a, ay, az = _read_plane(field[i - 1], j - 1, m - 1, v, dv, w, dw)
        b, by, bz = _read_plane(field[i], j - 1, m - 1, v, dv, w, dw)
        c, cy, cz = _read_plane(field[i + 1], j - 1, m - 1, v, dv, w, dw)
        d, dy, dz = _read_plane(field[i + 2], j - 1, m - 1, v, dv, w, dw)
        u, at = _weights(x), order[k]
        potential[at] = _dot((a, b, c, d), u)
        slope[at, 0] = _dot((a, b, c, d), _slopes(x)) * per_unit
        slope[at, 1] = _dot((ay, by, cy, dy), u) * per_unit
        slope[at, 2] = _dot((az, bz, cz, dz), u) * per_unit
