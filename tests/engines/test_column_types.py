"""What a column of texts is taken for."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from embexplorer.engines.column_types import mostly_typed, typed


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


@pytest.mark.parametrize("decimal", [".", ","])
def test_many_columns_become_what_each_would_alone(decimal):
    columns = {
        "whole": ["1", "-20", "0"],
        "decimals": ["1.5", "-2e3", ".5"],
        "commas": ["1,5", "2,25", "-3,0"],
        "both": ["1", "2.5", "3"],
        "with a gap": ["1", "", "3"],
        "with none": ["1", None, "3"],
        "is": ["true", "false", "true"],
        "day": ["2020-01-31", "2020-06-30", "2021-01-01"],
        "name": ["1", "a", "b"],
        "blank": ["", "", ""],
    }
    table = pa.table({name: pa.array(texts, pa.large_string()) for name, texts in columns.items()})
    found = mostly_typed(table, decimal)
    assert found.column_names == table.column_names
    for name in columns:
        alone = typed(table.column(name), decimal)
        assert found.column(name).type == alone.type, name
        assert found.column(name).to_pylist() == alone.to_pylist(), name


def test_a_column_that_mostly_fits_is_one_of_numbers():
    texts = pa.table({"a": ["1.5", "n/a", "2"], "b": ["1", "x", "y"], "word": ["1", "2", "x"]})
    table = texts.cast(pa.schema([(name, pa.large_string()) for name in texts.column_names]))
    found = mostly_typed(table)
    assert found.column("a").to_pylist() == [1.5, None, 2.0]
    assert found.select(["b", "word"]).equals(table.select(["b", "word"]))
    assert mostly_typed(table.slice(0, 0)).num_rows == 0
