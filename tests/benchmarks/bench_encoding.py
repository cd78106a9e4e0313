"""Encoding docstrings and sentences with MiniLM, beside the library's own `encode`, in turns.

python tests/benchmarks/bench_encoding.py [--n 2000] [--runs 3] [--device auto] [--quick]

The rows differ in what computes. Each says how many texts a second it encodes, against the
library's default (batches of 32), and the cosine of its vectors to the library's.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import random
import statistics
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq

from embexplorer.core.progress import Progress
from embexplorer.encoders import minilm
from embexplorer.engines.encoder_params import TextEncoderParams
from embexplorer.engines.exported_model import MODULES
from embexplorer.operations.corpus import Corpus
from embexplorer.operations.encode import texts_of
from embexplorer.operations.encode_loop import EncodeLoop
from embexplorer.storage.part_store import PartStore
from embexplorer.storage.paths import resource

if TYPE_CHECKING:
    from collections.abc import Callable

WAYS = (
    ("torch", "float32"),
    ("torch", "bfloat16"),
    ("onnx", "float32"),
    ("openvino", "float32"),
    ("openvino", "bfloat16"),
)


def gather_texts(n: int) -> list[str]:
    """Return n different texts: the sample sentences, then docstrings of the standard library."""
    found = dict.fromkeys(pq.read_table(resource("samples/sentences.parquet"))["text"].to_pylist())
    root = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(root.rglob("*.py")):
        if {"site-packages", "test", "tests"} & set(path.parts):
            continue
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                found.setdefault(ast.get_docstring(node) or "")
    texts = [text for text in found if text]
    random.Random(0).shuffle(texts)
    return texts[:n]


def loop_with(texts: list[str], device: str, backend: str, precision: str) -> Callable[[], object]:
    """Return our loop over the texts, part files included, with an encoder that is loaded."""
    params = TextEncoderParams(backend=backend, precision=precision)
    encoder = minilm.load(params, device)
    corpus = Corpus(texts_of(texts))

    def work() -> np.ndarray:
        with tempfile.TemporaryDirectory() as folder:
            part = PartStore(Path(folder) / "part", len(corpus.texts))
            EncodeLoop(corpus, encoder, part, batch_size=1024, is_split=False).run(Progress())
            return np.array(part.vectors[corpus.row_of])

    return work


def works_of(texts: list[str], device: str) -> dict[str, Callable[[], np.ndarray]]:
    """Return what is measured by name, the library first."""
    from sentence_transformers import SentenceTransformer

    on = None if device == "auto" else device
    library = SentenceTransformer(str(minilm.model_folder()), device=on, local_files_only=True)
    works = {"sentence-transformers": lambda: library.encode(texts, show_progress_bar=False)}
    for backend, precision in WAYS:
        is_here = all(importlib.util.find_spec(module) for module in MODULES[backend])
        if is_here and (backend == "torch" or device in ("auto", "cpu")):
            works[f"{backend} {precision}"] = loop_with(texts, device, backend, precision)
    return works


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--quick", action="store_true", help="200 texts, one run")
    options = parser.parse_args()
    n, runs = (200, 1) if options.quick else (options.n, options.runs)
    texts = gather_texts(n)
    works = works_of(texts, options.device)
    seconds: dict[str, list[float]] = {name: [] for name in works}
    vectors: dict[str, np.ndarray] = {}
    for run in range(runs + 1):  # the first one warms up
        for name, work in works.items():
            started = time.perf_counter()
            vectors[name] = np.float64(work())
            if run:
                seconds[name].append(time.perf_counter() - started)
    base_name = next(iter(works))
    base, expected = statistics.median(seconds[base_name]), vectors[base_name]
    characters = statistics.median(map(len, texts))
    sys.stdout.write(f"{len(texts):,} texts, median {characters:.0f} characters, MiniLM\n")
    for name, taken in seconds.items():
        cosines = (vectors[name] * expected).sum(axis=1)
        cosines /= np.linalg.norm(vectors[name], axis=1) * np.linalg.norm(expected, axis=1)
        middle = statistics.median(taken)
        sys.stdout.write(
            f"  {name:22} {middle:7.2f} s {len(texts) / middle:7,.0f} per s {base / middle:6.2f}x"
            f"   cosine mean {cosines.mean():.6f}, lowest {cosines.min():.6f}\n"
        )


if __name__ == "__main__":
    main()
