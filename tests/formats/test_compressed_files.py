"""What is read from a compressed file is what is read from the file inside."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.contracts import Reading
from embexplorer.core.errors import CancelledError
from embexplorer.core.params import build
from embexplorer.core.progress import Progress
from embexplorer.engines import byte_stream, vector_text_reader
from embexplorer.formats import csv, json, jsonl, text, word2vec_binary, word2vec_text
from tests.compressing import ENDINGS, compressed

NUMBERS = np.random.default_rng(5).normal(0, 0.3, (40, 12)).astype(np.float32)
LINES = [f"né {i} " + " ".join(map(str, row.tolist())) for i, row in enumerate(NUMBERS)]
VEC = ("40 12\n" + "\n".join(LINES) + "\n").encode()
BIN = b"40 12\n" + b"".join(f"né {i} ".encode() + row.tobytes() for i, row in enumerate(NUMBERS))
FILES = {
    "a.vec": (word2vec_text, VEC),
    "glove.txt": (word2vec_text, VEC.partition(b"\n")[2]),
    "wide.vec": (word2vec_text, VEC.decode().encode("utf-16")),
    "mark.vec": (word2vec_text, b"\xef\xbb\xbf" + VEC.replace(b"\n", b"\r\n")),
    "a.bin": (word2vec_binary, BIN),
    "a.csv": (csv, "word,v0,v1,n\nné,0.5,1.5,1\nb,2.5,3,2\n".encode()),
    "a.tsv": (csv, b"word\tx\ty\nit's,0\t1.5\t2\nb\t2.5\t3\n"),
    "a.json": (json, b'{"a": [1, 2.5], "b": [3, 4]}'),
    "a.jsonl": (jsonl, b'{"item": "a", "vector": [1, 2.5]}\n{"item": "b", "vector": [3, 4]}\n'),
    "a.txt": (text, "Call me Ishmael.\n\nSome years ago — né.\n".encode() * 9),
}


@pytest.fixture
def write(tmp_path):
    """Return ``write(name, data, ending)``: the path of the file inside a compressed one."""

    def run(name, data, ending):
        path = tmp_path / f"{name}{ending}"
        path.write_bytes(compressed(data, ending, name))
        return path / name

    return run


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", FILES)
def test_it_is_read_as_the_file_inside(tmp_path, parse, write, name, ending):
    module, data = FILES[name]
    plain = tmp_path / name
    plain.write_bytes(data)
    inside = write(name, data, ending)
    assert module.sniff(inside, data) == module.sniff(plain, data)
    for limit in (None, 2):
        expected, found = parse(module, plain, limit), parse(module, inside, limit)
        assert found.table.equals(expected.table)
        assert found.notes == expected.notes
        assert np.array_equal(found.vectors, expected.vectors)
        assert np.array_equal(found.coords, expected.coords)


def test_vectors_of_many_chunks_are_read_to_the_last_bit(write, parse, monkeypatch):
    monkeypatch.setattr(byte_stream, "CHUNK_BYTES", 10_000)
    monkeypatch.setattr(byte_stream, "FIRST_BYTES", 1000)
    monkeypatch.setattr(vector_text_reader, "BLOCK_BYTES", 30_000)
    monkeypatch.setattr(word2vec_binary, "BLOCK_BYTES", 30_000)
    made = np.random.default_rng(6).normal(size=(5000, 4)).astype(np.float32)
    rows = [f"w{i} " + " ".join(map(str, row.tolist())) for i, row in enumerate(made)]
    records = [b"w%d " % i + row.tobytes() + b"\n" for i, row in enumerate(made)]
    for module, name, data in (
        (word2vec_text, "a.vec", ("5000 4\n" + "\n".join(rows)).encode()),
        (word2vec_binary, "a.bin", b"5000 4\n" + b"".join(records)),
    ):
        for ending in (".gz", ".zst"):
            parsed = parse(module, write(name, data, ending))
            assert parsed.vectors.tobytes() == made.tobytes()
            assert parsed.table.column("item").to_pylist() == [f"w{i}" for i in range(5000)]


def test_what_is_wrong_inside_is_named_as_in_the_file(write, refuse):
    error = refuse(word2vec_text, write("a.vec", VEC.replace(LINES[7].encode(), b"bad"), ".gz"))
    assert error.title == "Row 9 has no vector"
    assert "a.vec, line 9" in error.detail
    error = refuse(word2vec_text, write("b.vec", "1 2\ncafé 1.5 2\n".encode("latin-1"), ".bz2"))
    assert "b.vec, byte 8 is 0xE9. It reads well as Latin-1." in error.detail
    error = refuse(csv, write("a.csv", b"word,v0,v1\na,1.5,2\nb,x,4\n", ".zst"))
    assert error.title == "Not a number in row 3"
    error = refuse(jsonl, write("a.jsonl", b'{"vector": [1, 2]}\n{"vector": [1]}\n', ".xz"))
    assert "a.jsonl, line 2" in error.detail


@pytest.mark.parametrize(
    ("name", "cut"), [("a.vec", 900), ("a.bin", 300), ("a.bin", 5), ("glove.txt", 900)]
)
def test_a_file_that_was_cut_before_it_was_compressed_ends_early(write, refuse, name, cut):
    module, data = FILES[name]
    error = refuse(module, write(name, data[:-cut], ".gz"))
    if name == "glove.txt":
        assert "glove.txt, line" in error.detail
    else:
        assert error.title == "The file ends early"
        assert "promises 40 rows; the last whole row is row" in error.detail


def test_a_header_that_lies_allocates_nothing(write, refuse):
    for module, name, data in ((word2vec_text, "a.vec", VEC), (word2vec_binary, "a.bin", BIN)):
        lie = data.replace(b"40 12\n", b"1000000000000 12\n")
        error = refuse(module, write(name, lie, ".gz"))
        assert error.title == "The file ends early"
        assert "promises 1,000,000,000,000 rows; the last whole row is row 40" in error.detail
    error = refuse(word2vec_binary, write("a.bin", BIN.replace(b"40 12\n", b"40 90000\n"), ".gz"))
    assert error.title == "The file ends early"


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zst"])
@pytest.mark.parametrize("name", ["a.vec", "a.bin", "a.csv", "a.json", "a.jsonl", "a.txt"])
def test_half_a_compressed_file_is_refused_by_every_format(write, refuse, name, ending):
    module, data = FILES[name]
    path = write(name, data, ending)
    whole = path.parent.read_bytes()
    path.parent.write_bytes(whole[: len(whole) * 3 // 4])
    error = refuse(module, path)
    assert error.title == "The compressed file is damaged"
    assert f"{name}{ending}: it ends early" in error.detail


class CancelledAfter(Progress):
    """Hears fractions, and is cancelled at one of them."""

    def __init__(self, at):
        super().__init__()
        self.at = at
        self.fractions = []

    def report(self, fraction, message=""):
        self.fractions.append(fraction)
        if fraction >= self.at:
            self.cancel()


@pytest.mark.parametrize("name", ["a.vec", "a.bin"])
def test_cancelling_stops_within_a_block(tmp_path, write, monkeypatch, name):
    for module in (vector_text_reader, word2vec_binary):
        monkeypatch.setattr(module, "BLOCK_BYTES", 2000)
    monkeypatch.setattr(vector_text_reader, "HEAD_BYTES", 500)
    monkeypatch.setattr(byte_stream, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(byte_stream, "FIRST_BYTES", 1000)
    made = np.random.default_rng(6).normal(size=(20_000, 3)).astype(np.float32)
    module = FILES[name][0]
    if module is word2vec_text:
        rows = [f"w{i} " + " ".join(map(str, row.tolist())) for i, row in enumerate(made)]
        data = "\n".join(rows).encode()
    else:
        data = b"20000 3\n" + b"".join(b"w%d " % i + row.tobytes() for i, row in enumerate(made))
    path = write(name, data, ".gz")
    progress = CancelledAfter(0.5)
    reading = Reading(path, build(module.Params, {}), tmp_path, progress)
    with pytest.raises(CancelledError):
        module.read(reading)
    assert progress.fractions == sorted(progress.fractions)
    assert 0.5 <= progress.fractions[-1] < 0.9


def test_a_bomb_of_blank_lines_is_refused(write, refuse, monkeypatch):
    monkeypatch.setattr(byte_stream, "RATIO_FROM", 1 << 20)
    path = write("a.vec", b"a 0.5 1.5\n" + b"\n" * (8 << 20), ".gz")
    assert refuse(word2vec_text, path).title == "It decompresses to too much"
