"""A preview shows the first rows as the reader reads them, and what the columns would become."""

from __future__ import annotations

import csv
import gzip
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from embexplorer.core.errors import UserError
from embexplorer.operations.column_roles import params_with_role
from embexplorer.operations.context import Context
from embexplorer.operations.preview import preview
from embexplorer.operations.read import read

if TYPE_CHECKING:
    from pathlib import Path

D = 10
NAMES = ["key", "word", "topic", "umap_x", "umap_y", *[f"dim_{at}" for at in range(D)]]


@pytest.fixture
def context() -> Context:
    return Context.default()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a CSV of 300 rows with a column for each role."""
    path = tmp_path / "table.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(NAMES)
        for row in range(300):
            out.writerow([row, f"w{row}", "ab"[row % 2], row / 8, row / 4, *[f"{row}.5"] * D])
    return path


def roles(found) -> dict[str, str]:
    return {column.title: column.role for column in found.columns}


def give(found, title: str, role: str) -> dict:
    at = [column.title for column in found.columns].index(title)
    return params_with_role(found.columns, found.params, at, role)


def test_the_first_rows_with_the_roles_of_their_columns(table, context) -> None:
    found = preview(table, context)
    assert (found.format, found.can_choose, found.problem) == ("csv", True, None)
    assert roles(found) == {
        "key": "other", "word": "item", "topic": "other", "umap_x": "x", "umap_y": "y",
        "dim_0 … dim_9": "vector",
    }  # fmt: skip
    assert found.rows[2] == ("2", "w2", "a", "0.25", "0.5", "2.5, 2.5, 2.5, 2.5, …")
    assert 0 < len(found.rows) <= 100
    assert found.summary == "Vectors of 10 numbers, coordinates in 2-D"


def test_what_is_chosen_is_what_is_read(table, context) -> None:
    found = preview(table, context)
    params = give(found, "key", "item")
    again = preview(table, context, params=params)
    assert (roles(again)["key"], roles(again)["word"]) == ("item", "other")
    params = params_with_role(again.columns, params, 2, "left out")
    space = read(table, context, params=params).data
    assert list(space.items[:3]) == ["0", "1", "2"]
    assert list(space.columns) == ["word"]
    assert space.vectors.shape == (300, D)


def test_vectors_become_columns_and_coordinates_vectors(table, context) -> None:
    params = give(preview(table, context), "dim_0 … dim_9", "other")
    again = preview(table, context, params=params)
    assert again.summary == "Vectors of 2 numbers, coordinates in 2-D"
    assert "neighbors are measured on the map" in again.notes[0]


def test_one_axis_alone_is_said_and_can_be_mended(table, context) -> None:
    params = give(preview(table, context), "umap_x", "other")
    again = preview(table, context, params=params)
    assert again.problem is not None
    assert again.problem.title == "Coordinates need two or three columns"
    assert roles(again)["word"] == "item"  # the rest stays as it was
    params = give(again, "umap_y", "other")
    assert preview(table, context, params=params).problem is None


def test_a_table_with_text_becomes_a_corpus(tmp_path, context) -> None:
    path = tmp_path / "both.parquet"
    texts = [f"A text about number {row} that is long" for row in range(5)]
    vectors = pa.array([[1.0 * row, 2.0] for row in range(5)], pa.list_(pa.float32()))
    parquet.write_table(pa.table({"text": texts, "vector": vectors}), path)
    found = preview(path, context)
    assert [(column.kind, column.role) for column in found.columns] == [
        ("text", "text"), ("lists of 2 numbers", "vector"),
    ]  # fmt: skip
    params = give(found, "vector", "other")
    assert preview(path, context, params=params).summary == "Texts to encode"
    params = give(found, "vector", "left out")
    again = preview(path, context, params=params)
    back = params_with_role(again.columns, params, 1, "vector")
    assert preview(path, context, params=back).summary == "Vectors of 2 numbers"


def test_only_the_head_is_read(tmp_path, context) -> None:
    path = tmp_path / "broken.csv"
    good = "word,v0,v1\n" + "".join(f"w{row},1,2\n" for row in range(900_000))
    path.write_text(good + "last,1,2,3,4\n")
    found = preview(path, context)
    assert (found.problem, found.summary) == (None, "Vectors of 2 numbers")
    with pytest.raises(UserError, match="Row 900,002 has 5 columns"):
        read(path, context)


def test_a_bad_value_is_shown_as_it_is_written(tmp_path, context) -> None:
    path = tmp_path / "gap.csv"
    path.write_text("word,v0,v1\na,1,2\nb,n/a,3\nc,4,5\n")
    found = preview(path, context)
    assert found.rows[1] == ("b", "n/a", "3")
    assert found.problem is not None
    assert "n/a" in found.problem.detail
    mended = preview(path, context, params={"bad_rows": "leave out"})
    assert mended.problem is None
    assert "left out" in mended.notes[0]


def test_an_encoding_is_found_out_and_said(tmp_path, context) -> None:
    path = tmp_path / "korpus.txt"
    path.write_bytes("Größe zählt. Äpfel auch.\nZwei\n".encode("latin-1"))
    found = preview(path, context, params={"split": "sentence"})
    assert found.params == {
        "split": "sentence",
        "words": 100,
        "overlap": 20,
        "encoding": "latin-1",
    }
    assert found.notes == ("Read as Latin-1: the file is not UTF-8.",)
    assert found.rows == (("Größe zählt.",), ("Äpfel auch.",), ("Zwei",))
    given = preview(path, context, params={"encoding": "utf-8"})
    assert given.problem is not None
    assert given.problem.title == "The file is not UTF-8"
    assert (given.columns, given.format) == ((), "text")


def test_a_long_document_is_cut(tmp_path, context) -> None:
    path = tmp_path / "long.txt"
    path.write_text("word " * 400_000)
    found = preview(path, context, params={"split": "document"})
    assert len(found.rows) == 1
    assert found.rows[0][0].startswith("word word")
    assert len(found.rows[0][0]) <= 120


def test_arrays_show_items_and_the_first_numbers(tmp_path, context) -> None:
    np.save(tmp_path / "v.npy", np.arange(3000, dtype=np.float32).reshape(500, 6))
    (tmp_path / "v.txt").write_text("".join(f"w{row}\n" for row in range(500)))
    found = preview(tmp_path / "v.npy", context)
    assert not found.can_choose
    assert [(column.title, column.role) for column in found.columns] == [
        ("item", "item"), ("vector", "vector"),
    ]  # fmt: skip
    assert found.rows[1] == ("w1", "6, 7, 8, 9, …")
    assert len(found.rows) == 100


def test_a_format_may_be_chosen(tmp_path, context) -> None:
    path = tmp_path / "table.log"
    path.write_text("word;v0;v1\na;1;2\nb;3;4\n")
    assert preview(path, context).format == "text"
    found = preview(path, context, format_id="csv")
    assert roles(found) == {"word": "item", "v0": "vector", "v1": "vector"}


def test_a_compressed_table_is_looked_into(table, context) -> None:
    path = table.with_name("table.csv.gz")
    path.write_bytes(gzip.compress(table.read_bytes()))
    found = preview(path, context)
    assert (found.summary, found.rows[2][1]) == ("Vectors of 10 numbers, coordinates in 2-D", "w2")


def test_a_space_folder_has_nothing_to_choose(tmp_path, context) -> None:
    (tmp_path / "space.json").write_text("{}")
    with pytest.raises(UserError, match="Nothing to choose here"):
        preview(tmp_path, context)


def test_json_lines_keep_their_types(tmp_path, context) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text('{"word": "a", "embedding": [1, 2], "ok": true}\n' * 3)
    found = preview(path, context)
    assert [(column.title, column.kind, column.role) for column in found.columns] == [
        ("word", "text", "item"),
        ("embedding", "lists of 2 numbers", "vector"),
        ("ok", "yes or no", "other"),
    ]
    assert found.rows[0] == ("a", "1, 2", "True")
