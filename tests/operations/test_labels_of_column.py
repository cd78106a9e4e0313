from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.labels_of_column import labels_of_column

COLUMNS = {
    "topic": ["sea", "sky", None, "sea"],
    "year": [1990, 1990, 2001, None],
    "flag": [True, False, True, True],
    "score": [0.5, 0.5, 1.0, 1.0],
    "name": ["a", "b", "c", "d"],
    "same": ["x", "x", "x", None],
    "coded": pa.chunked_array(
        [pa.array(["b", "a"]).dictionary_encode(), pa.array(["a", None]).dictionary_encode()]
    ),
}


@pytest.fixture
def space():
    return make_space(np.eye(4, dtype=np.float32), make_table(list("wxyz"), COLUMNS))


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("topic", [0, 1, -1, 0]),
        ("year", [0, 0, 1, -1]),
        ("flag", [0, 1, 0, 0]),
        ("coded", [0, 1, 1, -1]),
    ],
)
def test_equal_values_have_one_number_and_missing_ones_none(space, column, expected):
    labels = labels_of_column(space, column)
    assert labels.tolist() == expected
    assert labels.dtype == np.int32


@pytest.mark.parametrize(
    ("column", "detail"),
    [
        ("score", "“score” holds double values."),
        ("name", "“name” has 4 different values for 4 items."),
        ("same", "“same” has 1 different values for 4 items."),
    ],
)
def test_a_column_without_groups_is_refused(space, column, detail):
    with pytest.raises(UserError) as caught:
        labels_of_column(space, column)
    assert (caught.value.title, caught.value.detail) == ("Column names no groups", detail)


@pytest.mark.parametrize("column", ["nope", "item"])
def test_a_column_that_is_not_there_is_named(space, column):
    with pytest.raises(UserError, match="No such column") as caught:
        labels_of_column(space, column)
    assert caught.value.hint.startswith("The columns are: topic, year")
