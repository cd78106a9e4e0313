"""Compiled: a tree over the items of a map, and what all items push by it.

A quadtree in two dimensions, an octree in three. Numba through and through; import it only where a
map is laid out. Every kernel releases the GIL; ranges of groups may run on any number of threads
and give the same bytes. No ``fastmath``: with it a fresh compile and the disk cache give different
bytes. Float32 constants have names, because a literal would turn the arithmetic around it into
float64.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numba import njit  # noqa: TID253  compiled through and through, imported lazily

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_F = TypeVar("_F", bound="Callable[..., Any]")

KEY_BITS = 30  # of a place on the curve: 15 levels of a quadtree, 10 of an octree
LEAF = 32  # items in a leaf, more only where they lie in one cell of the last level
GROUP = 128  # items that share one list of what pushes them, more only as in a leaf
_DIGIT_BITS = 10  # that are sorted at a time
_DIGITS = 1 << _DIGIT_BITS
_STACK = 128  # nodes that wait to be looked at: at most 7 for each of 10 levels, 3 for each of 15
_ZERO, _ONE, _TWO = np.float32(0), np.float32(1), np.float32(2)
_NEAR = np.float32(1 / 16)  # squared units within which 1 / (1 + r^2) is all but constant


def _kernel(function: _F) -> _F:
    """Compile without the GIL and keep the machine code on disk."""
    return cast("_F", njit(nogil=True, cache=True, error_model="numpy")(function))


# -- the tree --------------------------------------------------------------------------------------


@_kernel
def make_keys(
    coords: NDArray[np.float32],
    corner: NDArray[np.float32],
    per_unit: np.float32,
    keys: NDArray[np.int32],
) -> None:
    """Write where each of the coords (n, 2|3) comes on the curve that visits the tree's cells.

    The bits of a key are those of the cell along each axis in turn (Morton 1966).
    """
    n, dims = coords.shape
    levels = KEY_BITS // dims
    largest = (1 << levels) - 1
    for i in range(n):
        key = 0
        for d in range(dims):
            cell = min(np.int64((coords[i, d] - corner[d]) * per_unit), largest)
            for level in range(levels):
                key |= ((cell >> level) & 1) << (dims * level + d)
        keys[i] = key


@_kernel
def sort_keys(keys: NDArray[np.int32], order: NDArray[np.int32]) -> None:
    """Sort the keys in place, equal ones as they came; `order` becomes where each was."""
    n = len(keys)
    sorted_keys, sorted_order = np.empty_like(keys), np.empty_like(order)
    starts = np.empty(_DIGITS + 1, np.int64)
    for i in range(n):
        order[i] = i
    for shift in range(0, KEY_BITS, _DIGIT_BITS):
        starts[:] = 0
        for i in range(n):
            starts[((keys[i] >> shift) & (_DIGITS - 1)) + 1] += 1
        for digit in range(_DIGITS):
            starts[digit + 1] += starts[digit]
        for i in range(n):
            digit = (keys[i] >> shift) & (_DIGITS - 1)
            sorted_keys[starts[digit]], sorted_order[starts[digit]] = keys[i], order[i]
            starts[digit] += 1
        keys[:], order[:] = sorted_keys, sorted_order


@_kernel
def divide(
    keys: NDArray[np.int32],
    dims: int,
    ranges: NDArray[np.int32],
    children: NDArray[np.int32],
    groups: NDArray[np.int32],
) -> tuple[int, int]:
    """Fill the nodes of the tree over sorted keys; return how many nodes and groups there are.

    `ranges` (m, 2) becomes which items a node holds, `children` (m, 2) which nodes: later ones, for
    a leaf none. `groups` becomes the largest nodes that hold no more than `GROUP` items.
    """
    levels = np.empty(len(ranges), np.int8)
    is_inside = np.zeros(len(ranges), np.bool_)
    ranges[0, 0], ranges[0, 1], levels[0] = 0, len(keys), KEY_BITS // dims - 1
    nodes, found, node = 1, 0, 0
    while node < nodes:
        first, last, level = ranges[node, 0], ranges[node, 1], levels[node]
        # Levels on which all items lie in one cell are passed over.
        while level >= 0 and keys[first] >> (dims * level) == keys[last - 1] >> (dims * level):
            level -= 1
        children[node, 0] = nodes
        if last - first > LEAF and level >= 0:
            while first < last:
                end = _end_of_cell(keys, first, last, dims * level)
                ranges[nodes, 0], ranges[nodes, 1], levels[nodes] = first, end, level - 1
                nodes += 1
                first = end
        children[node, 1] = nodes
        is_leaf = children[node, 0] == nodes
        if not is_inside[node] and (is_leaf or ranges[node, 1] - ranges[node, 0] <= GROUP):
            groups[found] = node
            found += 1
            is_inside[node] = True
        is_inside[children[node, 0] : nodes] = is_inside[node]
        node += 1
    return nodes, found


@_kernel
def _end_of_cell(keys: NDArray[np.int32], first: int, last: int, shift: int) -> int:
    """Return where the items of the cell of item `first` end, by halving."""
    cell = keys[first] >> shift
    while first < last:
        middle = (first + last) // 2
        if keys[middle] >> shift > cell:
            last = middle
        else:
            first = middle + 1
    return last


@_kernel
def measure(
    placed: NDArray[np.float32],
    ranges: NDArray[np.int32],
    children: NDArray[np.int32],
    nodes: int,
    lows: NDArray[np.float32],
    highs: NDArray[np.float32],
    centers: NDArray[np.float32],
) -> None:
    """Fill the box and the mean, (m, 2|3) each, of what the nodes hold of `placed` (2|3, n)."""
    for node in range(nodes - 1, -1, -1):
        first, last = ranges[node, 0], ranges[node, 1]
        for d in range(len(placed)):
            low = high = placed[d, first]
            total = 0.0
            if children[node, 0] == children[node, 1]:
                for i in range(first, last):
                    low, high = min(low, placed[d, i]), max(high, placed[d, i])
                    total += placed[d, i]
            for child in range(children[node, 0], children[node, 1]):
                low, high = min(low, lows[child, d]), max(high, highs[child, d])
                held = ranges[child, 1] - ranges[child, 0]
                total += np.float64(centers[child, d]) * held
            lows[node, d], highs[node, d] = low, high
            centers[node, d] = total / (last - first)


# -- what pushes -----------------------------------------------------------------------------------


@_kernel
def repel(
    placed: NDArray[np.float32],
    order: NDArray[np.int32],
    ranges: NDArray[np.int32],
    children: NDArray[np.int32],
    lows: NDArray[np.float32],
    highs: NDArray[np.float32],
    centers: NDArray[np.float32],
    groups: NDArray[np.int32],
    opening: np.float32,
    potential: NDArray[np.float32],
    slope: NDArray[np.float32],
) -> None:
    """Write the potential of all items at those of some groups, and its slopes.

    A node counts as one heavy item in its middle where its diagonal is shorter than `opening` times
    the gap between that and the group's box; else it is opened. At 0 every item counts on its own.
    """
    dims, n = placed.shape
    sources = np.empty((dims + 1, n), np.float32)
    field = np.empty((dims + 1, n), np.float32)
    stack = np.empty(_STACK, np.int32)
    for group in groups:
        count = 0
        stack[0], height = 0, 1
        while height > 0:
            height -= 1
            node = stack[height]
            gap = size = _ZERO
            for d in range(dims):
                below, above = lows[group, d] - centers[node, d], centers[node, d] - highs[group, d]
                apart = max(max(below, above), _ZERO)
                width = highs[node, d] - lows[node, d]
                gap += apart * apart
                size += width * width
            if size < opening * opening * (gap + _NEAR):
                for d in range(dims):
                    sources[d, count] = centers[node, d]
                sources[dims, count] = ranges[node, 1] - ranges[node, 0]
                count += 1
            elif children[node, 0] == children[node, 1]:
                for i in range(ranges[node, 0], ranges[node, 1]):
                    for d in range(dims):
                        sources[d, count] = placed[d, i]
                    sources[dims, count] = _ONE
                    count += 1
            for child in range(children[node, 0], children[node, 1]):
                if not size < opening * opening * (gap + _NEAR):
                    stack[height] = child
                    height += 1
        first, last = ranges[group, 0], ranges[group, 1]
        if dims == 2:
            _push_2d(sources, count, placed, first, last, field)
        else:
            _push_3d(sources, count, placed, first, last, field)
        for i in range(first, last):
            potential[order[i]] = field[0, i - first]
            for d in range(dims):
                slope[order[i], d] = field[1 + d, i - first]


# Loops over one axis at a time, their ends known before: LLVM turns them into vector instructions,
# 0.2 ns a pair.


@_kernel
def _push_2d(
    sources: NDArray[np.float32],
    count: int,
    placed: NDArray[np.float32],
    first: int,
    last: int,
    field: NDArray[np.float32],
) -> None:
    x, y = placed[0, first:last], placed[1, first:last]
    potential, slope_x, slope_y = field[0, : len(x)], field[1, : len(x)], field[2, : len(x)]
    field[:, : len(x)] = 0
    for j in range(count):
        at_x, at_y, weight = sources[0, j], sources[1, j], sources[2, j]
        for i in range(len(x)):
            dx, dy = x[i] - at_x, y[i] - at_y
            q = _ONE / (_ONE + dx * dx + dy * dy)
            potential[i] += weight * q
            factor = _TWO * weight * q * q
            slope_x[i] -= factor * dx
            slope_y[i] -= factor * dy


@_kernel
def _push_3d(
    sources: NDArray[np.float32],
    count: int,
    placed: NDArray[np.float32],
    first: int,
    last: int,
    field: NDArray[np.float32],
) -> None:
    x, y, z = placed[0, first:last], placed[1, first:last], placed[2, first:last]
    potential, slope_x = field[0, : len(x)], field[1, : len(x)]
    slope_y, slope_z = field[2, : len(x)], field[3, : len(x)]
    field[:, : len(x)] = 0
    for j in range(count):
        at_x, at_y, at_z, weight = sources[0, j], sources[1, j], sources[2, j], sources[3, j]
        for i in range(len(x)):
            dx, dy, dz = x[i] - at_x, y[i] - at_y, z[i] - at_z
            q = _ONE / (_ONE + dx * dx + dy * dy + dz * dz)
            potential[i] += weight * q
            factor = _TWO * weight * q * q
            slope_x[i] -= factor * dx
            slope_y[i] -= factor * dy
            slope_z[i] -= factor * dz
