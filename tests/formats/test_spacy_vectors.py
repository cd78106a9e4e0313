"""Vectors that spaCy wrote, held against what spaCy said of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgpack
import numpy as np
import pytest

from embexplorer.engines.string_hashes import hash_strings
from embexplorer.formats import spacy_vectors as module
from embexplorer.operations.context import Context
from embexplorer.operations.read import read_space

DATA = Path(__file__).parents[1] / "data" / "spacy"
VALUES = json.loads((DATA / "values.json").read_text(encoding="utf-8"))


@pytest.fixture
def vocab(tmp_path):
    return Path(shutil.copytree(DATA / "whole" / "vocab", tmp_path / "vocab"))


def test_each_word_has_the_vector_that_spacy_gives_it(parse):
    parsed = parse(module, DATA / "whole")
    items = parsed.table.column("item").to_pylist()
    assert items == list(VALUES["whole"])
    assert parsed.vectors.tolist() == list(VALUES["whole"].values())
    assert parsed.notes == ("87 vectors have no key and were left out.",)
    first = parse(module, DATA / "whole" / "vocab", limit=3)
    assert first.table.column("item").to_pylist() == ["king", "queen", "agent"]
    assert first.notes == ()


def test_words_that_share_a_vector_are_said(parse):
    parsed = parse(module, DATA / "pruned")
    items = parsed.table.column("item").to_pylist()
    assert {*items} == {*VALUES["pruned"]}
    assert parsed.vectors.tolist() == [VALUES["pruned"][item] for item in items]
    assert parsed.notes == ("The vectors are pruned: 13 items share 4 of them.",)


def test_it_is_recognized_as_pipeline_package_or_vocab(tmp_path):
    package = tmp_path / "xx_tiny"
    shutil.copytree(DATA / "whole", package / "xx_tiny-1.0.0")
    shutil.copy(DATA / "whole" / "meta.json", package)
    context = Context.default(tmp_path / "cache")
    for path in (DATA / "whole", DATA / "whole" / "vocab", package):
        opened = read_space(path, context)
        assert opened.format == "spacy"
        assert opened.data.items[:2] == ["king", "queen"]


def test_hashes_are_those_of_spacy():
    # From spaCy's own documentation, and of strings of all lengths around eight bytes.
    assert hash_strings(["coffee", "apple"]).tolist() == [3197928453018144401, 8566208034543834098]
    found = dict(zip(VALUES["whole"], hash_strings(list(VALUES["whole"])).tolist(), strict=True))
    keys = msgpack.unpackb(
        (DATA / "whole" / "vocab" / "key2row").read_bytes(), strict_map_key=False
    )
    assert {word for word, number in found.items() if number not in keys} == {
        "agent",
        "root",
        "PERSON",
    }
    assert hash_strings([]).shape == (0,)


def test_keys_without_a_string_are_numbered(vocab, parse):
    (vocab / "strings.json").write_text('["king", 5, "\\ud800"]')
    parsed = parse(module, vocab)
    items = parsed.table.column("item").to_pylist()
    assert items[0] == "king"
    assert items[1] == str(hash_strings(["queen"])[0])
    assert items[2] == "agent"
    assert parsed.notes[-1] == (
        "9 of 13 keys have no string in strings.json; the items of these are the keys' numbers."
    )
    (vocab / "strings.json").unlink()
    assert parse(module, vocab).notes[-1].startswith("10 of 13 keys")


def test_floret_vectors_and_pipelines_without_vectors_are_refused(vocab, refuse, tmp_path):
    assert refuse(module, DATA / "floret").title == "Floret vectors have no words"
    np.save(vocab / "vectors.npy", np.empty((0, 0), np.float32))
    (vocab / "vectors.npy").rename(vocab / "vectors")
    assert refuse(module, vocab).title == "No vectors in this pipeline"
    shutil.copy(DATA / "whole" / "meta.json", tmp_path)
    (vocab / "vectors").unlink()
    assert module.plugin.sniff(tmp_path, b"") == 0.9
    assert refuse(module, tmp_path).title == "No spaCy vectors here"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (msgpack.packb({1: 100}), "key 1 is at row 100 of 100"),
        (msgpack.packb({1: -1}), "key 1 is at row -1 of 100"),
        (msgpack.packb({1: "a"}), "invalid literal"),
        (msgpack.packb([1, 2]), "keys"),
        (msgpack.packb({1: 2})[:-1], ""),
        (b"\xdf\xff\xff\xff\xff", ""),
        (b"", ""),
    ],
)
def test_damaged_keys_are_refused(vocab, refuse, keys, said):
    (vocab / "key2row").write_bytes(keys)
    error = refuse(module, vocab)
    assert error.title == "The keys are damaged"
    assert said in error.detail


def test_vectors_that_are_cut_off_are_refused(vocab, refuse):
    whole = (vocab / "vectors").read_bytes()
    (vocab / "vectors").write_bytes(whole[:-4])
    error = refuse(module, vocab)
    assert error.title == "The file ends early"
    assert "100 × 5" in error.detail
