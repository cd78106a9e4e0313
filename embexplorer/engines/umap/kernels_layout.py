"""The compiled epoch of a layout: joined rows draw together, drawn ones push each other away.

As in `kernels_graph`: imported lazily, no GIL, kept on disk, no ``prange``, no ``fastmath``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import njit, types  # noqa: TID253  compiled through and through, imported lazily
from numba.extending import intrinsic  # noqa: TID253

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from embexplorer.engines.umap.edges import Edges

_F = TypeVar("_F", bound="Callable[..., Any]")

# Those of `curve`: numba's disk cache notices a change of this file alone.
LOWEST, STEPS_BITS, OCTAVES = -40, 6, 64

_BELOW = np.int32((127 + LOWEST) << 23)  # the first squared distance of the tables, as its bits
_SHIFT = 23 - STEPS_BITS
_FRACTION = np.int32((1 << _SHIFT) - 1)
_PER_STEP = np.float32(1.0 / (1 << _SHIFT))
_LAST = OCTAVES << STEPS_BITS
_FARTHEST = np.float32(4.0)  # a row moves at most so far along an axis for one other row

# SplitMix64: Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators.
_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX1, _MIX2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)


class Forces(NamedTuple):
    """By the squared distance: how strongly joined rows attract, and others repel, each other.

    Tables of ``OCTAVES << STEPS_BITS`` steps and an end, float32, see `curve.find_forces`.
    """

    attraction: NDArray[np.float32]
    repulsion: NDArray[np.float32]


class Epoch(NamedTuple):
    """What an epoch is.

    Parameters
    ----------
    number
        How many were before it.
    rate
        By which moves are scaled.
    salt
        Of what is drawn at random: another one in each epoch.
    drawn
        Rows that repel are drawn from so many first ones.
    repelling
        How many are drawn for each edge that attracts.
    is_mutual
        Whether the rows at both ends of an edge move.
    """

    number: int
    rate: np.float32
    salt: np.uint64
    drawn: int
    repelling: int
    is_mutual: bool


def _kernel(function: _F) -> _F:
    return cast("_F", njit(nogil=True, cache=True, error_model="numpy")(function))


def _bits_of(typing_context: Any, number: Any) -> Any:
    """Return the bits of a float32 as an int32, for numba."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(32))

    return types.int32(types.float32), generate


_bits = cast("Callable[[np.float32], np.int32]", intrinsic(_bits_of))


@_kernel
def _mixed(z: np.uint64) -> np.uint64:
    z = (z ^ (z >> _S30)) * _MIX1
    z = (z ^ (z >> _S27)) * _MIX2
    return z ^ (z >> _S31)


@_kernel
def _look_up(table: NDArray[np.float32], squared: np.float32) -> Any:
    """Return the force at a squared distance, between two steps along the line that joins them."""
    beyond = _bits(squared) - _BELOW
    if beyond < 0:
        return table[0]
    step = beyond >> _SHIFT
    if step >= _LAST:
        return table[_LAST]
    part = np.float32(beyond & _FRACTION) * _PER_STEP
    return table[step] + part * (table[step + 1] - table[step])


@_kernel
def _bounded(move: np.float32) -> np.float32:
    return min(max(move, -_FARTHEST), _FARTHEST)


@_kernel
def move_lanes(
    first: int,
    last: int,
    lanes: NDArray[np.int64],
    places: NDArray[np.float32],
    edges: Edges,
    forces: Forces,
    epoch: Epoch,
) -> None:
    """Move the rows of the lanes from `first` to `last`; lane i ends where ``lanes[i + 1]`` begins.

    ``places`` (2, n, dims) holds the rows before the epoch and after it, in turns. A row sees the
    rows of its own lane where they are by now, and all others where they were before. So no lane
    needs to know how far another is, and the bytes are the same however the lanes are spread over
    threads. The weight of an edge is the share of the epochs in which it attracts.
    """
    dims = places.shape[2]
    now = epoch.number & 1
    number, before = np.float32(epoch.number), np.float32(epoch.number - 1)
    drawn = np.uint64(epoch.drawn)
    for lane in range(first, last):
        begin, end = lanes[lane], lanes[lane + 1]
        places[now, begin:end] = places[1 - now, begin:end]
        for row in range(begin, end):
            state = _mixed(epoch.salt + np.uint64(row) * _GAMMA)
            for e in range(edges.starts[row], edges.starts[row + 1]):
                share = edges.weights[e]
                if int(number * share) == int(before * share):
                    continue
                other = edges.columns[e]
                is_near = begin <= other < end
                seen = now if is_near else 1 - now
                squared = np.float32(0.0)
                for d in range(dims):
                    apart = places[now, row, d] - places[seen, other, d]
                    squared += apart * apart
                force = _look_up(forces.attraction, squared)
                if epoch.is_mutual and not is_near:
                    # The twin of this edge moves this row as much, and will not come by.
                    force *= np.float32(2.0)
                for d in range(dims):
                    apart = places[now, row, d] - places[seen, other, d]
                    move = _bounded(force * apart) * epoch.rate
                    places[now, row, d] += move
                    if epoch.is_mutual and is_near:
                        places[now, other, d] -= move
                for _ in range(epoch.repelling):
                    state += _GAMMA
                    other = np.int64(((_mixed(state) >> _S32) * drawn) >> _S32)
                    if other == row:
                        continue
                    seen = now if begin <= other < end else 1 - now
                    squared = np.float32(0.0)
                    for d in range(dims):
                        apart = places[now, row, d] - places[seen, other, d]
                        squared += apart * apart
                    force = _look_up(forces.repulsion, squared)
                    for d in range(dims):
                        apart = places[now, row, d] - places[seen, other, d]
                        places[now, row, d] += _bounded(force * apart) * epoch.rate
