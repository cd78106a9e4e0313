from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.progress import Progress
from embexplorer.core.projection import Projection
from embexplorer.core.space import Provenance, make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.keep import on_disk
from embexplorer.operations.place_space import place_space, place_to_plain, plain_fields
from embexplorer.operations.project import projection_from_plain


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def space_of(vectors, name, **made):
    table = make_table([f"{name} {row}" for row in range(len(vectors))])
    return make_space(vectors, table, name=name, provenance=Provenance(**made))


def normal(n, d=4, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


def test_a_copy_lies_on_its_item_and_the_notes_say_on_what(context):
    old = space_of(normal(20), "old", encoder="hashing", revision="1")
    new = space_of(old.vectors[[3, 8]], "new", encoder="hashing", revision="1")
    coords = normal(20, 2, seed=1)
    made = Projection(old.id, "file", coords, seed=5, axes=("a", "b"), id="the map")
    placed = place_space(old, made, new, context)
    np.testing.assert_allclose(placed.coords, coords[[3, 8]], rtol=1e-6)
    assert (placed.space_id, placed.onto, placed.method) == (new.id, "the map", "file")
    assert (placed.axes, placed.rows) == (("a", "b"), None)
    assert placed.notes == (
        "Placed on a map of “old”, 20 items.",
        "New items lie by their 15 nearest items on the map, which has not moved.",
    )


def test_a_zero_vector_has_no_place_where_directions_count(context):
    old = space_of(normal(20), "old")
    vectors = old.vectors[[3, 8, 9]].copy()
    vectors[1] = 0
    new = space_of(vectors, "new")
    made = Projection(old.id, "tsne", normal(20, 2, seed=1))
    placed = place_space(old, made, new, context)
    assert placed.rows.tolist() == [0, 2]
    np.testing.assert_allclose(placed.coords, made.coords[[3, 9]], atol=2e-2)
    assert "1 item has no direction, and no place on the map." in placed.notes


def test_a_child_gives_the_same_map(context):
    old = on_disk(space_of(normal(30), "old"), context)
    new = on_disk(space_of(normal(4, seed=2), "new"), context)
    made = Projection(old.id, "umap", normal(30, 2, seed=1), {"n_neighbors": 5, "n_epochs": 9})
    here = place_space(old, made, new, context)
    there = projection_from_plain(
        place_to_plain(str(old.folder), str(new.folder), plain_fields(made), Progress())
    )
    assert there.coords.tobytes() == here.coords.tobytes()
    assert (there.onto, there.notes) == (made.id, here.notes)
