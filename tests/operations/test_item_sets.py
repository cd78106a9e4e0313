from __future__ import annotations

import json

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.item_sets import (
    built_in_sets,
    find_sets,
    read_sets,
    sets_from,
    sets_to,
    write_sets,
)
from embexplorer.operations.probe import probe


def test_letters_and_lists_are_the_same_sets():
    lettered = {"X": ["a"], "Y": ["b"], "A": ["c"], "B": ["d"]}
    listed = {"targets": [["a"], ["b"]], "attributes": [["c"], ["d"]]}
    one, other = sets_from(lettered, "s"), sets_from(listed, "s")
    assert [part.items for part in one.targets] == [part.items for part in other.targets]
    assert [part.items for part in one.attributes] == [("c",), ("d",)]
    named = sets_from(lettered | {"names": {"X": "flowers"}}, "s")
    assert [part.name for part in named.targets] == ["flowers", "Y"]


def test_one_flat_list_is_one_set():
    assert sets_from({"targets": ["a", "b"]}, "s").targets[0].items == ("a", "b")


def test_sets_go_to_a_document_and_back():
    sets = sets_from(
        {
            "name": "all",
            "targets": [["a"], ["b", "c"]],
            "attributes": [["d"]],
            "pairs": [["e", "f"]],
            "words": ["g"],
            "names": {"T2": "letters", "words": "more"},
            "language": "en",
            "citation": "nobody",
        },
        "s",
    )
    assert sets_from(json.loads(json.dumps(sets_to(sets))), "s") == sets


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "no object"),
        ({"Z": []}, "no key “Z”"),
        ({"X": "a"}, "X is no list of texts"),
        ({"X": [1]}, "X is no list of texts"),
        ({"X": ["a"], "targets": [["a"]]}, "both X and targets"),
        ({"pairs": [["a"]]}, "pairs is no list of lists of two texts"),
        ({"names": {"X": 1}}, "names is no object of texts"),
        ({"citation": 3}, "citation is no text"),
        ({"also": "weat"}, "also is no list of texts"),
    ],
)
def test_what_does_not_fit_is_named(document, reason):
    with pytest.raises(UserError, match=reason):
        sets_from(document, "mine.json")


def test_a_file_or_a_name(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text('{"X": ["a"], "Y": ["b"], "A": ["c"], "B": ["d"]}', encoding="utf-8")
    assert find_sets(str(path)).name == "mine"
    assert find_sets("weat-6").targets[0].name == "male names"
    with pytest.raises(UserError, match="“nope” is no file and no name"):
        find_sets("nope")
    path.write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match="does not read as JSON"):
        find_sets(str(path))


def test_every_built_in_set_says_where_it_is_from():
    for name, sets in built_in_sets().items():
        assert sets.name == name
        assert sets.citation, name
        assert sets.language, name
        assert sets.license, name
        for one in (*sets.targets, *sets.attributes, *([sets.words] if sets.words else [])):
            assert one.items, (name, one.name)
            assert len(set(one.items)) == len(one.items), (name, one.name)
            assert not {"T1", "T2", "A1", "A2", "X", "Y", "A", "B", "words"} & {one.name}, name
        assert len(set(sets.pairs)) == len(sets.pairs), name


def test_built_in_sets_go_to_a_document_and_back():
    for sets in built_in_sets().values():
        assert sets_from(json.loads(json.dumps(sets_to(sets))), "s") == sets


def test_other_names_of_built_in_sets_are_unambiguous():
    known = built_in_sets()
    others = [other for sets in known.values() for other in sets.also]
    assert len(set(others)) == len(others)
    assert not set(others) & set(known)
    assert find_sets("gender-career") == known["weat-6"]
    assert find_sets("professions").words.name == "professions"


def test_the_tests_of_the_paper_have_its_numbers_of_items():
    known = built_in_sets()
    sizes = {
        number: [
            len(one.items)
            for one in (*known[f"weat-{number}"].targets, *known[f"weat-{number}"].attributes)
        ]
        for number in range(1, 11)
    }
    assert sizes == {
        1: [25, 25, 25, 25], 2: [25, 25, 25, 25], 3: [32, 32, 25, 25], 4: [16, 16, 25, 25],
        5: [16, 16, 8, 8], 6: [8, 8, 8, 8], 7: [8, 8, 8, 8], 8: [8, 8, 8, 8], 9: [6, 6, 7, 7],
        10: [8, 8, 8, 8],
    }  # fmt: skip
    assert "Billy" in known["weat-10"].targets[0].items
    for sets in known.values():  # two opposite sets of one question never share an item
        for sides in (sets.targets, sets.attributes):
            every = [item for one in sides for item in one.items]
            assert len(set(every)) == len(every), sets.name


def test_lists_of_papers_have_as_many_items_as_their_sources():
    known = built_in_sets()
    assert [len(one.items) for one in known["gender-words"].targets] == [20, 20]
    assert [len(one.items) for one in known["ethnicity-surnames"].targets] == [20, 20, 20]
    assert [len(one.items) for one in known["religion"].targets] == [5, 5, 5]
    assert [len(one.items) for one in known["occupations-winobias"].targets] == [19, 20]
    assert len(known["gender-specific-seed"].words.items) == 218
    titles = known["bolukbasi-professions"].words.items
    assert len(titles) == 291  # of 320, less the 29 that are more words than one


def test_sets_about_occupations_say_which_words_are_of_one_side_by_definition():
    known = built_in_sets()
    seed = set(known["gender-specific-seed"].words.items)
    professions, occupations = known["bolukbasi-professions"], known["occupations"]
    rated = set(professions.specific) - seed
    assert seed <= set(professions.specific)
    assert {"actor", "policeman", "waiter"} <= rated < set(professions.words.items)
    assert not {"nurse", "doctor", "barber"} & set(professions.specific)  # rated 0.5 at most
    assert set(occupations.specific) == seed | {"waiter"}
    for sets in (professions, occupations):
        assert len(set(sets.specific)) == len(sets.specific)


def test_built_in_tests_run_where_all_their_items_are():
    """Every question of two targets and two attributes gives a number, with nothing to remark."""
    for name, sets in built_in_sets().items():
        if (len(sets.targets), len(sets.attributes)) != (2, 2):
            continue
        items = sorted({item for one in (*sets.targets, *sets.attributes) for item in one.items})
        vectors = np.random.default_rng(0).normal(size=(len(items), 8))
        found = probe(make_space(vectors, make_table(items)), "weat", sets, Context.default())
        assert abs(found.found.effect_size) < 2, name
        assert not found.missing, name


def test_sets_are_written_to_a_file_that_reads_the_same(tmp_path):
    sets = find_sets("religion")
    write_sets(sets, tmp_path / "mine.json")
    assert read_sets(tmp_path / "mine.json") == sets
    with pytest.raises(UserError, match="nowhere"):
        write_sets(sets, tmp_path / "nowhere" / "mine.json")
