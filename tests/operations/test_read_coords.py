from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.export import write_coords, write_space
from embexplorer.operations.read_coords import read_coords

ITEMS = ["a, b", '“quoted” "words"', "a long sentence of some thirty and more characters", "007"]
COORDS = np.array([[0.1, -2], [3, 4e-7], [5, 1e6], [-7.25, 0]], np.float32)


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def space_of(items):
    vectors = np.random.default_rng(0).normal(size=(len(items), 5)).astype(np.float32)
    return make_space(vectors, make_table(items))


def written(tmp_path, name, space, coords=COORDS):
    write_coords(space, Projection(space.id, "pca", coords), tmp_path / name)
    return tmp_path / name


@pytest.mark.parametrize("name", ["m.csv", "m.tsv", "m.jsonl", "m.parquet", "m.arrow", "m.npy"])
@pytest.mark.parametrize("dims", [2, 3])
def test_what_project_writes_comes_back(context, tmp_path, name, dims):
    space = space_of(ITEMS)
    coords = np.hstack([COORDS, COORDS[:, :1] + 1])[:, :dims]
    found = read_coords(written(tmp_path, name, space, coords), space, context)
    assert (found.dtype, found.flags.writeable) == (np.float32, False)
    assert np.array_equal(found, coords)


@pytest.mark.parametrize(
    "items",
    [
        ["0", "1", "2", "3"],
        ["1.5", "2.5", "3.5", "4.5"],
        ["", " ", "a", "a"],
        ["x" * 200, "two\nlines", "null", "NaN"],
    ],
)
@pytest.mark.parametrize("name", ["m.csv", "m.jsonl", "m.parquet"])
def test_unusual_items_come_back(context, tmp_path, name, items):
    space = space_of(items)
    assert np.array_equal(read_coords(written(tmp_path, name, space), space, context), COORDS)


def test_the_coords_of_a_whole_space_are_its_map(context, tmp_path):
    space = space_of(ITEMS)
    for name in ("space.csv", "space"):
        write_space(space, tmp_path / name, context, coords=COORDS)
        assert np.array_equal(read_coords(tmp_path / name, space, context), COORDS)


def test_a_table_without_items_goes_by_order(context, tmp_path):
    (tmp_path / "m.csv").write_text("umap_1,umap_2\n0.5,1.5\n2.5,3.5\n", encoding="utf-8")
    found = read_coords(tmp_path / "m.csv", space_of(["a", "b"]), context)
    assert found.tolist() == [[0.5, 1.5], [2.5, 3.5]]


def test_an_array_is_not_held_against_the_table_beside_it(context, tmp_path):
    space = space_of(ITEMS)
    written(tmp_path, "m.csv", space_of(["x", "y"]), COORDS[:2])
    assert np.array_equal(read_coords(written(tmp_path, "m.npy", space), space, context), COORDS)


def refused(path, space, context):
    with pytest.raises(UserError) as caught:
        read_coords(path, space, context)
    assert caught.value.hint
    assert len(caught.value.title.split()) <= 6
    return str(caught.value)


@pytest.mark.parametrize("name", ["m.csv", "m.npy"])
def test_another_number_of_rows_is_refused(context, tmp_path, name):
    path = written(tmp_path, name, space_of(["a", "b", "c"]), COORDS[:3])
    assert refused(path, space_of(ITEMS), context) == (
        f"Map and space differ in number: {name} has 3 rows, the space 4 items."
    )


def test_a_row_of_another_item_is_named(context, tmp_path):
    path = written(tmp_path, "m.csv", space_of([*ITEMS[:2], "something else", ITEMS[3]]))
    assert refused(path, space_of(ITEMS), context) == (
        "A map of other items: m.csv, row 3: the map has “something else”, the space “a long "
        "sentence of some thirty and more …”."
    )


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("nan", "line 3, column y: “nan”"),
        ("inf", "line 3, column y: “inf”"),
        ("", "column y is empty"),
    ],
)
def test_coords_that_are_not_finite_name_their_row(context, tmp_path, value, says):
    (tmp_path / "m.csv").write_text(f"item,x,y\na,1,2\nb,3,{value}\nc,5,6\n", encoding="utf-8")
    assert says in refused(tmp_path / "m.csv", space_of(["a", "b", "c"]), context)


def test_an_array_that_is_not_finite_names_its_row(context, tmp_path):
    np.save(tmp_path / "m.npy", np.array([[1, 2], [3, np.nan]]))
    said = refused(tmp_path / "m.npy", space_of(["a", "b"]), context)
    assert said.startswith("Row 2 is not finite: m.npy, row 2, column 2: “nan”")


def test_a_file_without_coordinates_is_refused(context, tmp_path):
    space = space_of(ITEMS)
    write_space(space, tmp_path / "space.csv", context)
    said = refused(tmp_path / "space.csv", space, context)
    assert (
        said == "No coordinates in this file: space.csv has 5 numbers in a row; a map has 2 or 3."
    )
    (tmp_path / "t.csv").write_text("item\na\nb\n", encoding="utf-8")
    assert "holds 2 texts and no coordinates" in refused(tmp_path / "t.csv", space, context)
    np.save(tmp_path / "m.npy", np.zeros((4, 7)))
    assert "m.npy has 7 numbers in a row" in refused(tmp_path / "m.npy", space, context)
    assert refused(tmp_path / "none.csv", space, context).startswith("No such file")
    assert refused(tmp_path / "none.npy", space, context).startswith("No such file")
    np.save(tmp_path / "o.npy", np.array([[None, 1]]), allow_pickle=True)
    assert refused(tmp_path / "o.npy", space, context).startswith("Python objects, not numbers")


@pytest.mark.parametrize("keep", [0, 5, 70, 100, 135])
def test_a_damaged_array_is_refused_with_its_name(context, tmp_path, keep):
    path = tmp_path / "map.npy"
    np.save(path, np.array(COORDS, np.float32))
    path.write_bytes(path.read_bytes()[:keep])
    assert "map.npy" in refused(path, space_of(["a", "b", "c"]), context)
