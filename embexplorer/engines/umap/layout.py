"""The layout: rows of a graph move by stochastic gradients, shown as they go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embexplorer.engines.live_frames import LiveFrames
from embexplorer.engines.umap.curve import Curve, find_forces
from embexplorer.engines.umap.edges import Edges, kept, reordered

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.core.progress import Progress
    from embexplorer.core.projection import Coords
    from embexplorer.core.threads import Threads

    AfterEpoch = Callable[[int, NDArray[np.float32]], None]

EXTENT = 10.0  # of the start along each axis
NOISE = 1e-4  # so that items at one place part
REPELLING = 5  # items that push an item away for each that attracts it (umap-learn)
LANES = 64  # at most: what is computed side by side, whatever the number of threads
ROWS = 512  # of a lane, at least: neighbors in another lane are seen one epoch late
_TASKS = 4  # for each thread, so that none waits long for the slowest
_GAMMA, _SEED = 0x9E3779B97F4A7C15, 2**32 + 1  # part the random numbers of epochs and seeds


def scaled_start(coords: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Return coords from 0 to `EXTENT` along each axis, with a little noise, as umap-learn does."""
    noise = np.random.default_rng(seed).normal(0.0, NOISE, coords.shape)
    noisy = coords * (EXTENT / max(float(np.abs(coords).max()), 1e-30)) + noise
    low, high = noisy.min(axis=0), noisy.max(axis=0)
    start: NDArray[np.float32] = (EXTENT * (noisy - low) / (high - low)).astype(np.float32)
    return start


def lay_out(
    edges: Edges,
    start: NDArray[np.float32],
    epochs: int,
    curve: Curve,
    seed: int,
    threads: Threads,
    progress: Progress,
) -> Coords:
    """Return the coords (n, dims) after all epochs; the same bytes on any number of threads.

    Items are sorted by where they start and cut into lanes. Lanes move side by side, each as if it
    were alone and the others stood still since the last epoch; see `kernels_layout.move_lanes`.

    Parameters
    ----------
    edges
        Fuzzy graph without direction. The weakest edges, which would never attract, are left out.
    start
        (n, dims), see `scaled_start`.

    Raises
    ------
    CancelledError
        When the person cancelled.

    References
    ----------
    McInnes, Healy and Melville 2018, UMAP, arXiv 1802.03426, algorithm 5. The lanes are our own:
    Niu et al. 2011, Hogwild, lets threads overwrite each other, as umap-learn does without a seed.
    """
    n = edges.n
    order, lanes = cut_into_lanes(start, seed)
    shares = reordered(as_shares(edges, epochs), order)
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)
    frames = LiveFrames(progress, epochs, "epoch")
    moving = Moving(shares, lanes, curve, epochs, 1.0, seed, drawn=n)
    coords = move(start[order], moving, threads, lambda epoch, now: frames.step(epoch, now, place))
    return np.ascontiguousarray(coords[place])


def as_shares(edges: Edges, epochs: int) -> Edges:
    """Return in which share of the epochs each edge attracts, without those that never do."""
    shares = edges.weights / edges.weights.max()
    return kept(edges._replace(weights=shares), shares * np.float32(epochs) >= 1.0)


def cut_into_lanes(
    coords: NDArray[np.float32], seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return an order of the rows, lane after lane, and where each lane begins and the last ends.

    A lane holds rows that lie together: strips of equal numbers along the first axis are cut along
    the next one. Within a lane rows follow each other at random, so that no sweep leaves a trace.
    """
    n, dims = coords.shape
    steps = max(1, int(min(LANES, n / ROWS) ** (1 / dims) + 1e-9))
    lanes = np.zeros(n, np.int64)
    for axis in range(dims):
        along = np.lexsort((coords[:, axis], lanes))
        lanes[along] = np.arange(n) * steps ** (axis + 1) // n
    shuffled = np.random.default_rng(seed).permutation(n)
    order = np.lexsort((shuffled, lanes))
    begins = np.searchsorted(lanes[order], np.arange(steps**dims + 1))
    return order, begins.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Moving:
    """How rows shall move.

    Parameters
    ----------
    shares
        Of the epochs, in which an edge attracts; rows without edges stay where they are.
    lanes
        (l + 1,) where each lane begins, and where the last one ends.
    rate
        Of the first epoch; it falls to 0.
    drawn
        Rows that repel are drawn from so many first ones.
    is_mutual
        Whether the rows at both ends of an edge move.
    """

    shares: Edges
    lanes: NDArray[np.int64]
    curve: Curve
    epochs: int
    rate: float
    seed: int
    drawn: int
    is_mutual: bool = True


def move(
    start: NDArray[np.float32],
    moving: Moving,
    threads: Threads,
    after: AfterEpoch,
) -> NDArray[np.float32]:
    """Return where the rows are after all epochs; ``after(epoch, coords)`` is called after each."""
    from embexplorer.engines.umap.kernels_layout import Epoch, Forces, move_lanes

    forces = Forces(*find_forces(moving.curve))
    places = np.stack([start, start])
    lanes = len(moving.lanes) - 1
    step = max(1, lanes // (_TASKS * threads.count))

    def move_some(first: int, last: int, epoch: Epoch) -> None:
        move_lanes(first, last, moving.lanes, places, moving.shares, forces, epoch)

    after(0, places[0])
    for number in range(1, moving.epochs):
        rate = np.float32(moving.rate * (1.0 - (number - 1) / moving.epochs))
        salt = np.uint64((moving.seed * _SEED + number) * _GAMMA % 2**64)
        epoch = Epoch(number, rate, salt, moving.drawn, REPELLING, moving.is_mutual)
        threads.over(lanes, partial(move_some, epoch=epoch), step)
        after(number, places[number & 1])
    coords: NDArray[np.float32] = places[(moving.epochs - 1) & 1]
    return coords
