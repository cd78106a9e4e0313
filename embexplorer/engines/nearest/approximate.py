"""Approximate nearest neighbors by pynndescent, with the share of the true ones among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.engines.nearest.points import SHARE
from embexplorer.engines.nearest.search import exact_codes, find_of_some, one_thread_each

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.threads import Threads
    from embexplorer.engines.nearest.points import Points
    from embexplorer.engines.nearest.search import Found

CHECKED = 1000  # points whose true neighbors are looked up to measure the share


def find_approximate(
    points: Points, k: int, metric: str, threads: Threads, progress: Progress
) -> tuple[Found, float]:
    """Return about the k nearest other points of every point, and the share of true ones found.

    The distances are exact. The seed is fixed; another number of threads may find others.

    Raises
    ------
    CancelledError
        When the person cancelled: before pynndescent, or after it has ended. It hears nothing by
        itself; a window ends the child that it runs in, and Ctrl-C acts between its compiled steps.

    References
    ----------
    Dong, Moses and Li 2011, Efficient k-nearest neighbor graph construction, WWW.
    """
    from pynndescent import NNDescent

    progress.report(0.0, "Finding neighbors · approximately")
    progress.raise_if_cancelled()
    plain = points.centered(np.arange(points.m), np.arange(points.width))
    index = NNDescent(plain, **settings_of(k, metric), n_jobs=threads.count)
    near = index.neighbor_graph[0]
    del index, plain
    progress.raise_if_cancelled()
    found = in_order(points, near, k, metric, threads)
    return found, measure_recall(points, found, k, metric, threads, progress.part(0.9, 1.0))


def settings_of(k: int, metric: str) -> dict[str, Any]:
    """Return what pynndescent is asked for; each point counts as the nearest of its own."""
    by = "manhattan" if metric == "manhattan" else "euclidean"
    return {"metric": by, "n_neighbors": k + 1, "random_state": 0}


def in_order(
    points: Points, near: NDArray[np.int32], k: int, metric: str, threads: Threads
) -> Found:
    """Return the k nearest of what was found by their exact distances, each other point once.

    Where fewer were found, the first points there are fill the places.
    """
    from embexplorer.engines.nearest import kernels

    distances = np.full((points.m, k), np.inf)
    rows = np.full((points.m, k), np.iinfo(np.int32).max, np.int32)
    near = np.ascontiguousarray(near, np.int32)

    def order(first: int, last: int) -> None:
        found = (distances, rows)
        kernels.order_found(points.given, first, last, near, found, metric == "manhattan")

    threads.over(points.m, order, SHARE)
    return distances, rows


def measure_recall(
    points: Points, found: Found, k: int, metric: str, threads: Threads, progress: Progress
) -> float:
    """Return the share of true neighbors that were found, of a sample of the points."""
    drawn = np.random.default_rng(0).choice(points.m, min(CHECKED, points.m), replace=False)
    checked = np.sort(drawn)
    with one_thread_each():
        exact = exact_codes(points, metric, threads)
        farthest = find_of_some(exact, checked, k, threads, progress)[0][:, -1:]
    return float(np.mean(found[0][checked] <= farthest))
