from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from embexplorer.ui.scatter import (
    camera,
    kernels3d,
    kernels3d_finding,
    kernels_finding,
    picking3d,
    point_index,
    scene,
    scene3d,
    stamps,
)
from embexplorer.ui.scatter.ball import Ball
from embexplorer.ui.scatter.camera import Camera
from embexplorer.ui.scatter.depth_look import make_discs
from embexplorer.ui.scatter.scene import DIMMED, EMPHASIZED, HIDDEN, NORMAL, brush_numbers
from embexplorer.ui.scatter.scene3d import depth_keys, make_scene, make_sight
from tests.ui.scatter.solids import coords_of, make_solid

SIZE = (300, 200)
BALL = Ball((1.5, 2.0, -0.5), 5.5)
CAMERA = Camera((0.8, 0.36, 0.48, 0.0), (1.5, 2.0, -0.5), 9.0)


@pytest.fixture
def seen(make_look):
    """Points of all layers and two sizes, where they are seen, and how large."""
    points = make_solid(4000, seed=5)._replace(
        brush=brush_numbers(np.where(np.arange(4000) % 3, 1.0, 2.0), 0)
    )
    points.layer[::5], points.layer[::41], points.layer[1::3] = DIMMED, EMPHASIZED, HIDDEN
    lens = CAMERA.lens(SIZE)
    return points, make_scene(points), make_sight(lens, BALL, *SIZE), make_look(1.5), lens


def slow_pick(points, lens, sight, discs, visible, at, radius):
    """What a person means, by comparing every point with every rule."""
    x, y, _ = lens.project(coords_of(points))
    distance = np.hypot(x.astype(np.float32) - at[0], y.astype(np.float32) - at[1])
    keys = depth_keys(sight, points)
    layer = points.layer.astype(int)
    radii = discs.radius_of_bin[keys // 128] * discs.size_of_brush[points.brush]
    radii = radii + discs.extra_of_layer[layer]
    covering = [row for row in np.flatnonzero(visible) if distance[row] <= radii[row]]
    if covering:
        return max(covering, key=lambda row: keys[row]), True
    near = [row for row in np.flatnonzero(visible) if distance[row] <= radius]
    return (min(near, key=lambda row: distance[row]) if near else -1), False


def test_a_pick_finds_what_the_slow_reference_finds(seen, palette):
    points, scene, sight, look, lens = seen
    palette[1, 3] = 0
    discs = make_discs(look, lens, BALL)
    index = picking3d.index_screen(scene, sight, palette, discs)
    visible = (points.layer != HIDDEN) & (points.color != 1)
    covered = 0
    for at in np.random.default_rng(6).uniform((0, 0), SIZE, (150, 2)).tolist():
        expected, covers = slow_pick(points, lens, sight, discs, visible, at, 6.0)
        assert picking3d.pick(index, scene, tuple(at), 6.0) == expected
        covered += covers
    assert 10 < covered < 140


def test_a_pick_prefers_the_front_of_two_discs_over_the_nearer_center(seen, palette):
    _, _, sight, look, lens = seen
    both = make_solid(2)
    to_eye = lens.matrix[2, :3]
    place = np.array(CAMERA.center)
    coords = np.asfortranarray([place + 2 * to_eye, place - 2 * to_eye])
    both = both._replace(x=coords[:, 0], y=coords[:, 1], z=coords[:, 2])
    scene, discs = make_scene(both), make_discs(look, lens, BALL)
    index = picking3d.index_screen(scene, sight, palette, discs)
    x, y, _ = lens.project(coords_of(both))
    assert picking3d.pick(index, scene, (x[1], y[1]), 6.0) == 0


def test_a_pick_before_the_kernels_follows_the_same_rule(seen, palette):
    points, scene, sight, look, lens = seen
    discs = make_discs(look, lens, BALL)
    index = picking3d.index_screen(scene, sight, palette, discs)
    keys = depth_keys(sight, points)
    radii = discs.radius_of_bin[keys // 128] * discs.size_of_brush[points.brush]
    radii = radii + discs.extra_of_layer[points.layer]
    x, y, _ = lens.project(coords_of(points))
    x[points.layer == HIDDEN] = np.nan
    for at in np.random.default_rng(7).uniform((0, 0), SIZE, (60, 2)).tolist():
        expected = picking3d.pick(index, scene, tuple(at), 6.0)
        assert picking3d.pick_slowly((x, y), keys, radii, tuple(at), 6.0) == expected


def slow_inside(x, y, corners):
    """Count the edges that a ray to the right crosses, for each point."""
    odd = np.zeros(len(x), bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        for i in range(len(x)):
            if (ay > y[i]) != (by > y[i]) and x[i] < (bx - ax) * (y[i] - ay) / (by - ay) + ax:
                odd[i] = not odd[i]
    return odd


@pytest.mark.parametrize(
    "corners",
    [
        [[50, 20], [250, 30], [180, 190], [60, 120]],
        [[20, 20], [280, 180], [280, 20], [20, 180]],  # crosses itself
        [[100, 50], [200, 50], [200, 50.5]],
    ],
)
def test_a_lasso_holds_the_points_that_are_seen_inside(seen, palette, corners):
    points, scene, sight, _, lens = seen
    palette[2, 3] = 0
    x, y, depth = lens.project(coords_of(points))
    visible = (points.layer != HIDDEN) & (points.color != 2) & (depth > 0.05)
    expected = np.flatnonzero(slow_inside(x, y, np.array(corners, float)) & visible)
    found = picking3d.inside(scene, sight, palette, np.array(corners))
    assert found.tolist() == expected.tolist()
    with ThreadPoolExecutor(3) as pool:
        assert np.array_equal(picking3d.inside(scene, sight, palette, corners, pool), found)


def test_what_lies_behind_the_eye_is_not_found(palette, make_look):
    points = make_solid(500)
    points.layer[:] = NORMAL
    near = Camera(center=(1.5, 2.0, -0.5), span=0.5)  # the eye stands among the points
    lens = near.lens(SIZE)
    _, _, depth = lens.project(coords_of(points))
    scene, sight = make_scene(points), make_sight(lens, BALL, *SIZE)
    everywhere = np.array([[-1e9, -1e9], [1e9, -1e9], [1e9, 1e9], [-1e9, 1e9]])
    found = picking3d.inside(scene, sight, palette, everywhere)
    assert found.tolist() == np.flatnonzero(depth > 0.05).tolist()
    assert 0 < len(found) < 500


def test_two_corners_enclose_nothing(seen, palette):
    _, scene, sight, _, _ = seen
    assert len(picking3d.inside(scene, sight, palette, [[0, 0], [9, 9]])) == 0


def test_constants_of_the_kernels_are_those_of_the_other_modules():
    for name, module in (("BAND", point_index), ("PHASES", stamps), ("DEPTHS", scene3d)):
        assert getattr(kernels3d, name) == getattr(module, name)
    for kernel in (kernels3d, kernels3d_finding):
        assert kernel.NEAREST == camera.NEAREST
        assert kernel.HIDDEN == scene.HIDDEN
    assert kernels3d.EMPHASIZED == scene.EMPHASIZED
    assert kernels3d_finding.SLABS == kernels_finding._SLABS
    assert 1 << kernels3d._PHASE_SHIFT == stamps.PHASES
