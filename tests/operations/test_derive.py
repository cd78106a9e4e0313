"""Similarity to a query, distance to neighbors and density are what brute force says."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from embexplorer.operations import derive
from embexplorer.operations.context import Context
from embexplorer.operations.keep import on_disk


@pytest.fixture
def cloud():
    vectors = np.random.default_rng(3).normal(size=(60, 5)).astype(np.float32)
    return make_space(vectors, make_table([f"item{row}" for row in range(60)]), name="cloud")


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def unit_distances(vectors) -> np.ndarray:
    wide = np.asarray(vectors, np.float64)
    unit = wide / np.linalg.norm(wide, axis=1)[:, None]
    return 1 - unit @ unit.T


def test_similarity_to_an_item_is_the_cosine_of_every_item(space):
    made = derive.similarity(space, "king")
    values = made.values.to_pylist()
    assert values[:6] == pytest.approx([1.0, 0.0, 0.5, -0.5, 0.0, 0.0])
    assert values[6] is None  # a zero vector has no cosine
    assert values[7] == pytest.approx(1.0)
    assert made.name == "Similarity to “king”"
    assert made.how == "Similarity of each item to “king” by the cosine of the raw vectors."
    assert made.params == {"query": "king", "metric": "cosine"}


def test_a_distance_says_so(space):
    made = derive.similarity(space, "man", "euclidean")
    assert made.name == "Distance to “man”"
    assert made.values.to_pylist()[2] == 0.0
    assert made.values.to_pylist()[3] == pytest.approx(2.0)


def test_a_long_query_is_shortened_in_the_name_alone(space):
    vector = np.array([0, 0, 0, 1.0])
    made = derive.similarity(space, "a rather long text that is a query", vector=vector)
    assert made.values.to_pylist()[4] == pytest.approx(1.0)
    long = derive.similarity(space, "word " * 20, vector=vector)
    assert len(long.name) < 60
    assert long.name.endswith("…”")


@pytest.mark.parametrize("metric", ["cosine", "euclidean", "manhattan"])
def test_the_distance_to_neighbors_is_that_of_all_pairs(cloud, context, metric):
    made = derive.neighbor_distance(cloud, context, k=4, metric=metric)
    wide = cloud.vectors.astype(np.float64)
    if metric == "cosine":
        pairs = unit_distances(wide)
    else:
        order = 2 if metric == "euclidean" else 1
        pairs = np.linalg.norm(wide[:, None] - wide[None], ord=order, axis=2)
    expected = np.sort(pairs, axis=1)[:, 1:5].mean(axis=1)
    assert made.values.to_numpy() == pytest.approx(expected, rel=1e-4)
    assert made.how == (
        f"Mean {metric} distance of an item to its 4 nearest other items; every item, exact."
    )


def test_above_a_limit_a_sample_is_measured_against_all(cloud, context, monkeypatch):
    whole = derive.neighbor_distance(cloud, context, k=4).values.to_numpy()
    monkeypatch.setitem(derive.EXACT_UP_TO, "cosine", 50)
    monkeypatch.setattr(derive, "QUERIES", 20)
    made = derive.neighbor_distance(cloud, context, k=4, seed=7)
    found = made.values.to_numpy(zero_copy_only=False)
    measured = np.isfinite(found)
    assert measured.sum() == 20
    assert found[measured] == pytest.approx(whole[measured])
    assert "20 items drawn with seed 7, each against all 60, the others without a value" in made.how
    assert made.params["sampled"] == 20


def test_items_without_a_direction_have_no_distance_by_the_cosine(space, context):
    made = derive.neighbor_distance(space, context, k=2)
    assert made.values.to_pylist()[6] is None
    assert made.values.to_pylist()[0] == pytest.approx((0.0 + 0.5) / 2)  # its repeat, then man
    with pytest.raises(UserError, match="Too few items to compare"):
        derive.neighbor_distance(make_space(np.zeros((3, 2)), make_table(["a", "b", "c"])), context)


def test_a_child_measures_the_same(cloud, context):
    kept = on_disk(cloud, context)
    plain = derive.neighbor_distance_to_plain(str(kept.folder), 4, "cosine", 0, Progress())
    made = derive.distance_column(kept, plain)
    assert made.values.equals(derive.neighbor_distance(cloud, context, k=4).values)


@pytest.mark.parametrize("dims", [2, 3])
def test_density_is_near_that_of_a_kernel_at_every_point(dims):
    points = np.random.default_rng(1).normal(size=(300, dims))
    side = np.ptp(points, axis=0).max()
    sigma = (0.01 if dims == 2 else 0.02) * side
    squares = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    expected = np.exp(-0.5 * squares / sigma**2).sum(axis=1)
    found = derive.density_at(points, Progress())
    assert found.max() == 1.0
    assert np.corrcoef(found, expected)[0, 1] > 0.97


def test_density_has_no_value_where_an_item_has_no_place():
    coords = np.array([[0, 0], [np.nan, 0], [0, 0], [1, 1]], np.float32)
    made = derive.map_density(Projection("s", "umap", coords), coords)
    values = made.values.to_pylist()
    assert values[1] is None
    assert values[0] == values[2] == 1.0
    assert values[3] == pytest.approx(0.5, abs=0.02)
    assert made.how.endswith("dense here need not be dense there.")
    same = np.zeros((3, 2), np.float32)
    one_place = derive.map_density(Projection("s", "pca", same), same)
    assert one_place.values.to_pylist() == [1.0, 1.0, 1.0]
    nowhere = np.full((2, 2), np.nan, np.float32)
    gone = derive.map_density(Projection("s", "pca", nowhere), nowhere)
    assert gone.values.null_count == 2
