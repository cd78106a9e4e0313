"""What a space has of item sets, in what order, and what is doubtful about an item."""

from __future__ import annotations

import json

import numpy as np
import pytest

from embexplorer.core.space import Provenance, make_space, make_table
from embexplorer.measures.common_words import COMMON
from embexplorer.operations.item_sets import built_in_sets, sets_from
from embexplorer.operations.set_coverage import cover_sets, known_homographs, rare_from
from embexplorer.storage.paths import resource


def space_of(items, **options):
    vectors = np.random.default_rng(0).normal(size=(len(items), 3))
    for row, item in enumerate(items):
        if item == "nothing":
            vectors[row] = 0
    return make_space(vectors, make_table(items), name="words", **options)


def frequent_first(*last):
    """Return the commonest words of English, then many others, then some at the very end."""
    others = [f"{chr(97 + k % 26)}x{k}" for k in range(960)]
    return [*COMMON["en"], *(f"word{k}" for k in range(10)), *others, *last]


def doubts(found, key="T1"):
    return {
        item.item: [(one.kind, one.text) for one in item.doubts]
        for item in found.of(key).items
        if item.doubts
    }


def test_found_missing_and_repeated_items():
    sets = sets_from({"targets": [["b", "a", "b", "z"]], "pairs": [["a", "z"]]}, "s")
    found = cover_sets(space_of(["a", "b", "c"]), sets)
    one = found.of("T1")
    assert (one.found, one.missing, one.repeated) == (("b", "a"), ("z",), ("b",))
    assert [item.row for item in one.items] == [1, 0, None]
    assert (found.of("pairs").found, found.of("pairs").missing) == (("a",), ("z",))
    assert found.of("A1") is None
    assert "T1: 2 of 3 items are in this space; missing: z." in found.notes
    assert "T1 names more than once, counted once: b." in found.notes


def test_rows_are_ranks_only_where_the_commonest_words_stand_first():
    sets = sets_from({"targets": [["word3", "seldom"]]}, "s")
    items = frequent_first("seldom")
    known = cover_sets(space_of(items), sets)
    assert known.has_ranks
    assert [item.rank for item in known.of("T1").items] == [34, 1001]
    assert doubts(known) == {"seldom": [("rare", "rare: rank 1,001 of 1,001")]}
    for other in (space_of(sorted(items)), space_of(items[::-1]), space_of(["word3", "seldom"])):
        unknown = cover_sets(other, sets)
        assert not unknown.has_ranks
        assert [item.rank for item in unknown.of("T1").items] == [None, None]
        assert doubts(unknown) == {}
        assert "unknown" in unknown.order
    encoded = cover_sets(space_of(items, provenance=Provenance(encoder="minilm")), sets)
    assert not encoded.has_ranks
    assert "were encoded" in encoded.order


def test_rare_begins_at_a_rank_or_in_the_last_twentieth():
    assert rare_from(1_000) == 950
    assert rare_from(400_000) == 50_000
    assert rare_from(3) == 3  # too few to have a last twentieth


@pytest.mark.parametrize("words", COMMON.values(), ids=COMMON)
def test_common_words_are_told_apart_from_a_shuffled_list(words):
    items = [*words, *(f"x{k}" for k in range(2_000))]
    sets = sets_from({"words": ["x1"]}, "s")
    assert cover_sets(space_of(items), sets).has_ranks
    for seed in range(20):
        mixed = np.random.default_rng(seed).permutation(items).tolist()
        assert not cover_sets(space_of(mixed), sets).has_ranks


def test_an_item_in_two_sets_is_doubtful_in_both():
    sets = sets_from({"targets": [["a", "b"]], "attributes": [["b"]], "names": {"A1": "home"}}, "s")
    found = cover_sets(space_of(["a", "b"]), sets)
    assert doubts(found) == {"b": [("two sets", "also in home")]}
    assert doubts(found, "A1") == {"b": [("two sets", "also in T1")]}


def test_a_variant_in_case_is_doubtful_where_it_is_more_frequent_or_nothing_is_known():
    sets = sets_from({"targets": [["Word7", "word8"]]}, "s")
    ranked = cover_sets(space_of(frequent_first("Word7", "Word8", "end")), sets)
    assert doubts(ranked)["Word7"][1] == ("case", "the space has more often word7")
    assert "word8" not in doubts(ranked)
    assert [item.variants for item in ranked.of("T1").items] == [("word7",), ("Word8",)]
    unknown = cover_sets(space_of(["word8", "Word8", "Word7", "word7"]), sets)
    assert doubts(unknown)["word8"] == [("case", "the space has Word8")]


def test_case_is_ignored_only_when_asked():
    sets = sets_from({"targets": [["John", "Zoe"]]}, "s")
    space = space_of(["john", "JOHN"])
    strict = cover_sets(space, sets)
    assert strict.of("T1").missing == ("John", "Zoe")
    assert "T1: ignore case to find john." in strict.notes
    relaxed = cover_sets(space, sets, ignore_case=True).of("T1").items[0]
    assert (relaxed.found_as, relaxed.row, relaxed.doubts) == ("john", 0, ())


def test_zero_vectors_and_homographs_are_said():
    sets = sets_from({"targets": [["nothing", "mace"]], "language": "en"}, "s")
    found = cover_sets(space_of(["nothing", "mace"]), sets)
    assert doubts(found)["nothing"][0][0] == "zero"
    assert doubts(found)["mace"] == [("homograph", "also a spice and a spray")]
    german = sets_from({"targets": [["mace"]], "language": "de"}, "s")
    assert doubts(cover_sets(space_of(["mace"]), german)) == {}
    assert "mace" in known_homographs("")


def test_homographs_are_words_of_the_built_in_sets():
    known = json.loads(resource("homographs.json").read_text(encoding="utf-8"))
    for language, words in known.items():
        mine = [sets for sets in built_in_sets().values() if sets.language == language]
        every = {
            item
            for sets in mine
            for one in (*sets.targets, *sets.attributes, *([sets.words] if sets.words else []))
            for item in one.items
        } | {item for sets in mine for pair in sets.pairs for item in pair}
        assert not set(words) - every, language
