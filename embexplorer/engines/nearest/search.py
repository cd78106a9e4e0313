"""The exact nearest neighbors of points: fast products find candidates, a proof settles them.

Every pair is compared once by codes (`engines.nearest.codes`), and each point keeps the best of its
pairs. Their exact distances are worked out, the most promising first, until the bound of the codes
shows that no other point can be among the k nearest. A point whose candidates run out before that
is compared with all points anew, by products in float32 and exact distances. So nothing is missed,
whatever the data; the data decide the time alone.

References
----------
The proof is the triangle inequality: codes that are off by r and s are at most r + s nearer or
farther than their points.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.processors import processor_count
from embexplorer.core.progress import Progress
from embexplorer.core.threads import Threads
from embexplorer.engines.nearest.codes import (
    GROUP,
    Bytes,
    Codes,
    Floats,
    Steps,
    byte_codes,
    float_codes,
    step_codes,
)
from embexplorer.engines.nearest.int8_products import pays_int8
from embexplorer.engines.nearest.points import Points, find_points

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW = 3072  # points up to which all are compared with all at once
PROBED = 128  # points that tell how many candidates a proof needs
SPARE = 8  # candidates beyond k where codes are nearly exact
ITEMS, COLUMNS = 128, 4096  # of a block in which some points meet all
# Measured: numbers of all points together whose comparison with one point takes as long as keeping
# one candidate more at that point, where they are compared anew in float32 ...
REDONE = 25_000
# ... and where only the advantage of int8 over float32 counts.
SAVED = 66_000
BATCH = 1 << 14  # points that meet all at a time

Found = tuple[NDArray[np.float64], NDArray[np.int32]]  # (m, k) distances and points


def find_exact(points: Points, k: int, metric: str, threads: Threads, progress: Progress) -> Found:
    """Return the k nearest other points of every point, by distance, then by number.

    Parameters
    ----------
    k
        Less than the number of points.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    with one_thread_each():
        exact = exact_codes(points, metric, threads)
        if points.m <= FEW and metric != "manhattan":
            return find_of_some(exact, np.arange(points.m), k, threads, progress)
        progress.report(0.0, "Finding neighbors · looking at the data")
        codes, size = _choose(exact, k, threads)
        candidates = _scan(codes, min(size, points.m - 1), threads, progress.part(0.0, 0.7))
        progress.report(0.7, "Finding neighbors · exact distances")
        found, is_proven = _settle(codes, points, candidates, k, threads)
        del candidates
        open_ = np.flatnonzero(~is_proven)
        if len(open_):
            limits = found[0][open_, -1]
            part = progress.part(0.9, 1.0)
            again = find_of_some(exact, open_, k, threads, part, limits)
            found[0][open_], found[1][open_] = again
        return found


def exact_codes(points: Points, metric: str, threads: Threads) -> Floats | Steps:
    """Return the codes that leave hardly anything open."""
    return step_codes(points) if metric == "manhattan" else float_codes(points, threads)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let every thread of ours multiply alone, instead of all of them together."""
    from threadpoolctl import threadpool_limits

    loaded = sys.modules.get("torch")
    count = processor_count() if loaded is None else loaded.get_num_threads()
    try:
        with threadpool_limits(1, user_api="blas"):
            yield
    finally:
        if "torch" in sys.modules:  # `codes.Bytes` sets it to 1, the caller's thread included
            sys.modules["torch"].set_num_threads(count)


def _choose(exact: Floats | Steps, k: int, threads: Threads) -> tuple[Codes, int]:
    """Return the codes to scan with, and how many candidates to keep.

    More candidates cost time at every point, too few leave some points to `find_of_some`.
    """
    points = exact.points
    if isinstance(exact, Floats) and pays_int8(points.m, -(-points.width // 16) * 16):
        codes = byte_codes(points, threads)
        needed = np.sort(_candidates_needed(codes, exact, k, threads))
        size = points.m * points.width
        left = size / REDONE * np.arange(len(needed))[::-1] / len(needed)  # to be compared anew
        best = int(np.argmin(needed + left))
        if needed[best] + left[best] < k + SPARE + size / SAVED:
            return codes, max(int(needed[best]) + 1, k + SPARE)
    return exact, k + SPARE


def _candidates_needed(codes: Bytes, exact: Floats, k: int, threads: Threads) -> NDArray[np.int64]:
    """Return how many candidates prove the neighbors of each of some points."""
    from embexplorer.engines.nearest import kernels

    m = exact.points.m
    probed = np.unique(np.linspace(0, m - 1, PROBED).astype(np.int64))
    farthest = find_of_some(exact, probed, k, threads, Progress())[0][:, -1]
    bounds = codes.bounds
    given = (bounds.halves, bounds.residuals, bounds.bound)
    left = codes.take(probed)
    counts: list[NDArray[np.int64]] = []

    def count(first: int, last: int) -> None:
        near = np.zeros(len(probed), np.int64)
        block = codes.block(left, codes.take(np.arange(first, last)))
        kernels.count_near(block, probed, first, bounds.scales, given, farthest, near)
        counts.append(near)

    threads.over(m, count, COLUMNS)
    total: NDArray[np.int64] = np.sum(counts, axis=0)
    return total


def _scan(
    codes: Codes, size: int, threads: Threads, progress: Progress
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Return (m, size) keys and numbers of the best pairs of every point, as heaps."""
    from embexplorer.engines.nearest import kernels

    bounds = codes.bounds
    m = len(bounds.halves)
    keys = np.full((m, size), -np.inf, np.float32)
    found = np.full((m, size), -1, np.int32)
    group = int(np.clip(m // (4 * threads.count) // 64 * 64, 128, GROUP))
    edges = [*range(0, m, group), m]
    groups = [np.arange(start, stop) for start, stop in pairwise(edges)]

    def offer(pair: tuple[int, int]) -> None:
        rows, columns = groups[pair[0]], groups[pair[1]]
        block = codes.block(codes.take(rows), codes.take(columns))
        kernels.offer(
            block, int(rows[0]), int(columns[0]), bounds.scales, bounds.halves, keys, found
        )

    rounds = _rounds(len(groups))
    for at, pairs in enumerate(rounds):
        progress.report(
            at / len(rounds), f"Finding neighbors · {at / len(rounds):.0%} of all pairs"
        )
        threads.each(pairs, offer)
    return keys, found


def _rounds(count: int) -> list[list[tuple[int, int]]]:
    """Return all pairs of groups in rounds in which each group has one partner at most.

    So two threads never work on the same heap. It is the circle method of a round-robin
    tournament, after a round of every group with itself.
    """
    teams = [*range(count), *([-1] if count % 2 else [])]
    rounds = [[(group, group) for group in range(count)]]
    for _ in range(len(teams) - 1):
        half = len(teams) // 2
        pairs = zip(teams[:half], reversed(teams[half:]), strict=True)
        rounds.append([(min(pair), max(pair)) for pair in pairs if min(pair) >= 0])
        teams = [teams[0], teams[-1], *teams[1:-1]]
    return [pairs for pairs in rounds if pairs]


def _settle(
    codes: Codes,
    points: Points,
    candidates: tuple[NDArray[np.float32], NDArray[np.int32]],
    k: int,
    threads: Threads,
) -> tuple[Found, NDArray[np.bool_]]:
    """Return the k nearest candidates of every point, and whether they are proven the nearest."""
    from embexplorer.engines.nearest import kernels

    found = np.empty((points.m, k)), np.empty((points.m, k), np.int32)
    is_proven = np.zeros(points.m, bool)
    bounds = codes.bounds
    given = (bounds.halves, bounds.residuals, bounds.bound)

    def settle(first: int, last: int) -> None:
        kernels.settle(
            points.given, first, last, given, candidates, found, is_proven, codes.is_manhattan
        )

    threads.over(points.m, settle, GROUP)
    return found, is_proven


def find_of_some(
    exact: Floats | Steps,
    items: NDArray[np.int64],
    k: int,
    threads: Threads,
    progress: Progress,
    limits: NDArray[np.float64] | None = None,
) -> Found:
    """Return the k nearest other points of some points, every point compared.

    Parameters
    ----------
    limits
        (items,) a distance within which each is known to have k others.
    """
    distances = np.full((len(items), k), np.inf)
    found = np.full((len(items), k), np.iinfo(np.int32).max, np.int32)
    if limits is not None:
        distances[:] = limits[:, None]
    m = exact.points.m
    for start in range(0, len(items), BATCH):
        asked = items[start : start + BATCH]
        nearest = distances[start : start + BATCH], found[start : start + BATCH]
        for first in range(0, m, COLUMNS):
            done = int(start + len(asked) * first / m)
            counted = f"{done:,} of {len(items):,}"
            progress.report(done / len(items), f"Finding neighbors · {counted}")
            meet = _meeting(exact, asked, np.arange(first, min(m, first + COLUMNS)), nearest)
            threads.over(len(asked), meet, ITEMS)
    return distances, found


def _meeting(
    exact: Floats | Steps, items: NDArray[np.int64], columns: NDArray[np.int64], found: Found
) -> Any:
    """Return what compares a range of the items with some columns."""
    from embexplorer.engines.nearest import kernels

    bounds, given = exact.bounds, exact.points.given
    right, at = exact.take(columns), int(columns[0])

    def meet(start: int, stop: int) -> None:
        rows = items[start:stop]
        block = exact.block(exact.take(rows), right)
        distances, near = found[0][start:stop], found[1][start:stop]
        if isinstance(exact, Steps):
            kernels.compare_steps(given, block, rows, at, bounds.bound[4], distances, near)
        else:
            kernels.compare(given, block, rows, at, bounds.halves, bounds.bound, distances, near)

    return meet


def warm_search() -> None:
    """Compile the loops that only a search among many points needs."""
    from embexplorer.engines.nearest import kernels

    progress = Progress()
    vectors = np.random.default_rng(0).normal(size=(96, 4)).astype(np.float32)
    with Threads(progress=progress) as threads:
        points = find_points(vectors, "cosine", threads)
        exact = float_codes(points, threads)
        _settle(exact, points, _scan(exact, 8, threads, progress), 4, threads)
        bounds = byte_codes(points, threads).bounds
        products = np.zeros((2, 2), np.int32)
        heaps = np.zeros((96, 8), np.float32), np.zeros((96, 8), np.int32)
        kernels.offer(products, 0, 2, bounds.scales, bounds.halves, *heaps)
        given = (bounds.halves, bounds.residuals, bounds.bound)
        some, counts = np.arange(2), np.zeros(2, np.int64)
        kernels.count_near(products, some, 0, bounds.scales, given, np.ones(2), counts)
