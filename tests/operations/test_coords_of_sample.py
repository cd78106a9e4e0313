from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.coords_of_sample import read_map
from embexplorer.operations.export import write_coords

ITEMS = ["king", "queen", "man", "woman", "king", "apple", "pear"]


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def space_of(items):
    vectors = np.random.default_rng(0).normal(size=(len(items), 5)).astype(np.float32)
    return make_space(vectors, make_table(items))


def written(path, space, rows):
    chosen = np.array(rows)
    coords = np.random.default_rng(1).normal(size=(len(rows), 2)).astype(np.float32)
    write_coords(space, Projection(space.id, "pca", coords, rows=chosen), path)
    return path, coords


@pytest.mark.parametrize("name", ["m.csv", "m.jsonl", "m.parquet"])
@pytest.mark.parametrize("rows", [[1, 2, 5], [0, 3, 4], [6, 1]])
def test_the_items_of_a_sample_say_their_rows(context, tmp_path, name, rows):
    space = space_of(ITEMS)
    path, coords = written(tmp_path / name, space, rows)
    found, found_rows = read_map(path, space, context)
    assert found_rows.tolist() == rows
    assert np.array_equal(found, coords)


def test_a_map_of_all_items_has_no_rows(context, tmp_path):
    space = space_of(ITEMS)
    path, coords = written(tmp_path / "m.csv", space, range(7))
    found, rows = read_map(path, space, context)
    assert rows is None
    assert np.array_equal(found, coords)


def test_long_items_are_found_by_their_text(context, tmp_path):
    texts = [f"a sentence that is {number} times longer than any label " * 6 for number in "1234"]
    space = space_of(texts)
    path, coords = written(tmp_path / "m.csv", space, [1, 3])
    found, rows = read_map(path, space, context)
    assert rows.tolist() == [1, 3]
    assert np.array_equal(found, coords)


def test_an_item_that_stands_twice_does_not_say_its_row(context, tmp_path):
    space = space_of(ITEMS)
    path, _ = written(tmp_path / "m.csv", space, [1, 4])
    with pytest.raises(UserError, match=r"“king” stands 2 times in the space, 1 times in m\.csv"):
        read_map(path, space, context)


def test_items_of_another_space_are_named(context, tmp_path):
    path, _ = written(tmp_path / "m.csv", space_of(["man", "tree", "pear"]), [0, 1, 2])
    with pytest.raises(UserError, match="row 2: “tree” is not an item of the space"):
        read_map(path, space_of(ITEMS), context)


def test_rows_without_items_must_be_all(context, tmp_path):
    np.save(tmp_path / "m.npy", np.zeros((3, 2), np.float32))
    (tmp_path / "m.csv").write_text("x,y\n1,2\n3,4\n5,6\n", encoding="utf-8")
    numbered = space_of([str(row) for row in range(7)])
    for name in ("m.npy", "m.csv"):
        with pytest.raises(UserError, match="3 rows, the space 7 items"):
            read_map(tmp_path / name, numbered, context)


def test_files_that_are_no_map_are_refused(context, tmp_path):
    (tmp_path / "m.csv").write_text("item,x,y\nman,1,nan\npear,3,4\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"m\.csv, line 2, column y"):
        read_map(tmp_path / "m.csv", space_of(ITEMS), context)
    with pytest.raises(UserError, match=r"There is no .*none\.csv"):
        read_map(tmp_path / "none.csv", space_of(ITEMS), context)
