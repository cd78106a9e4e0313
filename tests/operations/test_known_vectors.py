from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.encoders import hashing
from embexplorer.operations.context import Context
from embexplorer.operations.encode import encode, texts_of

OLD = [f"old text {number}" for number in range(50)]
NEW = ["a new one", "another new one", "the third"]


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


@pytest.fixture
def encoded(monkeypatch):
    """What the real encoder was given."""
    given = []
    plain = hashing.HashingEncoder.encode

    def encode_and_note(self, texts, batch_size):
        given.extend(texts)
        return plain(self, texts, batch_size)

    monkeypatch.setattr(hashing.HashingEncoder, "encode", encode_and_note)
    return given


def test_of_a_corpus_that_has_grown_only_the_new_texts_are_encoded(context, encoded, tmp_path):
    encode(texts_of([*OLD, OLD[7]]), "hashing", context)
    encoded.clear()
    grown = [NEW[0], *reversed(OLD), *NEW[1:], NEW[2]]
    columns = {"year": list(range(len(grown)))}
    made = encode(texts_of(grown, columns), "hashing", context)
    assert sorted(encoded) == sorted(NEW)
    assert made.space.provenance.notes == (
        "50 of 54 texts were encoded before and kept the vectors.",
        "1 text repeats an earlier one exactly.",
    )
    assert made.items_per_second == pytest.approx(4 / made.seconds)
    whole = encode(texts_of(grown), "hashing", Context.default(tmp_path / "other")).space
    np.testing.assert_array_equal(made.space.vectors, whole.vectors)


def test_texts_are_gathered_from_several_encodings(context, encoded):
    encode(texts_of(OLD[:20]), "hashing", context)
    encode(texts_of(OLD[10:]), "hashing", context)
    encoded.clear()
    encode(texts_of([*OLD, "more"]), "hashing", context)
    assert encoded == ["more"]
    encoded.clear()
    encode(texts_of([*OLD, "more", "and more"]), "hashing", context)
    assert encoded == ["and more"]


def test_other_parameters_share_nothing(context, encoded):
    encode(texts_of(OLD), "hashing", context)
    encoded.clear()
    made = encode(texts_of([*OLD, "more"]), "hashing", context, params={"dimensions": 64})
    assert len(encoded) == 51
    assert made.space.provenance.notes == ()


@pytest.mark.parametrize("name", ["texts.npy", "vectors.npy", "space.json"])
def test_a_damaged_encoding_is_passed_over(context, encoded, name):
    first = encode(texts_of(OLD), "hashing", context)
    (first.folder / name).write_bytes(b"\x93NUMPY")
    encoded.clear()
    encode(texts_of([*OLD, "more"]), "hashing", context)
    assert len(encoded) == 51


def test_a_cancel_is_heard_while_vectors_are_taken(context):
    encode(texts_of(OLD), "hashing", context)
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        encode(texts_of([*OLD, "more"]), "hashing", context, progress=progress)
