from __future__ import annotations

import pickle

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.core.projection import Projection
from embexplorer.core.space import Provenance, make_space, make_table
from embexplorer.measures import quality
from embexplorer.measures.quality import measure_faithfulness
from embexplorer.operations import trust
from embexplorer.operations.context import Context
from embexplorer.operations.project import project
from embexplorer.operations.trust import per_item_trust, trust_columns, trust_to_plain
from embexplorer.storage.space_folder import open_folder, write_folder

NAMES = ["False neighbors", "Missing neighbors", "Neighbors kept"]


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def space_of(n, d=9, seed=1):
    vectors = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    return make_space(vectors, make_table([f"item {row}" for row in range(n)]))


def numbers(column):
    return column.values.to_numpy(zero_copy_only=False)


def test_the_columns_are_the_terms_of_the_measures(context):
    space = space_of(120)
    projection = project(space, "pca", context)
    columns = per_item_trust(space, projection, context, k=10)
    expected = measure_faithfulness(space.vectors, projection.coords, k=10)
    assert [column.name for column in columns] == NAMES
    false_column, missing_column, kept_column = map(numbers, columns)
    assert false_column == pytest.approx(expected.false_neighbors, abs=1e-12)
    assert missing_column == pytest.approx(expected.missing_neighbors, abs=1e-12)
    assert kept_column == pytest.approx(expected.kept / 10, abs=1e-12)
    measured = projection.quality
    whole = per_item_trust(space, projection, context)
    assert 1 - numbers(whole[0]).mean() == pytest.approx(measured["trustworthiness"], abs=1e-12)
    assert 1 - numbers(whole[1]).mean() == pytest.approx(measured["continuity"], abs=1e-12)
    assert numbers(whole[2]).mean() == pytest.approx(measured["neighbors_kept"], abs=1e-12)


def test_the_columns_say_how_they_came_about(context):
    space = space_of(40)
    projection = project(space, "pca", context, params={"unit_length": True})
    for column in per_item_trust(space, projection, context, k=4, seed=3):
        assert (column.space_id, column.projection_id) == (space.id, projection.id)
        assert column.params == {"k": 4, "metric": "cosine", "seed": 3, "sampled": None}
        assert column.how.startswith(f"{column.name}: ")
        assert column.how.endswith(
            "; 4 neighbors by cosine distance in the space, Euclidean on the map; every item."
        )


def test_above_the_limit_a_sample_is_measured_and_said(context, monkeypatch):
    space = space_of(300)
    projection = project(space, "pca", context)
    every = per_item_trust(space, projection, context)
    monkeypatch.setattr(quality, "EXACT_ITEMS", 50)
    monkeypatch.setattr(trust, "EVERY_ITEM", 200)
    monkeypatch.setattr(trust, "QUERIES", 60)
    drawn = per_item_trust(space, projection, context, seed=2)
    for whole, some in zip(every, drawn, strict=True):
        assert some.values.null_count == 240
        asked = some.values.is_valid().to_numpy(zero_copy_only=False)
        assert numbers(some)[asked] == pytest.approx(numbers(whole)[asked], abs=1e-12)
        assert "60 items drawn with seed 2, each ranked against all 300." in some.how
        assert some.params["sampled"] == 60


def test_items_that_are_not_on_the_map_have_no_value(context):
    space = space_of(90)
    projection = project(space, "pca", context, sample=40, seed=1)
    false_column, *_ = per_item_trust(space, projection, context, k=5)
    has_value = false_column.values.is_valid().to_numpy(zero_copy_only=False)
    assert np.flatnonzero(has_value).tolist() == projection.rows.tolist()
    alone = measure_faithfulness(space.vectors[projection.rows], projection.coords, k=5)
    assert numbers(false_column)[has_value] == pytest.approx(alone.false_neighbors, abs=1e-12)
    assert "among the 40 items on the map" in false_column.how


def test_items_without_a_direction_have_no_value(context):
    vectors = np.random.default_rng(1).normal(size=(40, 6)).astype(np.float32)
    vectors[[3, 8]] = 0
    space = make_space(vectors, make_table([f"item {row}" for row in range(40)]))
    projection = project(space, "pca", context, params={"unit_length": True})
    for column in per_item_trust(space, projection, context, k=4):
        is_missing = column.values.is_null().to_numpy(zero_copy_only=False)
        assert np.flatnonzero(is_missing).tolist() == [3, 8]
        assert column.how.endswith("every item; 2 without a direction left out.")


def test_a_child_measures_the_same(context, tmp_path):
    made = space_of(50)
    (tmp_path / "space").mkdir()
    write_folder(
        tmp_path / "space",
        name="made",
        table=made.table,
        vectors=made.vectors,
        provenance=Provenance(),
    )
    space, _ = open_folder(tmp_path / "space")
    projection = project(space, "pca", context, sample=40)
    values = trust_to_plain(
        str(tmp_path / "space"),
        projection.method,
        dict(projection.params),
        projection.coords,
        projection.rows,
        Progress(),
        k=6,
    )
    there = trust_columns(space, projection, pickle.loads(pickle.dumps(values)))
    here = per_item_trust(space, projection, context, k=6)
    for one, other in zip(there, here, strict=True):
        assert one.values.equals(other.values)
        assert (one.name, one.how, one.params) == (other.name, other.how, other.params)


def test_maps_that_cannot_be_measured_are_refused(context):
    space = space_of(12)
    tiny = space_of(3)
    with pytest.raises(UserError, match="needs 4 items; there are 3"):
        per_item_trust(tiny, Projection(tiny.id, "file", tiny.vectors[:, :2].copy()), context)
    coords = space.vectors[:, :2].copy()
    by_manhattan = Projection(space.id, "umap", coords, {"metric": "manhattan"})
    with pytest.raises(UserError, match="manhattan"):
        per_item_trust(space, by_manhattan, context)
    with pytest.raises(UserError, match="12 items and coords"):
        per_item_trust(space, Projection(space.id, "file", coords[:9]), context)


def test_measuring_items_can_be_cancelled(context):
    space = space_of(30)
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        per_item_trust(space, project(space, "pca", context), context, progress)
