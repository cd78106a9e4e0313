from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import procrustes

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.measures import map_agreement
from embexplorer.measures.map_agreement import (
    nearest_on_map,
    procrustes_residual,
    shared_neighbors,
)


def random_map(n, dims=2, seed=0):
    return np.random.default_rng(seed).normal(size=(n, dims)).astype(np.float32)


@pytest.mark.parametrize("dims", [2, 3])
def test_the_nearest_on_a_map_are_those_of_all_distances(monkeypatch, dims):
    monkeypatch.setattr(map_agreement, "_CHUNK", 16)
    coords = random_map(70, dims)
    queries = np.array([0, 3, 4, *range(20, 60)])
    found = nearest_on_map(coords, queries, 6, Progress())
    wide = coords.astype(np.float64)
    distances = np.linalg.norm(wide[queries][:, None] - wide[None], axis=2)
    distances[np.arange(len(queries)), queries] = np.inf
    assert found.tolist() == np.argsort(distances, axis=1)[:, :6].tolist()


def test_an_item_is_no_neighbor_of_itself_where_many_share_its_place():
    coords = np.zeros((40, 2), np.float32)
    found = nearest_on_map(coords, np.arange(40), 3, Progress())
    assert found.shape == (40, 3)
    assert not (found == np.arange(40)[:, None]).any()
    assert all(len(set(row)) == 3 for row in found.tolist())


def test_one_neighbor_can_be_asked_for():
    coords = np.array([[0, 0], [1, 0], [3, 0]], np.float32)
    assert nearest_on_map(coords, np.arange(3), 1, Progress()).tolist() == [[1], [0], [1]]


def test_asking_can_be_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        nearest_on_map(random_map(10), np.arange(10), 2, progress)


def test_shared_neighbors_by_hand():
    one, other = np.array([[1, 2], [0, 2]]), np.array([[2, 1], [3, 4]])
    third = np.array([[1, 9], [2, 0]])
    shares = shared_neighbors([one, other, third])
    assert shares[0, 1].tolist() == [1.0, 0.0]
    assert shares[0, 2].tolist() == [0.5, 1.0]
    assert shares[1, 2].tolist() == [0.5, 0.0]
    assert np.array_equal(shares, shares.transpose(1, 0, 2))
    assert shares[[0, 1, 2], [0, 1, 2]].min() == 1.0


@pytest.mark.parametrize("dims", [2, 3])
def test_the_residual_equals_scipy(dims):
    one = random_map(50, dims)
    other = one + 0.7 * random_map(50, dims, seed=1)
    expected = procrustes(one.astype(np.float64), other.astype(np.float64))[2]
    assert procrustes_residual(one, other) == pytest.approx(expected, abs=1e-12)
    assert procrustes_residual(other, one) == pytest.approx(expected, abs=1e-12)


def test_turned_mirrored_moved_and_scaled_maps_leave_nothing():
    coords = random_map(50)
    turn = np.array([[np.cos(0.4), -np.sin(0.4)], [np.sin(0.4), np.cos(0.4)]])
    moved = ((coords * [1, -1]) @ turn * 30 + [100, -7]).astype(np.float32)
    assert procrustes_residual(coords, moved) == pytest.approx(0.0, abs=1e-9)
    assert procrustes_residual(coords, coords[::-1]) > 0.5


def test_maps_in_one_place_have_one_shape():
    coords, place = random_map(5), np.ones((5, 2), np.float32)
    assert procrustes_residual(place, place * 3) == 0.0
    assert procrustes_residual(place, coords) == 1.0
