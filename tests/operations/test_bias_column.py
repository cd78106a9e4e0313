"""A column of bias is what brute force says of every item, and says how it was made."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.bias_column import bias_column, column_table

SETS = {"name": "gender", "pairs": [["she", "he"], ["her", "his"], ["aunt", "uncle"]]}


@pytest.fixture
def words():
    rng = np.random.default_rng(5)
    names = [item for pair in SETS["pairs"] for item in pair] + [f"w{at}" for at in range(5000)]
    vectors = rng.normal(size=(len(names), 40)).astype(np.float32)
    vectors[names.index("w7")] = 0
    return make_space(vectors, make_table(names), name="words")


@pytest.mark.parametrize("projection", ["cosine", "raw"])
@pytest.mark.parametrize("unit_length", [True, False])
def test_it_is_the_projection_of_every_item(words, projection, unit_length):
    made = bias_column(words, SETS, way="mean", projection=projection, unit_length=unit_length)
    wide = np.float64(words.vectors)
    unit = wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-300)
    sides = (unit if unit_length else wide)[:6]
    axis = (sides[0::2] - sides[1::2]).mean(axis=0)
    expected = (unit if projection == "cosine" else wide) @ (axis / np.linalg.norm(axis))
    values = np.array(made.values.to_pylist(), float)
    zero = words.items.index_of("w7")
    if projection == "cosine":
        assert made.values[zero].as_py() is None
        values[zero] = 0.0
    np.testing.assert_allclose(values, expected, atol=1e-12)


def test_it_says_how_it_was_made(words):
    made = bias_column(
        words, SETS | {"pairs": [*SETS["pairs"], ["gal", "guy"]]}, allow_missing=True
    )
    assert made.name == "Bias: gender"
    assert made.how.startswith("Cosine of each item with the direction from “he” to “she”, found")
    assert "3 of 4 pairs of “gender”" in made.how
    assert made.params["way"] == "pca"
    assert made.params["pairs"][0] == ["she", "he"]
    assert made.space_id == words.id


def test_as_a_table_it_is_item_and_score(words):
    table = column_table(words, bias_column(words, SETS))
    assert table.column_names == ["item", "score"]
    assert table.column("item")[0].as_py() == "she"
    assert table.column("score").null_count == 1


def test_sets_without_pairs_are_refused_and_a_cancel_is_heard(words):
    with pytest.raises(UserError) as caught:
        bias_column(words, {"X": ["she"], "Y": ["he"]})
    assert caught.value.title == "Pairs are needed"
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        bias_column(words, SETS, progress=progress)
