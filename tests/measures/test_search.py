from __future__ import annotations

import pyarrow as pa
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.space import make_table
from embexplorer.measures.search import find_rows

TABLE = make_table(
    ["Cat", "concatenate", "dog", "жук", "a.c", "Straße"],
    {
        "text": pa.array(["a CAT sat", None, "no cats", "тут жук", "abc", "the cat."]),
        "year": [2001, 2010, 1999, None, 2010, 5],
        "group": pa.array(["x", "y", "x", None, "y", "x"]).dictionary_encode(),
        "many": [[1], [2], [], [3], [4], [5]],
    },
)
ITEMS = TABLE.select(["item"])


def found(text, table=TABLE, **options):
    return find_rows(table, text, **options).tolist()


def test_a_text_is_found_in_items_and_texts_in_any_case():
    assert found("cat") == [0, 1, 2, 5]
    assert found("cat", ITEMS) == [0, 1]
    assert found("ЖУК") == [3]


def test_case_can_matter():
    assert found("Cat", match_case=True) == [0]
    assert found("CAT", match_case=True) == [0]
    assert found("cat", match_case=True) == [1, 2, 5]


def test_an_empty_text_finds_nothing():
    assert found("") == []
    assert found("", mode="regex") == []


def test_signs_are_searched_as_they_are_except_in_a_regex():
    assert found("a.c", ITEMS) == [4]
    assert found("s.t", mode="regex") == [0]
    assert found("^.{3}$", ITEMS, mode="regex") == [0, 2, 3, 4]
    assert found("a.c", ITEMS, mode="word") == [4]


def test_a_word_has_no_letter_of_any_script_beside_it():
    assert found("cat", mode="word") == [0, 5]
    assert found("жук", mode="word") == [3]
    assert found("жу", mode="word") == []
    assert found("stra", mode="word") == []  # ß is a letter


def test_one_column_is_searched_as_it_is_written():
    assert found("20", column="year") == [0, 1, 4]
    assert found("X", column="group") == [0, 2, 5]
    assert found("cat", column="item") == [0, 1]


def test_only_the_first_so_many_are_given():
    assert found("cat", limit=2) == [0, 1]
    assert found("cat", limit=0) == []


def test_a_broken_regex_says_where():
    with pytest.raises(UserError) as caught:
        find_rows(TABLE, "cat[", mode="regex")
    assert caught.value.detail == "At character 4, “[”: missing ]."


def test_an_unknown_column_gets_a_near_one():
    with pytest.raises(UserError, match="“yaer” is no column") as caught:
        find_rows(TABLE, "x", column="yaer")
    assert caught.value.hint == "Did you mean year?"


def test_a_column_of_lists_is_refused_by_name():
    with pytest.raises(UserError, match="“many” holds list<item: int64>"):
        find_rows(TABLE, "x", column="many")


def test_half_a_character_is_refused():
    with pytest.raises(UserError, match="surrogate"):
        find_rows(TABLE, "\ud83d")


def test_no_items_hold_nothing():
    assert found("a", TABLE.slice(0, 0)) == []
