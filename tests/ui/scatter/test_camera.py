from __future__ import annotations

import json
import math

import numpy as np
import pytest

from embexplorer.ui.scatter.ball import Ball, robust_ball
from embexplorer.ui.scatter.camera import Camera
from embexplorer.ui.scatter.quaternion import product, rotation_matrix, slerp

SIZE = (800.0, 600.0)
POINTS = np.random.default_rng(0).normal(size=(200, 3)) * (1, 2, 3) + (4, 5, 6)


def rodrigues(axis, angle):
    """Rotation about a unit axis, from its definition."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross


def turned(axis, angle):
    axis = np.array(axis) / np.linalg.norm(axis)
    return (math.cos(angle / 2), *(math.sin(angle / 2) * axis))


def slow_project(camera, point, size):
    """Follow one point from the data to its pixel."""
    view = rotation_matrix(camera.rotation) @ (np.array(point) - camera.center)
    shorter = min(size)
    distance = camera.span / 2 / math.tan(camera.field / 2)
    shrink = 1 - view[2] / distance
    x = size[0] / 2 + camera.shift[0] * shorter + view[0] / shrink * shorter / camera.span
    y = size[1] / 2 + camera.shift[1] * shorter - view[1] / shrink * shorter / camera.span
    return x, y, shrink


@pytest.mark.parametrize("angle", [0.3, 1.7, 3.0])
def test_a_quaternion_turns_as_the_rotation_it_stands_for(angle):
    axis = np.array([1.0, -2.0, 0.5]) / np.linalg.norm([1.0, -2.0, 0.5])
    assert rotation_matrix(turned(axis, angle)) == pytest.approx(rodrigues(axis, angle))


def test_a_product_turns_by_the_second_and_then_the_first():
    a, b = turned((1, 2, 3), 0.7), turned((-1, 0, 2), 1.1)
    assert rotation_matrix(product(a, b)) == pytest.approx(rotation_matrix(a) @ rotation_matrix(b))


def test_slerp_goes_the_shortest_way_at_even_speed():
    whole = 2.0
    start, end = (1.0, 0.0, 0.0, 0.0), turned((0, 0, 1), whole)
    for share in (0.0, 0.25, 0.6, 1.0):
        expected = rodrigues((0, 0, 1), whole * share)
        assert rotation_matrix(slerp(start, end, share)) == pytest.approx(expected)
        other_sign = tuple(-part for part in end)
        assert rotation_matrix(slerp(start, other_sign, share)) == pytest.approx(expected)


def test_points_land_on_the_pixels_of_the_slow_projection():
    camera = Camera(turned((1, 2, 3), 1.2), (4, 5, 6), 9.0, (0.1, -0.2), 0.8)
    found = np.column_stack(camera.lens(SIZE).project(POINTS))
    expected = np.array([slow_project(camera, point, SIZE) for point in POINTS])
    assert found == pytest.approx(expected)


def test_a_parallel_view_ignores_depth():
    camera = Camera(span=4.0, field=0.0)
    x, y, depth = camera.lens(SIZE).project(np.array([[1.0, 0.5, -50.0], [1.0, 0.5, 50.0]]))
    assert (x.tolist(), y.tolist(), depth.tolist()) == ([550.0] * 2, [225.0] * 2, [1.0] * 2)


def test_what_lies_behind_the_eye_has_no_pixel():
    camera = Camera(span=2.0)
    distance = 1 / math.tan(camera.field / 2)
    x, y, depth = camera.lens(SIZE).project(np.array([[0, 0, distance * 1.5], [0, 0, 0]]))
    assert np.isnan([x[0], y[0]]).all()
    assert (x[1], y[1]) == (400, 300)
    assert depth == pytest.approx([-0.5, 1.0])


def test_a_lens_for_image_pixels_is_that_of_the_view_scaled_and_moved():
    lens = Camera(turned((0, 1, 0), 0.4), (4, 5, 6), 9.0).lens(SIZE)
    x, y, depth = lens.project(POINTS)
    larger = lens.scaled(2.5, 30, 40).project(POINTS)
    assert np.array(larger) == pytest.approx(np.array([x * 2.5 - 30, y * 2.5 - 40, depth]))


def test_the_near_side_follows_an_orbit_drag():
    near = np.array([[0.0, 0.0, 0.5]])
    x, y, _ = Camera().orbit(10, 0, SIZE).lens(SIZE).project(near)
    assert x[0] > 400
    assert y[0] == pytest.approx(300)
    x, y, _ = Camera().orbit(0, 10, SIZE).lens(SIZE).project(near)
    assert y[0] > 300
    assert x[0] == pytest.approx(400)


def test_a_drag_over_the_shorter_side_turns_by_half():
    matrix = rotation_matrix(Camera().orbit(600, 0, SIZE).rotation)
    assert matrix == pytest.approx(np.diag([-1.0, 1.0, -1.0]), abs=1e-12)


def test_orbiting_never_locks_and_stays_a_rotation():
    camera = Camera()
    for _ in range(3000):  # over the pole again and again
        camera = camera.orbit(1, 37, SIZE)
    matrix = rotation_matrix(camera.rotation)
    assert matrix @ matrix.T == pytest.approx(np.eye(3), abs=1e-12)
    for drag in ((20, 0), (0, 20), (-14, 14)):
        moved = rotation_matrix(camera.orbit(*drag, SIZE).rotation) @ matrix.T
        angle = math.acos((np.trace(moved) - 1) / 2)
        assert angle == pytest.approx(math.hypot(*drag) / 600 * math.pi)
    assert camera.orbit(0, 0, SIZE) is camera


def test_auto_rotation_turns_about_the_upright_of_the_screen():
    camera = Camera(turned((1, 1, 0), 0.8))
    expected = rodrigues((0, 1, 0), 0.1) @ rotation_matrix(camera.rotation)
    assert rotation_matrix(camera.rotate(0.1).rotation) == pytest.approx(expected)


def test_a_pan_moves_the_depth_of_the_center_with_the_mouse():
    camera = Camera(turned((1, 2, 3), 1.2), (4, 5, 6), 9.0, (0.1, 0.0))
    before = camera.lens(SIZE).project(np.array([camera.center]))
    after = camera.pan(30, -20, SIZE).lens(SIZE).project(np.array([camera.center]))
    moved = np.array([[30.0], [-20.0], [0.0]])
    assert np.array(after) == pytest.approx(np.array(before) + moved)


@pytest.mark.parametrize("factor", [1.3, 0.4, 100.0])
def test_zoom_keeps_what_is_under_the_cursor(factor):
    camera = Camera(turned((1, 2, 3), 1.2), (4, 5, 6), 9.0, (0.1, 0.05))
    at = (612.0, 133.0)
    x0, y0 = camera.lens(SIZE).x0, camera.lens(SIZE).y0
    per_pixel = camera.span / 600
    in_view = np.array([(at[0] - x0) * per_pixel, (y0 - at[1]) * per_pixel, 0])
    under = np.array([in_view @ rotation_matrix(camera.rotation) + camera.center])
    assert np.column_stack(camera.lens(SIZE).project(under))[0, :2] == pytest.approx(at)
    zoomed = camera.zoom(factor, at, SIZE)
    assert zoomed.span == pytest.approx(9.0 / factor)
    assert np.column_stack(zoomed.lens(SIZE).project(under))[0, :2] == pytest.approx(at)


@pytest.mark.parametrize("left", [0.0, 240.0])
@pytest.mark.parametrize("size", [(800.0, 600.0), (500.0, 900.0)])
def test_a_fit_shows_the_whole_ball_right_of_the_margin(size, left):
    ball = Ball((1.0, -2.0, 3.0), 2.5)
    around = np.random.default_rng(1).normal(size=(20_000, 3))
    surface = np.array(ball.center) + 2.5 * around / np.linalg.norm(around, axis=1)[:, None]
    x, y, _ = Camera(turned((1, 0, 1), 2.0)).fit(ball, size, left).lens(size).project(surface)
    free = (size[0] - left, size[1])
    gaps = np.array([x.min() - left, size[0] - x.max(), y.min(), size[1] - y.max()])
    assert gaps.min() == pytest.approx(0.045 * min(free), abs=0.5)
    assert (x.min() + x.max()) / 2 == pytest.approx(left + free[0] / 2, abs=0.5)


def test_views_along_the_axes_are_right_handed():
    directions = {0: ("y", "z"), 1: ("x", "z"), 2: ("x", "y")}
    for axis, (right, up) in directions.items():
        matrix = rotation_matrix(Camera().along(axis).rotation)
        assert np.linalg.det(matrix) == pytest.approx(1)
        assert matrix[0] == pytest.approx(np.eye(3)["xyz".index(right)])
        assert matrix[1] == pytest.approx(np.eye(3)["xyz".index(up)])


def test_a_flight_begins_here_and_ends_there():
    here = Camera(turned((1, 0, 0), 0.2), (0, 0, 0), 1.0)
    there = Camera(turned((0, 1, 0), 2.0), (4, 0, 0), 16.0, (0.2, 0.0))
    assert here.towards(there, 0.0).to_plain() == here.to_plain()
    assert here.towards(there, 1.0) == there
    half = here.towards(there, 0.5)
    assert half.span == pytest.approx(4.0)
    assert half.center == pytest.approx((4 * 3 / 15, 0, 0))  # as far as the span has come
    assert half.shift == pytest.approx((0.1, 0.0))
    assert Camera(span=2.0).towards(Camera(center=(2, 0, 0)), 0.5).center == (1, 0, 0)


def test_a_camera_survives_a_file():
    camera = Camera(turned((1, 2, 3), 1.2), (4, 5, 6), 9.0, (0.1, -0.2), 0.0)
    kept = Camera.from_plain(json.loads(json.dumps(camera.to_plain())))
    assert kept.rotation == pytest.approx(camera.rotation)
    assert (kept.center, kept.span, kept.shift, kept.field) == (
        (4.0, 5.0, 6.0), 9.0, (0.1, -0.2), 0.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rotation", [0, 0, 0, 0]),
        ("rotation", [1, 0, 0]),
        ("center", [0, 0, math.nan]),
        ("span", 0),
        ("span", "wide"),
        ("field", 3.2),
        ("shift", None),
    ],
)
def test_an_impossible_camera_is_refused(name, value):
    with pytest.raises(ValueError, match=name):
        Camera.from_plain(Camera().to_plain() | {name: value})


def test_the_ball_leaves_out_extremes_and_points_without_a_place():
    points = np.random.default_rng(2).normal(size=(5000, 3))
    points[0], points[1] = 1e6, math.nan
    ball = robust_ball(points)
    assert np.abs(ball.center).max() < 0.5
    distances = np.linalg.norm(points[2:] - ball.center, axis=1)
    assert (distances <= ball.radius).mean() == pytest.approx(0.99, abs=0.001)
    assert robust_ball(points[1:2]) == Ball((0, 0, 0), 1)
    assert robust_ball(np.array([[3.0, 4.0, 5.0]])) == Ball((3, 4, 5), 1)
