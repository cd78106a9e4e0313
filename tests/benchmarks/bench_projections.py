"""Measures PCA and t-SNE beside the libraries that people use, interleaved, as a table."""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import sys
import threading
import time
import warnings
from typing import TYPE_CHECKING

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as in the child that projects

import numpy as np

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.engines.neighbor_graph import projecting_alone
from embexplorer.operations.quality import measure_quality
from embexplorer.projections import pca, tsne, umap

if TYPE_CHECKING:
    from collections.abc import Callable

DIMENSIONS = 384


def blobs(n: int) -> np.ndarray:
    """Return unit vectors in many groups of different sizes, as sentences are."""
    rng = np.random.default_rng(0)
    middles = rng.normal(size=(n // 100 + 5, DIMENSIONS))
    vectors = middles[rng.integers(len(middles), size=n)] + rng.normal(size=(n, DIMENSIONS))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / lengths).astype(np.float32)


def our_tsne(vectors: np.ndarray, **params: object) -> np.ndarray:
    """Return our t-SNE."""
    return tsne.run(projecting_alone(vectors, tsne.TsneParams(**params))).coords


def compare(rounds: int, *tasks: Callable[[], object], warm: bool = True) -> list[float]:
    """Return the median seconds of each task; the tasks take turns."""
    seconds: list[list[float]] = [[] for _ in tasks]
    for number in range(rounds + warm):
        for task, taken in zip(tasks, seconds, strict=True):
            started = time.perf_counter()
            task()
            if number >= warm:
                taken.append(time.perf_counter() - started)
    return [statistics.median(taken) for taken in seconds]


def kept(vectors: np.ndarray, coords: np.ndarray) -> str:
    """Return trustworthiness and the share of the nearest neighbors kept, of sampled items."""
    found = measure_quality(vectors, coords, metric="cosine")
    trust, share = found["trustworthiness"], found["neighbors_kept"]
    return f"trustworthiness {trust:.3f}, neighbors kept {share:.3f}"


def show(what: str, ours: float, other: str, theirs: float) -> None:
    """Print one row."""
    row = f"| {what:44} | {ours:8.2f} s | {other:24} | {theirs:8.2f} s | {theirs / ours:5.1f}x |"
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


def bench_tsne(n: int) -> None:
    """Compare with openTSNE as it comes and with scikit-learn, once each: they take minutes."""
    import openTSNE
    from sklearn.manifold import TSNE

    vectors = blobs(n)
    maps: dict[str, np.ndarray] = {}

    def keep(name: str, make: Callable[[], np.ndarray]) -> Callable[[], None]:
        def work() -> None:
            maps[name] = np.asarray(make(), np.float32)

        return work

    our_tsne(vectors[:500])
    ours, equal, open_tsne, sklearn = compare(
        1,
        keep("perplexity 30", lambda: our_tsne(vectors)),
        keep("15 equal neighbors", lambda: our_tsne(vectors, n_neighbors=15)),
        keep("openTSNE", lambda: openTSNE.TSNE(metric="cosine", n_jobs=-1).fit(vectors)),
        keep("scikit-learn", lambda: TSNE(metric="cosine", max_iter=750).fit_transform(vectors)),
        warm=False,
    )
    show(f"t-SNE {n:,} x {DIMENSIONS}, perplexity 30", ours, "openTSNE", open_tsne)
    show(f"t-SNE {n:,} x {DIMENSIONS}, 15 equal neighbors", equal, "openTSNE", open_tsne)
    show(f"t-SNE {n:,} x {DIMENSIONS}, perplexity 30", ours, "scikit-learn TSNE", sklearn)
    for name, coords in maps.items():
        sys.stdout.write(f"  {name:20} {kept(vectors, coords)}\n")


def bench_cancel(n: int, moments: tuple[float, ...]) -> None:
    """Show how long a projection goes on after a cancel, at several moments of its run."""
    vectors = blobs(n)
    for plugin in (tsne.plugin, umap.plugin):
        waits = []
        for moment in moments:
            progress = Progress()
            asked = projecting_alone(vectors, plugin.params(), progress=progress)
            cancelled_at: list[float] = []

            def cancel(progress: Progress = progress, at: list[float] = cancelled_at) -> None:
                at.append(time.perf_counter())
                progress.cancel()

            timer = threading.Timer(moment, cancel)
            timer.start()
            with contextlib.suppress(CancelledError):
                plugin.run(asked)
            if cancelled_at:
                waits.append(time.perf_counter() - cancelled_at[0])
            timer.cancel()
            timer.join()
        shown = ", ".join(f"{wait:.2f}" for wait in waits)
        sys.stdout.write(f"{plugin.title} of {n:,} items stops {shown} s after a cancel\n")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, one round each")
    is_quick = parser.parse_args().quick
    warnings.simplefilter("ignore")
    bench_pca(5_000 if is_quick else 50_000, 3 if is_quick else 7)
    bench_tsne(500 if is_quick else 25_000)
    bench_cancel(2_000 if is_quick else 50_000, (0.2,) if is_quick else (0.3, 1.5, 3.0, 5.0, 7.0))


if __name__ == "__main__":
    main()
