from __future__ import annotations

import struct

import faiss
import numpy as np
import pytest

from embexplorer.formats import faiss as module

N, D = 300, 8
VECTORS = np.random.default_rng(5).normal(size=(N, D)).astype(np.float32)
IDS = np.arange(N)[::-1] * 10 + 7


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Keep OpenMP from waiting for processors that others use."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    yield
    faiss.omp_set_num_threads(before)


def items_of(parsed):
    return parsed.table.column("item").to_pylist()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.faiss"


def save(path, kind, ids=None, metric=faiss.METRIC_L2):
    index = faiss.index_factory(D, kind, metric)
    index.train(VECTORS)
    index.add(VECTORS) if ids is None else index.add_with_ids(VECTORS, ids)
    faiss.write_index(index, str(path))


@pytest.mark.parametrize(
    ("metric", "word"),
    [
        (faiss.METRIC_INNER_PRODUCT, "dot product"),
        (faiss.METRIC_L2, "Euclidean"),
        (faiss.METRIC_L1, "Manhattan"),
        (faiss.METRIC_Canberra, ""),
    ],
)
def test_flat_indexes_are_read_without_the_library(path, parse, metric, word, monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    save(path, "Flat", metric=metric)
    parsed = parse(module, path)
    assert parsed.vectors.tobytes() == VECTORS.tobytes()
    assert items_of(parsed)[299] == "299"
    asks = f"The index searches by {word}: choose that metric to see the same."
    assert parsed.notes == (
        *((asks,) if word else ()),
        "No file of items lies beside the index; its rows are numbered from 0.",
    )
    assert parse(module, path, limit=7).vectors.tobytes() == VECTORS[:7].tobytes()


@pytest.mark.parametrize("kind", ["IVF4,Flat", "HNSW8,Flat", "SQ8,RFlat"])
def test_other_indexes_that_keep_their_vectors_are_exact(path, parse, kind):
    save(path, kind)
    parsed = parse(module, path)
    assert parsed.vectors.tobytes() == VECTORS.tobytes()
    assert "compressed" not in " ".join(parsed.notes)
    assert parse(module, path, limit=7).vectors.tobytes() == VECTORS[:7].tobytes()


@pytest.mark.parametrize("kind", ["IDMap,Flat", "IDMap2,Flat", "IDMap,HNSW8,Flat"])
def test_numbers_of_vectors_are_their_items(path, parse, kind):
    save(path, kind, IDS)
    parsed = parse(module, path)
    assert parsed.vectors.tobytes() == VECTORS.tobytes()
    assert items_of(parsed) == [str(number) for number in IDS]
    path.with_suffix(".txt").write_text("\n".join(f"w{at}" for at in range(N)), encoding="utf-8")
    parsed = parse(module, path)
    assert items_of(parsed)[:2] == ["w0", "w1"]
    assert parsed.table.column("id").to_pylist() == IDS.tolist()


@pytest.mark.parametrize("kind", ["IVF4,Flat", "IDMap,IVF4,Flat"])
def test_inverted_files_are_read_in_the_order_of_their_numbers(path, parse, kind):
    save(path, kind, IDS)
    parsed = parse(module, path)
    by_item = dict(zip(items_of(parsed), parsed.vectors.tolist(), strict=True))
    assert by_item == {str(number): row.tolist() for number, row in zip(IDS, VECTORS, strict=True)}
    if kind == "IVF4,Flat":
        assert items_of(parsed) == [str(number) for number in sorted(IDS)]


@pytest.mark.parametrize(
    ("kind", "named", "error"),
    [
        ("SQ8", "IndexScalarQuantizer", 0.02),
        ("IVF4,SQ8", "IndexIVFScalarQuantizer", 0.02),
        ("PCA6,Flat", "IndexPreTransform", 2.0),
        ("PCAR8,IVF4,SQ8", "IndexPreTransform", 0.1),
    ],
)
def test_what_an_index_compresses_is_read_and_said(path, parse, kind, named, error):
    save(path, kind)
    parsed = parse(module, path)
    assert 0 < np.abs(parsed.vectors - VECTORS).max() < error
    assert parsed.notes[0] == (
        f"The index ({named}) keeps its vectors compressed: they are read as it reconstructs "
        "them, not as they were."
    )


def test_what_the_library_cannot_read_ends_in_a_sentence(path, refuse, monkeypatch):
    save(path, "HNSW8,Flat")
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    error = refuse(module, path)
    assert error.title == "The index is damaged"
    assert "a.faiss" in error.detail
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    error = refuse(module, path)
    assert error.title == "FAISS is not installed"
    assert error.hint == 'Run: pip install "embexplorer[faiss]"'


def test_claims_beyond_the_file_are_refused(path, refuse):
    save(path, "Flat")
    whole = path.read_bytes()
    for changed in (
        whole[:4] + struct.pack("<iq", D, 10**12) + whole[16:],
        whole[:4] + struct.pack("<iq", 1 << 19, 10**9) + whole[16:],
        whole[:-1],
    ):
        path.write_bytes(changed)
        assert refuse(module, path).title == "The index is damaged"
    save(path, "IDMap,Flat", IDS)
    path.write_bytes(path.read_bytes()[:-1])
    assert refuse(module, path).title == "The index is damaged"


def test_binary_empty_and_other_files_are_refused(path, refuse):
    binary = faiss.IndexBinaryFlat(64)
    binary.add(np.zeros((3, 8), np.uint8))
    faiss.write_index_binary(binary, str(path))
    assert refuse(module, path).detail == "a.faiss holds binary vectors."
    faiss.write_index(faiss.IndexFlatL2(D), str(path))
    assert refuse(module, path).title == "The index is empty"
    path.write_text("Ixion was bound to a wheel, which is a text of some length.", encoding="utf-8")
    assert refuse(module, path).title == "Not an index of vectors"
    assert module.sniff(path.with_suffix(".txt"), path.read_bytes()) == 0


def test_damaged_indexes_never_end_this_process(path, parse, monkeypatch):
    from embexplorer.core.errors import UserError

    monkeypatch.setattr(module, "MEMORY", 1 << 29)  # a larger claim takes long to fill
    save(path, "IVF4,PQ4x4")
    whole = bytearray(path.read_bytes())
    rng = np.random.default_rng(2)
    ended = set()
    for _ in range(4):
        changed = whole.copy()
        for at in rng.integers(45, len(whole), 20):
            changed[at] = rng.integers(256)
        path.write_bytes(changed)
        try:
            assert parse(module, path).vectors.shape == (N, D)
        except UserError as error:
            ended.add(error.title)
    assert ended <= {
        "The index is damaged",
        "The index keeps no vectors",
        "This file cannot be read",
        "The file needs too much memory",
    } | {title for title in ended if title.endswith("is not finite")}
