"""Measures PCA and t-SNE beside the libraries they rest on, interleaved, as a table."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import warnings
from typing import TYPE_CHECKING

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as in the child that projects

import numpy as np

from embexplorer.engines.neighbor_graph import projecting_alone
from embexplorer.projections import pca, tsne

if TYPE_CHECKING:
    from collections.abc import Callable

DIMENSIONS = 384


def blobs(n: int, groups: int = 100) -> np.ndarray:
    """Return n vectors in groups."""
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(groups, DIMENSIONS))
    spread = 1.5 * rng.normal(size=(n, DIMENSIONS))
    return (centers[rng.integers(groups, size=n)] + spread).astype(np.float32)


def compare(rounds: int, *works: Callable[[], object]) -> list[float]:
    """Return the median seconds of each work, in turns, after one round that does not count."""
    seconds: list[list[float]] = [[] for _ in works]
    for number in range(rounds + 1):
        for taken, work in zip(seconds, works, strict=True):
            start = time.perf_counter()
            work()
            if number:
                taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in seconds]


def show(what: str, ours: float, other: str, theirs: float) -> None:
    """Print one row."""
    row = f"| {what:42} | {ours:8.2f} s | {other:24} | {theirs:8.2f} s | {theirs / ours:5.1f}x |"
    sys.stdout.write(row + "\n")
    sys.stdout.flush()


def bench_pca(n: int, rounds: int) -> None:
    """Compare with scikit-learn's default solver."""
    from sklearn.decomposition import PCA

    vectors = blobs(n)
    ours, theirs = compare(
        rounds,
        lambda: pca.run(projecting_alone(vectors, pca.PcaParams())),
        lambda: PCA(2, random_state=0).fit_transform(vectors),
    )
    show(f"PCA {n:,} x {DIMENSIONS}", ours, "scikit-learn PCA", theirs)


def bench_tsne(n: int, rounds: int) -> None:
    """Compare with openTSNE as it comes, and with scikit-learn."""
    import openTSNE
    from sklearn.manifold import TSNE

    vectors = blobs(n)
    ours, open_tsne, sklearn = compare(
        rounds,
        lambda: tsne.run(projecting_alone(vectors, tsne.TsneParams())),
        lambda: openTSNE.TSNE(metric="cosine", n_jobs=-1, random_state=0).fit(vectors),
        lambda: TSNE(metric="cosine", max_iter=750, random_state=0).fit_transform(vectors),
    )
    show(f"t-SNE {n:,} x {DIMENSIONS}, 750 iterations", ours, "openTSNE", open_tsne)
    show(f"t-SNE {n:,} x {DIMENSIONS}, 750 iterations", ours, "scikit-learn TSNE", sklearn)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, one round each")
    is_quick = parser.parse_args().quick
    rounds = 1 if is_quick else 3
    warnings.simplefilter("ignore")
    bench_pca(5_000 if is_quick else 50_000, 3 * rounds)
    bench_tsne(500 if is_quick else 3_000, rounds)


if __name__ == "__main__":
    main()
