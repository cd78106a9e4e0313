"""Measures PCA, t-SNE and UMAP beside the libraries that people use, interleaved, as a table."""

from __future__ import annotations

import argparse
import dataclasses
import os
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as in the child that projects

import numpy as np

from embexplorer.core.progress import Progress
from embexplorer.engines.neighbor_graph import find_neighbor_graph, projecting_alone
from embexplorer.operations.quality import measure_quality
from embexplorer.projections import pca, tsne, umap

if TYPE_CHECKING:
    from collections.abc import Callable

DIMENSIONS = 384
ROOT = Path(__file__).parents[2]
FRESH = """
import sys, warnings
sys.path.insert(0, {root!r})
warnings.simplefilter("ignore")
from tests.benchmarks.bench_projections import blobs, {which}
{which}(blobs({n}))
"""


def blobs(n: int) -> np.ndarray:
    """Return unit vectors in many groups of different sizes, as sentences are."""
    rng = np.random.default_rng(0)
    middles = rng.normal(size=(n // 100 + 5, DIMENSIONS))
    vectors = middles[rng.integers(len(middles), size=n)] + rng.normal(size=(n, DIMENSIONS))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / lengths).astype(np.float32)


def our_umap(vectors: np.ndarray) -> np.ndarray:
    """Return our UMAP with its defaults."""
    return umap.run(projecting_alone(vectors, umap.UmapParams())).coords


def their_umap(vectors: np.ndarray) -> np.ndarray:
    """Return that of umap-learn, with the seed that makes it the same again."""
    from umap import UMAP

    return UMAP(metric="cosine", random_state=0).fit_transform(vectors)


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


def bench_umap(n: int, rounds: int) -> None:
    """Compare with umap-learn as it comes, everything compiled and loaded."""
    vectors = blobs(n)
    ours, theirs = compare(rounds, lambda: our_umap(vectors), lambda: their_umap(vectors))
    show(f"UMAP {n:,} x {DIMENSIONS}, warm", ours, "umap-learn", theirs)
    for name, make in (("embexplorer", our_umap), ("umap-learn", their_umap)):
        sys.stdout.write(f"  {name:20} {kept(vectors, make(vectors))}\n")


def bench_fresh_umap(n: int, rounds: int) -> None:
    """Compare in processes that have imported and compiled nothing yet."""

    def start(which: str) -> Callable[[], object]:
        script = FRESH.format(root=str(ROOT), which=which, n=n)
        return lambda: subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)

    ours, theirs = compare(rounds, start("our_umap"), start("their_umap"), warm=False)
    show(f"UMAP {n:,} x {DIMENSIONS}, fresh process", ours, "umap-learn", theirs)


def bench_frames(n: int) -> None:
    """Say how many live frames a UMAP shows while it runs."""

    class Watched(Progress):
        frames = 0

        def frame(self, coords: np.ndarray) -> None:
            self.frames += 1

    vectors, progress = blobs(n), Watched()
    graph = find_neighbor_graph(vectors, 14, "cosine", Progress())
    asked = projecting_alone(vectors, umap.UmapParams(), progress=progress)
    started = time.perf_counter()
    umap.run(dataclasses.replace(asked, neighbors=lambda *_: graph))
    seconds = time.perf_counter() - started
    sys.stdout.write(f"  UMAP {n:,}: {progress.frames} frames in {seconds:.1f} s\n")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, one round each")
    is_quick = parser.parse_args().quick
    warnings.simplefilter("ignore")
    bench_pca(5_000 if is_quick else 50_000, 3 if is_quick else 7)
    bench_umap(1_000 if is_quick else 50_000, 1)
    bench_fresh_umap(1_000 if is_quick else 10_000, 1 if is_quick else 3)
    bench_frames(1_000 if is_quick else 25_000)
    bench_tsne(500 if is_quick else 25_000)


if __name__ == "__main__":
    main()
