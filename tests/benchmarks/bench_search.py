"""One cosine query and many at once over random vectors, against numpy and gensim, side by side.

python tests/benchmarks/bench_search.py [--n 400000] [--d 300] [--many 100] [--runs 7]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
from gensim.models import KeyedVectors

from embexplorer.measures.neighbors import find_nearest, find_nearest_many
from embexplorer.measures.similarity import norms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

K = 10
SEED = 0

Answers = list[set[int]]


def interleaved_medians(
    tasks: Mapping[str, Callable[[], Answers]], runs: int
) -> dict[str, tuple[float, Answers]]:
    """Return the median seconds and the answers of each task; the tasks take turns."""
    answers = {name: task() for name, task in tasks.items()}  # warm-up
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(runs):
        for name, task in tasks.items():
            started = time.perf_counter()
            task()
            seconds[name].append(time.perf_counter() - started)
    return {name: (statistics.median(seconds[name]), answers[name]) for name in tasks}


def tasks_of(vectors: np.ndarray, rows: np.ndarray) -> dict[str, Callable[[], Answers]]:
    """Return the same questions for embexplorer, numpy and gensim, each prepared beforehand."""
    lengths = norms(vectors)
    units = (vectors / lengths[:, None]).astype(np.float32)
    keyed = KeyedVectors(vectors.shape[1])
    keyed.add_vectors([str(row) for row in range(len(vectors))], vectors)
    keyed.fill_norms()

    def ours() -> Answers:
        if len(rows) == 1:
            found = [find_nearest(vectors, vectors[rows[0]], K, exclude=rows, norms=lengths)]
        else:
            found = find_nearest_many(vectors, vectors[rows], K, rows=rows, norms=lengths)
        return [set(ranked.indices.tolist()) for ranked in found]

    def by_numpy() -> Answers:
        answers = []
        for start in range(0, len(rows), 50):
            some = rows[start : start + 50]
            cosines = units[some] @ units.T
            cosines[np.arange(len(some)), some] = -np.inf
            best = np.argpartition(cosines, -K, axis=1)[:, -K:]
            answers += [set(one.tolist()) for one in best]
        return answers

    def by_gensim() -> Answers:
        found = [keyed.most_similar(str(row), topn=K) for row in rows]
        return [{int(item) for item, _ in one} for one in found]

    return {"embexplorer": ours, "numpy": by_numpy, "gensim": by_gensim}


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=400_000)
    parser.add_argument("--d", type=int, default=300)
    parser.add_argument("--many", type=int, default=100)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    rng = np.random.default_rng(SEED)
    vectors = rng.standard_normal((options.n, options.d), dtype=np.float32)
    for count in (1, options.many):
        rows = rng.choice(options.n, count, replace=False)
        runs = options.runs if count == 1 else max(1, options.runs // 3)
        measured = interleaved_medians(tasks_of(vectors, rows), runs)
        own_seconds, own_answers = measured["embexplorer"]
        sys.stdout.write(f"{count} queries, cosine top {K}, {options.n:,} x {options.d}\n")
        for name, (seconds, answers) in measured.items():
            same = sum(one == own for one, own in zip(answers, own_answers, strict=True))
            sys.stdout.write(
                f"  {name:12} {1000 * seconds:9.1f} ms   {seconds / own_seconds:5.2f}x"
                f"   same answers {same} of {count}\n"
            )


if __name__ == "__main__":
    main()
