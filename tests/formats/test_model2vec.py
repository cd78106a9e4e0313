"""Folders as model2vec writes them, made by tokenizers and safetensors themselves."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models

from embexplorer.formats import model2vec as module
from embexplorer.operations.context import Context
from embexplorer.operations.read import read_space
from tests.tiny_model import write_model

TOKENS = ["[PAD]", "[UNK]", "king", "##s", "né", "東京"]


@pytest.fixture
def matrix():
    return np.random.default_rng(2).normal(0, 0.3, (6, 4)).astype(np.float32)


@pytest.fixture
def folder(tmp_path, matrix):
    root = tmp_path / "static"
    root.mkdir()
    vocabulary = {token: at for at, token in reversed(list(enumerate(TOKENS[:5])))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.add_special_tokens(["[PAD]"])
    tokenizer.add_tokens(["東京"])
    tokenizer.save(str(root / "tokenizer.json"))
    save_file({"embeddings": matrix}, root / "model.safetensors")
    (root / "config.json").write_text(json.dumps({"model_type": "model2vec", "normalize": True}))
    modules = [{"idx": 0, "path": ".", "type": "sentence_transformers.models.StaticEmbedding"}]
    (root / "modules.json").write_text(json.dumps(modules))
    return root


def test_the_items_are_the_tokens_in_the_order_of_their_numbers(folder, parse, matrix):
    parsed = parse(module, folder)
    assert parsed.table.to_pydict() == {"item": TOKENS}
    assert parsed.vectors.tobytes() == matrix.tobytes()
    assert parsed.notes == ()
    assert parse(module, folder, limit=3).table.to_pydict() == {"item": TOKENS[:3]}


def test_it_is_recognized_and_opened(folder, tmp_path, matrix):
    opened = read_space(folder, Context.default(tmp_path / "cache"))
    assert (opened.format, opened.data.name) == ("model2vec", "static")
    assert opened.data.vectors.tobytes() == matrix.tobytes()


def test_a_model_of_few_vectors_gives_each_token_its_own_by_mapping_and_weight(
    folder, parse, matrix
):
    mapping = np.array([0, 0, 2, 1, 2, 0], np.int64)
    weights = np.array([0, 0.5, 1, 2, 3, 4], np.float32)
    few = {"embeddings": matrix[:3].astype(np.float16), "mapping": mapping, "weights": weights}
    save_file(few, folder / "model.safetensors")
    stored = few["embeddings"].astype(np.float32)
    parsed = parse(module, folder)
    assert parsed.vectors.tobytes() == (stored[mapping] * weights[:, None]).tobytes()
    assert parsed.notes == (
        "3 tokens share the vector of another token, as the model has it.",
        "Each vector is multiplied by the weight of its token, as the model does.",
    )
    plain = parse(module, folder, weighted=False)
    assert plain.vectors.tobytes() == stored[mapping].tobytes()
    assert plain.notes[1] == "The weights that the model gives its tokens are not applied."


def test_a_unigram_vocabulary_counts_by_place(folder, parse, matrix):
    pieces = [("<unk>", 0.0), ("▁king", -1.0), ("s", -2.5)]
    Tokenizer(models.Unigram(pieces, unk_id=0)).save(str(folder / "tokenizer.json"))
    parsed = parse(module, folder)
    assert parsed.table.to_pydict() == {"item": ["<unk>", "▁king", "s"]}
    assert parsed.vectors.tobytes() == matrix[:3].tobytes()
    assert parsed.notes == ("3 vectors belong to no token and were left out.",)


def test_whole_numbers_are_read_as_they_are(folder, parse, matrix):
    small = (matrix * 100).astype(np.int8)
    save_file({"embedding.weight": small}, folder / "model.safetensors")
    assert parse(module, folder).vectors.tolist() == small.tolist()


def test_an_encoder_is_sent_to_encoding(tmp_path, refuse):
    model = write_model(tmp_path / "bert")
    for folder in (model, tmp_path / "bert-plain"):
        assert module.plugin.sniff(folder, b"") == 0.9
        error = refuse(module, folder)
        assert error.title == "An encoder, not vectors"
        assert folder.name in error.detail
        assert error.hint.endswith(f"--encoder {folder}")


def test_a_folder_of_texts_with_a_json_file_stays_one(tmp_path):
    (tmp_path / "config.json").write_text('{"title": "My corpus"}')
    (tmp_path / "a.txt").write_text("A text.")
    assert module.plugin.sniff(tmp_path, b"") == 0.0


@pytest.mark.parametrize(
    ("tensors", "title", "said"),
    [
        ({"embeddings": np.ones((5, 2), "f")}, "Tokens and vectors do not fit", "6 tokens"),
        ({"embeddings": np.ones(6, "f")}, "No vectors in this model", "shape 6"),
        (
            {"embeddings": np.ones((2, 2), "f"), "mapping": np.arange(6)},
            "Tokens and vectors do not fit",
            "other rows than the 2",
        ),
        (
            {"embeddings": np.ones((6, 2), "f"), "weights": np.ones(2, "f")},
            "Tokens and vectors do not fit",
            "2 weights for 6 tokens",
        ),
        ({"embeddings": np.full((6, 2), np.nan, "f")}, "Row 1 is not finite", "column 1"),
    ],
)
def test_what_does_not_fit_is_refused(folder, refuse, tensors, title, said):
    save_file(tensors, folder / "model.safetensors")
    error = refuse(module, folder)
    assert error.title == title
    assert said in error.detail
    assert "model.safetensors" in error.detail


def test_damaged_files_are_refused(folder, refuse):
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[:-9])
    assert refuse(module, folder).title == "The model is damaged"
    (folder / "model.safetensors").write_bytes(whole)
    for text, title in (
        ("{", "The JSON file is damaged"),
        ("[]", "The JSON file is damaged"),
        ('{"model": {"vocab": {"a": "x"}}}', "No vocabulary in this tokenizer"),
        ('{"model": {"vocab": {"a": -1}}}', "No vocabulary in this tokenizer"),
        ('{"model": {"vocab": {}}}', "No vocabulary in this tokenizer"),
        ('{"model": {"vocab": {"\\ud800": 1}}}', "An item is not text"),
    ):
        (folder / "tokenizer.json").write_text(text)
        assert refuse(module, folder).title == title
