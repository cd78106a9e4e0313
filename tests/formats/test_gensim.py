"""Files that gensim saved, held against gensim's own loader, and pickles that would run code."""

from __future__ import annotations

import os
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import Doc2Vec, FastText, KeyedVectors, Word2Vec
from gensim.models.doc2vec import TaggedDocument
from gensim.models.keyedvectors import Vocab

from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.engines.confined import limits_memory, run_confined
from embexplorer.engines.gensim_vectors import take_vectors
from embexplorer.formats import gensim
from embexplorer.operations.context import Context
from embexplorer.operations.read import read_space

DAMAGED = 60
WORDS = ["wörd", "日本語", "king", "queen", "man", "woman", "a"]
SMALL: dict[str, Any] = {
    "vector_size": 5, "min_count": 1, "epochs": 1, "workers": 1, "seed": 1
}  # fmt: skip


def texts() -> list[list[str]]:
    rng = np.random.default_rng(2)
    return [WORDS, *([WORDS[at] for at in rng.integers(0, len(WORDS), 6)] for _ in range(40))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of files that gensim saved."""
    place = tmp_path_factory.mktemp("gensim")
    word2vec = Word2Vec(texts(), **SMALL)
    word2vec.save(str(place / "word2vec.model"))
    word2vec.wv.save(str(place / "word2vec.kv"))
    word2vec.wv.save(str(place / "protocol2.kv"), pickle_protocol=2)
    word2vec.wv.save(str(place / "protocol5.wordvectors"), pickle_protocol=5)
    word2vec.wv.save(str(place / "apart.kv"), separately=["vectors"])
    fasttext = FastText(texts(), bucket=40, **SMALL)
    fasttext.save(str(place / "fasttext.model"))
    fasttext.wv.save(str(place / "fasttext.kv"))
    fasttext.wv.save(str(place / "ngrams.kv"), separately=["vectors_vocab", "vectors_ngrams"])
    FastText(texts(), bucket=0, **SMALL).wv.save(str(place / "whole.kv"))
    named = [TaggedDocument(text, [f"text {row}"]) for row, text in enumerate(texts())]
    Doc2Vec(named, **SMALL).save(str(place / "doc2vec.model"))
    numbered = [TaggedDocument(text, [row]) for row, text in enumerate(texts())]
    Doc2Vec(numbered, **SMALL).save(str(place / "numbered.model"))
    return place


FILES = {
    "word2vec.model": (Word2Vec, "wv"),
    "word2vec.kv": (KeyedVectors, ""),
    "protocol2.kv": (KeyedVectors, ""),
    "protocol5.wordvectors": (KeyedVectors, ""),
    "apart.kv": (KeyedVectors, ""),
    "fasttext.model": (FastText, "wv"),
    "fasttext.kv": (KeyedVectors, ""),
    "ngrams.kv": (KeyedVectors, ""),
    "whole.kv": (KeyedVectors, ""),
    "doc2vec.model": (Doc2Vec, "dv"),
    "numbered.model": (Doc2Vec, "dv"),
}


def loaded(folder: Path, name: str) -> KeyedVectors:
    kind, part = FILES[name]
    found = kind.load(str(folder / name))
    return getattr(found, part) if part else found


@pytest.mark.parametrize("name", FILES)
def test_items_and_vectors_equal_those_that_gensim_loads(folder, parse, name):
    parsed, theirs = parse(gensim, folder / name), loaded(folder, name)
    assert parsed.table.column("item").to_pylist() == [str(item) for item in theirs.index_to_key]
    np.testing.assert_array_equal(parsed.vectors, theirs.vectors)
    assert isinstance(parsed.vectors, np.memmap)


def test_counts_are_a_column(folder, parse):
    parsed, theirs = parse(gensim, folder / "word2vec.kv"), loaded(folder, "word2vec.kv")
    counts = [theirs.get_vecattr(item, "count") for item in theirs.index_to_key]
    assert parsed.table.column("count").to_pylist() == counts
    assert parsed.table.column_names == ["item", "count"]


@pytest.mark.parametrize("name", ["fasttext.model", "fasttext.kv", "ngrams.kv"])
def test_unknown_words_are_made_of_subwords_as_gensim_makes_them(folder, parse, name):
    parsed, theirs = parse(gensim, folder / name), loaded(folder, name)
    for word in ("kingdom", "日本", "ü"):
        np.testing.assert_array_equal(parsed.subwords.compose(word).vector, theirs.get_vector(word))


def test_models_of_whole_words_have_no_subwords(folder, parse):
    for name in ("whole.kv", "doc2vec.model"):
        assert parse(gensim, folder / name).subwords is None


def test_either_part_of_a_doc2vec_model_is_read(folder, parse):
    theirs = Doc2Vec.load(str(folder / "doc2vec.model"))
    documents = parse(gensim, folder / "doc2vec.model")
    words = parse(gensim, folder / "doc2vec.model", part="words")
    np.testing.assert_array_equal(words.vectors, theirs.wv.vectors)
    assert words.table.column("item").to_pylist() == theirs.wv.index_to_key
    assert documents.notes[1] == "The file has 7 vectors of words too."
    assert words.notes[1] == "The file has 41 vectors of documents too."


def test_the_first_items_are_read_alone(folder, parse):
    for name in ("apart.kv", "ngrams.kv"):
        whole, part = parse(gensim, folder / name), parse(gensim, folder / name, limit=3)
        assert part.table.equals(whole.table.slice(0, 3))
        np.testing.assert_array_equal(part.vectors, whole.vectors[:3])


def test_a_note_offers_to_keep_the_vectors_in_a_plain_file(folder, parse):
    assert parse(gensim, folder / "word2vec.kv").notes == (
        "A pickle, read without running it. To keep its vectors as a plain file: "
        "embexplorer convert word2vec.kv -o word2vec.parquet.",
    )


def test_a_file_is_read_again_when_the_one_beside_it_has_changed(tmp_path):
    vectors = KeyedVectors(2)
    vectors.add_vectors(["a", "b"], np.array([[1, 2], [3, 4]], np.float32))
    path = tmp_path / "a.kv"
    vectors.save(str(path), separately=["vectors"])
    context = Context.default(tmp_path / "cache")
    first = read_space(path, context)
    assert (first.format, first.cached) == ("gensim", False)
    assert sorted(made.name for made in first.folder.iterdir()) == [
        "norms.npy", "space.json", "table.arrow", "vectors.npy",
    ]  # fmt: skip
    np.save(tmp_path / "a.kv.vectors.npy", np.array([[1, 2], [3, 5]], np.float32))
    again = read_space(path, context)
    assert not again.cached
    assert again.data.vectors.tolist() == [[1, 2], [3, 5]]


def test_a_missing_file_beside_it_is_named(tmp_path, refuse):
    vectors = KeyedVectors(2)
    vectors.add_vectors(["a"], np.ones((1, 2), np.float32))
    vectors.save(str(tmp_path / "a.kv"), separately=["vectors"])
    (tmp_path / "a.kv.vectors.npy").unlink()
    error = refuse(gensim, tmp_path / "a.kv")
    assert error.title == "A file beside it is missing"
    assert "a.kv.vectors.npy" in error.detail


def in_layout_of_3(**changes: Any) -> KeyedVectors:
    """Return vectors with the attributes that gensim 3.8 gave them."""
    made = KeyedVectors.__new__(KeyedVectors)
    vocabulary = {"b": Vocab(count=9, index=0), "a": Vocab(count=4, index=1)}
    state = {
        "vectors": np.array([[1, 2], [3, 4]], np.float32),
        "vocab": vocabulary,
        "vector_size": 2,
        "index2word": ["b", "a"],
    }
    made.__dict__.update({**state, **changes})
    return made


def pickled(path: Path, value: Any, protocol: int = 2) -> Path:
    path.write_bytes(pickle.dumps(value, protocol))
    return path


def test_the_layout_of_gensim_3_is_read(tmp_path, parse):
    parsed = parse(gensim, pickled(tmp_path / "old.kv", in_layout_of_3()))
    assert parsed.table.to_pydict() == {"item": ["b", "a"], "count": [9, 4]}
    assert parsed.vectors.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"index2word": ["a"]}, "Names and vectors differ in number"),
        ({"index2word": ["a", None]}, "Row 2 has no item"),
        ({"index2word": []}, "No items in this file"),
        ({"index2word": ["a", "\ud800"]}, "An item is no text"),
        ({"vectors": None}, "No vectors in this file"),
        ({"vectors": None, "vectors_vocab": np.ones((2, 2))}, "An old fastText model"),
        ({"vectors": np.ones(4, np.float32)}, "No vectors in this file"),
        ({"vectors": np.array([[1, np.nan], [1, 2]], np.float32)}, "Row 1 is not finite"),
    ],
)
def test_what_is_no_space_is_refused(tmp_path, changes, title):
    path = pickled(tmp_path / "a.kv", in_layout_of_3(**changes), 4)
    with pytest.raises(UserError) as caught:
        take_vectors(str(path), "auto", None, str(tmp_path), Progress())
    error = caught.value
    assert error.title == title
    assert "a.kv" in error.detail or title == "An item is no text"


# -- files that would do harm ---------------------------------------------------------------------


class Calls:
    """Pickles as a call of a function."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self._made = (function, arguments)

    def __reduce__(self) -> Any:
        return self._made


@pytest.mark.parametrize("name", ["a.kv", "a.model", "a.bin"])
def test_a_file_that_would_run_code_is_refused_and_runs_nothing(tmp_path, name):
    canary = tmp_path / "canary"
    hidden = in_layout_of_3(norms=Calls(os.system, f"touch {canary}"))
    path = pickled(tmp_path / name, hidden)
    with pytest.raises(UserError) as caught:
        read_space(path, Context.default(tmp_path / "cache"))
    assert caught.value.title == "The file would run code"
    assert caught.value.detail == (
        f"{name} asks for {os.name}.system, which no gensim file needs. Nothing of it was run."
    )
    assert caught.value.hint.startswith("Delete it")
    assert not canary.exists()


@pytest.mark.parametrize("name", ["a.bin", "a.vec", "a.pkl"])
def test_a_pickle_of_another_program_is_refused_unread(tmp_path, name):
    path = pickled(tmp_path / name, Calls(os.system, f"touch {tmp_path / 'canary'}"))
    with pytest.raises(UserError, match="A pickle, not vectors"):
        read_space(path, Context.default(tmp_path / "cache"))
    assert not (tmp_path / "canary").exists()


def test_a_pickle_of_something_else_says_what_it_is(tmp_path, refuse):
    assert "a.kv is a pickle of dict" in refuse(gensim, pickled(tmp_path / "a.kv", {})).detail


@pytest.mark.skipif(not limits_memory(), reason="no limit of memory on this system")
def test_a_pickle_that_fills_the_memory_is_stopped(tmp_path, refuse, monkeypatch):
    monkeypatch.setattr(gensim, "LEAST_MEMORY", 300 << 20)
    megabyte = b"X" + struct.pack("<I", 1 << 20) + b"a" * (1 << 20)
    encode = b"c_codecs\nencode\n"
    # The text of a megabyte is made into bytes of their own a thousand times.
    calls = (b"h\x00" + b"h\x01" + b"\x85R") * 1000
    path = tmp_path / "a.kv"
    path.write_bytes(b"\x80\x04" + encode + b"\x940" + megabyte + b"\x940(" + calls + b"l.")
    assert refuse(gensim, path).title == "The file needs too much memory"


def test_damaged_files_are_read_or_refused(folder, tmp_path):
    arguments = {"path": str(folder / "word2vec.kv"), "scratch": str(tmp_path)}
    refused = run_confined(read_damaged, arguments, name="a.kv", memory=1 << 30)
    assert 20 < refused < DAMAGED


def read_damaged(path: str, scratch: str, progress: Progress) -> int:
    """Read a file with a flipped bit, cut off or not, many times; return how often that fails.

    It runs confined: a length that was flipped may ask for any memory.
    """
    whole, place = Path(path).read_bytes(), Path(scratch) / "a.kv"
    rng = np.random.default_rng(3)
    refused = 0
    for number in range(DAMAGED):
        data = bytearray(whole)
        data[int(rng.integers(2, len(whole)))] ^= 1 << int(rng.integers(8))
        place.write_bytes(bytes(data[: int(rng.integers(20, len(whole) + 1000))]))
        folder = Path(scratch) / str(number)
        folder.mkdir()
        try:
            take_vectors(str(place), "auto", None, str(folder), progress)
        except (UserError, MemoryError):
            refused += 1
    return refused
