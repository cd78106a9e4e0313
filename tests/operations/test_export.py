from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.projection import Projection
from embexplorer.core.selection import Selection
from embexplorer.core.space import Provenance, make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.export import (
    coords_table,
    selection_table,
    write_coords,
    write_space,
    write_table,
)
from embexplorer.operations.read import read_space


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


@pytest.fixture
def made():
    rng = np.random.default_rng(5)
    vectors = rng.normal(0, 0.3, (4, 9)).astype(np.float32)
    table = make_table(["king", "new york", "né", "x"], {"year": [1, 2, 3, 4]})
    return make_space(vectors, table, name="made", provenance=Provenance(encoder="minilm"))


FORMATS = {
    "o.vec": (False, False),
    "o.txt": (False, False),
    "o.bin": (False, False),
    "o.npy": (True, False),
    "o.npz": (True, True),
    "o.csv": (True, True),
    "o.tsv": (True, True),
    "o.jsonl": (True, True),
    "o.parquet": (True, True),
    "o.arrow": (True, True),
    "o": (True, True),
}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_gives_the_same_space_back_or_says_what_it_left_out(
    tmp_path, context, made, name
):
    keeps_columns, keeps_coords = FORMATS[name]
    coords = np.arange(8, dtype=np.float32).reshape(4, 2)
    notes = write_space(made, tmp_path / name, context, coords=coords)
    opened = read_space(tmp_path / name, context)
    assert opened.data.items[:] == made.items[:]
    assert opened.data.vectors.tobytes() == made.vectors.tobytes()
    assert ("year" in opened.data.columns) is keeps_columns
    assert (opened.coords is not None) is keeps_coords
    if keeps_columns:
        assert opened.data.columns["year"].to_pylist() == [1, 2, 3, 4]
    if keeps_coords:
        assert opened.coords.tolist() == coords.tolist()
    expected = []
    if not keeps_columns:
        expected.append("The format holds items and vectors only; left out: year.")
    if not keeps_coords:
        expected.append("The format holds no coordinates; they were left out.")
    assert list(notes) == expected


def test_a_space_folder_keeps_name_and_origin(tmp_path, context, made):
    write_space(made, tmp_path / "folder", context)
    space = read_space(tmp_path / "folder", context).data
    assert (space.id, space.name, space.provenance.encoder) == (made.id, "made", "minilm")
    write_space(made, tmp_path / "folder", context)  # a space folder may be replaced


def test_a_folder_that_is_no_space_is_never_replaced(tmp_path, context, made):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UserError) as caught:
        write_space(made, tmp_path / "mine", context)
    assert caught.value.title == "Not a space folder"
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"
    (tmp_path / "o.csv").mkdir()
    with pytest.raises(UserError) as caught:
        write_space(made, tmp_path / "o.csv", context)
    assert caught.value.title == "This is a folder"


def test_a_file_stays_as_it_was_when_writing_fails(tmp_path, context):
    space = make_space(np.ones((2, 2)), make_table(["ok", "a\nb"]))
    path = tmp_path / "o.vec"
    path.write_text("before")
    with pytest.raises(UserError):
        write_space(space, path, context)
    assert path.read_text() == "before"
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == ["o.vec"]


def test_an_unknown_extension_lists_what_there_is(tmp_path, context, made):
    with pytest.raises(UserError) as caught:
        write_space(made, tmp_path / "o.docx", context)
    assert caught.value.title == "Unknown kind of file"
    assert ".parquet" in caught.value.hint
    with pytest.raises(UserError) as caught:
        write_space(made, tmp_path / "o.docx", context, format_id="text")
    assert caught.value.title == "This format is only read"


def test_the_extension_chooses_the_format_unless_it_is_named(tmp_path, context, made):
    write_space(made, tmp_path / "o.data", context, format_id="word2vec-text")
    assert (tmp_path / "o.data").read_text().startswith("4 9\nking ")


@pytest.fixture
def projection(made):
    coords = np.array([[0.1, 1], [2, 3], [4, 5], [6, 7.5]], np.float32)
    return Projection(made.id, "pca", coords)


def test_coords_have_their_items_in_order(tmp_path, made, projection):
    table = coords_table(made, projection)
    assert table.column_names == ["item", "x", "y"]
    write_coords(made, projection, tmp_path / "c.csv")
    assert (tmp_path / "c.csv").read_text().split("\n")[:2] == ['"item","x","y"', '"king",0.1,1']
    write_coords(made, projection, tmp_path / "c.npy")
    assert np.load(tmp_path / "c.npy").tolist() == projection.coords.tolist()
    three = Projection(made.id, "pca", np.zeros((4, 3), np.float32))
    assert coords_table(made, three).column_names == ["item", "x", "y", "z"]


def test_a_selection_is_a_table_of_its_rows(made):
    table = selection_table(made, Selection.of(made.id, [3, 1, 3]))
    assert table.to_pydict() == {"index": [1, 3], "item": ["new york", "x"], "year": [2, 4]}


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.jsonl", "t.parquet", "t.arrow"])
def test_tables_are_written_whole_or_not_at_all(tmp_path, made, projection, name):
    table = coords_table(made, projection)
    write_table(table, tmp_path / name)
    assert (tmp_path / name).stat().st_size > 0
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [name]
    with pytest.raises(UserError) as caught:
        write_table(table, tmp_path / "t.docx")
    assert caught.value.title == "Unknown kind of file"


def test_a_place_that_may_not_be_written_is_an_error(tmp_path, made, projection):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError) as caught:
        write_table(coords_table(made, projection), tmp_path / "file" / "t.csv")
    assert caught.value.title == "The file cannot be written"
