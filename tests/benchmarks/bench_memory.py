"""How much memory jobs take beside vectors mapped from a file, and how much was expected.

Each job runs in a process of its own; Linux only, whose kernel tells memory of a process apart from
files that it maps.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.contracts import Clustering, ProjectionMethod
from embexplorer.core.params import build
from embexplorer.core.space import make_space, make_table
from embexplorer.measures.neighbors import find_nearest
from embexplorer.operations.cluster import cluster
from embexplorer.operations.context import Context
from embexplorer.operations.project import project
from embexplorer.plugins import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.core.space import Space

D = 384
SIZES = {"full": 50_000, "quick": 4_000}
MEGABYTE = 1 << 20


class Peak(threading.Thread):
    """Notes the most memory that this process takes beside files."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.before = self.most = self._now()
        self._is_over = threading.Event()

    def run(self) -> None:
        while not self._is_over.wait(0.002):
            self.most = max(self.most, self._now())

    def end(self) -> int:
        """Return how many bytes were taken at most since the start."""
        self._is_over.set()
        self.join()
        return self.most - self.before

    @staticmethod
    def _now() -> int:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
        raise OSError("this system does not tell memory from files")


def jobs(context: Context) -> dict[str, Callable[[Space], object]]:
    """Return what is measured, by name."""
    return {
        "pca": lambda space: project(space, "pca", context, quality=False),
        "tsne": lambda space: project(space, "tsne", context, quality=False),
        "umap": lambda space: project(space, "umap", context, quality=False),
        "kmeans": lambda space: cluster(space, "kmeans", context),
        "one query": lambda space: find_nearest(space.vectors, space.vectors[0], 10),
    }


def expected(name: str, n: int) -> int | None:
    """Return the bytes that a job is refused by, None for one that is never refused."""
    registry = Registry.discover()
    for kind in (ProjectionMethod, Clustering):
        plugin = registry.plugins[kind.kind].get(name)
        if isinstance(plugin, kind):
            return plugin.memory(n, D, build(plugin.params, {}))
    return None


def measure(name: str, path: Path) -> int:
    """Run a job in this process and return the bytes it took."""
    vectors = np.load(path, mmap_mode="r")
    space = make_space(vectors, make_table([str(row) for row in range(len(vectors))]))
    with tempfile.TemporaryDirectory() as folder:
        job = jobs(Context.default(folder))[name]
        small = make_space(np.array(vectors[:200]), make_table([str(row) for row in range(200)]))
        job(small)  # what is imported and compiled once is not what the vectors cost
        peak = Peak()
        peak.start()
        job(space)
        return peak.end()


def main() -> None:
    """Measure every job in a process of its own and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer items")
    parser.add_argument("--job", nargs=2, metavar=("NAME", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        sys.stdout.write(str(measure(options.job[0], Path(options.job[1]))))
        return
    n = SIZES["quick" if options.quick else "full"]
    with tempfile.TemporaryDirectory(prefix="embexplorer-memory-") as folder:
        path = Path(folder) / "vectors.npy"
        rng = np.random.default_rng(0)
        middles = 2 * rng.normal(size=(40, D))
        vectors = middles[rng.integers(40, size=n)] + rng.normal(size=(n, D))
        np.save(path, vectors.astype(np.float32))
        size = n * D * 4
        sys.stdout.write(f"vectors {n:,} x {D}: {size / MEGABYTE:,.0f} MB, mapped\n")
        ask = partial(subprocess.run, capture_output=True, text=True, check=True)
        for name in jobs(Context.default(folder)):
            started = time.perf_counter()
            ran = ask([sys.executable, __file__, "--job", name, str(path)])
            taken, planned = int(ran.stdout), expected(name, n)
            plan = "never refused" if planned is None else f"expected {planned / MEGABYTE:,.0f} MB"
            seconds = time.perf_counter() - started
            took = f"took {taken / MEGABYTE:7,.0f} MB beside them"
            sys.stdout.write(f"  {name:12} {took}, {plan} ({seconds:.0f} s)\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
