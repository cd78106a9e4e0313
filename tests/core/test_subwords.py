"""Words made of character n-grams, held against gensim's functions."""

from __future__ import annotations

import numpy as np
import pytest
from gensim.models.fasttext import FastTextKeyedVectors, ft_ngram_hashes

from embexplorer.core.subwords import Subwords, hash_of, ngrams_of

WORDS = ("king", "Straße", "日本語", "😀é", "a", "co-operate")


@pytest.mark.parametrize(("shortest", "longest"), [(3, 6), (1, 3), (2, 2), (1, 1)])
@pytest.mark.parametrize("word", WORDS)
def test_ngrams_and_hashes_are_those_of_gensim(word: str, shortest: int, longest: int) -> None:
    ours = [hash_of(ngram) % 1000 for ngram in ngrams_of(word, shortest, longest)]
    assert ours == ft_ngram_hashes(word, shortest, longest, 1000)


def test_a_composed_word_is_the_mean_of_its_ngrams() -> None:
    table = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    theirs = FastTextKeyedVectors(4, 3, 5, 50)
    theirs.vectors_ngrams = table
    subwords = Subwords(table, 3, 5)
    for word in WORDS:
        composed = subwords.compose(word)
        expected = ft_ngram_hashes(word, 3, 5, 50)
        assert composed is not None
        assert composed.n_subwords == len(expected)
        np.testing.assert_array_equal(composed.vector, theirs.get_vector(word))


@pytest.mark.parametrize("word", ["", "new york", " king", "a\u00a0b"])
def test_only_a_word_is_composed(word: str) -> None:
    assert Subwords(np.ones((5, 2), np.float32), 3, 6).compose(word) is None


def test_a_word_shorter_than_any_ngram_has_no_vector() -> None:
    assert Subwords(np.ones((5, 2), np.float32), 4, 6).compose("a") is None
