"""Item sets are changed by value: what was given stays as it was."""

from __future__ import annotations

import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.operations import edit_sets as edits

SETS = ItemSets(
    "mine",
    targets=(ItemSet("flowers", ("rose", "iris")), ItemSet("insects", ("ant",))),
    attributes=(ItemSet("good", ("joy",)),),
    pairs=(("she", "he"),),
)


def test_a_change_leaves_what_was_given_alone():
    before = repr(SETS)
    changed = edits.with_items(SETS, "T2", ["bee", "ant", "bee"])
    assert changed.targets == (SETS.targets[0], ItemSet("insects", ("ant", "bee")))
    assert edits.without_items(changed, "T2", ["bee"]) == SETS
    assert edits.with_items(SETS, "T1", ["rose"]) is SETS
    assert edits.without_items(SETS, "T1", ["bee"]) is SETS
    assert edits.with_pairs(SETS, [("she", "he")]) is SETS
    assert edits.without_pairs(edits.with_pairs(SETS, [("her", "his")]), [("her", "his")]) == SETS
    assert repr(SETS) == before


def test_keys_move_up_when_a_set_goes():
    left = edits.without_set(SETS, "T1")
    assert edits.set_of(left, "T1").name == "insects"
    with pytest.raises(KeyError, match="T2"):
        edits.set_of(left, "T2")
    assert edits.without_set(SETS, "pairs").pairs == ()


def test_two_equal_sets_are_told_apart_by_their_place():
    twice = ItemSets("twice", targets=(ItemSet("a", ("x",)),) * 2)
    assert len(edits.without_set(twice, "T2").targets) == 1
    assert [one.name for one in edits.with_set_name(twice, "T2", "b").targets] == ["a", "b"]


@pytest.mark.parametrize("key", ["T0", "T9", "A2", "words"])
def test_a_set_that_is_not_there_is_an_error(key):
    with pytest.raises(KeyError):
        edits.with_items(SETS, key, ["a"])


@pytest.mark.parametrize("key", ["", "X", "T", "Tx", "B1", "pair"])
def test_what_is_no_key_is_an_error(key):
    with pytest.raises(ValueError, match="no key"):
        edits.role_of(key)


def test_new_sets_get_a_name_and_words_are_there_once():
    made, key = edits.with_set(SETS, "attributes")
    assert (key, edits.set_of(made, key)) == ("A2", ItemSet("Attribute 2", ()))
    made, key = edits.with_set(made, "words", "jobs")
    assert edits.with_set(made, "words") == (made, "words")


def test_a_set_too_large_is_refused():
    with pytest.raises(UserError, match="“flowers” would have 100,002"):
        edits.with_items(SETS, "T1", map(str, range(edits.MOST_ITEMS)))
