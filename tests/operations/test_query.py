from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.core.subwords import Subwords
from embexplorer.operations.query import Term, UnknownItemError, find_item, parse_query

ITEMS = [
    "king",
    "man",
    "woman",
    "queen",
    "New York",
    "New York - Newark",
    "#5",
    "-",
    "Queen",
    "king",
    "well-known",
]


@pytest.fixture
def space():
    vectors = np.random.default_rng(17).standard_normal((len(ITEMS), 4)).astype(np.float32)
    return make_space(vectors, make_table(ITEMS))


def terms(text, space, **options):
    return [(term.sign, term.index) for term in parse_query(text, space, **options).terms]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("man", [(1, 1)]),
        (" man ", [(1, 1)]),
        ("New York", [(1, 4)]),
        ("New York - Newark", [(1, 5)]),  # an item as a whole, not a sum
        ("well-known", [(1, 10)]),
        ("#5", [(1, 6)]),  # the item, not row 5
        ("#4", [(1, 4)]),
        ("#0004", [(1, 4)]),
        ("-", [(1, 7)]),
        ("king - man + woman", [(1, 0), (-1, 1), (1, 2)]),
        ("king \N{MINUS SIGN} man + woman", [(1, 0), (-1, 1), (1, 2)]),
        ("  king   -  man ", [(1, 0), (-1, 1)]),
        ("- man + king", [(-1, 1), (1, 0)]),
        ("+ man", [(1, 1)]),
        ("New York + #3", [(1, 4), (1, 3)]),
        ("New York - Newark - man", [(1, 5), (-1, 1)]),  # the longest item that fits
        ("man - New York - Newark + #1", [(1, 1), (-1, 5), (1, 1)]),
        ("king - -", [(1, 0), (-1, 7)]),
        ("king + king", [(1, 0), (1, 0)]),
    ],
)
def test_a_query_is_an_item_first_then_a_row_then_a_sum(space, text, expected):
    assert terms(text, space) == expected


def test_inputs_are_each_row_once_in_order(space):
    assert parse_query("woman + king - woman", space).inputs.tolist() == [0, 2]
    assert parse_query("king - man", space).is_sum
    assert parse_query("- man", space).is_sum
    assert not parse_query("man", space).is_sum


def test_case_counts_unless_it_is_ignored(space):
    assert terms("Queen", space) == [(1, 8)]
    assert terms("Queen", space, ignore_case=True) == [(1, 8)]
    with pytest.raises(UnknownItemError):
        parse_query("QUEEN", space)
    query = parse_query("QUEEN - new york", space, ignore_case=True)
    assert query.terms == (Term(3, 1), Term(4, -1))
    assert query.notes == (
        "“QUEEN” is not in this space; “queen” is used.",
        "“new york” is not in this space; “New York” is used.",
    )


def test_an_item_that_names_several_rows_is_said(space):
    note = "“king” names several rows; the first, #0, is used."
    assert parse_query("king", space).notes == (note,)
    assert parse_query("king - man + king", space).notes == (note,)
    assert parse_query("#9", space).notes == ()
    assert find_item("king", space).note == note


def test_an_unknown_item_is_named_with_near_spellings(space):
    with pytest.raises(UnknownItemError) as caught:
        parse_query("quen", space)
    assert caught.value.title == "Item not in this space"
    assert caught.value.detail == '"quen" is not among 11 items.'
    assert caught.value.hint == "Did you mean queen, Queen?"
    assert caught.value.item == "quen"
    assert caught.value.suggestions == ("queen", "Queen")


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("king - mann + woman", "mann"),
        ("king - - man", "- man"),
        ("ruler - man", "ruler"),
        ("", ""),
        ("something else entirely", "something else entirely"),
    ],
)
def test_the_unknown_part_of_a_sum_is_named(space, text, item):
    with pytest.raises(UnknownItemError) as caught:
        parse_query(text, space)
    assert caught.value.item == item


def test_a_sum_without_spaces_is_understood_but_not_guessed(space):
    with pytest.raises(UnknownItemError) as caught:
        parse_query("king-man+woman", space)
    assert caught.value.hint == "Put spaces around the signs: king - man + woman."


@pytest.mark.parametrize("text", ["#11", "#99999999999999999999999", "king - #11"])
def test_a_row_that_does_not_exist_is_refused(space, text):
    with pytest.raises(UserError) as caught:
        parse_query(text, space)
    assert caught.value.title == "Row not in this space"
    assert caught.value.hint == "Rows are counted from 0: choose #0 to #10."


def test_a_sum_that_ends_in_a_sign_is_refused(space):
    with pytest.raises(UserError) as caught:
        parse_query("king - man +", space)
    assert caught.value.detail == '"king - man +" ends in a sign.'


def test_prose_with_many_dashes_is_one_unknown_item(space):
    text = " - ".join(["man"] * 100)
    with pytest.raises(UnknownItemError) as caught:
        parse_query(text, space)
    assert caught.value.item == text


def test_an_input_of_an_analogy_is_never_a_sum(space):
    assert find_item("#4", space).index == 4
    with pytest.raises(UnknownItemError):
        find_item("king - man", space)


def _with_subwords(space):
    table = np.random.default_rng(5).normal(size=(40, space.d)).astype(np.float32)
    return dataclasses.replace(space, subwords=Subwords(table, 3, 4))


def test_a_word_that_is_no_item_is_made_of_its_subwords(space):
    made = _with_subwords(space)
    query = parse_query("kingly", made)
    composed = made.subwords.compose("kingly")
    np.testing.assert_array_equal(query.terms[0].vector, composed.vector)
    assert query.terms[0].index == -1
    assert not len(query.inputs)
    assert query.notes == (
        "“kingly” is not in this space; its vector is composed from 11 subwords.",
    )


def test_items_come_before_subwords_and_text_with_spaces_is_no_word(space):
    made = _with_subwords(space)
    assert parse_query("man", made).terms == (Term(1),)
    assert parse_query("man", made).terms[0].vector is None
    with pytest.raises(UnknownItemError):
        parse_query("not one word", made)
    with pytest.raises(UnknownItemError):
        parse_query("kingly", space)
    with pytest.raises(UnknownItemError):
        find_item("kingly", made)


def test_a_sum_may_hold_composed_words(space):
    made = _with_subwords(space)
    query = parse_query("kingly - man", made)
    assert [(term.sign, term.index) for term in query.terms] == [(1, -1), (-1, 1)]
    assert query.inputs.tolist() == [1]
