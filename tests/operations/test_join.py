"""Columns of a table join a space by a key: exactly, with their types, and with what is missing."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from embexplorer.core.errors import UserError
from embexplorer.core.space import Space, make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.join import join, match, read_columns, with_columns

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def space() -> Space:
    """Return five items with a number each; one item stands twice."""
    items = ["ant", "bee", "cat", "dog", "ant"]
    return make_space(np.eye(5, dtype=np.float32), make_table(items, {"number": [7, 8, 9, 10, 11]}))


def values(made) -> dict[str, list]:
    return {column.name: column.values.to_pylist() for column in made}


def test_each_item_gets_the_row_of_its_key(space) -> None:
    table = pa.table({"name": ["dog", "ant", "eel"], "legs": [4, 6, 0]})
    found = match(space, table)
    assert (found.on, found.key) == ("name", "item")
    assert found.rows.tolist() == [1, -1, -1, 0, 1]
    assert (found.asked, found.found, found.missing, found.unused) == (5, 3, 2, 1)
    made = join(space, table, found, "/data/zoo.csv")
    assert values(made) == {"legs": [6, None, None, 4, 6]}
    assert made[0].how == (
        "Joined from zoo.csv by its column “name”, which is “item” here: "
        "3 of 5 items found, 2 missing. 1 row belongs to no item."
    )
    assert made[0].params == {
        "file": "/data/zoo.csv", "column": "legs", "on": "name", "key": "item",
    }  # fmt: skip


def test_of_rows_with_one_key_the_first_is_taken_and_said(space) -> None:
    table = pa.table({"name": ["ant", "bee", "ant", "eel", "eel"], "legs": [6, 6, 7, 0, 1]})
    found = match(space, table)
    assert found.repeated == ("ant",)
    assert found.unused == 2
    assert "1 key stands in several rows of the table, of which the first is taken: “ant”." in (
        found.notes
    )
    assert values(join(space, table, found, "t"))["legs"] == [6, 6, None, None, 6]


def test_types_are_kept(space) -> None:
    day = datetime.date(2020, 5, 17)
    table = pa.table(
        {
            "item": ["ant", "cat"],
            "whole": [1, 2],
            "decimal": [0.5, None],
            "truth": [True, False],
            "day": [day, None],
            "word": pa.array(["x", "y"]).dictionary_encode(),
            "list": [[1], [2]],
        }
    )
    made = join(space, table, match(space, table), "t")
    kinds = {column.name: str(column.values.type) for column in made}
    assert kinds == {
        "whole": "int64", "decimal": "double", "truth": "bool", "day": "date32[day]",
        "word": "string",
    }  # fmt: skip
    assert values(made)["day"] == [day, None, None, None, day]


def test_whole_numbers_are_keys_however_they_are_written(space) -> None:
    for keys in ([7, 10], [7.0, 10.0], ["7", "10"]):
        table = pa.table({"id": keys, "color": ["red", "blue"]})
        found = match(space, table)
        assert (found.on, found.key) == ("id", "number")
        assert found.rows.tolist() == [0, -1, -1, 1, -1]


def test_a_missing_key_matches_nothing() -> None:
    space = make_space(np.eye(3, dtype=np.float32), make_table(["a", "", "c"]))
    table = pa.table({"key": ["", None, "c"], "v": [1, 2, 3]})
    assert match(space, table, "key", "item").rows.tolist() == [-1, -1, 2]


def test_the_key_is_the_column_with_few_repeats() -> None:
    kinds = ["x", "y"] * 50
    items = [f"w{row}" for row in range(100)]
    space = make_space(np.eye(100, dtype=np.float32), make_table(items, {"kind": kinds}))
    table = pa.table({"kind": kinds, "word": items[::-1]})
    found = match(space, table)
    assert (found.on, found.key) == ("word", "item")
    assert found.rows.tolist() == list(range(99, -1, -1))


def test_what_cannot_be_joined_is_refused(space) -> None:
    table = pa.table({"name": ["eel"], "legs": [0]})
    with pytest.raises(UserError, match="No item is in the table"):
        join(space, table, match(space, table, "name"), "t.csv")
    with pytest.raises(UserError, match="no column “id”"):
        match(space, table, "id")
    alone = pa.table({"name": ["ant"]})
    with pytest.raises(UserError, match="Nothing to join"):
        join(space, alone, match(space, alone), "t.csv")
    empty = pa.table({"name": pa.array([], pa.string()), "legs": pa.array([], pa.int64())})
    assert match(space, empty).found == 0


def test_names_that_are_taken_get_a_number(space) -> None:
    table = pa.table({"name": ["ant"], "number": [1]})
    made = join(space, table, match(space, table, "name"), "t")
    assert with_columns(space, made).table.column_names == ["item", "number", "number 2"]


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet"])
def test_a_table_is_read_whole_with_its_types(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"meta.{ending}"
    rows = 70_000
    names = [f"w{row}" for row in range(rows)]
    if ending == "parquet":
        parquet.write_table(
            pa.table({"name": names, "year": range(rows), "v0": [0.5] * rows}), path
        )
    elif ending == "jsonl":
        line = '{{"name": "{}", "year": {}, "v0": 0.5}}\n'
        path.write_text(
            "".join(line.format(*pair) for pair in zip(names, range(rows), strict=True))
        )
    else:
        cut = "," if ending == "csv" else "\t"
        lines = (cut.join((name, str(row), "0.5")) for row, name in enumerate(names))
        path.write_text("\n".join([cut.join(("name", "year", "v0")), *lines]))
    table = read_columns(path, Context.default())
    assert table.num_rows == rows
    assert [str(kind) for kind in table.schema.types][1:] == ["int64", "double"]
    assert table.column("year")[-1].as_py() == rows - 1


def test_texts_are_no_table(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("some words\n")
    with pytest.raises(UserError, match="No table in this file"):
        read_columns(path, Context.default())
