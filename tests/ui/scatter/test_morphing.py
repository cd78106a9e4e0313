"""The way from one map to another, and places that correspond."""

from __future__ import annotations

import math

import numpy as np
import pytest

from embexplorer.ui.scatter.morphing import Box, Morph, Similarity, align, between, same_place
from embexplorer.ui.scatter.quaternion import rotation_matrix, unit


@pytest.fixture
def cloud() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32) * [3, 1]


def turned(points: np.ndarray, degrees: float, factor: float = 1.0, *, mirrored: bool = False):
    angle = math.radians(degrees)
    matrix = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    mirror = np.array([1.0, -1.0 if mirrored else 1.0])
    return (factor * (points * mirror) @ matrix.T).astype(np.float32)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("degrees", [0, 30, 90, 179, 180, 270])
def test_the_alignment_of_a_turned_map_is_that_turn(cloud, degrees, mirrored) -> None:
    found = align(cloud, turned(cloud, degrees, 2.5, mirrored=mirrored))
    assert found.factor == pytest.approx(2.5, rel=1e-5)
    assert found.is_mirrored == mirrored
    expected = turned(cloud, degrees, 2.5, mirrored=mirrored)
    np.testing.assert_allclose(cloud @ found.matrix(1.0, 2).T, expected, atol=2e-5)


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_alignment_in_space_is_found_too(mirrored) -> None:
    points = np.random.default_rng(1).normal(size=(50, 3))
    matrix = rotation_matrix(unit((0.2, -0.7, 0.4, 0.5)))
    target = 0.3 * (points * [1, 1, -1 if mirrored else 1]) @ matrix.T
    found = align(points, target)
    np.testing.assert_allclose(points @ found.matrix(1.0, 3).T, target, atol=1e-9)
    np.testing.assert_allclose(found.matrix(0.0, 3), np.eye(3), atol=1e-12)


def test_a_morph_begins_at_one_map_and_ends_at_the_other(cloud) -> None:
    other = turned(cloud, 70, 4) + np.float32(5)
    other[::2] += 1
    morph = Morph(cloud, other)
    assert morph.at(0.0) is cloud
    assert morph.at(1.0) is other
    np.testing.assert_allclose(morph.at(1e-6), cloud, atol=1e-4)
    np.testing.assert_allclose(morph.at(1 - 1e-6), other, atol=1e-4)


def test_a_map_that_only_turned_keeps_its_shape_on_the_way(cloud) -> None:
    other = turned(cloud, 180) + np.float32(9)
    halfway = Morph(cloud, other).at(0.5)
    before = np.linalg.norm(cloud[1:] - cloud[:-1], axis=1)
    after = np.linalg.norm(halfway[1:] - halfway[:-1], axis=1)
    np.testing.assert_allclose(after, before, rtol=1e-3, atol=1e-4)
    straight = Morph(cloud, other, is_aligned=False).at(0.5)
    np.testing.assert_allclose(straight, (cloud + other) / 2, atol=1e-4)


def test_an_item_without_a_place_has_none_on_the_way(cloud) -> None:
    cloud[3] = np.nan
    other = turned(cloud, 10)
    other[7] = np.nan
    halfway = Morph(cloud, other).at(0.5)
    assert np.flatnonzero(np.isnan(halfway).any(axis=1)).tolist() == [3, 7]


def test_points_in_one_place_do_not_turn() -> None:
    same = np.ones((4, 2), np.float32)
    assert align(same - 1, same) == Similarity((1.0, 0.0, 0.0, 0.0), 1.0, is_mirrored=False)
    assert Morph(same, same * 3).at(0.5).tolist() == [[2.0, 2.0]] * 4


def test_the_same_place_is_the_same_share_of_both_maps() -> None:
    before, after = Box(np.array([0.0, 0.0]), 10.0), Box(np.array([100.0, 50.0]), 20.0)
    camera = {"center": [1.0, -2.0], "height": 5.0}
    seen = same_place(camera, before, after)
    assert seen == {"center": [102.0, 46.0], "height": 10.0}
    assert same_place(seen, after, before) == camera


def test_the_same_place_in_space_keeps_the_side() -> None:
    camera = {
        "rotation": [1, 0, 0, 0],
        "center": [1.0, 1.0, 1.0],
        "span": 2.0,
        "shift": [0, 0],
        "field": 0.7,
    }
    seen = same_place(camera, Box(np.zeros(3), 1.0), Box(np.ones(3), 3.0))
    assert seen == {**camera, "center": [4.0, 4.0, 4.0], "span": 6.0}


def test_a_box_ignores_a_few_far_points() -> None:
    coords = np.zeros((2001, 2), np.float32)
    coords[:2000, 0] = np.linspace(0, 1, 2000)
    coords[2000] = 1e6
    coords[5] = np.nan
    box = Box.of(coords)
    assert box.size == pytest.approx(1.0, abs=0.01)
    assert box.middle[0] == pytest.approx(0.5, abs=0.01)
    assert Box.of(np.empty((0, 2), np.float32)).size == 1.0


def test_halfway_between_two_cameras_is_the_middle_in_zoom_and_place() -> None:
    first = {"center": [0.0, 0.0], "height": 1.0}
    second = {"center": [2.0, 4.0], "height": 16.0}
    assert between(first, second, 0.5) == {"center": [1.0, 2.0], "height": 4.0}
