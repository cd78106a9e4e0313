"""The compiled scans over all items: int8 products, Manhattan and Hamming distances.

Numba through and through, so it is imported only where scans are many. Each kernel takes the rows
``first:last``, releases the GIL and uses no ``prange``: threads that enter it share the items. The
loops over a row are written so that LLVM makes vector instructions of them on any processor: whole
numbers are added in any order (int8 times int16 becomes ``pmaddwd`` on x86), and float32 are added
in 64 columns. No ``fastmath``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numba import njit  # noqa: TID253 compiled through and through, imported lazily

from embexplorer.measures.scanning import QueryTerms, note_loaded, read_only

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_F = TypeVar("_F", bound="Callable[..., Any]")

# Those of `int8_copy`: numba's disk cache would not notice a change of another file.
COSINE, DOT, EUCLIDEAN = 0, 1, 2

_LANES = 64
_BLOCK = 1024  # items whose products are known before their bounds are worked out


def _kernel(function: _F) -> _F:
    """Compile without the GIL and keep the machine code on disk."""
    return cast("_F", njit(nogil=True, cache=True, error_model="numpy")(function))


@_kernel
def bound_products(
    codes: NDArray[np.int8],
    scales: NDArray[np.float32],
    errors: NDArray[np.float32],
    norms: NDArray[np.float64],
    query: NDArray[np.int16],
    terms: QueryTerms,
    metric: int,
    lower: NDArray[np.float32],
    upper: NDArray[np.float32],
    first: int,
    last: int,
) -> None:
    """Write the bounds of the closeness of items, see `int8_copy.Int8Copy.bounds_of`."""
    products = np.empty(_BLOCK, np.int32)
    for start in range(first, last, _BLOCK):
        end = min(last, start + _BLOCK)
        some = products[: end - start]
        _multiply(codes[start:end], query, some)
        _bound(
            some,
            scales[start:end],
            errors[start:end],
            norms[start:end],
            terms,
            metric,
            lower[start:end],
            upper[start:end],
        )
        if metric == COSINE:
            for i in range(start, end):
                if norms[i] == 0.0:
                    lower[i] = upper[i] = -np.inf


@_kernel
def _multiply(
    codes: NDArray[np.int8], query: NDArray[np.int16], products: NDArray[np.int32]
) -> None:
    for i in range(len(products)):
        row = codes[i]
        total = np.int32(0)
        for j in range(codes.shape[1]):
            total = np.int32(total + np.int32(np.int32(row[j]) * np.int32(query[j])))
        products[i] = total


@_kernel
def _bound(
    products: NDArray[np.int32],
    scales: NDArray[np.float32],
    errors: NDArray[np.float32],
    norms: NDArray[np.float64],
    terms: QueryTerms,
    metric: int,
    lower: NDArray[np.float32],
    upper: NDArray[np.float32],
) -> None:
    """Work out the bounds of a block: no branch depends on the item, so vectors of eight do."""
    unit, length, rest, center_length, center_product, relative = terms
    for i in range(len(products)):
        error = np.float64(errors[i])
        reach = norms[i] + center_length
        value = center_product + unit * np.float64(scales[i]) * products[i]
        slack = error * length + (reach + error) * rest + relative * reach * length
        if metric == COSINE:
            inverse = 1.0 / norms[i]
            value *= inverse
            slack *= inverse
        elif metric == EUCLIDEAN:
            squares = norms[i] * norms[i] + length * length
            value = 2.0 * value - squares
            slack = 2.0 * slack + 1e-14 * squares
        # Rounded outward: half a unit in the last place of a float32 is 6e-8 of it, or 7e-46.
        slack += 1.3e-7 * abs(value) + 1e-44
        lower[i] = np.float32(value - slack)
        upper[i] = np.float32(value + slack)


@_kernel
def sum_differences(
    vectors: NDArray[np.float32],
    query: NDArray[np.float32],
    sums: NDArray[np.float32],
    first: int,
    last: int,
) -> None:
    """Write the Manhattan distances, added in float32."""
    d = vectors.shape[1]
    whole = d // _LANES * _LANES
    parts = np.zeros(_LANES, np.float32)
    for i in range(first, last):
        row = vectors[i]
        parts[:] = 0
        for start in range(0, whole, _LANES):
            for lane in range(_LANES):
                parts[lane] += abs(row[start + lane] - query[start + lane])
        for lane in range(d - whole):
            parts[lane] += abs(row[whole + lane] - query[whole + lane])
        total = np.float32(0)
        for lane in range(_LANES):
            total += parts[lane]
        sums[i] = total


@_kernel
def count_differing(
    vectors: NDArray[np.float32],
    is_positive: NDArray[np.bool_],
    counts: NDArray[np.int32],
    first: int,
    last: int,
) -> None:
    """Write the Hamming distances: in how many dimensions one is positive and the other is not."""
    for i in range(first, last):
        row = vectors[i]
        total = np.int32(0)
        for j in range(vectors.shape[1]):
            total = np.int32(total + np.int32((row[j] > 0) != is_positive[j]))
        counts[i] = total


def load() -> None:
    """Compile every scan for the types it is used with, or load it from the disk cache."""
    codes = read_only(np.zeros((1, 1), np.int8))
    narrow, norms = read_only(np.zeros((1, 1), np.float32)), read_only(np.zeros(1))
    row, query = read_only(narrow[0]), read_only(np.zeros(1, np.int16))
    terms = QueryTerms(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    low, high, counts = np.zeros(1, np.float32), np.zeros(1, np.float32), np.zeros(1, np.int32)
    bound_products(codes, row, row, norms, query, terms, DOT, low, high, 0, 1)
    sum_differences(narrow, row, low, 0, 1)
    count_differing(narrow, read_only(row > 0), counts, 0, 1)
    note_loaded()
