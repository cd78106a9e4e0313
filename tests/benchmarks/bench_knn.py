"""The neighbor graph, against hnswlib, faiss, pynndescent and scikit-learn, side by side.

python tests/benchmarks/bench_knn.py [--quick] [--sizes 25000 50000] [--rounds 3] [--file X.npy]
                                     [--peers PYTHON]

hnswlib and faiss-cpu are no dependencies: PYTHON is the interpreter of an environment that has them
where this one has not. Every run of a peer is a process of its own, warmed before it is timed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as in the child that projects

import numpy as np

from embexplorer.core.progress import Progress
from embexplorer.engines.neighbor_graph import EXACT_UP_TO, find_neighbor_graph

D, K = 384, 15
CHECKED = 1000  # items whose neighbors are compared
LARGEST = {"faiss": 60_000, "sklearn": 30_000}  # items up to which a peer is worth waiting for
PEERS = ("hnswlib", "faiss", "pynndescent", "sklearn")
SCRIPT = Path(__file__).with_name("knn_peers.py")


def clustered(n: int) -> np.ndarray:
    """Return unit vectors in 200 groups, most of whose spread lies in 20 directions."""
    rng = np.random.default_rng(0)
    centers, directions = rng.normal(size=(200, D)), rng.normal(size=(20, D))
    vectors = 0.6 * centers[rng.integers(0, 200, n)]
    vectors += 0.25 * (rng.normal(size=(n, 20)) @ directions + rng.normal(size=(n, D)))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


def has(python: str, module: str) -> bool:
    """Return whether an interpreter can import a module."""
    looked = f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"
    return subprocess.run([python, "-c", looked], check=False).returncode == 0


def ours(vectors: np.ndarray) -> tuple[tuple[float, float], np.ndarray]:
    """Return the seconds, those of all processors, and the rows of our search."""
    started, burned = time.perf_counter(), time.process_time()
    rows = find_neighbor_graph(vectors, K, "euclidean", Progress()).rows
    return (time.perf_counter() - started, time.process_time() - burned), rows


def theirs(python: str, name: str, source: Path) -> tuple[tuple[float, float], np.ndarray]:
    """Return the seconds of a peer, and the rows without each item itself."""
    target = source.with_name(f"{name}.npy")
    command = [python, str(SCRIPT), name, str(source), str(K), str(target)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    rows = np.load(target)
    kept = rows != np.arange(len(rows))[:, None]
    kept[kept.all(axis=1), -1] = False
    return (float(told[0]), float(told[1])), rows[kept].reshape(len(rows), K)


def recall(rows: np.ndarray, true: np.ndarray) -> float:
    """Return the share of true neighbors that were found, of the first items."""
    pairs = zip(rows[:CHECKED].tolist(), true[:CHECKED].tolist(), strict=True)
    return sum(len(set(some) & set(all_)) for some, all_ in pairs) / true[:CHECKED].size


def bench(vectors: np.ndarray, rounds: int, peers: dict[str, str], folder: Path) -> None:
    """Print a line for each method."""
    source = folder / "vectors.npy"
    np.save(source, vectors)
    asked = {name: peers[name] for name in peers if len(vectors) <= LARGEST.get(name, 10**9)}
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in ("embexplorer", *asked)}
    found = {}
    for _ in range(rounds):
        taken, found["embexplorer"] = ours(vectors)
        seconds["embexplorer"].append(taken)
        for name, python in asked.items():
            taken, found[name] = theirs(python, name, source)
            seconds[name].append(taken)
    medians = {name: np.median(times, axis=0) for name, times in seconds.items()}
    sys.stdout.write(f"{K} neighbors of {len(vectors):,} x {vectors.shape[1]}, {rounds} rounds\n")
    for name, (clock, burned) in medians.items():
        slower, more = (clock, burned) / medians["embexplorer"]
        share = recall(found[name], found["embexplorer"])
        sys.stdout.write(
            f"  {name:12} {clock:7.2f} s {slower:5.1f}x   processors {burned:7.2f} s {more:5.1f}x"
            f"   recall {share:.3f}\n"
        )
    sys.stdout.flush()


def bench_approximate(n: int) -> None:
    """Print how long the way above the limit takes, and what it finds."""
    limit = EXACT_UP_TO["euclidean"]
    EXACT_UP_TO["euclidean"] = n - 1
    try:
        for state in ("first", "warm"):
            started = time.perf_counter()
            graph = find_neighbor_graph(clustered(n), K, "euclidean", Progress())
            seconds = time.perf_counter() - started
            sys.stdout.write(f"approximate, {n:,} items, {state}: {seconds:.1f} s\n")
        sys.stdout.write(f"  {graph.notes[0]}\n")
    finally:
        EXACT_UP_TO["euclidean"] = limit


def main() -> None:
    """Measure and print one table for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="*", default=[25_000, 50_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--file", type=Path, help="vectors to search instead")
    parser.add_argument("--peers", default=sys.executable, help="interpreter that has the peers")
    parser.add_argument("--only", nargs="*", default=PEERS, help="peers to run")
    options = parser.parse_args()
    peers, missing = {}, []
    for name in options.only:
        python = next((one for one in (sys.executable, options.peers) if has(one, name)), None)
        if python is None:
            missing.append(name)
        else:
            peers[name] = python
    if missing:
        sys.stdout.write(f"not installed, left out: {', '.join(missing)}\n")
    sizes, rounds = ([4000], 1) if options.quick else (options.sizes, options.rounds)
    spaces = (np.load(options.file),) if options.file else map(clustered, sizes)
    import torch  # noqa: F401  a child that has encoded has it, and the search uses it where it is

    ours(clustered(4000))
    with tempfile.TemporaryDirectory() as folder:
        for vectors in spaces:
            bench(vectors, rounds, peers, Path(folder))
    if not options.file:
        bench_approximate(sizes[-1])


if __name__ == "__main__":
    main()
