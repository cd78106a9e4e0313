from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.measures.terms import class_tf_idf, count_terms

TEXTS = ["The goal, the GOAL!", "a goal and a match", "paint and museum", "museum museum paint"]


def dense(counts):
    return counts.matrix.toarray().tolist()


def test_terms_are_counted_in_each_text_without_stop_words():
    counts = count_terms(TEXTS)
    assert counts.vocabulary == ("goal", "match", "museum", "paint")
    assert dense(counts) == [[2, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 2, 1]]
    assert counts.n_words == 15
    assert counts.document_frequencies().tolist() == [2, 1, 2, 2]
    assert counts.document_frequencies(np.array([0, 3])).tolist() == [1, 0, 1, 1]


def test_arrow_columns_count_like_lists_and_missing_texts_are_empty():
    column = pa.chunked_array([pa.array([TEXTS[0], None]), pa.array(TEXTS[2:])])
    counts = count_terms(column)
    assert counts.vocabulary == ("goal", "museum", "paint")
    assert dense(counts) == [[2, 0, 0], [0, 0, 0], [0, 1, 1], [0, 2, 1]]


def test_rare_terms_are_left_out():
    assert count_terms(TEXTS, min_documents=2).vocabulary == ("goal", "museum", "paint")


def test_a_term_of_most_texts_is_left_out_from_ten_texts_on():
    few = [f"etwas w{i % 3}" for i in range(9)]
    assert "etwas" in count_terms(few).vocabulary
    many = [f"etwas w{i % 3}" for i in range(10)]
    assert count_terms(many).vocabulary == ("w0", "w1", "w2")
    half = ["oft"] * 5 + ["sonst"] * 4 + ["so"]
    assert "oft" in count_terms(half, stop_words=frozenset()).vocabulary  # half is not more


def test_bigrams_are_neighbors_in_one_text_without_stop_words_between():
    counts = count_terms(["big red dog", "red dog of war", "war big"], bigrams=True)
    assert counts.vocabulary == ("big", "big red", "dog", "red", "red dog", "war", "war big")
    assert dense(counts)[1] == [0, 0, 1, 1, 1, 1, 0]
    assert count_terms(["dog", "dog"], bigrams=True).vocabulary == ("dog",)


def test_texts_without_words_have_no_terms():
    for texts in ([], ["", "12 3"], [None]):
        counts = count_terms(texts)
        assert counts.vocabulary == ()
        assert counts.matrix.shape == (len(texts), 0)
    assert count_terms([], bigrams=True).n_texts == 0


def test_counting_stops_when_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        count_terms(TEXTS, progress=progress)


def test_class_weights_follow_the_equation():
    counts = count_terms(TEXTS)
    ranked = class_tf_idf(counts, np.array([0, 0, 1, 1]))
    a = (4 + 5) / 2  # terms in the classes: goal goal goal match; museum museum museum paint paint
    assert [term for term, _ in ranked[0]] == ["goal", "match"]
    assert ranked[0][0].score == pytest.approx(3 / 4 * math.log(1 + a / 3))
    assert ranked[0][1].score == pytest.approx(1 / 4 * math.log(1 + a / 1))
    assert [term for term, _ in ranked[1]] == ["museum", "paint"]
    assert ranked[1][1].score == pytest.approx(2 / 5 * math.log(1 + a / 2))


def test_texts_in_no_class_count_nowhere():
    counts = count_terms([*TEXTS, "goal goal goal goal"])
    with_noise = class_tf_idf(counts, np.array([0, 0, 1, 1, -1]))
    assert with_noise == class_tf_idf(count_terms(TEXTS), np.array([0, 0, 1, 1]))


def test_empty_classes_have_no_terms_and_ties_go_by_the_alphabet():
    counts = count_terms(["pear apple", "plum"])
    ranked = class_tf_idf(counts, np.array([2, 0]), n_terms=1)
    assert [[term for term, _ in terms] for terms in ranked] == [["plum"], [], ["apple"]]
    assert class_tf_idf(counts, np.array([-1, -1])) == []


def test_labels_must_be_one_for_each_text():
    with pytest.raises(ValueError, match="1 labels for 4 texts"):
        class_tf_idf(count_terms(TEXTS), np.array([0]))
