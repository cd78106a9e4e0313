from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from safetensors.torch import save_file as save_torch

from embexplorer.core.space import make_space, make_table
from embexplorer.formats import safetensors as module

ITEMS = ["king", "new york", "né", "0", "x"]


def items_of(parsed):
    return parsed.table.column("item").to_pylist()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.safetensors"


@pytest.mark.parametrize("key", ["vectors", "embeddings", "embedding.weight"])
def test_the_only_matrix_is_the_vectors(path, parse, vectors, key):
    save_file({key: vectors, "year": np.arange(5), "umap": np.ones((5, 2), "f8")}, path)
    parsed = parse(module, path)
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.table.to_pydict() == {"item": list("01234"), "year": [0, 1, 2, 3, 4]}
    assert parsed.coords.tolist() == [[1, 1]] * 5
    assert parsed.notes == (
        "No file of items lies beside the vectors; the rows are numbered from 0.",
    )
    limited = parse(module, path, limit=2)
    assert limited.vectors.tobytes() == vectors[:2].tobytes()
    assert len(limited.coords) == limited.table.num_rows == 2


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64, torch.int8])
def test_other_numbers_become_float32(path, parse, kind):
    made = (torch.arange(12).reshape(4, 3) / 3 - 1).to(kind)
    save_torch({"v": made}, path)
    assert parse(module, path).vectors.tolist() == made.to(torch.float32).tolist()


def test_many_rows_are_read_in_blocks(path, parse):
    made = torch.randn(50_000, 64, generator=torch.Generator().manual_seed(1)).to(torch.bfloat16)
    save_torch({"v": made}, path)
    assert np.array_equal(parse(module, path).vectors, made.to(torch.float32).numpy())


def test_items_lie_beside_or_in_the_metadata(path, parse, vectors):
    save_file({"vectors": vectors}, path, {"items": json.dumps(ITEMS)})
    assert items_of(parse(module, path)) == ITEMS
    path.with_suffix(".txt").write_text("a\nb\nc\nd\ne", encoding="utf-8")
    assert items_of(parse(module, path)) == list("abcde")


def test_the_library_reads_what_is_written(path, vectors):
    coords = np.arange(10, dtype=np.float32).reshape(5, 2)
    space = make_space(vectors, make_table(ITEMS, {"year": [1, 2, 3, 4, 5]}))
    module.write(space, coords, path)
    found = load_file(path)
    assert found["vectors"].tobytes() == vectors.tobytes()
    assert found["coords"].tobytes() == coords.tobytes()
    assert path.with_name("a.items.csv").read_text(encoding="utf-8").splitlines()[1] == '"king",1'


def test_the_weights_of_a_model_are_refused_with_what_could_be_vectors(path, parse, refuse):
    weights = {f"layer.{at}.weight": np.ones((8, 8), np.float32) for at in range(9)}
    weights["embeddings.word_embeddings.weight"] = np.ones((100, 8), np.float32)
    weights["embeddings.position_embeddings.weight"] = np.ones((50, 8), np.float32)
    save_file(weights, path)
    error = refuse(module, path)
    assert error.title == "A model's weights, not vectors"
    assert error.detail == (
        "a.safetensors has 11 tensors. Vectors could be: embeddings.word_embeddings.weight "
        "100 × 8, embeddings.position_embeddings.weight 50 × 8."
    )
    parsed = parse(module, path, key="embeddings.word_embeddings.weight")
    assert parsed.vectors.shape == (100, 8)
    assert refuse(module, path, key="x").title == "No such matrix"


def test_types_that_no_array_has_are_named(path, refuse):
    save_torch({"v": torch.ones(4, 3).to(torch.float8_e4m3fn)}, path)
    error = refuse(module, path)
    assert error.title == "Numbers of an unknown type"
    assert error.detail == "a.safetensors: v holds F8_E4M3."


def header(entry, size=0):
    text = json.dumps({"v": entry}).encode() if isinstance(entry, dict) else entry
    return len(text).to_bytes(8, "little") + text + bytes(size)


@pytest.mark.parametrize(
    "data",
    [
        header({"dtype": "F32", "shape": [10**12, 8], "data_offsets": [0, 32 * 10**12]}),
        header({"dtype": "F32", "shape": [4, 3], "data_offsets": [0, 40]}, 40),
        header({"dtype": "F32", "shape": [-4, -3], "data_offsets": [0, 48]}, 48),
        header({"dtype": "F32", "shape": [4, 3], "data_offsets": [48, 96]}, 48),
        header({"dtype": "F32", "shape": [4, 3.0], "data_offsets": [0, 48]}, 48),
        header({"dtype": "F32", "data_offsets": [0, 48]}, 48),
        header(b"[1, 2]"),
        header(b"{" * 90_000),
        b"\xff" * 16,
        b"\x10",
    ],
)
def test_headers_that_promise_what_is_not_there_are_refused(path, refuse, data):
    path.write_bytes(data)
    error = refuse(module, path)
    assert error.title == "The safetensors file is damaged"
    assert "a.safetensors" in error.detail


def test_a_value_that_is_not_finite_is_named(path, refuse, vectors):
    vectors[2, 1] = np.inf
    save_file({"vectors": vectors}, path)
    assert "vectors, row 3, column 2" in refuse(module, path).detail
