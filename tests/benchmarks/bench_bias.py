"""Bias: WEAT exact and sampled, and mitigations of a large space with the memory they take."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.space import Space, make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.debias import debias
from embexplorer.operations.keep import on_disk
from embexplorer.operations.probe import probe

if TYPE_CHECKING:
    from types import TracebackType

METHODS = ("hard", "linear-projection", "leace", "half-sibling", "soft")


def space_of(n: int, d: int, context: Context) -> Space:
    """Return random vectors, mapped from the cache."""
    vectors = np.random.default_rng(0).standard_normal((n, d), dtype=np.float32)
    return on_disk(make_space(vectors, make_table([f"w{at}" for at in range(n)])), context)


def words(start: int, count: int) -> list[str]:
    """Return the names of some items."""
    return [f"w{at}" for at in range(start, start + count)]


class Peak:
    """The largest memory of this process while it is open, beside and with mapped files, in MB."""

    def __enter__(self) -> Peak:
        self.own = self.all = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.01):
            lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
            parts = dict(line.split(":", 1) for line in lines)
            own, files = (int(parts[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
            self.own, self.all = max(self.own, own), max(self.all, own + files)


def time_weat(space: Space, context: Context, size: int, goal: float, rounds: int) -> None:
    """Print how long WEAT of four sets takes."""
    sets = {key: words(100 * at, size) for at, key in enumerate("XYAB")}
    seconds = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        found = probe(space, "weat", sets, context).found
        seconds.append(time.perf_counter() - started)
    middle = statistics.median(seconds[1:])  # the first loads what is needed
    row = "WEAT of {0} + {0} items, {1:,} partitions, {2}: {3:.3f} s (goal {4:g} s)\n"
    sys.stdout.write(row.format(size, found.n_permutations, found.p_kind, middle, goal))


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer items, one round")
    is_quick = parser.parse_args().quick
    n, d, rounds = (20_000, 100, 1) if is_quick else (400_000, 300, 5)
    with tempfile.TemporaryDirectory() as folder:
        context = Context.default(folder)
        few = space_of(1_000, 300, context)
        time_weat(few, context, 8, 0.05, rounds)
        time_weat(few, context, 25, 2.0, rounds)
        space = space_of(n, d, context)
        size = space.vectors.nbytes / 2**20
        pairs = {"pairs": [list(pair) for pair in zip(words(0, 10), words(10, 10), strict=True)]}
        classes = {"targets": [words(0, 100), words(100, 100)]}
        for method in METHODS:
            sets = classes if method in ("linear-projection", "leace") else pairs
            with Peak() as peak:
                started = time.perf_counter()
                made = debias(space, method, {**sets, "specific": words(200, 200)}, context)
                seconds = time.perf_counter() - started
            found = made.provenance.params["seconds"]
            row = (
                "{} of {:,} x {}: {:.2f} s, of which the method {:.2f} s; {:.0f} MB of its own, "
                "{:.0f} MB with both spaces of {:.0f} MB\n"
            )
            sys.stdout.write(row.format(method, n, d, seconds, found, peak.own, peak.all, size))
            assert made.folder is not None
            context.cache.remove(made.folder.name)


if __name__ == "__main__":
    main()
