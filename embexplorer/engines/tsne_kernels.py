"""Compiled: the affinities of neighbors, what they pull, a step downhill.

As in `tsne_tree_kernels`: numba through and through, imported only where a map is laid out; ranges
of items may run on any number of threads and give the same bytes; no ``fastmath``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import njit, types  # noqa: TID253  compiled through and through, imported lazily
from numba.extending import intrinsic  # noqa: TID253

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Points = NDArray[np.float32]  # (n, 2|3)

_F = TypeVar("_F", bound="Callable[..., Any]")

LANES = 8  # neighbors that are pulled at once; a row of affinities is filled up to a multiple
_ZERO, _ONE = np.float32(0), np.float32(1)
_FASTER, _SLOWER, _SLOWEST = np.float32(0.2), np.float32(0.8), np.float32(0.01)
_KEEP, _TAKE = np.float32(0.8), np.float32(0.2)  # of the mean gradient, of the newest
_LONGEST = np.float32(5)  # units of the map in one step


def _kernel(function: _F) -> _F:
    """Compile without the GIL and keep the machine code on disk."""
    return cast("_F", njit(nogil=True, cache=True, error_model="numpy")(function))


# -- affinities ------------------------------------------------------------------------------------


@_kernel
def calibrate(
    distances: NDArray[np.float32],
    first: int,
    last: int,
    entropy: float,
    weights: NDArray[np.float32],
) -> None:
    """Fill rows of Gaussian weights that sum to 1 and have this entropy, the log of a perplexity.

    Newton's method on the logarithm of the precision, inside a bracket. A row that cannot have the
    entropy, such as one of equal distances, comes as near as it can.
    """
    k = distances.shape[1]
    squares = np.empty(k)
    row = np.empty(k)
    for i in range(first, last):
        for j in range(k):
            squares[j] = np.float64(distances[i, j]) ** 2
        squares -= squares.min()
        low, high = 0.0, np.inf
        mean = squares.mean()
        precision = 1.0 / mean if mean > 0.0 else 1.0
        total = 1.0
        for _ in range(100):
            total = first_moment = second_moment = 0.0
            for j in range(k):
                row[j] = np.exp(-precision * squares[j])
                total += row[j]
                first_moment += row[j] * squares[j]
                second_moment += row[j] * squares[j] * squares[j]
            first_moment /= total
            variance = second_moment / total - first_moment * first_moment
            excess = np.log(total) + precision * first_moment - entropy
            if abs(excess) < 1e-6 or not variance > 0.0:
                break
            if excess > 0.0:
                low = precision
            else:
                high = precision
            precision *= np.exp(min(excess / (precision * precision * variance), 2.0))
            if not low < precision < high:
                precision = 2.0 * low if high == np.inf else 0.5 * (low + high)
        for j in range(k):
            weights[i, j] = row[j] / total


@_kernel
def fill_rows(
    starts: NDArray[np.int64],
    neighbors: NDArray[np.int32],
    weights: NDArray[np.float32],
    filled_starts: NDArray[np.int64],
    filled_neighbors: NDArray[np.int32],
    filled_weights: NDArray[np.float32],
) -> None:
    """Copy rows into longer ones; what is left of a row points to the item itself, weight 0."""
    for i in range(len(starts) - 1):
        at = filled_starts[i]
        for e in range(starts[i], starts[i + 1]):
            filled_neighbors[at] = neighbors[e]
            filled_weights[at] = weights[e]
            at += 1
        for e in range(at, filled_starts[i + 1]):
            filled_neighbors[e] = i
            filled_weights[e] = 0


# -- attraction ------------------------------------------------------------------------------------


@intrinsic
def _pull(
    typing_context: Any, coords: Any, neighbors: Any, weights: Any, at: Any, center: Any
) -> Any:
    """Return the pull of the `LANES` neighbors from `at` on, summed.

    ``sum(weight * (center - neighbor) / (1 + |center - neighbor|^2))``. Written as vector
    instructions because LLVM leaves the loop scalar: 1.0 ns a neighbor instead of 1.7.
    """
    signature = center(coords, neighbors, weights, types.intp, center)
    return signature, _generate_pull


def _generate_pull(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Emit the instructions of `_pull`."""
    coords, neighbors, weights, at, center = arguments
    dims = signature.return_type.count
    vector = ir.VectorType(ir.FloatType(), LANES)

    def data(position: int, value: Any) -> Any:
        return context.make_array(signature.args[position])(context, builder, value).data

    def shuffled(value: Any, lanes: list[int]) -> Any:
        mask = ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), lanes)
        return builder.shuffle_vector(value, ir.Constant(value.type, ir.Undefined), mask)

    def spread(value: Any) -> Any:
        one = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.IntType(32)(0))
        return shuffled(one, [0] * LANES)

    def summed(value: Any) -> Any:
        width = LANES
        while width > 1:
            width //= 2
            halves = [shuffled(value, list(range(k, k + width))) for k in (0, width)]
            value = builder.fadd(*halves)
        return builder.extract_element(value, ir.IntType(32)(0))

    places = [ir.Constant(vector, ir.Undefined)] * dims
    for lane in range(LANES):
        place = builder.gep(data(1, neighbors), [builder.add(at, at.type(lane))])
        row = builder.mul(builder.zext(builder.load(place), at.type), at.type(dims))
        for d in range(dims):
            value = builder.load(builder.gep(data(0, coords), [builder.add(row, row.type(d))]))
            places[d] = builder.insert_element(places[d], value, ir.IntType(32)(lane))
    away = [builder.fsub(spread(builder.extract_value(center, d)), places[d]) for d in range(dims)]
    square = ir.Constant(vector, [1.0] * LANES)
    for difference in away:
        square = builder.fadd(square, builder.fmul(difference, difference))
    start = builder.bitcast(builder.gep(data(2, weights), [at]), vector.as_pointer())
    force = builder.fdiv(builder.load(start, align=4), square)
    sums = [summed(builder.fmul(force, difference)) for difference in away]
    return context.make_tuple(builder, signature.return_type, sums)


@_kernel
def attract_2d(
    coords: Points,
    starts: NDArray[np.int64],
    neighbors: NDArray[np.int32],
    weights: NDArray[np.float32],
    first: int,
    last: int,
    force: Points,
) -> None:
    """Fill what the neighbors of the items first:last pull, see `_pull`."""
    for i in range(first, last):
        center = (coords[i, 0], coords[i, 1])
        x = y = _ZERO
        for at in range(starts[i], starts[i + 1], LANES):
            pull: Any = _pull(coords, neighbors, weights, at, center)  # type: ignore[call-arg]
            x += pull[0]
            y += pull[1]
        force[i, 0], force[i, 1] = x, y


@_kernel
def attract_3d(
    coords: Points,
    starts: NDArray[np.int64],
    neighbors: NDArray[np.int32],
    weights: NDArray[np.float32],
    first: int,
    last: int,
    force: Points,
) -> None:
    """Fill what the neighbors of the items first:last pull, see `_pull`."""
    for i in range(first, last):
        center = (coords[i, 0], coords[i, 1], coords[i, 2])
        x = y = z = _ZERO
        for at in range(starts[i], starts[i + 1], LANES):
            pull: Any = _pull(coords, neighbors, weights, at, center)  # type: ignore[call-arg]
            x += pull[0]
            y += pull[1]
            z += pull[2]
        force[i, 0], force[i, 1], force[i, 2] = x, y, z


# -- descent ---------------------------------------------------------------------------------------


@_kernel
def descend(
    coords: Points,
    attraction: Points,
    slope: Points,
    first: int,
    last: int,
    exaggeration: np.float32,
    double_sum: np.float32,
    rate: np.float32,
    momentum: np.float32,
    velocity: Points,
    gain: Points,
    trend: Points,
) -> None:
    """Move the items first:last, with momentum and a gain for each coordinate.

    A gain grows while a coordinate goes downhill and shrinks while it goes up (Jacobs 1988). Which
    way is up says `trend`, the running mean of the gradient. The newest gradient alone would tell
    of the error of the forces where little is left to go, and keep the gains small there.
    """
    for i in range(first, last):
        square = _ZERO
        for d in range(coords.shape[1]):
            gradient = exaggeration * attraction[i, d] + slope[i, d] / double_sum
            trend[i, d] = _KEEP * trend[i, d] + _TAKE * gradient
            is_uphill = (trend[i, d] > _ZERO) == (velocity[i, d] > _ZERO)
            grown = gain[i, d] * _SLOWER if is_uphill else gain[i, d] + _FASTER
            gain[i, d] = max(grown, _SLOWEST)
            velocity[i, d] = momentum * velocity[i, d] - rate * gain[i, d] * gradient
            square += velocity[i, d] * velocity[i, d]
        length = np.sqrt(square)
        share = _LONGEST / length if length > _LONGEST else _ONE
        for d in range(coords.shape[1]):
            coords[i, d] += velocity[i, d] * share
