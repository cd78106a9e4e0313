"""A small valid file of every format, from which damaged ones are made.

A format that writes is its own maker. One that only reads needs a function here; without it the
fuzz tests fail. A seed is a folder of files, all of which are damaged in turn, and the path in it
that is opened.
"""

from __future__ import annotations

import itertools
import json
import pathlib
import shutil
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.space import make_space, make_table
from tests.compressing import ENDINGS, compressed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from embexplorer.core.contracts import Format
    from embexplorer.core.space import Space

ITEMS = ["king", "new york", "né", *(f"w{at}" for at in range(9))]
COORDS = np.arange(2 * len(ITEMS), dtype=np.float32).reshape(-1, 2)
DATA = pathlib.Path(__file__).parents[1] / "data"
PROSE = "One text. Another né.\n\nAnd 東京, the last one…\n"


def _text(folder: Path) -> Path:
    path = folder / "a.txt"
    path.write_text(PROSE * 5, encoding="utf-8")
    return path


def _text_folder(folder: Path) -> Path:
    (folder / "corpus" / "deep").mkdir(parents=True)
    (folder / "corpus" / "a.txt").write_text(PROSE, encoding="utf-8")
    (folder / "corpus" / "deep" / "b.md").write_text(PROSE[::-1], encoding="utf-8")
    return folder / "corpus"


def _fasttext(folder: Path) -> Path:
    from tests.formats.test_fasttext import model_bytes

    path = folder / "a.bin"
    path.write_bytes(model_bytes([item.encode() for item in ITEMS]))
    return path


def _faiss(folder: Path) -> Path:
    import faiss

    vectors = small_space().vectors
    index = faiss.IndexHNSWFlat(vectors.shape[1], 4)
    index.add(vectors)
    faiss.write_index(index, str(folder / "a.faiss"))
    return folder / "a.faiss"


def _gensim(folder: Path) -> Path:
    from gensim.models import KeyedVectors

    made = KeyedVectors(6)
    space = small_space()
    made.add_vectors(space.items[:], space.vectors)
    made.save(str(folder / "a.kv"))
    return folder / "a.kv"


def _h5ad(folder: Path) -> Path:
    (source,) = (DATA / "anndata").glob("*.h5ad")
    return pathlib.Path(shutil.copy(source, folder / "a.h5ad"))


def _hf_dataset(folder: Path) -> Path:
    return pathlib.Path(shutil.copytree(DATA / "hf_datasets" / "vectors", folder / "vectors"))


def _spacy(folder: Path) -> Path:
    return pathlib.Path(shutil.copytree(DATA / "spacy" / "whole", folder / "whole"))


def _model2vec(folder: Path) -> Path:
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models

    root = folder / "static"
    root.mkdir()
    tokens = ["[PAD]", "[UNK]", "king", "##s", "né"]
    vocabulary = {token: at for at, token in enumerate(tokens)}
    Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]")).save(str(root / "tokenizer.json"))
    save_file({"embeddings": small_space().vectors[: len(tokens)]}, root / "model.safetensors")
    (root / "config.json").write_text('{"model_type": "model2vec", "normalize": true}')
    (root / "modules.json").write_text(
        '[{"idx": 0, "path": ".", "type": "sentence_transformers.models.StaticEmbedding"}]'
    )
    return root


def _workbook(folder: Path) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    space = small_space()
    book.active.append(["item", *(f"v{at}" for at in range(space.d))])
    for item, row in zip(space.items[:], space.vectors.tolist(), strict=True):
        book.active.append([item, *row])
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def _document(folder: Path) -> Path:
    path = folder / "a.html"
    path.write_text(f"<html><body><h1>A</h1><p>{PROSE}</p><p>Another.</p></body></html>")
    return path


def _json(folder: Path) -> Path:
    space = small_space()
    path = folder / "a.json"
    items = zip(space.items[:], space.vectors.tolist(), strict=True)
    path.write_text(json.dumps([{"item": item, "vector": row} for item, row in items]))
    return path


# Makers of formats that are only read, by their id: folder in, path to open out.
MAKERS: dict[str, Callable[[Path], Path]] = {
    "text": _text,
    "text-folder": _text_folder,
    "document": _document,
    "faiss": _faiss,
    "fasttext": _fasttext,
    "gensim": _gensim,
    "h5ad": _h5ad,
    "hf-dataset": _hf_dataset,
    "json": _json,
    "model2vec": _model2vec,
    "spacy": _spacy,
    "workbook": _workbook,
}


def seeds_of(plugin: Format, folder: Path) -> list[Path]:
    """Write the seeds of a format, each into a folder of its own; return the paths to open."""
    numbers = itertools.count()

    def fresh() -> Path:
        path = folder / str(next(numbers))
        path.mkdir(parents=True)
        return path

    seeds = []
    if plugin.id in MAKERS:
        seeds.append(MAKERS[plugin.id](fresh()))
    if plugin.write is not None:
        for extension in plugin.extensions:
            seeds.append(fresh() / f"a{extension}")
            plugin.write(small_space(), COORDS, seeds[-1])
    assert seeds, f"{plugin.id} only reads: give it a maker in tests/fuzz/seeds.py"
    if plugin.streams:
        plain = seeds[0]
        for ending in ENDINGS:
            path = fresh() / f"{plain.name}{ending}"
            path.write_bytes(compressed(plain.read_bytes(), ending, plain.name))
            seeds.append(path)
    return seeds


def small_space() -> Space:
    """Return twelve items, some of several words or letters beyond ASCII, with columns."""
    vectors = np.random.default_rng(1).normal(0, 0.3, (len(ITEMS), 6)).astype(np.float32)
    columns = {"year": list(range(len(ITEMS))), "kind": ["person", None] * (len(ITEMS) // 2)}
    return make_space(vectors, make_table(ITEMS, columns))
