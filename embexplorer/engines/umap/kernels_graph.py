"""The compiled loops over neighbors and edges: strengths, union, parts, products.

Numba through and through, so it is imported where a map is made only. Every kernel releases the
GIL and is kept on disk. No ``prange``: two threads that enter a parallel kernel abort the process,
so callers spread rows over a thread pool instead. No ``fastmath``: with it a fresh compile and the
disk cache gave different bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numba import njit  # noqa: TID253  compiled through and through, imported lazily

from embexplorer.engines.umap.edges import Edges

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_F = TypeVar("_F", bound="Callable[..., Any]")

# Constants of umap-learn 0.5: how exactly the width is searched, and its least share of the mean.
_TOLERANCE = 1e-5
_LEAST_WIDTH = 1e-3
_HALVINGS = 64


def _kernel(function: _F) -> _F:
    return cast("_F", njit(nogil=True, cache=True, error_model="numpy")(function))


@_kernel
def weigh(
    first: int,
    last: int,
    distances: NDArray[np.float32],
    counted: int,
    mean: float,
    is_local: bool,
    weights: NDArray[np.float32],
) -> None:
    """Write how strongly the rows from `first` to `last` are joined to each of their neighbors.

    The width of a row is what makes its strengths sum up to log2 of `counted` (McInnes et al.
    2018, algorithm 3). `counted` is k, or k + 1 where an item counts as a neighbor of itself.
    With `is_local` distances count from the nearest neighbor that is not at the same place; a row
    is then fully joined to it. `mean` is that of all distances.
    """
    k = distances.shape[1]
    target = np.log2(counted)
    for i in range(first, last):
        nearest = np.float32(0.0)
        total = 0.0
        for j in range(k):
            total += distances[i, j]
            if is_local and nearest == 0.0:
                nearest = distances[i, j]
        low, high, width = 0.0, np.inf, 1.0
        for _ in range(_HALVINGS):
            strength = 0.0
            for j in range(k):
                beyond = distances[i, j] - nearest
                strength += np.exp(-beyond / width) if beyond > 0.0 else 1.0
            if abs(strength - target) < _TOLERANCE:
                break
            if strength > target:
                high = width
                width = (low + high) / 2.0
            else:
                low = width
                width = width * 2.0 if high == np.inf else (low + high) / 2.0
        width = max(width, _LEAST_WIDTH * (total / counted if nearest > 0.0 else mean))
        for j in range(k):
            beyond = distances[i, j] - nearest
            is_joined = beyond <= 0.0 or width == 0.0
            weights[i, j] = 1.0 if is_joined else np.exp(-beyond / width)


@_kernel
def transposed(edges: Edges) -> Edges:
    """Return the edges from their other ends; the columns of a row ascend."""
    n = len(edges.starts) - 1
    starts = np.zeros(n + 1, np.int64)
    for column in edges.columns:
        starts[column + 1] += 1
    for i in range(n):
        starts[i + 1] += starts[i]
    free = starts[:-1].copy()
    columns = np.empty(len(edges.columns), np.int32)
    weights = np.empty(len(edges.columns), np.float32)
    for i in range(n):
        for e in range(edges.starts[i], edges.starts[i + 1]):
            at = free[edges.columns[e]]
            free[edges.columns[e]] += 1
            columns[at] = i
            weights[at] = edges.weights[e]
    return Edges(starts, columns, weights)


@_kernel
def united(one: Edges, other: Edges) -> Edges:
    """Return the fuzzy union a + b - ab of two graphs whose columns ascend in each row."""
    n = len(one.starts) - 1
    starts = np.zeros(n + 1, np.int64)
    columns = np.empty(len(one.columns) + len(other.columns), np.int32)
    weights = np.empty(len(columns), np.float32)
    at = 0
    for i in range(n):
        e, f = one.starts[i], other.starts[i]
        while e < one.starts[i + 1] or f < other.starts[i + 1]:
            is_one_over = e == one.starts[i + 1]
            is_other_over = f == other.starts[i + 1]
            a = b = np.float32(0.0)
            if is_other_over or (not is_one_over and one.columns[e] <= other.columns[f]):
                column = one.columns[e]
            else:
                column = other.columns[f]
            if not is_one_over and one.columns[e] == column:
                a = one.weights[e]
                e += 1
            if not is_other_over and other.columns[f] == column:
                b = other.weights[f]
                f += 1
            weight = a + b - a * b
            if weight > 0.0:
                columns[at] = column
                weights[at] = weight
                at += 1
        starts[i + 1] = at
    return Edges(starts, columns[:at].copy(), weights[:at].copy())


@_kernel
def label_parts(edges: Edges, labels: NDArray[np.int32]) -> int:
    """Write the part that each row belongs to, numbered by first rows; return how many there are.

    `labels` comes filled with -1. The graph has no direction.
    """
    n = len(labels)
    waiting = np.empty(n, np.int32)
    parts = 0
    for row in range(n):
        if labels[row] >= 0:
            continue
        labels[row] = parts
        waiting[0] = row
        left = 1
        while left > 0:
            left -= 1
            i = waiting[left]
            for e in range(edges.starts[i], edges.starts[i + 1]):
                column = edges.columns[e]
                if labels[column] < 0:
                    labels[column] = parts
                    waiting[left] = column
                    left += 1
        parts += 1
    return parts


@_kernel
def multiply(
    first: int,
    last: int,
    edges: Edges,
    block: NDArray[np.float32],
    product: NDArray[np.float32],
) -> None:
    """Write the rows from `first` to `last` of the product of the graph with a block (n, m)."""
    m = block.shape[1]
    for i in range(first, last):
        for column in range(m):
            product[i, column] = 0.0
        for e in range(edges.starts[i], edges.starts[i + 1]):
            weight, j = edges.weights[e], edges.columns[e]
            for column in range(m):
                product[i, column] += weight * block[j, column]
