"""How soon a cancel is heard while neighbors are found and maps are made, in this very process.

python tests/benchmarks/bench_cancel.py [--quick] [--n 50000] [--moments 8]

Each is run once to its end, then again for each moment, evenly spread over that time, at which it
is cancelled. The window need not wait for it: it ends a child that goes on for half a second.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from bench_knn import clustered

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.engines.neighbor_graph import find_neighbor_graph, projecting_alone, warm
from embexplorer.projections import pca, tsne, umap

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

D = 384


def runs(vectors: np.ndarray) -> dict[str, Callable[[Progress], object]]:
    """Return what is cancelled; few epochs, so that the stages before them have their share."""

    def project(method: object, params: object, progress: Progress) -> object:
        return method.run(projecting_alone(vectors, params, progress=progress))

    return {
        "neighbor graph": lambda progress: find_neighbor_graph(vectors, 15, "cosine", progress),
        "PCA": partial(project, pca, pca.PcaParams()),
        "UMAP": partial(project, umap, umap.UmapParams(n_epochs=40)),
        "t-SNE": partial(project, tsne, tsne.TsneParams(n_iter=10, early_exaggeration_iter=20)),
    }


def heard_after(run: Callable[[Progress], object], moment: float) -> float | None:
    """Return the seconds from a cancel at a moment to the end; None where it had ended before."""
    progress, cancelled = Progress(), []

    def cancel() -> None:
        cancelled.append(time.perf_counter())
        progress.cancel()

    timer = threading.Timer(moment, cancel)
    timer.start()
    try:
        run(progress)
    except CancelledError:
        return time.perf_counter() - cancelled[0]
    finally:
        timer.cancel()
        timer.join()
    return None


def main() -> None:
    """Print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--n", type=int, default=50_000)
    parser.add_argument("--moments", type=int, default=8)
    options = parser.parse_args()
    n, moments = (4000, 3) if options.quick else (options.n, options.moments)
    for warm_up in (warm, umap.warm, tsne.warm):
        warm_up()
    vectors = clustered(n)
    sys.stdout.write(f"cancel heard within, {n:,} x {D}, {moments} moments\n")
    for name, run in runs(vectors).items():
        run(Progress())  # whatever is imported or compiled at first
        started = time.perf_counter()
        run(Progress())
        whole = time.perf_counter() - started
        asked = (heard_after(run, whole * (at + 0.5) / moments) for at in range(moments))
        seconds = [one for one in asked if one is not None] or [0.0]
        sys.stdout.write(
            f"  {name:16}{statistics.median(seconds):6.2f} s (at worst {max(seconds):.2f}),"
            f" {len(seconds)} of a run of {whole:.1f} s\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
