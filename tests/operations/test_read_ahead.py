from __future__ import annotations

import threading

import numpy as np
import pytest

from embexplorer.encoders import hashing
from embexplorer.operations import read_ahead as module
from embexplorer.operations.read_ahead import CharacterTokens, read_ahead

TEXTS = ["x" * size for size in (9, 8, 7, 30, 2, 1, 1, 1)]


class Reader:
    """An encoder with tokens: what it reads is told by its texts."""

    revision = device = "reader"
    max_tokens = None
    notes: tuple[str, ...] = ()
    tokens_at_once = 10

    def __init__(self):
        self.threads = set()

    def tokenize(self, texts):
        self.threads.add(threading.current_thread().name)
        if "x" * 30 in texts:
            raise ValueError("cannot read it")
        return list(texts)

    def notes_on(self, sample):
        return ()

    def encode(self, texts, batch_size):
        raise AssertionError("not asked")

    def count_cut(self, texts):
        raise AssertionError("not asked")


@pytest.fixture(autouse=True)
def small_groups(monkeypatch):
    monkeypatch.setattr(module, "CHARACTERS_AT_ONCE", 18)
    monkeypatch.setattr(module, "TEXTS_AT_ONCE", 3)


def test_groups_have_so_many_texts_and_characters_and_at_least_one_text():
    encoder = hashing.load(hashing.Params(), "cpu")
    groups = list(read_ahead(encoder, TEXTS, np.arange(8)))
    assert [rows.tolist() for rows, _ in groups] == [[0, 1], [2], [3], [4, 5, 6], [7]]
    for rows, tokens in groups:
        vectors = tokens.encode(np.arange(len(rows)))
        assert (vectors == encoder.encode([TEXTS[row] for row in rows])).all()


def test_an_encoder_with_tokens_reads_in_a_thread_of_its_own():
    reader = Reader()
    rows = np.array([7, 0, 4])
    assert [tokens for _, tokens in read_ahead(reader, TEXTS, rows)] == [["x", "x" * 9, "xx"]]
    (name,) = reader.threads
    assert name.startswith("tokenize")
    assert not any(thread.name == name for thread in threading.enumerate())


def test_what_fails_while_reading_fails_here():
    groups = read_ahead(Reader(), TEXTS, np.arange(8))
    assert next(groups)[1] == TEXTS[:2]
    assert next(groups)[1] == TEXTS[2:3]
    with pytest.raises(ValueError, match="cannot read it"):
        next(groups)


def test_nothing_to_read_is_no_group():
    assert list(read_ahead(Reader(), TEXTS, np.arange(0))) == []


def test_texts_too_long_are_found_one_by_one():
    class Short(Reader):
        def count_cut(self, texts):
            return sum(len(text) > 5 for text in texts)

    tokens = CharacterTokens(Short(), ["a", "b" * 6, "c", "d", "e" * 7])
    assert tokens.is_too_long.tolist() == [False, True, False, False, True]
    assert tokens.lengths.tolist() == [17, 22, 17, 17, 23]
