"""Exact neighbor searches over random vectors, against numpy and gensim, side by side.

python tests/benchmarks/bench_search.py [--quick] [--large] [--runs 7]

Rows: one query over 400,000 x 300, by each metric; 1,000 queries at once; with --large one query
over 3,000,000 x 300, memory-mapped, 4.6 GB in the folder for temporary files. Every answer is
compared with that of the peer; Hamming distances have ties, which numpy cuts anywhere. The peak
memory is that of all rows before, data and peers included.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from gensim.models import KeyedVectors

from embexplorer.core.progress import Progress
from embexplorer.measures import scan_kernels
from embexplorer.measures.neighbors import find_nearest, find_nearest_many
from embexplorer.measures.similarity import norms
from embexplorer.storage.int8_folder import open_copy, write_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from embexplorer.measures.int8_copy import Int8Copy

K = 10
D = 300
SEED = 0
PAUSE = 0.1  # seconds after which the threads of the matrix product before have gone to sleep
GENSIM_SHARE = 20  # gensim answers one query at a time: a part of them stands for all

Answers = list[set[int]]


def measure(title: str, tasks: Mapping[str, Callable[[], Answers]], runs: int) -> None:
    """Print the median seconds of tasks that take turns, and whether their answers agree."""
    answers = {name: task() for name, task in tasks.items()}  # warm-up
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(runs):
        for name, task in tasks.items():
            time.sleep(PAUSE)
            started = time.perf_counter()
            task()
            seconds[name].append(time.perf_counter() - started)
    own, *_ = tasks
    sys.stdout.write(f"{title}\n")
    for name in tasks:
        each = statistics.median(seconds[name]) / len(answers[name])
        ratio = each / (statistics.median(seconds[own]) / len(answers[own]))
        pairs = list(zip(answers[name], answers[own], strict=False))
        same = sum(one == other for one, other in pairs)
        sys.stdout.write(
            f"  {name:24} {1000 * each:9.2f} ms a query {ratio:7.2f}x"
            f"   same answers {same} of {len(pairs)}\n"
        )


def write_vectors(folder: Path, n: int) -> np.ndarray:
    """Return n random vectors, mapped from a file."""
    path = folder / "vectors.npy"
    rng = np.random.default_rng(SEED)
    target = np.lib.format.open_memmap(path, "w+", np.float32, (n, D))
    for start in range(0, n, 100_000):
        target[start : start + 100_000] = rng.standard_normal(
            (min(100_000, n - start), D), dtype=np.float32
        )
    target.flush()
    del target
    return np.load(path, mmap_mode="r")


def by_gensim(vectors: np.ndarray, rows: np.ndarray) -> Callable[[], Answers]:
    """Return the questions for gensim, with its norms worked out beforehand."""
    keyed = KeyedVectors(D)
    keyed.key_to_index = dict(zip(map(str, range(len(vectors))), range(len(vectors)), strict=True))
    keyed.index_to_key = list(keyed.key_to_index)
    keyed.vectors = vectors
    keyed.fill_norms()
    names = [str(row) for row in rows]
    return lambda: [{int(item) for item, _ in keyed.most_similar(name, topn=K)} for name in names]


def by_numpy(vectors: np.ndarray, lengths: np.ndarray, rows: np.ndarray) -> Callable[[], Answers]:
    """Return the questions for numpy: products, divided by norms, and a partition."""
    inverse = (1 / lengths).astype(np.float32)

    def ask() -> Answers:
        answers: Answers = []
        for start in range(0, len(rows), 50):
            some = rows[start : start + 50]
            queries = vectors[some[0]] if len(some) == 1 else vectors[some]
            cosines = (vectors @ queries)[None] if len(some) == 1 else queries @ vectors.T
            cosines *= inverse
            cosines[np.arange(len(some)), some] = -np.inf
            best = np.argpartition(cosines, -K, axis=1)[:, -K:]
            answers += [set(one.tolist()) for one in best]
        return answers

    return ask


def numpy_closeness(
    vectors: np.ndarray, query: np.ndarray, lengths: np.ndarray, metric: str
) -> np.ndarray:
    """Return how near every item is, as one would write it with numpy, a block at a time."""
    if metric == "dot":
        return vectors @ query
    if metric == "euclidean":
        return 2 * (vectors @ query) - lengths**2
    closeness = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), 1000):
        block = vectors[start : start + 1000]
        if metric == "manhattan":
            closeness[start : start + 1000] = -np.abs(block - query).sum(axis=1)
        else:
            closeness[start : start + 1000] = -np.count_nonzero((block > 0) != (query > 0), axis=1)
    return closeness


def one_query(
    vectors: np.ndarray, lengths: np.ndarray, copy: Int8Copy, runs: int, *, is_large: bool
) -> None:
    """Measure one query by the cosine, and by each other metric."""
    n = len(vectors)
    rows = np.random.default_rng(SEED + 1).choice(n, 1)
    query = vectors[int(rows[0])]

    def ours(metric: str = "cosine", copy: Int8Copy | None = copy) -> Answers:
        found = find_nearest(vectors, query, K, metric, exclude=rows, norms=lengths, copy=copy)
        return [set(found.indices.tolist())]

    def theirs(metric: str) -> Answers:
        closeness = numpy_closeness(vectors, query, lengths, metric)
        closeness[rows] = -np.inf
        return [set(np.argpartition(closeness, -K)[-K:].tolist())]

    tasks = {
        "embexplorer": ours,
        "embexplorer, no copy": lambda: ours(copy=None),
        "numpy": by_numpy(vectors, lengths, rows),
    }
    if not is_large:
        tasks["gensim"] = by_gensim(vectors, rows)
    measure(f"one query, cosine top {K}, {n:,} x {D}", tasks, runs)
    for metric in () if is_large else ("dot", "euclidean", "manhattan", "hamming"):
        asked = {"embexplorer": partial(ours, metric), "numpy": partial(theirs, metric)}
        measure(f"one query, {metric}", asked, runs)


def many_queries(vectors: np.ndarray, lengths: np.ndarray, count: int, runs: int) -> None:
    """Measure many queries at once."""
    rows = np.random.default_rng(SEED + 2).choice(len(vectors), count, replace=False)

    def ours() -> Answers:
        found = find_nearest_many(vectors, vectors[rows], K, rows=rows, norms=lengths)
        return [set(ranked.indices.tolist()) for ranked in found]

    tasks = {
        "embexplorer": ours,
        "numpy": by_numpy(vectors, lengths, rows),
        "gensim": by_gensim(vectors, rows[: max(1, count // GENSIM_SHARE)]),
    }
    measure(f"{count:,} queries at once, cosine top {K}, {len(vectors):,} x {D}", tasks, runs)


def prepared(folder: Path, n: int) -> tuple[np.ndarray, np.ndarray, Int8Copy]:
    """Return vectors, their norms and their copy, and say how long the copy took."""
    vectors = write_vectors(folder, n)
    started = time.perf_counter()
    write_copy(folder, vectors, Progress())
    seconds = time.perf_counter() - started
    sys.stdout.write(f"the copy of {n:,} x {D} was written in {seconds:.1f} s\n")
    copy = open_copy(folder, n, D)
    assert copy is not None, "it was just written"
    return vectors, norms(vectors), copy


def say_peak() -> None:
    """Print the most memory that this process had at once, where the system tells."""
    if sys.platform == "linux":
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        sys.stdout.write(f"peak memory so far, mapped files included: {peak:.2f} GB\n")


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="40,000 vectors and few runs")
    parser.add_argument("--large", action="store_true", help="3,000,000 vectors too")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    n, count, runs = (40_000, 100, 3) if options.quick else (400_000, 1000, options.runs)
    scan_kernels.load()
    with tempfile.TemporaryDirectory() as folder:
        vectors, lengths, copy = prepared(Path(folder), n)
        one_query(vectors, lengths, copy, runs, is_large=False)
        many_queries(vectors, lengths, count, max(1, runs // 3))
        say_peak()
        del vectors, copy
    if options.large:
        with tempfile.TemporaryDirectory() as folder:
            one_query(*prepared(Path(folder), 3_000_000), runs, is_large=True)
            say_peak()


if __name__ == "__main__":
    main()
