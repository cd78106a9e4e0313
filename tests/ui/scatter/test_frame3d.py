from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from embexplorer.ui.scatter import frame3d, kernels3d, kernels3d_finding, picking3d
from embexplorer.ui.scatter.ball import Ball, robust_ball
from embexplorer.ui.scatter.camera import Camera
from embexplorer.ui.scatter.depth_look import FOG, make_brush, make_discs
from embexplorer.ui.scatter.point_index import BAND
from embexplorer.ui.scatter.scene import (
    CROSS,
    DIMMED,
    EMPHASIZED,
    HIDDEN,
    NORMAL,
    SQUARE,
    Look,
    brush_numbers,
    brush_shapes,
    brush_sizes,
    color_table,
)
from embexplorer.ui.scatter.scene3d import Solid, make_scene, make_sight, restyled
from embexplorer.ui.scatter.stamps import coverage
from tests.ui.scatter.solids import coords_of, make_solid

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
BALL = Ball((1.5, 2.0, -0.5), 5.5)
CAMERA = Camera((0.8, 0.36, 0.48, 0.0), (1.5, 2.0, -0.5), 12.0, (0.03, 0.0))


def draw(scene, look, width=90, height=70, camera=CAMERA, ball=BALL, background=BLACK, **options):
    lens = camera.lens((width, height))
    sight = make_sight(lens, ball, width, height)
    return frame3d.render(scene, sight, make_brush(look, lens, ball, background), **options)


def pixels(image):
    return image.reshape(image.shape[0], -1, 4).astype(int)


def slow_bin(t):
    """Which of 128 depths it is: half of them lie inside the ball."""
    return min(127, int((t / (1 + abs(t)) + 1) / 2 * 16383) // 128)


def slow_render(points, order, look, width, height, background):
    """Blend each point over the whole picture, in float64, from far to near in each layer."""
    lens = CAMERA.lens((width, height))
    coords = coords_of(points)
    x, y, depth = lens.project(coords)
    towards = coords @ lens.matrix[2, :3] + lens.matrix[2, 3]
    middle = np.array(BALL.center) @ lens.matrix[2, :3] + lens.matrix[2, 3]
    t = (towards - middle) / BALL.radius
    fine = ((t / (1 + abs(t)) + 1) / 2 * 16383).astype(int)
    picture = np.zeros((height, width, 4))
    for one in look.passes():
        rows = [row for row in order if points.layer[row] == one.layer and depth[row] > 0.05]
        for row in sorted(rows, key=lambda row: fine[row]):  # stable: equal depths keep the order
            place = (slow_bin(t[row]) + 0.5) / 64 - 1  # the middle of its bin
            at = place / (1 - abs(place))
            nearness = 1 / max(0.05, 1 - lens.pull * (middle + at * BALL.radius))
            step = np.clip(np.rint(np.log2(nearness) * 8), -8, 10)
            fog = np.rint(np.clip((1 - at) / 2, 0, 1) ** 1.5 * 23) / 23 * FOG
            brush = points.brush[row % len(points.brush)]
            size = brush_sizes(np.array([brush]))[0]
            radius = one.radius * size * 2 ** (step / 8) + one.extra
            color = one.table[points.color[row]].astype(float)
            mist = np.array([*background[::-1], 255]) / 255 * color[3]
            color = color * (1 - fog) + mist * fog
            color = color * one.fade[points.opacity[row % len(points.opacity)]]
            shape = int(brush_shapes(np.array([brush]))[0])
            _blend(picture, x[row], y[row], coverage(shape, radius), color)
    return np.round(picture * 255)


def _blend(picture, x, y, cells, color):
    height, width = cells.shape[2:]
    qx, qy = np.floor(x * 4) - 2 * width + 2, np.floor(y * 4) - 2 * height + 2
    left, top = int(qx // 4), int(qy // 4)
    marker = cells[int(qy % 4), int(qx % 4)]
    for r in range(height):
        for c in range(width):
            if 0 <= top + r < picture.shape[0] and 0 <= left + c < picture.shape[1]:
                share = float(marker[r, c])
                below = picture[top + r, left + c]
                picture[top + r, left + c] = below * (1 - share * color[3]) + share * color


@pytest.mark.parametrize("radius", [0.5, 1.5, 3.2])
def test_a_frame_equals_the_slow_reference(make_look, radius):
    points = make_solid(150)
    points.layer[:30], points.layer[30:40], points.layer[40:50] = DIMMED, EMPHASIZED, HIDDEN
    scene, look = make_scene(points), make_look(radius)
    expected = slow_render(points, scene.order, look, 90, 70, (40, 80, 160))
    found = pixels(draw(scene, look, background=(40, 80, 160)))
    assert np.abs(found - expected).max() <= 1
    assert expected[:, :, 3].max() > 100


def test_shapes_sizes_and_opacities_are_those_of_the_reference(make_look):
    rng = np.random.default_rng(3)
    sizes, shapes = 2 ** rng.integers(-1, 2, 120).astype(float), rng.integers(0, 6, 120)
    points = make_solid(120)._replace(
        brush=brush_numbers(sizes, shapes.astype(np.uint8)),
        opacity=rng.integers(1, 256, 120).astype(np.uint8),
    )
    points.layer[:20] = EMPHASIZED
    look = make_look(1.5)
    used = tuple(np.unique(points.brush).tolist())
    look = Look(
        look.radius, look.top_radius, look.normal, look.dimmed, look.top, used
    )  # fmt: skip
    scene = make_scene(points)
    expected = slow_render(points, scene.order, look, 90, 70, WHITE)
    assert np.abs(pixels(draw(scene, look, background=WHITE)) - expected).max() <= 1


def two_points(z_of_red, z_of_blue):
    table = color_table(np.array([[255, 0, 0, 255], [0, 0, 255, 255]], np.uint8))
    zero = np.zeros(2)
    points = Solid(
        zero, zero, np.array([z_of_red, z_of_blue]), np.array([0, 1], np.uint16),
        np.full(2, NORMAL, np.uint8), *make_solid(1)[5:],
    )  # fmt: skip
    return points, Look(4.0, 5.0, table, table, table)


def middle_color(points, look, ball=None):
    lens = Camera(span=4.0).lens((41, 41))
    ball = ball or Ball((0, 0, 0), 1)
    image = frame3d.render(
        make_scene(points), make_sight(lens, ball, 41, 41), make_brush(look, lens, ball, BLACK)
    )
    return pixels(image)[20, 20]


def test_the_nearer_point_lies_on_top():
    red, blue = (
        middle_color(*two_points(z, -z))[[2, 0]] for z in (0.5, -0.5)
    )  # how much red and blue there is in the middle
    assert red[0] > 200
    assert red[1] == 0
    assert blue[0] == 0
    assert blue[1] > 200


def test_order_holds_far_outside_of_the_ball():
    for nearer, farther in ((-30.0, -31.0), (4.0, 3.9)):
        points, look = two_points(nearer, farther)
        assert middle_color(points, look, Ball((0, 0, 0), 1))[0] == 0
        points, look = two_points(farther, nearer)
        assert middle_color(points, look, Ball((0, 0, 0), 1))[2] == 0


def test_of_points_at_the_same_depth_the_later_of_the_order_lies_on_top():
    points, look = two_points(0.0, 0.0)
    last = make_scene(points).order[-1]
    color = middle_color(points, look)
    assert (color[2] > 0, color[0] > 0) == (last == 0, last == 1)


def test_layers_win_over_depth():
    points, look = two_points(-0.9, 0.9)
    points.layer[:] = NORMAL, DIMMED
    assert middle_color(points, look)[0] == 0
    points.layer[:] = EMPHASIZED, NORMAL
    assert middle_color(points, look)[0] == 0


def test_far_points_are_smaller_and_paler_than_near_ones():
    ink, strength = [], []
    for z in (-0.9, 0.0, 0.9):
        points, look = two_points(z, 50.0)
        points.layer[1] = HIDDEN
        lens, ball = Camera(span=3.0).lens((81, 81)), Ball((0, 0, 0), 1)
        brush = make_brush(look, lens, ball, WHITE)
        image = pixels(frame3d.render(make_scene(points), make_sight(lens, ball, 81, 81), brush))
        ink.append(image[:, :, 3].sum() / 255)
        strength.append(255 - image[40, 40, 0])  # white has as much blue as red, red has none
    depth = np.array([1.9, 1.0, 0.1]) * np.tan(0.35) / 1.5 + (1 - np.tan(0.35) / 1.5)
    assert np.array(ink) == pytest.approx(np.pi * (4 / depth) ** 2, rel=0.1)
    assert np.array(strength) / 255 == pytest.approx(
        1 - FOG * np.array([0.95, 0.5, 0.05]) ** 1.5, abs=0.03
    )


def test_the_bytes_depend_on_neither_run_nor_threads(make_look):
    points = make_solid(20_000)
    points.layer[::7], points.layer[::31] = DIMMED, EMPHASIZED
    scene, look = make_scene(points), make_look()
    alone = draw(scene, look, 300, 200)
    for threads in (1, 2, 5):
        with ThreadPoolExecutor(threads) as pool:
            assert np.array_equal(draw(scene, look, 300, 200, pool=pool), alone)


def test_a_coarse_frame_shows_a_sample_and_every_emphasized_point(make_look):
    points = make_solid(3000)
    points.layer[5:25] = EMPHASIZED
    scene, look = make_scene(points), make_look()
    coarse = draw(scene, look, 300, 200, count=500)
    chosen = np.union1d(scene.order[:500], np.arange(5, 25))
    hidden = points._replace(layer=np.where(np.isin(np.arange(3000), chosen), points.layer, HIDDEN))
    assert np.array_equal(coarse, draw(restyled(scene, hidden), look, 300, 200))
    assert not np.array_equal(coarse, draw(scene, look, 300, 200))


def test_a_stale_frame_stops(make_look):
    asked = []
    scene = make_scene(make_solid(30_000))
    draw(scene, make_look(), 300, 200, is_stale=lambda: asked.append(1) or len(asked) > 2)
    # One part to project, one to place, then every task of two bands.
    assert len(asked) == 2 + max(1, -(-200 // BAND) // 2)


def test_restyling_keeps_the_order_and_changes_looks(make_look):
    points = make_solid(500)
    scene = make_scene(points)
    assert restyled(scene, points) is scene
    other = points._replace(
        color=points.color[::-1].copy(),
        layer=np.where(np.arange(500) < 9, EMPHASIZED, NORMAL).astype(np.uint8),
        brush=brush_numbers(np.full(500, 2.0), np.full(500, SQUARE, np.uint8)),
        opacity=np.full(500, 99, np.uint8),
    )
    again, fresh = restyled(scene, other), make_scene(other)
    assert again.order is scene.order
    for old, new in ((again.cloud, fresh.cloud), (again.top, fresh.top)):
        assert all(np.array_equal(a, b) for a, b in zip(old, new, strict=True))


def test_drawn_points_come_as_they_are_painted(make_look):
    points = make_solid(300)._replace(
        brush=brush_numbers(np.where(np.arange(300) % 2, 2.0, 1.0), np.full(300, CROSS, np.uint8)),
    )
    points.layer[:30], points.layer[30:40], points.layer[40:60] = DIMMED, EMPHASIZED, HIDDEN
    look = make_look(1.5)
    scene, lens = make_scene(points), CAMERA.lens((90, 70))
    sight, discs = make_sight(lens, BALL, 90, 70), make_discs(look, lens, BALL)
    drawn = frame3d.drawn_points(scene, sight, make_brush(look, lens, BALL, WHITE), discs)
    x, y, depth = lens.project(coords_of(points))
    inside = (x >= 0) & (x <= 90) & (y >= 0) & (y <= 70) & (points.layer != HIDDEN)
    assert sorted(drawn.rows) == np.flatnonzero(inside).tolist()
    assert drawn.positions == pytest.approx(np.column_stack((x, y))[drawn.rows])
    layers = points.layer[drawn.rows]
    assert (np.diff(layers.astype(int)) >= 0).all()
    normal = drawn.rows[layers == NORMAL]
    assert (np.diff(depth[normal]) <= 2e-3).all()  # as fine as depths are told apart
    sizes = np.where(drawn.rows % 2, 2.0, 1.0)
    wished = 1.5 * sizes / depth[drawn.rows] + (layers == EMPHASIZED)
    assert drawn.radii == pytest.approx(wished, rel=0.1)
    assert (drawn.shapes == CROSS).all()
    nearest = normal[-1]
    straight = np.array([0, 114, 178]) if points.color[nearest] == 0 else None
    rgba = drawn.colors[drawn.rows == nearest][0]
    assert rgba[3] in (200, 130, 255, 60)
    if straight is not None:
        assert np.abs(rgba[:3].astype(int) - straight).max() < 30


def test_an_image_beyond_the_bits_of_a_record_is_refused(make_look):
    with pytest.raises(ValueError, match="too large"):
        draw(make_scene(make_solid(5)), make_look(), 8, 1 << 13)
    drawn = draw(make_scene(make_solid(5)), make_look(), (1 << 15) - 100, 8)
    assert drawn.shape == (8, 4 * ((1 << 15) - 100))


def test_a_view_without_points_is_empty(make_look):
    points = make_solid(50)
    away = Camera(center=(500.0, 0.0, 0.0), span=1.0)
    assert not draw(make_scene(points), make_look(), camera=away).any()


def test_the_robust_ball_of_the_points_fits_the_frame(make_look):
    points = make_solid(2000)
    ball = robust_ball(coords_of(points))
    camera = Camera().fit(ball, (90, 70))
    alpha = pixels(draw(make_scene(points), make_look(), camera=camera, ball=ball))[:, :, 3]
    rim = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    assert (rim > 0).mean() < 0.05
    assert (alpha > 0).mean() > 0.2


def test_after_warming_no_kernel_compiles_again(make_look, palette):
    compiled = {
        name: kernel
        for module in (kernels3d, kernels3d_finding)
        for name, kernel in vars(module).items()
        if hasattr(kernel, "signatures") and not name.startswith("_")
    }
    before = {name: list(kernel.signatures) for name, kernel in compiled.items()}
    assert len(before) == 8
    assert all(len(signatures) == 1 for signatures in before.values())
    points = make_solid(30_000)
    points.layer[::3], points.layer[1::100] = DIMMED, EMPHASIZED
    varied = points._replace(opacity=np.full(30_000, 99, np.uint8))
    lens, look = CAMERA.lens((300, 200)), make_look()
    sight, discs = make_sight(lens, BALL, np.int64(300), 200), make_discs(look, lens, BALL)
    with ThreadPoolExecutor(2) as pool:
        for scene in (make_scene(points), make_scene(varied)):
            draw(scene, look, 300, 200, count=20_000, pool=pool)
            index = picking3d.index_screen(scene, sight, palette, discs, pool)
            picking3d.pick(index, scene, (np.float64(10.0), 20), 6)
            picking3d.inside(scene, sight, palette, [[0, 0], [100, 0], [0, 100]], pool)
    assert {name: list(kernel.signatures) for name, kernel in compiled.items()} == before
