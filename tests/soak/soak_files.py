"""Files that a random user drops: good ones of each kind, and bad ones."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ["river", "bank", "money", "water", "loan", "fish", "boat", "rate", "town", "bread", "art"]


def write_files(folder: Path) -> list[Path]:
    """Write them; the same bytes each time."""
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(WORDS, 8)) for _ in range(200)]
    vectors = rng.normal(size=(200, 12)).astype(np.float32)
    kinds = [f"kind {k % 5}" for k in range(200)]
    columns = {f"v{k}": vectors[:, k] for k in range(12)}
    table = pa.table({"item": [f"item {k}" for k in range(200)], "kind": kinds, **columns})
    pq.write_table(table, folder / "good.parquet")
    np.save(folder / "good.npy", vectors)
    lines = [f"{word} {' '.join(map(str, vectors[k]))}" for k, word in enumerate(WORDS)]
    (folder / "words.txt").write_text("\n".join(lines), encoding="utf-8")
    rows = "\n".join(f'"{texts[k]}",{kinds[k]},{k}' for k in range(200))
    (folder / "corpus.csv").write_text(f"text,kind,size\n{rows}\n", encoding="utf-8")
    (folder / "short.txt").write_text("\n".join([*lines[:5], "broken 1 2", *lines[5:]]))
    (folder / "empty.csv").write_bytes(b"")
    (folder / "noise.parquet").write_bytes(rng.bytes(4096))
    (folder / "cut.npy").write_bytes((folder / "good.npy").read_bytes()[:300])
    (folder / "objects.pkl").write_bytes(pickle.dumps({"a": [1, 2]}))
    (folder / "latin.csv").write_bytes("text,kind\nKönig,a\nKäse,b\n".encode("latin-1"))
    return [*sorted(folder.iterdir()), folder / "gone.csv"]
