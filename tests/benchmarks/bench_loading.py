"""Loading word vectors as text beside gensim (and polars), and opening them again.

python tests/benchmarks/bench_loading.py [--quick] [--runs 3]
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from gensim.models import KeyedVectors

from embexplorer.core.contracts import Reading
from embexplorer.engines.compressed import inner_path
from embexplorer.formats import word2vec_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SEED = 0
BLOCK = 10_000
REOPEN = """
import sys, time
started = time.perf_counter()
from embexplorer.operations.context import Context
from embexplorer.operations.read import read
opened = read(sys.argv[1], Context.default())
print(time.perf_counter() - started, opened.seconds)
"""


def write_text(path: Path, n: int, d: int, *, decimals: int, header: bool) -> None:
    """Write made-up vectors as GloVe or fastText write theirs."""
    rng = np.random.default_rng(SEED)
    with path.open("w", encoding="utf-8") as file:
        if header:
            file.write(f"{n} {d}\n")
        for start in range(0, n, BLOCK):
            block = rng.normal(0, 0.4, (min(BLOCK, n - start), d))
            for row, values in enumerate(block.tolist(), start=start):
                numbers = " ".join([f"{value:.{decimals}f}" for value in values])
                file.write(f"word{row} {numbers}\n")


def write_binary(path: Path, n: int, d: int) -> None:
    """Write made-up vectors as word2vec writes its binary."""
    rng = np.random.default_rng(SEED)
    with path.open("wb") as file:
        file.write(f"{n} {d}\n".encode())
        for start in range(0, n, BLOCK):
            block = rng.standard_normal((min(BLOCK, n - start), d), dtype=np.float32)
            for row, values in enumerate(block, start=start):
                file.write(b"word%d " % row + values.tobytes() + b"\n")


def by_us(path: Path) -> np.ndarray:
    """Return the vectors as embexplorer's format reads them, on disk and mapped."""
    with tempfile.TemporaryDirectory() as scratch:
        parsed = word2vec_text.read(Reading(path, word2vec_text.Params(), Path(scratch)))
        assert parsed.vectors is not None
        return np.array(parsed.vectors[:: max(1, len(parsed.vectors) // 100)])


def by_gensim(path: Path, *, header: bool) -> np.ndarray:
    """Return the vectors as gensim reads them."""
    vectors = KeyedVectors.load_word2vec_format(path, no_header=not header).vectors
    return vectors[:: max(1, len(vectors) // 100)]


def by_polars(path: Path, *, header: bool) -> np.ndarray:
    """Return the vectors as polars reads them, where items have no spaces."""
    import polars as pl

    table = pl.read_csv(
        path, separator=" ", has_header=False, skip_rows=int(header), quote_char=None
    )
    vectors = table[:, 1:].to_numpy().astype(np.float32)
    return vectors[:: max(1, len(vectors) // 100)]


def interleaved_medians(
    tasks: Mapping[str, Callable[[], np.ndarray]], runs: int
) -> dict[str, tuple[float, np.ndarray]]:
    """Return the median seconds and a sample of the vectors of each task; the tasks take turns."""
    found = {name: task() for name, task in tasks.items()}  # warm-up
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(runs):
        for name, task in tasks.items():
            started = time.perf_counter()
            task()
            seconds[name].append(time.perf_counter() - started)
    return {name: (statistics.median(seconds[name]), found[name]) for name in tasks}


def compare(path: Path, *, header: bool, runs: int) -> None:
    """Print how long each takes, and whether they read the same."""
    packed = path.with_name(f"{path.name}.gz")
    with path.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
        shutil.copyfileobj(source, target, 1 << 20)
    inside = inner_path(packed, "gzip")
    tasks: dict[str, Callable[[], np.ndarray]] = {
        "embexplorer": lambda: by_us(path),
        "gensim": lambda: by_gensim(path, header=header),
        "embexplorer .gz": lambda: by_us(inside),
    }
    if find_spec("polars"):
        tasks["polars"] = lambda: by_polars(path, header=header)
    measured = interleaved_medians(tasks, runs)
    own_seconds, own = measured["embexplorer"]
    sys.stdout.write(f"{path.name}, {path.stat().st_size / 1e6:,.0f} MB\n")
    for name, (seconds, vectors) in measured.items():
        same = "same bits" if vectors.tobytes() == own.tobytes() else "OTHER VALUES"
        ratio = f"{seconds / own_seconds:6.2f}x"
        sys.stdout.write(f"  {name:16} {seconds:8.3f} s  {ratio}  {same}\n")


def reopen(path: Path, cache: Path, runs: int) -> None:
    """Print how long opening a file takes in a new process once it is in the cache."""
    environment = {**os.environ, "EMBEXPLORER_CACHE": str(cache)}
    code = [sys.executable, "-c", REOPEN, str(path)]
    ran = subprocess.run(code, capture_output=True, text=True, check=True, env=environment)
    sys.stdout.write(f"{path.name}, first opening {float(ran.stdout.split()[1]):.2f} s\n")
    times = []
    for _ in range(2 * runs + 1):
        started = time.perf_counter()
        ran = subprocess.run(code, capture_output=True, text=True, check=True, env=environment)
        whole = time.perf_counter() - started
        times.append((float(ran.stdout.split()[1]), float(ran.stdout.split()[0]), whole))
    info = []
    command = [sys.executable, "-m", "embexplorer", "info", str(path)]
    for _ in range(2 * runs + 1):
        started = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True, env=environment)
        info.append(time.perf_counter() - started)
    names = ("read alone", "with imports", "the process", "embexplorer info")
    for name, values in zip(names, (*zip(*times, strict=True), info), strict=True):
        sys.stdout.write(f"  {name:16} {statistics.median(values):8.3f} s\n")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small files, one run")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    part, runs = (20, 1) if options.quick else (1, options.runs)
    with tempfile.TemporaryDirectory() as folder:
        glove, vec, binary = (Path(folder, name) for name in ("glove.txt", "wiki.vec", "words.bin"))
        write_text(glove, 200_000 // part, 100, decimals=5, header=False)
        compare(glove, header=False, runs=runs)
        write_text(vec, 100_000 // part, 300, decimals=4, header=True)
        compare(vec, header=True, runs=runs)
        write_binary(binary, 500_000 // part, 300)
        reopen(binary, Path(folder, "cache"), runs)


if __name__ == "__main__":
    main()
