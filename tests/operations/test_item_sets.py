from __future__ import annotations

import json

import pytest

from embexplorer.core.errors import UserError
from embexplorer.operations.item_sets import built_in_sets, find_sets, sets_from, sets_to


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
        for one in (*sets.targets, *sets.attributes):
            assert len(set(one.items)) == len(one.items), (name, one.name)
