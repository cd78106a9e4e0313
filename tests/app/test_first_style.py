"""How the map of a space is drawn until a person chooses."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.app.first_style import first_style
from embexplorer.app.style import ITEM_NAMES
from embexplorer.core.space import make_space, make_table

WORDS = ["king", "queen", "New York", "été", "猫", "don't", "user_name", "of"]


@pytest.mark.parametrize(
    ("items", "labels"),
    [
        (WORDS, ITEM_NAMES),
        ([*WORDS, "42", "covid19"], ITEM_NAMES),  # eight of ten
        ([*WORDS, "42", "covid19", "7"], ""),
        ([f"item {number}" for number in range(8)], ""),
        (["cat.1.jpg", "cat.2.jpg"], ""),
        (["This is one of the sentences of a corpus."] * 3, ""),
        (["cat", "dog"] * 5, ""),  # names of classes
    ],
)
def test_items_are_named_at_first_where_they_are_words(items, labels):
    space = make_space(np.ones((len(items), 2), np.float32), make_table(items, {}))
    assert first_style(space).labels == labels


def test_short_names_of_texts_are_not_words():
    table = make_table(WORDS, {"text": [f"all of a text about {word}" for word in WORDS]})
    assert first_style(make_space(np.ones((8, 2), np.float32), table)).labels == ""


def test_the_first_categories_color():
    table = make_table(WORDS, {"size": [0.5 * k for k in range(8)], "kind": ["a", "b"] * 4})
    style = first_style(make_space(np.ones((8, 2), np.float32), table))
    assert (style.color_by, style.labels) == ("kind", ITEM_NAMES)
