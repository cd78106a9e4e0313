"""Measures UMAP beside umap-learn: in a fresh process, and warm on the same neighbors."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

from embexplorer.core.neighbor_graph import NeighborGraph
from embexplorer.core.processors import processor_count
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.engines.directions import find_directions
from embexplorer.engines.neighbor_graph import projecting_alone
from embexplorer.measures.quality import measure_faithfulness
from embexplorer.operations.context import Context
from embexplorer.operations.place_items import place_items
from embexplorer.operations.project import project
from embexplorer.projections import umap

DIMENSIONS = 384
K = 15
SAMPLED = 2_000  # items whose neighborhoods are looked at

OURS = (
    "import sys, numpy as np;"
    "from embexplorer.engines.neighbor_graph import projecting_alone;"
    "from embexplorer.projections import umap;"
    "vectors = np.load(sys.argv[1]);"
    "np.save(sys.argv[2], umap.run(projecting_alone(vectors, umap.UmapParams())).coords)"
)
THEIRS = (
    "import sys, warnings, numpy as np; warnings.simplefilter('ignore');"
    "from umap import UMAP;"
    "vectors = np.load(sys.argv[1]);"
    "np.save(sys.argv[2], UMAP(metric='cosine', random_state=0).fit_transform(vectors))"
)


class Counted(Progress):
    """Counts the frames it is shown."""

    frames = 0

    def frame(self, coords: np.ndarray) -> None:
        """Count one."""
        self.frames += 1


def topics(n: int) -> np.ndarray:
    """Return n vectors in topics of different sizes within larger ones, as of texts."""
    rng = np.random.default_rng(2)
    large = 0.6 * rng.normal(size=(20, DIMENSIONS))
    small = large[rng.integers(20, size=300)] + 0.5 * rng.normal(size=(300, DIMENSIONS))
    share = 1 / np.arange(1, 301) ** 0.7
    topic = rng.choice(300, n, p=share / share.sum())
    along = 0.35 * rng.normal(size=(300, 6, DIMENSIONS))
    vectors = np.empty((n, DIMENSIONS), np.float32)
    for start in range(0, n, 10_000):
        of = topic[start : start + 10_000]
        within = np.einsum("ik,ikd->id", rng.normal(size=(len(of), 6)), along[of])
        noise = rng.normal(size=(len(of), DIMENSIONS))
        vectors[start : start + 10_000] = small[of] + 1.5 * within + noise
    return vectors


def neighbors_of(vectors: np.ndarray) -> NeighborGraph:
    """Return the exact cosine neighbors that both sides get."""
    units = find_directions(vectors).vectors
    rows = np.empty((len(units), K - 1), np.int32)
    chords = np.empty((len(units), K - 1), np.float32)
    for start in range(0, len(units), 1_000):
        cosines = units[start : start + 1_000] @ units.T
        own = np.arange(len(cosines))
        cosines[own, start + own] = -2
        found = np.argpartition(-cosines, K - 1, axis=1)[:, : K - 1]
        values = np.take_along_axis(cosines, found, axis=1)
        order = np.argsort(-values, axis=1)
        rows[start : start + 1_000] = np.take_along_axis(found, order, axis=1)
        nearest = np.take_along_axis(values, order, axis=1)
        chords[start : start + 1_000] = np.sqrt(np.maximum(2 - 2 * nearest, 0))
    return NeighborGraph(rows, chords, "cosine")


def trustworthiness(vectors: np.ndarray, coords: np.ndarray) -> float:
    """Return it at k = 15, of a sample of the items among all of them."""
    found = measure_faithfulness(vectors, coords, k=K, metric="cosine", max_queries=SAMPLED)
    return float(found.trustworthiness)


def show(what: str, ours: list[float], theirs: list[float], trust: tuple[float, float]) -> None:
    """Print one row: medians of the seconds, their ratio, and how trustworthy the maps are."""
    mine, other = statistics.median(ours), statistics.median(theirs)
    sys.stdout.write(
        f"| {what:34} | {mine:7.2f} s | umap-learn | {other:7.2f} s | {other / mine:5.1f}x "
        f"| trustworthiness {trust[0]:.3f}, {trust[1]:.3f} |\n"
    )
    sys.stdout.flush()


def seconds_of_process(code: str, vectors: Path, coords: Path) -> float:
    """Return how long a fresh process takes from its start to the written coords."""
    start = time.perf_counter()
    environment = os.environ | {"PYTHONPATH": str(Path(umap.__file__).parents[2])}
    words = [sys.executable, "-c", code, str(vectors), str(coords)]
    subprocess.run(words, env=environment, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def bench_fresh(n: int, rounds: int) -> None:
    """Compare whole processes: imports, compilation, neighbors and layout."""
    umap.warm()  # the disk cache of our kernels is filled once, at the first start
    vectors = topics(n)
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        source, mine, other = (Path(folder) / f"{name}.npy" for name in ("v", "ours", "theirs"))
        np.save(source, vectors)
        for _ in range(rounds):
            ours.append(seconds_of_process(OURS, source, mine))
            theirs.append(seconds_of_process(THEIRS, source, other))
        trust = tuple(trustworthiness(vectors, np.load(path)) for path in (mine, other))
    show(f"UMAP {n:,} x {DIMENSIONS}, fresh process", ours, theirs, trust)


def bench_warm(n: int, rounds: int) -> None:
    """Compare what follows the search for neighbors, all libraries loaded and compiled."""
    from umap import UMAP

    vectors = topics(n)
    found = neighbors_of(vectors)
    own = np.arange(n)[:, None]
    cosine = found.distances**2 / 2
    known = np.hstack([own, found.rows]), np.hstack([np.zeros((n, 1), np.float32), cosine])
    progress = Counted()
    asked = replace(
        projecting_alone(vectors, umap.UmapParams(), progress=progress),
        neighbors=lambda k, metric, progress: found,
    )
    warm = UMAP(metric="cosine", random_state=0, precomputed_knn=known, n_epochs=2)
    umap.warm()
    warm.fit_transform(vectors)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        start = time.perf_counter()
        mine = umap.run(asked).coords
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        other = UMAP(metric="cosine", random_state=0, precomputed_knn=known).fit_transform(vectors)
        theirs.append(time.perf_counter() - start)
    trust = trustworthiness(vectors, mine), trustworthiness(vectors, other)
    show(f"UMAP {n:,} x {DIMENSIONS}, neighbors given", ours, theirs, trust)
    rate = progress.frames / sum(ours)
    sys.stdout.write(f"  {rate:.1f} live frames a second, on {processor_count()} processors\n")


def bench_place(n: int, m: int) -> None:
    """Say how long new items take to be placed on a map of n."""
    vectors = topics(n + m)
    space = make_space(vectors[:n], make_table([str(row) for row in range(n)]))
    with tempfile.TemporaryDirectory() as folder:
        context = Context.default(Path(folder))
        map_ = project(space, "umap", context, quality=False)
        placed = place_items(space, map_, vectors[n:], context)
    sys.stdout.write(f"  {m:,} new items onto a map of {n:,}: {placed.seconds:.2f} s\n")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, one round each")
    parser.add_argument("--only", choices=("fresh", "warm", "place"), help="one part")
    asked = parser.parse_args()
    rounds = 1 if asked.quick else 3
    warnings.simplefilter("ignore")
    if asked.only in (None, "fresh"):
        bench_fresh(1_000 if asked.quick else 10_000, rounds)
    if asked.only in (None, "warm"):
        bench_warm(2_000 if asked.quick else 50_000, rounds)
    if asked.only in (None, "place"):
        bench_place(2_000 if asked.quick else 20_000, 500)


if __name__ == "__main__":
    main()
