"""The compiled loops that compare points; import it only where neighbors are looked for.

Every kernel releases the GIL and works on its own share of the rows, so that callers spread them
over a thread pool. No ``prange``: two threads that enter a parallel kernel abort the process. No
``fastmath``: with it a fresh compile and the disk cache differ in bits, and so would the neighbors.

Points are given as ``(vectors, rows, factors, extra, unit, noise)``: point i is ``factors[i]``
times the vector of row ``rows[i]``, with one more coordinate ``extra[i]``. Distances that decide
are summed in float64 from these, and then rounded to what float32 can hold of ``unit`` times them:
so items at equal distances, as a person sees them, go by their rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numba import njit  # noqa: TID253  compiled through and through, imported lazily

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Points = tuple[
        NDArray[np.float32],
        NDArray[np.int64],
        NDArray[np.float64],
        NDArray[np.float64],
        float,
        float,
    ]
    Bound = tuple[float, float, float, float, float]

_F = TypeVar("_F", bound="Callable[..., Any]")

_STRIP = 32  # keys that are looked at together: most strips hold none that matters
_TINY = 1e-36  # squares below may have been lost to the limits of float32
_NOISE = 1e-12  # and distances below to those of float64; points are at most 1 long
_WIDEST = 4.0  # more than any two of them are apart
_ROUNDED = 1 + 1e-6  # a distance times this is larger than any that float32 holds as the same
_LARGEST, _SMALLEST = 3.4028234e38, 1e-30  # distances that float32 holds to its full precision


def _kernel(function: _F) -> _F:
    """Compile without the GIL and keep the machine code on disk."""
    return cast("_F", njit(nogil=True, cache=True, error_model="numpy")(function))


def _inlined(function: _F) -> _F:
    return cast("_F", njit(nogil=True, inline="always", error_model="numpy")(function))


# -- exact distances -----------------------------------------------------------------------------


@_inlined
def _load(points: Points, i: int, own: NDArray[np.float64]) -> None:
    """Write the coordinates of a point; the last place is for the extra one."""
    vectors, rows, factors, extra, _, _ = points
    vector, factor = vectors[rows[i]], factors[i]
    for column in range(vector.shape[0]):
        own[column] = vector[column] * factor
    own[-1] = extra[i]


@_inlined
def _apart(
    points: Points, own: NDArray[np.float64], j: int, gaps: NDArray[np.float64], is_manhattan: bool
) -> float:
    """Return the distance of a loaded point to another.

    Four terms are added in each of a quarter of the places, and these by halves: every addition is
    of whole vectors of numbers, and their order depends on the number of dimensions alone.
    """
    vectors, rows, factors, extra, unit, noise = points
    b, factor = vectors[rows[j]], factors[j]
    width = b.shape[0]
    size = width // 4
    own1, own2, own3 = own[size:], own[2 * size :], own[3 * size :]
    b1, b2, b3 = b[size:], b[2 * size :], b[3 * size :]
    if is_manhattan:
        for at in range(size):
            gaps[at] = (abs(own[at] - b[at] * factor) + abs(own1[at] - b1[at] * factor)) + (
                abs(own2[at] - b2[at] * factor) + abs(own3[at] - b3[at] * factor)
            )
    else:
        for at in range(size):
            gap, gap1 = own[at] - b[at] * factor, own1[at] - b1[at] * factor
            gap2, gap3 = own2[at] - b2[at] * factor, own3[at] - b3[at] * factor
            gaps[at] = (gap * gap + gap1 * gap1) + (gap2 * gap2 + gap3 * gap3)
    while size > 4:
        half = size // 2
        for at in range(half):
            gaps[at] += gaps[size - half + at]
        size -= half
    total = 0.0
    for at in range(size):
        total += gaps[at]
    for column in range(width // 4 * 4, width):
        gap = own[column] - b[column] * factor
        total += abs(gap) if is_manhattan else gap * gap
    if not is_manhattan:
        gap = own[-1] - extra[j]
        total = np.sqrt(total + gap * gap)
    if total < noise:
        return 0.0
    shown = min(total * unit, _LARGEST)
    return np.float64(np.float32(shown)) / unit if shown > _SMALLEST else total


@_inlined
def _insert(
    distances: NDArray[np.float64], found: NDArray[np.int32], distance: float, new: int
) -> bool:
    """Put an item into its place by distance, then row; return whether it is among the nearest."""
    at = distances.shape[0] - 1
    if distance > distances[at] or (distance == distances[at] and new > found[at]):
        return False
    while at > 0 and (
        distance < distances[at - 1] or (distance == distances[at - 1] and new < found[at - 1])
    ):
        distances[at], found[at] = distances[at - 1], found[at - 1]
        at -= 1
    distances[at], found[at] = distance, new
    return True


# -- candidates ----------------------------------------------------------------------------------


@_inlined
def _push(
    keys: NDArray[np.float32], found: NDArray[np.int32], key: np.float32, new: int
) -> np.float32:
    """Put an item in place of the smallest key of a heap; return the smallest that is left."""
    size, at = keys.shape[0], 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[at], found[at] = keys[child], found[child]
        at = child
    keys[at], found[at] = key, new
    least: np.float32 = keys[0]
    return least


@_kernel
def offer(
    block: NDArray[Any],
    row: int,
    column: int,
    scales: NDArray[np.float32],
    halves: NDArray[np.float32],
    keys: NDArray[np.float32],
    found: NDArray[np.int32],
) -> None:
    """Offer the pairs of a block to the heaps of its rows and, off the diagonal, of its columns.

    ``block[r, c]`` is the product of the codes of ``row + r`` and ``column + c``. The key of a
    pair is minus half its squared distance: the product less half the squares of both.
    """
    height, width = block.shape
    is_apart = row != column
    own = halves[column : column + width]
    scale = scales[column : column + width]
    least = np.empty(width, np.float32)
    for c in range(width):
        least[c] = keys[column + c, 0] + own[c]
    products = np.empty(_STRIP, np.float32)
    for r in range(height):
        i = row + r
        half, factor = halves[i], scales[i]
        bar = keys[i, 0] + half
        for start in range(0, width, _STRIP):
            size = min(_STRIP, width - start)
            values = block[r, start : start + size]
            o, s, least_here = (
                own[start : start + size],
                scale[start : start + size],
                least[start : start + size],
            )
            hits = np.int32(0)
            for c in range(size):
                product = np.float32(values[c]) * s[c] * factor
                products[c] = product
                hits += np.int32(product - o[c] > bar) | np.int32(product - least_here[c] > half)
            if hits == 0:
                continue
            for c in range(size):
                j = column + start + c
                key = products[c] - o[c] - half
                if products[c] - o[c] > bar and i != j:
                    bar = _push(keys[i], found[i], key, j) + half
                if is_apart and products[c] - least_here[c] > half:
                    least_here[c] = _push(keys[j], found[j], key, i) + o[c]


@_inlined
def _reach(key: float, distance: float, length: float, off: float, bound: Bound) -> float:
    """Return a distance that no item with this key or a smaller one can be below.

    The codes of an item of length z are off by at most ``share * max(z, shortest)``, so one longer
    than ``far`` is farther than ``distance`` whatever its key.
    """
    share, shortest, longest, most, slack = bound
    far = max((distance + off + length) / (1 - share), shortest)
    square = -2 * key - slack * (length * length + min(far, longest) ** 2) - _TINY
    return float(np.sqrt(max(square, 0.0))) - off - min(most, share * far)


@_inlined
def _is_beyond(
    key: float, distance: float, length: float, off: float, bound: Bound, is_manhattan: bool
) -> bool:
    """Whether every item with this key or a smaller one is farther than a distance."""
    reach = -key * (1 - bound[4]) if is_manhattan else _reach(key, distance, length, off, bound)
    return reach > distance * _ROUNDED + _NOISE


@_inlined
def _sort_heap(keys: NDArray[np.float32], found: NDArray[np.int32]) -> None:
    """Turn a heap into the order of its keys, the largest first."""
    for last in range(keys.shape[0] - 1, 0, -1):
        key, item = keys[0], found[0]
        moved_key, moved = keys[last], found[last]
        _push(keys[:last], found[:last], moved_key, moved)
        keys[last], found[last] = key, item


@_kernel
def settle(
    points: Points,
    start: int,
    stop: int,
    codes: tuple[NDArray[np.float32], NDArray[np.float64], Bound],
    candidates: tuple[NDArray[np.float32], NDArray[np.int32]],
    nearest: tuple[NDArray[np.float64], NDArray[np.int32]],
    is_proven: NDArray[np.bool_],
    is_manhattan: bool,
) -> None:
    """Order the candidates of rows by their exact distance, until no other can be among the k."""
    halves, residuals, bound = codes
    keys, found = candidates
    distances, rows = nearest
    size = keys.shape[1]
    own, gaps = np.empty(points[0].shape[1] + 1), np.empty(points[0].shape[1])
    for i in range(start, stop):
        _sort_heap(keys[i], found[i])
        _load(points, i, own)
        length = np.sqrt(2.0 * halves[i])
        distances[i, :] = np.inf
        rows[i, :] = 2147483647
        is_done = False
        for c in range(size):
            if found[i, c] < 0:
                break
            farthest = distances[i, -1]
            if farthest < np.inf and _is_beyond(
                keys[i, c], farthest, length, residuals[i], bound, is_manhattan
            ):
                is_done = True
                break
            j = found[i, c]
            _insert(distances[i], rows[i], _apart(points, own, j, gaps, is_manhattan), j)
        if not is_done and distances[i, -1] < np.inf:
            is_done = size >= len(keys) - 1 or _is_beyond(
                keys[i, -1], distances[i, -1], length, residuals[i], bound, is_manhattan
            )
        is_proven[i] = is_done


@_kernel
def count_near(
    block: NDArray[np.int32],
    rows: NDArray[np.int64],
    column: int,
    scales: NDArray[np.float32],
    codes: tuple[NDArray[np.float32], NDArray[np.float64], Bound],
    distances: NDArray[np.float64],
    counts: NDArray[np.int64],
) -> None:
    """Count for each of ``rows`` the items that its codes cannot tell from its k nearest."""
    halves, residuals, bound = codes
    for r in range(block.shape[0]):
        i = rows[r]
        length, off, distance = np.sqrt(2.0 * halves[i]), residuals[i], distances[r]
        low, high = -8.0, 0.0  # the key from which on items are near, to one part in a million
        for _ in range(40):
            middle = (low + high) / 2
            if _is_beyond(middle, distance, length, off, bound, False):
                low = middle
            else:
                high = middle
        for c in range(block.shape[1]):
            j = column + c
            key = np.float32(block[r, c]) * scales[j] * scales[i] - halves[j] - halves[i]
            counts[r] += np.int64(key >= low and i != j)


@_kernel
def order_found(
    points: Points,
    start: int,
    stop: int,
    near: NDArray[np.int32],
    nearest: tuple[NDArray[np.float64], NDArray[np.int32]],
    is_manhattan: bool,
) -> None:
    """Order what was found for some points by exact distance; the first points fill what lacks."""
    distances, rows = nearest
    size, k = near.shape[1], rows.shape[1]
    own, gaps = np.empty(points[0].shape[1] + 1), np.empty(points[0].shape[1])
    for i in range(start, stop):
        _load(points, i, own)
        taken = {i, -1}
        for c in range(size + 2 * k + 1):
            j = int(near[i, c]) if c < size else c - size
            if j not in taken and (c < size or distances[i, -1] == np.inf):
                taken.add(j)
                _insert(distances[i], rows[i], _apart(points, own, j, gaps, is_manhattan), j)


# -- every item against some ---------------------------------------------------------------------


@_kernel
def compare(
    points: Points,
    block: NDArray[np.float32],
    items: NDArray[np.int64],
    column: int,
    halves: NDArray[np.float32],
    bound: Bound,
    distances: NDArray[np.float64],
    found: NDArray[np.int32],
) -> None:
    """Bring the k nearest of some items up to date with the columns of a block; nothing is missed.

    ``block[r, c]`` is the float32 product of item ``items[r]`` and point ``column + c``. Where the
    product leaves open whether a pair is among the k nearest, its exact distance says so.
    """
    share, _, _, _, slack = bound
    width = block.shape[1]
    lengths = np.empty(width, np.float32)
    for c in range(width):
        lengths[c] = np.sqrt(2 * halves[column + c])
    rest = np.float32(1 - share * share - slack)
    own, gaps = np.empty(points[0].shape[1] + 1), np.empty(points[0].shape[1])
    for r in range(block.shape[0]):
        i = items[r]
        _load(points, i, own)
        half = np.float64(halves[i])
        length = np.sqrt(2 * half)
        # |i - j|² <= (distance + share (|i| + |j|))² + slack (|i|² + |j|²), in halves of squares
        near = min(distances[r, -1], _WIDEST) * _ROUNDED + _NOISE + share * length
        bar = np.float32(half * (1 - slack) - near * near / 2 - _TINY)
        slope = np.float32(near * share)
        for start in range(0, width, _STRIP):
            size = min(_STRIP, width - start)
            values = block[r, start : start + size]
            half_of = halves[column + start : column + start + size]
            long = lengths[start : start + size]
            hits = np.int32(0)
            for c in range(size):
                hits += np.int32(values[c] + slope * long[c] - rest * half_of[c] >= bar)
            if hits == 0:
                continue
            for c in range(size):
                j = column + start + c
                if values[c] + slope * long[c] - rest * half_of[c] < bar or i == j:
                    continue
                distance = _apart(points, own, j, gaps, False)
                if _insert(distances[r], found[r], distance, j):
                    near = min(distances[r, -1], _WIDEST) * _ROUNDED + _NOISE + share * length
                    bar = np.float32(half * (1 - slack) - near * near / 2 - _TINY)
                    slope = np.float32(near * share)


@_kernel
def compare_steps(
    points: Points,
    block: NDArray[np.float32],
    items: NDArray[np.int64],
    column: int,
    slack: float,
    distances: NDArray[np.float64],
    found: NDArray[np.int32],
) -> None:
    """Do what `compare` does, by the Manhattan distance; a block holds minus that in float32."""
    own, gaps = np.empty(points[0].shape[1] + 1), np.empty(points[0].shape[1])
    for r in range(block.shape[0]):
        i = items[r]
        _load(points, i, own)
        bar = np.float32(-(distances[r, -1] * _ROUNDED * (1 + 2 * slack) + _NOISE))
        for c in range(block.shape[1]):
            if block[r, c] >= bar and i != column + c:
                distance = _apart(points, own, column + c, gaps, True)
                if _insert(distances[r], found[r], distance, column + c):
                    bar = np.float32(-(distances[r, -1] * _ROUNDED * (1 + 2 * slack) + _NOISE))


# -- from distinct vectors to items --------------------------------------------------------------


@_kernel
def spread(
    items: NDArray[np.int64],
    places: NDArray[np.int64],
    groups: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    graph: tuple[NDArray[np.float64], NDArray[np.int32]],
    unit: float,
    rows: NDArray[np.int32],
    distances: NDArray[np.float32],
) -> None:
    """Write the neighbors of items, given those of distinct points.

    ``places`` are the rows of ``graph`` that the items' points have. ``groups`` are the point of
    each item, where the items of each point start, and the items in the order of their points,
    ascending within one.
    """
    of_item, starts, members = groups
    apart, near = graph
    k = rows.shape[1]
    best, found = np.empty(k), np.empty(k, np.int32)
    for at in range(len(items)):
        item, place = items[at], places[at]
        best[:] = np.inf
        found[:] = 2147483647
        for c in range(-1, near.shape[1]):
            group = of_item[item] if c < 0 else np.int64(near[place, c])
            distance = 0.0 if c < 0 else apart[place, c]
            if distance > best[-1]:
                break
            for member in members[starts[group] : starts[group + 1]]:
                if member != item and not _insert(best, found, distance, member):
                    break
        for c in range(k):
            rows[at, c] = found[c]
            distances[at, c] = best[c] * unit
