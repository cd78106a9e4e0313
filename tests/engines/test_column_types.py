"""What a column of texts is taken for."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from embexplorer.engines.column_types import typed


@pytest.mark.parametrize(
    ("texts", "kind", "values"),
    [
        (["1", "", "-20"], pa.int64(), [1, None, -20]),
        (["1", ".5", "1e3"], pa.float64(), [1.0, 0.5, 1000.0]),
        (["True", "false"], pa.bool_(), [True, False]),
        (["2020-02-29", ""], pa.date32(), [dt.date(2020, 2, 29), None]),
        (["2020-01-02 03:04", "1969-12-31T23:59:59"], pa.timestamp("s"), None),
        (["2020-01-02 03:04:05.25"], pa.timestamp("us"), None),
    ],
)
def test_texts_that_all_say_so_become_values(texts, kind, values):
    found = typed(pa.chunked_array([pa.array(texts, pa.large_string())]))
    assert found.type == kind
    if values is None:
        values = [dt.datetime.fromisoformat(text) for text in texts]
    assert found.to_pylist() == values


@pytest.mark.parametrize(
    "texts",
    [
        ["007", "1"],
        ["1", "x"],
        ["2021-02-29"],
        ["2020-01-02", "in May"],
        ["2020-01-02 25:00"],
        ["2020-01-02T03:04Z"],
        ["2020-01-02 03:04:05.123456789"],
        ["", ""],
    ],
)
def test_other_texts_stay_as_they_are(texts):
    column = pa.chunked_array([pa.array(texts, pa.large_string())])
    assert typed(column).equals(column)
