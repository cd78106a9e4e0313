from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.core.results import ANALOGY_METHODS, METRICS, Neighbors, Ranked
from embexplorer.core.space import make_space, make_table
from embexplorer.core.subwords import Subwords
from embexplorer.measures.similarity import norms
from embexplorer.operations.explore import (
    analogy,
    analogy_table,
    method_sentence,
    neighbors,
    neighbors_table,
)

# king - man + woman is exactly queen, before and after every vector is made of length 1.
ROYALS = {
    "king": (1, 1, 0, 0),
    "man": (0, 1, 1, 0),
    "woman": (0, 0, 1, 1),
    "queen": (1, 0, 0, 1),
    "nothing": (0, 0, 0, 0),
    "King": (2, 2, 0, 0),
    "apple": (0, 1, 0, 1),
}


@pytest.fixture
def space():
    return make_space(np.array(list(ROYALS.values()), np.float32), make_table(list(ROYALS)))


def items_of(space, ranked):
    return space.items.take(ranked.indices)


def test_neighbors_leave_out_the_query_by_index(space):
    found = neighbors(space, "king", k=3)
    assert items_of(space, found.ranked) == ["King", "man", "queen"]
    np.testing.assert_allclose(found.ranked.scores, [1, 0.5, 0.5])
    assert found.inputs.tolist() == [0]
    assert (found.query, found.metric, found.exact) == ("king", "cosine", True)
    assert found.higher_is_nearer
    assert found.seconds > 0


def test_neighbors_keep_the_query_where_it_is_asked_for(space):
    found = neighbors(space, "king", k=2, include_inputs=True)
    assert items_of(space, found.ranked) == ["king", "King"]


def test_zero_vectors_are_left_out_and_counted(space):
    found = neighbors(space, "king", k=5)
    assert found.n_compared == 6
    assert found.notes == ("1 item is a zero vector, which has no cosine: it is left out.",)
    assert "nothing" not in items_of(space, found.ranked)
    by_distance = neighbors(space, "king", k=6, metric="euclidean")
    assert by_distance.n_compared == 7
    assert by_distance.notes == ()


def test_a_sum_finds_what_it_is(space):
    for metric in METRICS:
        found = neighbors(space, "king - man + woman", k=1, metric=metric)
        assert items_of(space, found.ranked) == ["queen"]
        assert found.inputs.tolist() == [0, 1, 2]
    assert neighbors(space, "king - man + woman", k=1).ranked.scores[0] == pytest.approx(1)
    euclidean = neighbors(space, "king - man + woman", k=1, metric="euclidean")
    assert euclidean.ranked.scores.tolist() == [0.0]


def test_a_sum_adds_unit_vectors_for_the_cosine_and_raw_ones_otherwise(space):
    # King is twice as long as king.
    by_cosine = neighbors(space, "King - man + woman", k=1)
    assert by_cosine.ranked.scores[0] == pytest.approx(1)
    # The sum of the raw vectors is (2, 1, 0, 1), as far from king as from queen.
    by_distance = neighbors(space, "King - man + woman", k=2, metric="manhattan")
    assert items_of(space, by_distance.ranked) == ["king", "queen"]
    assert by_distance.ranked.scores.tolist() == [2.0, 2.0]


def test_a_sum_equals_gensims_most_similar():
    from gensim.models import KeyedVectors

    vectors = np.random.default_rng(18).standard_normal((500, 12)).astype(np.float32)
    items = [f"i{i}" for i in range(500)]
    keyed = KeyedVectors(12)
    keyed.add_vectors(items, vectors)
    space = make_space(vectors, make_table(items))
    found = neighbors(space, "i1 + i2 - i3 - i4", k=10)
    expected = keyed.most_similar(positive=["i1", "i2"], negative=["i3", "i4"], topn=10)
    assert items_of(space, found.ranked) == [item for item, _ in expected]
    np.testing.assert_allclose(found.ranked.scores, [s for _, s in expected], atol=1e-5)


def test_a_row_and_its_item_find_the_same(space):
    by_item, by_text, by_row = (neighbors(space, query, k=4) for query in ("man", "#1", 1))
    assert by_item.ranked.indices.tolist() == by_text.ranked.indices.tolist()
    assert by_item.ranked.indices.tolist() == by_row.ranked.indices.tolist()
    assert by_row.query == "man"


def test_an_encoded_text_is_searched_for(space):
    found = neighbors(space, "a royal lady", vector=np.array([1, 0, 0, 0.9]), k=1)
    assert found.query == "a royal lady"
    assert items_of(space, found.ranked) == ["queen"]
    assert found.inputs.tolist() == []


@pytest.mark.parametrize(
    ("vector", "title"),
    [
        (np.ones(3), "Vector of another size"),
        (np.ones((1, 4)), "Vector of another size"),
        (np.array([1, np.nan, 0, 0]), "Query is not finite"),
        (np.zeros(4), "Query has no direction"),
    ],
)
def test_a_vector_that_does_not_fit_is_refused(space, vector, title):
    with pytest.raises(UserError) as caught:
        neighbors(space, "text", vector=vector)
    assert caught.value.title == title


def test_fewer_items_than_asked_for_are_said(space):
    found = neighbors(space, "king", k=10, metric="dot")
    assert len(found.ranked) == 6
    assert found.notes == ("Only 6 items are there to compare; 10 were asked for.",)


def test_one_item_has_no_neighbors():
    lonely = make_space(np.ones((1, 3), np.float32), make_table(["only"]))
    found = neighbors(lonely, "only", k=10)
    assert len(found.ranked) == 0
    assert found.notes == ("No other item is there to compare; 10 were asked for.",)
    assert neighbors_table(lonely, found).num_rows == 0


@pytest.mark.parametrize(
    ("query", "options", "title"),
    [
        ("nothing", {}, "Item has no direction"),
        ("king + nothing", {}, "Item has no direction"),
        ("king - King", {}, "The sum is zero"),
        ("king", {"k": 0}, "Too few neighbors asked for"),
        ("king", {"metric": "chebyshev"}, "Unknown metric"),
        (7, {}, "Row not in this space"),
        (-1, {}, "Row not in this space"),
        ("kong", {}, "Item not in this space"),
    ],
)
def test_a_query_that_cannot_be_answered_is_refused(space, query, options, title):
    with pytest.raises(UserError) as caught:
        neighbors(space, query, **options)
    assert caught.value.title == title
    assert caught.value.hint


def test_a_zero_vector_has_neighbors_by_distance(space):
    found = neighbors(space, "nothing", k=2, metric="manhattan")
    assert found.ranked.scores.tolist() == [2.0, 2.0]


def test_the_case_variant_that_was_used_is_said(space):
    found = neighbors(space, "APPLE", k=1, ignore_case=True, metric="dot")
    assert found.notes == ("“APPLE” is not in this space; “apple” is used.",)


def test_an_analogy_is_solved_by_every_method(space):
    for method in ANALOGY_METHODS:
        result = analogy(space, "man", "king", "woman", method=method, k=2)
        assert items_of(space, result.results)[0] == "queen"
        assert result.inputs == (1, 0, 2)
        assert result.method == method
    assert analogy(space, "man", "king", "woman").results.scores[0] == pytest.approx(1)
    distance = analogy(space, "man", "king", "woman", method="pairdistance")
    assert distance.results.scores[0] == pytest.approx(0, abs=1e-12)


def test_inputs_come_back_with_the_second_list(space):
    result = analogy(space, "man", "king", "woman", k=7)
    assert sorted(items_of(space, result.results)) == ["King", "apple", "queen"]
    assert sorted(items_of(space, result.results_with_inputs)) == sorted(set(ROYALS) - {"nothing"})
    assert result.notes == (
        "1 item is a zero vector, which has no direction: it is left out.",
        "Only 3 items are there to compare; 7 were asked for.",
    )


def test_repeated_inputs_are_said_or_refused(space):
    result = analogy(space, "man", "man", "woman", k=1)
    assert "“man” is given more than once, so there is little to solve." in result.notes
    for pair in (("man", "man"), ("king", "King")):
        with pytest.raises(UserError) as caught:
            analogy(space, *pair, "woman", method="pairdirection")
        assert caught.value.title == "No direction to follow"


@pytest.mark.parametrize(
    ("inputs", "options", "title"),
    [
        (("man", "king", "wonan"), {}, "Item not in this space"),
        (("man", "king", "nothing"), {}, "Item has no direction"),
        (("man", "king", 99), {}, "Row not in this space"),
        (("man", "king", "woman"), {"k": 0}, "Too few neighbors asked for"),
        (("man", "king", "woman"), {"method": "vibes"}, "Unknown method"),
    ],
)
def test_an_analogy_that_cannot_be_solved_is_refused(space, inputs, options, title):
    with pytest.raises(UserError) as caught:
        analogy(space, *inputs, **options)
    assert caught.value.title == title


def test_three_items_leave_no_answer(space):
    small = make_space(space.vectors[:3], make_table(["king", "man", "woman"]))
    result = analogy(small, "man", "king", "woman")
    assert len(result.results) == 0
    assert len(result.results_with_inputs) == 3
    assert "No other item is there to compare; 10 were asked for." in result.notes


def test_given_norms_change_nothing(space):
    known = norms(space.vectors)
    with_norms = neighbors(space, "king", norms=known)
    assert with_norms.ranked.indices.tolist() == neighbors(space, "king").ranked.indices.tolist()
    solved = analogy(space, "man", "king", "woman", norms=known)
    plain = analogy(space, "man", "king", "woman")
    assert solved.results.indices.tolist() == plain.results.indices.tolist()


def test_searching_can_be_cancelled(space):
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        neighbors(space, "king", progress=progress)
    with pytest.raises(CancelledError):
        analogy(space, "man", "king", "woman", progress=progress)


def test_tables_hold_rank_item_index_score(space):
    found = neighbors(space, "king", k=2, metric="euclidean")
    assert neighbors_table(space, found).to_pylist() == [
        {"rank": 1, "item": "man", "index": 1, "score": pytest.approx(2**0.5)},
        {"rank": 2, "item": "queen", "index": 3, "score": pytest.approx(2**0.5)},
    ]
    result = analogy(space, "man", "king", "woman", k=1)
    assert analogy_table(space, result).column("item").to_pylist() == ["queen"]
    assert analogy_table(space, result, with_inputs=True).num_rows == 1


def found_in(seconds, *, n_compared=60_214, exact=True, inputs=(1,), metric="cosine"):
    empty = Ranked(np.empty(0, np.int64), np.empty(0))
    rows = np.array(inputs, np.int64)
    return Neighbors("q", rows, empty, metric, exact, seconds, n_compared)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (found_in(0.0042), "Exact search on the raw vectors, 60,214 items in 4 ms."),
        (
            found_in(0.0002, n_compared=1),
            "Exact search on the raw vectors, 1 item in less than 1 ms.",
        ),
        (
            found_in(1.25, exact=False),
            "Approximate search on the raw vectors, 60,214 items in 1.2 s.",
        ),
        (
            found_in(0.01, inputs=(1, 2)),
            "Exact search on the raw vectors, 60,214 items in 10 ms. "
            "The query is a sum of unit vectors.",
        ),
        (
            found_in(0.01, inputs=(1, 2), metric="dot"),
            "Exact search on the raw vectors, 60,214 items in 10 ms. "
            "The query is a sum of raw vectors.",
        ),
    ],
)
def test_the_method_is_said_in_a_sentence(found, sentence):
    assert method_sentence(found) == sentence


@pytest.fixture
def with_subwords(space):
    table = np.random.default_rng(7).normal(size=(30, space.d)).astype(np.float32)
    return dataclasses.replace(space, subwords=Subwords(table, 3, 4))


@pytest.mark.parametrize("metric", METRICS)
def test_a_composed_word_has_the_neighbors_of_its_vector(with_subwords, metric):
    found = neighbors(with_subwords, "kingdom", k=6, metric=metric)
    vector = with_subwords.subwords.compose("kingdom").vector
    expected = neighbors(with_subwords, "kingdom", k=6, metric=metric, vector=vector)
    np.testing.assert_array_equal(found.ranked.indices, expected.ranked.indices)
    np.testing.assert_array_equal(found.ranked.scores, expected.ranked.scores)
    assert not len(found.inputs)
    assert found.notes[0] == (
        "“kingdom” is not in this space; its vector is composed from 13 subwords."
    )


def test_a_sum_with_a_composed_word_adds_unit_vectors(with_subwords):
    found = neighbors(with_subwords, "kingdom - man", k=6)
    composed = with_subwords.subwords.compose("kingdom").vector.astype(np.float64)
    man = np.array(ROYALS["man"], np.float64)
    total = composed / np.linalg.norm(composed) - man / np.linalg.norm(man)
    expected = neighbors(with_subwords, "a", k=7, vector=total)
    kept = expected.ranked.indices != 1
    np.testing.assert_array_equal(found.ranked.indices, expected.ranked.indices[kept][:6])
    assert found.inputs.tolist() == [1]


@pytest.mark.parametrize("method", ANALOGY_METHODS)
def test_an_analogy_may_hold_a_composed_word(with_subwords, method):
    solved = analogy(with_subwords, "man", "king", "kingdom", method=method, k=4)
    assert solved.inputs == (1, 0, -1)
    assert solved.names == ("man", "king", "kingdom")
    composed = with_subwords.subwords.compose("kingdom").vector
    # The same, with the word as an item that is left out.
    grown = make_space(
        np.vstack([with_subwords.vectors, composed]), make_table([*ROYALS, "kingdom"])
    )
    expected = analogy(grown, "man", "king", "kingdom", method=method, k=4)
    np.testing.assert_array_equal(solved.results.indices, expected.results.indices)
    np.testing.assert_allclose(solved.results.scores, expected.results.scores, rtol=1e-12)
    assert "composed from 13 subwords" in solved.notes[0]


def test_a_composed_word_given_twice_is_said(with_subwords):
    solved = analogy(with_subwords, "kingdom", "king", "kingdom", k=2)
    assert any("“kingdom” is given more than once" in note for note in solved.notes)
