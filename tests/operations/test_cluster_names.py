from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.cluster_names import describe_clusters, has_texts, told_apart

TEXTS = [
    "the striker scored a late goal",
    "a goal decided the final match",
    "the striker missed the match",
    "stir the soup and add salt",
    "the soup needs salt and pepper",
    "pepper and salt for the soup",
]
PLACES = np.array([[0], [1], [5], [10], [11], [15]], np.float32)
LABELS = np.array([0, 0, 0, 1, 1, 1], np.int32)


def space_of(items, columns=None):
    return make_space(np.ones((len(items), 2), np.float32), make_table(items, columns))


def describe(space, labels=LABELS, points=PLACES, rows=None):
    return describe_clusters(space, labels, points, rows, Progress())


def test_texts_name_their_cluster_by_terms():
    found = describe(space_of(TEXTS))
    assert found.terms[0][:3] == ("goal", "match", "striker")
    assert found.terms[1][:3] == ("salt", "soup", "pepper")
    assert found.names == ("goal, match, striker", "salt, soup, pepper")
    assert found.medoids.tolist() == [1, 4]


def test_the_text_column_counts_and_an_item_without_text_stands_for_itself():
    columns = {"text": [*TEXTS[:5], None]}
    found = describe(space_of([*"abcde", "mustard"], columns))
    assert found.names[0] == "goal, match, striker"
    assert "mustard" in found.terms[1]


def test_words_name_their_cluster_by_the_items_in_the_middle():
    found = describe(space_of(["red", "blue", "red", "cat", "dog", "cow"]))
    assert found.terms == ((), ())
    # Distances from the means 2 and 12: 2, 1, 3.
    assert found.names == ("blue, red", "dog, cat, cow")
    assert found.medoids.tolist() == [1, 4]


def test_a_cluster_whose_texts_have_no_word_takes_its_middle_item():
    found = describe(space_of(["12 13 14", "15 16 17", "18 19 20", *TEXTS[3:]]))
    assert found.terms[0] == ()
    assert found.names == ("15 16 17, 12 13 14, 18 19 20", "salt, soup, pepper")


def test_rows_of_a_map_are_rows_of_the_space():
    labels = np.array([-1, 0, -1, 0, -1, 0], np.int32)
    rows = np.array([1, 3, 4, 5])
    points = np.array([[0], [4], [90], [6]], np.float32)
    found = describe(space_of(list("abcdef")), labels, points, rows)
    assert found.medoids.tolist() == [3]
    assert found.names == ("d, f, b",)


def test_no_cluster_has_no_name():
    found = describe(space_of(TEXTS), np.full(6, -1, np.int32))
    assert (found.names, found.terms, found.medoids.shape) == ((), (), (0,))


@pytest.mark.parametrize(
    ("items", "are_texts"),
    [
        (["king", "New York", "ice cream"], False),
        (TEXTS, True),
        (["天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏"], True),
        (["123456789"], False),
    ],
)
def test_texts_are_told_from_names(items, are_texts):
    assert has_texts(space_of(items)) is are_texts
    assert has_texts(space_of(items, {"text": items}))


def test_names_are_told_apart():
    assert told_apart(["a", "b", "a", "a", "a (2)"]) == ["a", "b", "a (2)", "a (3)", "a (2) (2)"]
