from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from embexplorer.ui.scatter import frame, picking
from embexplorer.ui.scatter.scene import DIMMED, EMPHASIZED, HIDDEN, Cloud

SCALE = (60.0, -45.0)


@pytest.fixture
def scenery(make_points, palette):
    points = make_points(4000)
    points.layer[::5], points.layer[1::50], points.layer[3::7] = DIMMED, EMPHASIZED, HIDDEN
    palette[1, 3] = 0
    visible = (points.layer != HIDDEN) & (points.color != 1)
    return points, frame.make_scene(points), palette, visible


def even_odd(points, polygon):
    """Test each point against each edge, in plain Python."""
    inside = []
    for x, y in zip(points.x.tolist(), points.y.tolist(), strict=True):
        odd = False
        for (ax, ay), (bx, by) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                odd = not odd
        inside.append(odd)
    return np.array(inside)


def test_pick_finds_the_nearest_visible_point(scenery):
    points, scene, palette, visible = scenery
    rows = np.flatnonzero(visible)
    hits = 0
    for x, y in np.random.default_rng(2).uniform(-3, 7, (300, 2)):
        distance = np.hypot((points.x[rows] - x) * SCALE[0], (points.y[rows] - y) * SCALE[1])
        nearest = rows[distance.argmin()] if distance.min() <= 6 else -1
        assert picking.pick(scene, palette, (x, y), SCALE, 6.0) == nearest
        assert picking.pick_slowly(points, palette, (x, y), SCALE, 6.0) == nearest
        hits += nearest >= 0
    assert 50 < hits < 300


def test_pick_finds_every_visible_point_and_no_hidden_one(scenery):
    points, scene, palette, visible = scenery
    for row in range(0, 4000, 13):
        center = (points.x[row], points.y[row])
        found = picking.pick(scene, palette, center, SCALE, 1e-6)
        assert found == (row if visible[row] else -1)


def test_of_points_on_one_spot_the_one_on_top_is_picked(palette):
    spot = np.zeros(5)
    layers = np.array([2, 1, EMPHASIZED, 2, HIDDEN], np.uint8)
    points = Cloud(spot, spot, np.zeros(5, np.uint16), layers)
    assert picking.pick(frame.make_scene(points), palette, (0.01, 0.0), (1.0, 1.0), 6.0) == 2
    assert picking.pick_slowly(points, palette, (0.01, 0.0), (1.0, 1.0), 6.0) == 2


def test_pick_works_at_any_zoom(make_points, palette):
    points = make_points(2000)
    scene = frame.make_scene(points)
    for zoom in (1e-3, 1.0, 1e5, 1e9):
        scale = (100 * zoom, -100 * zoom)
        assert picking.pick(scene, palette, (points.x[9], points.y[9]), scale, 0.001) == 9


@pytest.mark.parametrize(
    "polygon",
    [
        [[-1, -1], [5, 0], [2, 6]],
        [[-1, -1], [5, 6], [5, -1], [-1, 6]],  # crosses itself
        [[0, 0], [0, 3], [3, 3], [3, 0], [0, 0]],  # closed
        [[-9, 1], [9, 1], [9, 1.0001], [-9, 1.0001]],
        [[0, 0], [2, 2], [0, 0]],
    ],
)
def test_inside_equals_the_even_odd_rule(scenery, polygon):
    points, scene, palette, visible = scenery
    polygon = np.array(polygon, float)
    expected = np.flatnonzero(even_odd(points, polygon) & visible)
    assert np.array_equal(picking.inside(scene, palette, polygon), expected)
    assert np.array_equal(picking.inside_slowly(points, palette, polygon), expected)


def test_inside_agrees_for_a_drawn_loop_of_many_corners(scenery):
    points, scene, palette, visible = scenery
    angle = np.linspace(0, 2 * np.pi, 50)
    radius = 3 + np.sin(9 * angle) + 0.1 * np.random.default_rng(3).normal(size=50)
    polygon = np.stack([2 + radius * np.cos(angle), 2 + radius * np.sin(angle)], axis=1)
    expected = np.flatnonzero(even_odd(points, polygon) & visible)
    with ThreadPoolExecutor(3) as pool:
        found = picking.inside(scene, palette, polygon, pool)
    assert np.array_equal(found, expected)
    assert 500 < len(found) < 4000


def test_corners_on_points_follow_the_same_rule(palette):
    grid = np.stack(np.meshgrid(np.arange(20.0), np.arange(20.0)), axis=-1).reshape(-1, 2)
    points = Cloud(
        grid[:, 0].copy(), grid[:, 1].copy(), np.zeros(400, np.uint16), np.full(400, 2, np.uint8)
    )
    polygon = np.array([[2.0, 2.0], [15.0, 2.0], [15.0, 11.0], [8.0, 17.0], [2.0, 11.0]])
    expected = np.flatnonzero(even_odd(points, polygon))
    assert np.array_equal(picking.inside(frame.make_scene(points), palette, polygon), expected)


@pytest.mark.parametrize("polygon", [np.empty((0, 2)), [[0, 0]], [[0, 0], [5, 5]]])
def test_a_polygon_without_area_holds_nothing(scenery, polygon):
    points, scene, palette, _ = scenery
    assert len(picking.inside(scene, palette, np.array(polygon, float))) == 0
    assert len(picking.inside_slowly(points, palette, np.array(polygon, float))) == 0


def test_a_polygon_far_away_holds_nothing(scenery):
    _, scene, palette, _ = scenery
    polygon = np.array([[1e6, 1e6], [1e6 + 1, 1e6], [1e6, 1e6 + 1]])
    assert len(picking.inside(scene, palette, polygon)) == 0


def cone_in_plain_python(positions, visible, row, direction):
    """Find the next point in a direction, point by point."""
    best, found = math.inf, -1
    angle = math.atan2(direction[1], direction[0])
    for other, (x, y) in enumerate(positions.tolist()):
        dx, dy = x - positions[row, 0], y - positions[row, 1]
        distance = math.hypot(dx, dy)
        turned = math.remainder(math.atan2(dy, dx) - angle, 2 * math.pi)
        if visible[other] and distance > 0 and abs(turned) <= math.pi / 4:
            effort = distance * (math.cos(turned) + 2 * abs(math.sin(turned)))
            if effort < best:
                best, found = effort, other
    return found


@pytest.mark.parametrize("direction", [(1, 0), (-3, 0), (0, 0.5), (0, -1), (2, -5)])
def test_the_next_point_in_a_direction_equals_plain_python(direction):
    rng = np.random.default_rng(6)
    positions, visible = rng.normal(size=(60, 2)), rng.random(60) < 0.8
    positions[7] = positions[8]
    positions[9] = np.nan
    visible[9] = False
    found = []
    for row in np.delete(np.arange(60), 9).tolist():
        expected = cone_in_plain_python(positions, visible, row, direction)
        assert picking.nearest_in_cone(positions, visible, row, direction) == expected
        found.append(expected)
    assert -1 in found
    assert len(set(found)) > 15


def test_nothing_lies_in_the_direction_of_a_point_without_place_or_at_the_same_place():
    positions, everything = np.array([[np.nan, 0], [1, 1], [1, 1]]), np.array([False, True, True])
    assert picking.nearest_in_cone(positions, everything, 0, (1, 0)) == -1
    assert picking.nearest_in_cone(positions, everything, 1, (1, 0)) == -1
    with pytest.raises(ValueError, match="direction"):
        picking.nearest_in_cone(positions, everything, 1, (0, 0))
