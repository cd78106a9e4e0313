from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.encoders.hashing import Params, fingerprint, load

TEXTS = ["king", "The King", "kings and queens", "banana", "aaaaaa", "", "  \n", "Straße 北京"]


def encode(texts, **values):
    return load(Params(**values), "cpu").encode(texts)


def hash_by_hand(ngram):
    """Compute the hash of one n-gram with plain integers, as the module describes it."""
    mask, value = 2**64 - 1, 0
    for char in ngram:
        value = (value * 0x100000001B3 + ord(char)) & mask
    value = (value + len(ngram)) & mask
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & mask
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & mask
    return value ^ (value >> 31)


def vector_by_hand(times, d):
    vector = np.zeros(d)
    for ngram, t in times.items():
        value = hash_by_hand(ngram)
        vector[value % d] += (-1 if value >> 63 else 1) * (1 + math.log(t))
    return vector / np.linalg.norm(vector)


def test_a_word_has_its_ngrams_with_both_ends():
    ngrams = [" ki", "kin", "ing", "ng ", " kin", "king", "ing ", " king", "king "]
    expected = vector_by_hand(dict.fromkeys(ngrams, 1), 256)
    np.testing.assert_allclose(encode(["king"])[0], expected, atol=1e-7)


def test_an_ngram_that_repeats_weighs_one_plus_its_logarithm():
    times = {" aa": 1, "aaa": 2, "aa ": 1}
    found = encode(["aaaa"], shortest=3, longest=3, dimensions=64)[0]
    np.testing.assert_allclose(found, vector_by_hand(times, 64), atol=1e-7)


def test_ngrams_never_cross_words():
    apart = encode(["ab cd"], shortest=3, longest=3)[0]
    expected = vector_by_hand(dict.fromkeys([" ab", "ab ", " cd", "cd "], 1), 256)
    np.testing.assert_allclose(apart, expected, atol=1e-7)


def test_a_word_shorter_than_the_shortest_ngram_still_counts():
    found = encode(["a"], shortest=5, longest=6)[0]
    np.testing.assert_allclose(found, vector_by_hand({" a   ": 1}, 256), atol=1e-7)


def test_cosines_are_those_of_exact_ngram_counts():
    """With many dimensions nothing collides: scikit-learn counts the same n-grams exactly."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = ["the king sat", "the queens sat down", "king of kings", "a banana", "bananas"]
    exact = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), use_idf=False, sublinear_tf=True
    ).fit_transform(texts)
    ours = encode(texts, dimensions=65536)
    np.testing.assert_allclose(ours @ ours.T, (exact @ exact.T).toarray(), atol=1e-6)


def test_vectors_have_unit_length_and_texts_without_words_are_zero():
    lengths = np.linalg.norm(encode(TEXTS), axis=1)
    np.testing.assert_allclose(lengths, [1, 1, 1, 1, 1, 0, 0, 1], atol=1e-6)


def test_case_is_ignored_unless_asked_for():
    assert (encode(["KING"]) == encode(["king"])).all()
    assert (encode(["STRASSE"]) == encode(["straße"])).all()
    kept = encode(["KING", "king"], ignore_case=False)
    assert abs(kept[0] - kept[1]).max() > 0.1


@pytest.mark.parametrize("batch_size", [1, 3, 100])
def test_a_vector_does_not_depend_on_its_neighbors(batch_size):
    found = load(Params(), "cpu").encode(TEXTS, batch_size)
    assert (found == np.concatenate([encode([text]) for text in TEXTS])).all()


def test_only_texts_without_words():
    assert encode(["", " "]).tolist() == [[0.0] * 256] * 2


def test_it_is_the_same_in_every_process():
    code = (
        "from embexplorer.encoders.hashing import Params, load\n"
        f"print(load(Params(), 'cpu').encode({TEXTS!r}).tobytes().hex())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == encode(TEXTS).tobytes().hex()


def test_the_revision_depends_on_each_parameter():
    changed = [{"dimensions": 64}, {"shortest": 2}, {"longest": 6}, {"ignore_case": False}]
    assert len({fingerprint(Params(**values)) for values in [{}, *changed]}) == 5


def test_a_shortest_above_the_longest_is_refused():
    with pytest.raises(UserError, match="The shortest has 6 characters, the longest 5"):
        load(Params(shortest=6), "cpu")
