from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.place_items import place_items
from embexplorer.operations.project import project


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def space_of(vectors):
    return make_space(vectors, make_table([f"item {row}" for row in range(len(vectors))]))


def blobs(n=330, groups=5, d=10):
    rng = np.random.default_rng(0)
    centers = 4 * rng.normal(size=(groups, d))
    of = np.arange(n) % groups
    return (centers[of] + rng.normal(size=(n, d))).astype(np.float32), of


@pytest.mark.parametrize("method", ["umap", "pca"])
def test_new_items_join_their_groups_and_the_map_stays(context, method):
    vectors, groups = blobs()
    space = space_of(vectors[:300])
    map_ = project(space, method, context, quality=False)
    before = map_.coords.tobytes()
    placed = place_items(space, map_, vectors[300:], context)
    assert map_.coords.tobytes() == before
    distances = np.linalg.norm(placed.coords[:, None] - map_.coords, axis=2)
    np.testing.assert_array_equal(groups[distances.argmin(axis=1)], groups[300:])
    assert placed.neighbors.rows.shape == (30, 15)
    how = {
        "umap": "by their 15 nearest items on the map, which has not moved.",
        "pca": "along the axes of the map, which have not moved.",
    }
    assert placed.notes == (f"New items lie {how[method]}",)
    again = place_items(space, map_, vectors[300:], context)
    assert again.coords.tobytes() == placed.coords.tobytes()


def test_the_place_is_the_weighted_mean_by_hand(context):
    # Two neighbors, 1 and 2 away: their strengths x and x² sum up to log2 of 2.
    space = space_of(np.array([[1.0], [2.0]], np.float32))
    coords = np.array([[0, 0], [3, 6]], np.float32)
    made = Projection(space.id, "file", coords)
    placed = place_items(space, made, np.zeros((1, 1), np.float32), context)
    x = (np.sqrt(5) - 1) / 2
    np.testing.assert_allclose(placed.coords[0], x * x * coords[1], rtol=1e-4)
    assert placed.neighbors.distances.tolist() == [[1, 2]]


def test_a_copy_of_an_item_lies_where_it_lies(context):
    vectors, _ = blobs(60)
    space = space_of(vectors)
    coords = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    placed = place_items(space, Projection(space.id, "file", coords), vectors[[7, 31]], context)
    np.testing.assert_allclose(placed.coords, coords[[7, 31]], rtol=1e-6)


def test_a_map_of_a_sample_places_by_the_items_of_the_sample(context):
    vectors, _ = blobs(80)
    space = space_of(vectors)
    rows = np.arange(1, 80, 2)
    coords = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
    made = Projection(space.id, "file", coords, rows=rows)
    placed = place_items(space, made, vectors[[4, 5]], context)
    assert np.isin(placed.neighbors.rows, rows).all()
    assert placed.neighbors.rows[1, 0] == 5
    np.testing.assert_allclose(placed.coords[1], coords[2], rtol=1e-6)


def test_vectors_of_another_space_are_refused(context):
    space = space_of(blobs(20)[0])
    made = Projection(space.id, "file", np.zeros((20, 2), np.float32))
    with pytest.raises(UserError, match="Vectors of another space") as caught:
        place_items(space, made, np.zeros((2, 3), np.float32), context)
    assert "(2, 3)" in caught.value.detail


def test_a_zero_vector_has_no_place_where_directions_count(context):
    vectors, _ = blobs(20)
    made = Projection("", "umap", np.zeros((20, 2), np.float32), {"metric": "cosine"})
    new = vectors[:3].copy()
    new[1] = 0
    with pytest.raises(UserError, match="A new item has no direction") as caught:
        place_items(space_of(vectors), made, new, context)
    assert caught.value.detail == "Row 2 is a zero vector."


def test_placing_can_be_cancelled(context):
    vectors, _ = blobs(200)
    space = space_of(vectors[:150])
    map_ = project(space, "umap", context, params={"n_epochs": 30}, quality=False)

    class Cancels(Progress):
        def report(self, fraction, message=""):
            if message.startswith("Placing"):
                self.cancel()

    with pytest.raises(CancelledError):
        place_items(space, map_, vectors[150:], context, progress=Cancels())


@pytest.mark.parametrize("params", [{}, {"whiten": True}, {"unit_length": True}])
def test_pca_places_copies_where_they_are_and_others_along_its_axes(context, params):
    vectors, _ = blobs(120)
    space = space_of(vectors[:100])
    map_ = project(space, "pca", context, params=params, quality=False)
    new = np.concatenate([vectors[[3, 40]], vectors[100:]])
    placed = place_items(space, map_, new, context)
    extent = np.ptp(map_.coords, axis=0).max()
    np.testing.assert_allclose(placed.coords[:2], map_.coords[[3, 40]], atol=1e-5 * extent)
    kind = vectors.astype(np.float64)
    if params.get("unit_length"):
        kind = kind / np.linalg.norm(kind, axis=1, keepdims=True)
    middle = kind[:100].mean(axis=0)
    axes = np.linalg.svd(kind[:100] - middle, full_matrices=False)[2][:2]
    along = (kind - middle) @ axes.T
    if params.get("whiten"):
        along /= along[:100].std(axis=0)
    turned = along * np.sign(np.sum(along[:100] * map_.coords, axis=0))
    np.testing.assert_allclose(placed.coords[2:], turned[100:], atol=1e-5 * extent)


def test_fewer_items_than_dimensions_still_have_axes(context):
    vectors = np.random.default_rng(0).normal(size=(9, 40)).astype(np.float32)
    space = space_of(vectors)
    map_ = project(space, "pca", context, quality=False)
    placed = place_items(space, map_, vectors[[5]], context)
    np.testing.assert_allclose(placed.coords, map_.coords[[5]], atol=1e-5)


def test_coords_that_are_called_pca_and_are_none_go_by_their_neighbors(context):
    vectors, _ = blobs(60)
    space = space_of(vectors)
    coords = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    placed = place_items(space, Projection(space.id, "pca", coords), vectors[[7]], context)
    np.testing.assert_allclose(placed.coords, coords[[7]], rtol=1e-6)
    assert "15 nearest items" in placed.notes[0]


def test_copies_lie_near_their_items_on_umap_and_tsne_maps(context):
    vectors, _ = blobs(300)
    space = space_of(vectors)
    chosen = np.arange(0, 300, 10)
    for method, params in (("umap", {"n_epochs": 60}), ("tsne", {"n_iter": 150})):
        map_ = project(space, method, context, params=params, quality=False)
        placed = place_items(space, map_, vectors[chosen], context)
        off = np.linalg.norm(placed.coords - map_.coords[chosen], axis=1)
        extent = np.ptp(map_.coords, axis=0).max()
        assert np.median(off) < 0.05 * extent
