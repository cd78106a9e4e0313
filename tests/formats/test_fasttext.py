"""fastText models, held against gensim's reader of the same files."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from gensim.models import FastText
from gensim.models.fasttext import load_facebook_vectors, save_facebook_model

from embexplorer.core.contracts import Format
from embexplorer.core.errors import UserError
from embexplorer.core.subwords import Subwords
from embexplorer.formats import fasttext
from embexplorer.operations.context import Context
from embexplorer.operations.explore import neighbors
from embexplorer.operations.read import read_space
from embexplorer.operations.recognize import find_format
from embexplorer.plugins import Registry
from tests.compressing import compressed

DATA = Path(__file__).parents[1] / "data" / "fasttext"
WORDS = [f"wörd{at}" for at in range(20)] + ["日本語", "king", "a", "</s>"]
HEADER = 64  # bytes, before the sizes of the dictionary


def texts(seed: int = 1) -> list[list[str]]:
    rng = np.random.default_rng(seed)
    return [WORDS, *([WORDS[at] for at in rng.integers(0, len(WORDS), 8)] for _ in range(60))]


@pytest.fixture(scope="module")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = FastText(
        texts(), vector_size=7, min_count=1, epochs=1, workers=1, seed=1, bucket=60, min_n=2
    )
    path = tmp_path_factory.mktemp("fasttext") / "model.bin"
    save_facebook_model(model, str(path))
    return path


def model_bytes(
    words: list[bytes],
    *,
    labels: tuple[bytes, ...] = (),
    version: int = 12,
    kind: int = 2,
    sizes: tuple[int, int] = (3, 6),
    buckets: int = 5,
    quantized: bool = False,
    pruned: int = -1,
    d: int = 4,
) -> bytes:
    """Return a model as fastText's `saveModel` writes it, up to its input matrix."""
    head = struct.pack("<i", 793712314) + struct.pack(
        "<13id", version, d, 5, 5, 1, 5, 1, 2, kind, buckets, *sizes, 100, 1e-4
    )
    entries = [(word, 0) for word in words] + [(label, 1) for label in labels]
    head += struct.pack("<3i2q", len(entries), len(words), len(labels), 99, pruned)
    for at, (text, mark) in enumerate(entries):
        head += text + b"\0" + struct.pack("<qb", 100 - at, mark)
    rows = np.random.default_rng(3).normal(size=(len(words) + buckets, d)).astype("<f4")
    return head + struct.pack("<?2q", quantized, *rows.shape) + rows.tobytes()


def matrix_of(data: bytes, n: int, d: int = 4) -> np.ndarray:
    return np.frombuffer(data[-n * d * 4 :], "<f4").reshape(n, d)


def test_models_of_fasttext_itself_are_read_as_it_reads_them(parse):
    expected = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))
    parsed = parse(fasttext, DATA / "words.bin")
    assert parsed.table.column("item").to_pylist() == expected["words"]
    assert parsed.table.column("count").to_pylist() == expected["freq"]
    np.testing.assert_allclose(parsed.vectors, expected["vectors"], atol=1e-7)
    for word in ("fuchsia", "Straßen", "日本", "x"):
        composed = parsed.subwords.compose(word).vector
        np.testing.assert_allclose(composed, expected["unknown"][word], atol=1e-7)


@pytest.mark.parametrize(("name", "has_subwords"), [("classifier", True), ("plain", False)])
def test_classifiers_of_fasttext_itself_are_read_as_it_reads_them(parse, name, has_subwords):
    expected = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))[name]
    parsed = parse(fasttext, DATA / f"{name}.bin")
    assert parsed.table.column("item").to_pylist() == expected["words"]
    np.testing.assert_allclose(parsed.vectors, expected["vectors"], atol=1e-7)
    assert (parsed.subwords is not None) == has_subwords
    assert parsed.notes == ("3 labels of the classifier are left out: labels are no words.",)


def test_a_model_that_fasttext_quantized_is_refused(refuse):
    error = refuse(fasttext, DATA / "classifier.ftz")
    assert error.title == "A quantized fastText model"
    assert error.hint == "Open the .bin model that it was made from."


def test_words_counts_and_vectors_equal_those_of_gensim(model_path, parse):
    parsed = parse(fasttext, model_path)
    theirs = load_facebook_vectors(str(model_path))
    items = parsed.table.column("item").to_pylist()
    assert items == theirs.index_to_key
    counts = [theirs.get_vecattr(item, "count") for item in items]
    assert parsed.table.column("count").to_pylist() == counts
    others = [at for at, item in enumerate(items) if item != "</s>"]
    np.testing.assert_array_equal(parsed.vectors[others], theirs.vectors[others])
    assert isinstance(parsed.vectors, np.memmap)
    assert parsed.notes == ()


def test_the_end_of_line_has_no_subwords_as_in_fasttext(model_path, parse):
    parsed = parse(fasttext, model_path)
    row = parsed.table.column("item").to_pylist().index("</s>")
    theirs = load_facebook_vectors(str(model_path))
    np.testing.assert_array_equal(parsed.vectors[row], theirs.vectors_vocab[row])


def test_unknown_words_have_the_vectors_of_gensim(model_path, parse):
    parsed = parse(fasttext, model_path)
    theirs = load_facebook_vectors(str(model_path))
    for word in ("queen", "wörd", "日", "x"):
        composed = parsed.subwords.compose(word)
        np.testing.assert_array_equal(composed.vector, theirs.get_vector(word))


def test_the_first_words_of_a_model_have_the_same_vectors(model_path, parse):
    whole, part = parse(fasttext, model_path), parse(fasttext, model_path, limit=6)
    assert part.table.equals(whole.table.slice(0, 6))
    np.testing.assert_array_equal(part.vectors, whole.vectors[:6])
    np.testing.assert_array_equal(part.subwords.vectors, whole.subwords.vectors)


def test_a_compressed_model_is_read_as_it_is(model_path, parse, tmp_path):
    path = tmp_path / "model.bin.gz"
    path.write_bytes(compressed(model_path.read_bytes(), ".gz"))
    plugin, place = find_format(path, Registry.discover())
    assert plugin.id == "fasttext"
    inside, whole = parse(fasttext, place), parse(fasttext, model_path)
    np.testing.assert_array_equal(inside.vectors, whole.vectors)
    np.testing.assert_array_equal(inside.subwords.vectors, whole.subwords.vectors)


def test_a_space_in_the_cache_keeps_its_subwords(model_path, tmp_path):
    context = Context.default(tmp_path / "cache")
    for cached in (False, True):
        opened = read_space(model_path, context)
        assert (opened.format, opened.cached) == ("fasttext", cached)
        assert isinstance(opened.data.subwords, Subwords)
        assert sorted(path.name for path in opened.folder.iterdir()) == [
            "norms.npy", "space.json", "subwords.npy", "table.arrow", "vectors.npy",
        ]  # fmt: skip
        found = neighbors(opened.data, "kingly", k=3)
        theirs = load_facebook_vectors(str(model_path))
        nearest = [item for item, _ in theirs.most_similar("kingly", topn=12) if item != "</s>"]
        ours = [item for item in opened.data.items.take(found.ranked.indices) if item != "</s>"]
        assert ours == nearest[: len(ours)]
        assert "composed from" in found.notes[0]


def test_a_model_of_whole_words_has_their_rows_as_vectors(parse, tmp_path):
    path = tmp_path / "words.bin"
    data = model_bytes([b"one", b"two"], sizes=(0, 0), buckets=0)
    path.write_bytes(data)
    parsed = parse(fasttext, path)
    np.testing.assert_array_equal(parsed.vectors, matrix_of(data, 2))
    assert parsed.subwords is None


@pytest.mark.parametrize("version", [11, 12])
def test_labels_are_left_out_and_counted(parse, tmp_path, version):
    path = tmp_path / "classifier.bin"
    sizes = (3, 6) if version == 11 else (0, 0)  # which version 11 says and does not use
    data = model_bytes(
        [b"good", b"bad"], labels=(b"__label__a", b"__label__b"), kind=3, version=version,
        sizes=sizes,
    )  # fmt: skip
    path.write_bytes(data)
    parsed = parse(fasttext, path)
    assert parsed.table.column("item").to_pylist() == ["good", "bad"]
    assert parsed.table.column("count").to_pylist() == [100, 99]
    np.testing.assert_array_equal(parsed.vectors, matrix_of(data, 7)[:2])
    assert parsed.subwords is None
    assert parsed.notes == ("2 labels of the classifier are left out: labels are no words.",)


def test_bytes_that_are_no_text_are_written_out_and_said(parse, tmp_path):
    path = tmp_path / "bytes.bin"
    path.write_bytes(model_bytes([b"caf\xe9", b"tea"], sizes=(0, 0)))
    parsed = parse(fasttext, path)
    assert parsed.table.column("item").to_pylist() == ["caf\\xe9", "tea"]
    assert parsed.notes == ("1 word is not UTF-8; the bytes that are not are written as \\xNN.",)


def test_many_words_cross_the_blocks_of_the_file(parse, tmp_path, monkeypatch):
    monkeypatch.setattr(fasttext, "BLOCK_BYTES", 100)
    words = [f"wörd{at}".encode() for at in range(50)]
    path = tmp_path / "many.bin"
    path.write_bytes(model_bytes(words))
    in_blocks = parse(fasttext, path)
    monkeypatch.undo()
    whole = parse(fasttext, path)
    assert in_blocks.table.column("item").to_pylist() == [word.decode() for word in words]
    np.testing.assert_array_equal(in_blocks.vectors, whole.vectors)


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"quantized": True}, "A quantized fastText model"),
        ({"pruned": 3}, "A quantized fastText model"),
        ({"version": 13}, "Another version of fastText"),
        ({"d": 0}, "The fastText model is damaged"),
        ({"sizes": (3, 4000)}, "The fastText model is damaged"),
        ({"sizes": (-3, 4)}, "The fastText model is damaged"),
    ],
)
def test_what_is_not_read_is_refused(refuse, tmp_path, changes, title):
    path = tmp_path / "model.bin"
    path.write_bytes(model_bytes([b"one", b"two"], **changes))
    error = refuse(fasttext, path)
    assert error.title == title
    assert "model.bin" in error.detail


def test_a_model_cut_off_anywhere_is_refused(refuse, tmp_path):
    data = model_bytes([b"one", b"two"])
    path = tmp_path / "model.bin"
    for length in range(8, len(data)):
        path.write_bytes(data[:length])
        assert refuse(fasttext, path).title == "The file ends early"


def test_a_damaged_model_is_read_or_refused(parse, tmp_path):
    whole = model_bytes([b"one", b"two", "drei€".encode()], labels=(b"__label__a",))
    rng = np.random.default_rng(4)
    path = tmp_path / "model.bin"
    refused = []
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(int(rng.integers(1, 4))):
            data[int(rng.integers(4, 200))] ^= 1 << int(rng.integers(8))
        path.write_bytes(bytes(data))
        try:
            parsed = parse(fasttext, path)
        except UserError as error:
            refused.append(error)
        else:
            assert len(parsed.vectors) == parsed.table.num_rows
    assert 100 < len(refused) < 300
    assert all(len(error.title.split()) <= 6 and error.detail for error in refused)


def test_a_matrix_of_another_shape_is_refused(refuse, tmp_path):
    data = model_bytes([b"one", b"two"])
    at = len(data) - 7 * 4 * 4 - 16
    path = tmp_path / "model.bin"
    path.write_bytes(data[:at] + struct.pack("<q", 1 << 60) + data[at + 8 :])
    assert refuse(fasttext, path).title == "The fastText model is damaged"


def test_a_value_that_is_not_finite_names_its_row(refuse, tmp_path):
    data = bytearray(model_bytes([b"one", b"two"]))
    data[-7 * 16 + 16 : -7 * 16 + 20] = struct.pack("<f", np.nan)
    path = tmp_path / "model.bin"
    path.write_bytes(bytes(data))
    assert refuse(fasttext, path).title == "Row 2 is not finite"


def test_every_model_is_recognized_by_its_first_bytes(model_path, tmp_path):
    other = tmp_path / "model.unknown"
    other.write_bytes(model_path.read_bytes())
    for path in (model_path, other):
        assert find_format(path, Registry.discover())[0].id == "fasttext"
    assert Registry.discover().get(Format, "fasttext").streams
