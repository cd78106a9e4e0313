"""Damaged files: whatever bytes change, reading ends in a space, a corpus, or a `UserError`."""

from __future__ import annotations

import random

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.formats import (
    csv,
    hdf5,
    jsonl,
    npy,
    npz,
    parquet,
    safetensors,
    text,
    word2vec_binary,
    word2vec_text,
)
from tests.compressing import ENDINGS, compressed

MUTATIONS = 60
WRITERS = {
    "a.vec": word2vec_text,
    "a.bin": word2vec_binary,
    "a.npy": npy,
    "a.npz": npz,
    "a.h5": hdf5,
    "a.safetensors": safetensors,
    "a.csv": csv,
    "a.tsv": csv,
    "a.jsonl": jsonl,
    "a.parquet": parquet,
    "a.feather": parquet,
}


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Cut the bytes off, flip some, double or drop a stretch, or put other bytes in."""
    how = rng.randrange(5)
    at = rng.randrange(len(data))
    if how == 0:
        return data[:at]
    if how == 1:
        changed = bytearray(data)
        for _ in range(rng.randrange(1, 9)):
            changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        return bytes(changed)
    length = rng.randrange(1, 40)
    if how == 2:
        return data[:at] + data[at : at + length] * 2 + data[at + length :]
    if how == 3:
        return data[:at] + data[at + length :]
    return data[:at] + rng.randbytes(rng.randrange(1, 9)) + data[at:]


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_a_damaged_file_is_read_or_refused(tmp_path, parse, name):
    rng = random.Random(name)
    made = np.random.default_rng(1).normal(0, 0.3, (12, 6)).astype(np.float32)
    items = ["king", "new york", "né", *(f"w{at}" for at in range(9))]
    module = WRITERS[name]
    path = tmp_path / name
    columns = {} if module in (word2vec_text, word2vec_binary) else {"year": list(range(12))}
    module.write(make_space(made, make_table(items, columns)), None, path)
    whole = path.read_bytes()
    refused = []
    for _ in range(MUTATIONS):
        data = mutate(whole, rng)
        path.write_bytes(data)
        assert 0.0 <= module.plugin.sniff(path, data[: 1 << 16]) <= 1.0
        try:
            parsed = parse(module, path)
        except UserError as error:
            refused.append(error)
            continue
        if parsed.vectors is not None:
            assert len(parsed.vectors) == parsed.table.num_rows
            assert np.isfinite(parsed.vectors).all()
    assert refused
    assert all(len(error.title.split()) <= 6 and error.detail for error in refused)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", ["a.vec", "a.bin", "a.csv", "a.jsonl"])
def test_a_damaged_compressed_file_is_read_or_refused(tmp_path, parse, name, ending):
    rng = random.Random(name + ending)
    made = np.random.default_rng(1).normal(0, 0.3, (12, 6)).astype(np.float32)
    module = WRITERS[name]
    plain = tmp_path / name
    module.write(make_space(made, make_table(list("abcdefghijkl"))), None, plain)
    path = tmp_path / f"{name}{ending}"
    whole = compressed(plain.read_bytes(), ending, name)
    refused = []
    for _ in range(MUTATIONS):
        path.write_bytes(mutate(whole, rng))
        try:
            parsed = parse(module, path / name)
        except UserError as error:
            refused.append(error)
            continue
        assert len(parsed.vectors) == parsed.table.num_rows
        assert np.isfinite(parsed.vectors).all()
    assert "The compressed file is damaged" in {error.title for error in refused}
    assert all(len(error.title.split()) <= 6 and error.detail for error in refused)


def test_damaged_text_is_read_or_refused(tmp_path, parse):
    rng = random.Random(0)
    whole = "One text. Another né.\n\nAnd 東京, the last one…\n".encode() * 5
    path = tmp_path / "a.txt"
    titles = set()
    for number in range(MUTATIONS):
        data = mutate(whole, rng)
        path.write_bytes(data)
        split = ("line", "sentence", "paragraph", "document")[number % 4]
        try:
            assert parse(text, path, split=split).table.num_rows > 0
        except UserError as error:
            titles.add(error.title)
    assert "The file is not UTF-8" in titles
    assert titles <= {"The file is not UTF-8", "No texts in this file"}
