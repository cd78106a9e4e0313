from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.contracts import Asks
from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.find_groups import find_groups
from embexplorer.operations.item_sets import sets_from, sets_to

TEST = Asks(targets=2, attributes=2)
GOOD = {"X": ["he", "man"], "Y": ["she", "woman"], "A": ["work", "office"], "B": ["home", "kin"]}


@pytest.fixture
def words():
    names = ["he", "man", "she", "woman", "work", "office", "home", "kin", "nothing", "Paris"]
    vectors = np.random.default_rng(0).normal(size=(len(names), 3))
    vectors[names.index("nothing")] = 0
    return make_space(vectors, make_table(names), name="words")


def find(space, document, asks=TEST, **options):
    return find_groups(space, sets_from(document, "sets"), asks, "WEAT", **options)


def refusal(space, document, asks=TEST, **options):
    with pytest.raises(UserError) as caught:
        find(space, document, asks, **options)
    return caught.value


def test_groups_hold_rows_and_vectors_in_the_order_asked(words):
    found = find(words, GOOD)
    assert [(group.key, group.items) for group in found.targets] == [
        ("X", ("he", "man")), ("Y", ("she", "woman")),
    ]  # fmt: skip
    np.testing.assert_array_equal(found.targets[1].rows, [2, 3])
    np.testing.assert_array_equal(found.attributes[0].vectors, words.vectors[[4, 5]])
    assert found.attributes[0].vectors.dtype == np.float64  # sums are not those of float32
    assert found.notes == ()


def test_what_is_missing_zero_or_repeated_is_said(words):
    asked = GOOD | {"X": ["he", "man", "he", "nothing", "gent"]}
    found = find(words, asked, allow_missing=True)
    (x, *_) = found.coverage
    assert (x.asked, x.used, x.missing) == (
        ("he", "man", "nothing", "gent"),
        ("he", "man"),
        ("gent",),
    )
    assert x.left_out == (("nothing", "its vector is zero"),)
    assert x.lost == 0.5
    said = " ".join(found.notes)
    assert "X lost 50% of its items" in said
    assert "missing: gent." in said
    assert "nothing was left out, its vector is zero." in said
    assert "names he more than once" in said


def test_a_set_that_lost_over_a_fifth_is_refused(words):
    asked = GOOD | {"X": ["he", "man", "gent"], "language": "en"}
    error = refusal(words, asked)
    assert error.title == "Too many items are missing"
    assert "1 of 3 items of X are not in this space: gent." in error.detail
    assert "language “en”" in error.hint


def test_a_fifth_may_be_missing(words):
    asked = GOOD | {"A": ["work", "office", "he", "man", "gent"], "X": ["she"], "Y": ["woman"]}
    assert find(words, asked, Asks(2, 2, least=1)).coverage[2].missing == ("gent",)


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"X": []}, "A set is empty"),
        ({"X": ["he"]}, "Too few items found"),
        ({"X": ["he", "she"]}, "An item is in both sets"),
        ({"B": ["home", "work"]}, "An item is in both sets"),
        ({"X": ["gent", "sir"]}, "Too few items found"),
    ],
)
def test_degenerate_sets_are_refused(words, change, title):
    assert refusal(words, GOOD | change, allow_missing=True).title == title


def test_another_number_of_sets_is_refused(words):
    error = refusal(words, GOOD, Asks(targets=2, attributes=1))
    assert error.title == "Other item sets are needed"
    assert "takes 1 attribute set; “sets” has 2." in error.detail
    assert refusal(words, GOOD, Asks(pairs=True)).title == "Pairs are needed"
    assert refusal(words, GOOD, Asks(words=True)).title == "Words are needed"


def test_another_case_stands_in_only_when_allowed(words):
    asked = GOOD | {"X": ["HE", "Man"]}
    assert refusal(words, asked).title == "Too few items found"
    found = find(words, asked, ignore_case=True)
    np.testing.assert_array_equal(found.targets[0].rows, [0, 1])
    assert found.notes == ("Items that differ in case stand in: he for HE, man for Man.",)


@pytest.mark.parametrize(("one", "other"), [("X", "Y"), ("A", "B")])
def test_one_item_in_two_spellings_is_in_both_sets(words, one, other):
    asked = GOOD | {other: [GOOD[one][0].upper(), GOOD[other][0]]}
    error = refusal(words, asked, ignore_case=True)
    assert error.title == "An item is in both sets"
    assert f"“{GOOD[one][0]}” of the" in error.detail


def test_two_spellings_of_one_item_are_no_pair(words):
    asked = {"pairs": [["she", "he"], ["woman", "WOMAN"]], "words": ["home"]}
    asks = Asks(pairs=True, words=True)
    found = find(words, asked, asks, ignore_case=True, allow_missing=True)
    assert [side.items for side in found.pairs] == [("she",), ("he",)]
    assert found.coverage[-1].missing == ("woman – WOMAN",)


def test_two_spellings_of_one_item_count_once(words):
    found = find(words, GOOD | {"X": ["he", "man", "HE"]}, ignore_case=True, allow_missing=True)
    assert found.coverage[0].left_out == (("HE", "it is the same item as “he”"),)


def test_paired_targets_lose_both_sides(words):
    asked = {"targets": [["he", "gent", "man"], ["she", "woman", "kin"]], "attributes": [["home"]]}
    asks = Asks(targets=2, attributes=1, are_paired=True, least=1)
    found = find(words, asked, asks, allow_missing=True)
    assert [group.items for group in found.targets] == [("he", "man"), ("she", "kin")]
    assert ("woman", "its opposite is missing") in found.coverage[1].left_out
    uneven = {"targets": [["he"], ["she", "woman"]], "attributes": [["home"]]}
    assert refusal(words, uneven, asks).title == "Targets are not in pairs"


def test_pairs_are_whole_or_missing(words):
    asked = {"pairs": [["she", "he"], ["woman", "gent"], ["nothing", "man"]], "words": ["home"]}
    found = find(words, asked, Asks(pairs=True, words=True), allow_missing=True)
    assert found.pairs is not None
    assert [side.items for side in found.pairs] == [("she",), ("he",)]
    assert found.coverage[-1].missing == ("woman – gent", "nothing – man")


def test_items_of_one_side_by_definition_are_found_where_they_are(words):
    document = GOOD | {"specific": ["woman", "Paris", "aunt", "woman"]}
    sets = sets_from(document, "sets")
    assert sets_from(sets_to(sets), "sets").specific == sets.specific
    found = find(words, document)
    np.testing.assert_array_equal(found.specific, [3, 9])
    assert found.notes == ()  # what is not in the space need not be left out
    assert len(find(words, GOOD).specific) == 0
