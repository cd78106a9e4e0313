"""Damaged folders: whatever bytes of a file change, reading ends in data or a `UserError`."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.formats import hf_dataset, model2vec, projector, spacy_vectors
from tests.formats.test_mutations import MUTATIONS, mutate

DATA = Path(__file__).parents[1] / "data"


def write_model(folder):
    folder.mkdir()
    made = np.random.default_rng(1).normal(0, 0.3, (4, 6)).astype(np.float32)
    mapping, weights = np.array([0, 2, 3, 1, 1]), np.ones(5, np.float32)
    tensors = {"embeddings": made, "mapping": mapping, "weights": weights}
    save_file(tensors, folder / "model.safetensors")
    vocabulary = {"model": {"vocab": {"a": 0, "né": 1, "c": 2, "d": 4}}, "added_tokens": []}
    vocabulary["added_tokens"].append({"id": 3, "content": "[X]"})
    (folder / "tokenizer.json").write_text(json.dumps(vocabulary))


def write_projector(folder):
    folder.mkdir()
    made = np.random.default_rng(1).normal(0, 0.3, (8, 6)).astype(np.float32)
    table = make_table(["king", "né", *"abcdef"], {"year": list(range(8))})
    projector.write(make_space(made, table), None, folder / "projector_config.pbtxt")


def write_raw(folder):
    folder.mkdir()
    (folder / "t.bytes").write_bytes(np.ones((8, 6), np.float32).tobytes())
    (folder / "s.png").write_bytes(
        b"\x89PNG\r\n\x1a\n" + bytes([0, 0, 0, 13, 0, 0, 0, 0] + [0, 0, 1, 0] * 2)
    )
    sprite = {"imagePath": "s.png", "singleImageDim": [28, 28]}
    one = {"tensorPath": "t.bytes", "tensorShape": [8, 6], "sprite": sprite}
    (folder / "projector_config.json").write_text(json.dumps({"embeddings": [one]}))


FOLDERS = {
    "model2vec": (model2vec, write_model),
    "projector": (projector, write_projector),
    "raw": (projector, write_raw),
    "spacy": (spacy_vectors, lambda at: shutil.copytree(DATA / "spacy" / "whole", at)),
    "saved": (hf_dataset, lambda at: shutil.copytree(DATA / "hf_datasets" / "saved", at)),
    "vectors": (hf_dataset, lambda at: shutil.copytree(DATA / "hf_datasets" / "vectors", at)),
    "cache": (hf_dataset, lambda at: shutil.copytree(DATA / "hf_datasets" / "cache", at)),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_damaged_folder_is_read_or_refused(tmp_path, parse, name):
    rng = random.Random(name)
    module, write = FOLDERS[name]
    folder = tmp_path / name
    write(folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    refused = []
    for number in range(MUTATIONS):
        file = files[number % len(files)]
        whole = file.read_bytes()
        file.write_bytes(mutate(whole, rng))
        assert 0.0 <= module.plugin.sniff(folder, b"") <= 1.0
        try:
            parsed = parse(module, folder)
            if parsed.vectors is not None:
                assert len(parsed.vectors) == parsed.table.num_rows
                assert np.isfinite(parsed.vectors).all()
        except UserError as error:
            refused.append(error)
        file.write_bytes(whole)
    assert refused
    assert all(len(error.title.split()) <= 6 and error.detail for error in refused)
