"""Clusters of a map, beside scikit-learn's HDBSCAN and k-means, side by side."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import warnings
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.clusterings import hdbscan, kmeans
from embexplorer.core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable


def map_of(n: int) -> np.ndarray:
    """Return a map with forty groups and some noise."""
    rng = np.random.default_rng(0)
    middles = 30 * rng.normal(size=(40, 2))
    points = middles[rng.integers(40, size=n)] + rng.normal(size=(n, 2))
    points[: n // 20] = 60 * rng.uniform(-1, 1, size=(n // 20, 2))
    return points.astype(np.float32)


def compare(rounds: int, *tasks: Callable[[], object]) -> list[float]:
    """Return the median seconds of each task; the tasks take turns."""
    seconds: list[list[float]] = [[] for _ in tasks]
    for number in range(rounds + 1):
        for task, taken in zip(tasks, seconds, strict=True):
            started = time.perf_counter()
            task()
            if number:  # the first round compiles and warms up
                taken.append(time.perf_counter() - started)
    return [statistics.median(taken) for taken in seconds]


def main() -> None:
    """Print the rows."""
    from sklearn.cluster import HDBSCAN, KMeans

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer points, one round")
    is_quick = parser.parse_args().quick
    n, rounds = (4_000, 1) if is_quick else (50_000, 3)
    warnings.simplefilter("ignore")
    points = map_of(n)
    size = hdbscan.smallest_cluster(n)
    found = compare(
        rounds,
        lambda: hdbscan.run(points, hdbscan.HdbscanParams(), 0, Progress()),
        lambda: HDBSCAN(size, min_samples=5, cluster_selection_method="leaf").fit(points),
    )
    row = "HDBSCAN of a map, {:,} points: {:.2f} s, scikit-learn {:.2f} s, {:.1f}x\n"
    sys.stdout.write(row.format(n, *found, found[1] / found[0]))
    found = compare(
        rounds,
        lambda: kmeans.run(points, kmeans.KMeansParams(n_clusters=40, n_init=1), 0, Progress()),
        lambda: KMeans(40, n_init=1, random_state=0).fit(points),
    )
    row = "k-means of a map, {:,} points, 40 groups: {:.2f} s, scikit-learn {:.2f} s, {:.1f}x\n"
    sys.stdout.write(row.format(n, *found, found[1] / found[0]))


if __name__ == "__main__":
    main()
