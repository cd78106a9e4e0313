from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from embexplorer.ui.scatter import frame
from embexplorer.ui.scatter.point_index import BAND
from embexplorer.ui.scatter.scene import (
    DIMMED,
    EMPHASIZED,
    HIDDEN,
    NORMAL,
    OPAQUE,
    PLAIN,
    SIZE_STEPS,
    Cloud,
    Look,
    View,
    brush_numbers,
    color_table,
    fade_table,
)

# Each shape of area pi, by inequalities; y grows downwards.
TRIANGLE = np.sqrt(np.pi / (3 * np.sqrt(3)))  # from the center to the middle of a side
ARM = np.sqrt(np.pi / 20)
SHAPES = [
    lambda x, y: x**2 + y**2 <= 1,
    lambda x, y: np.maximum(abs(x), abs(y)) <= np.sqrt(np.pi) / 2,
    lambda x, y: (y <= TRIANGLE) & (abs(x) * np.sqrt(3) - y <= 2 * TRIANGLE),
    lambda x, y: abs(x) + abs(y) <= np.sqrt(np.pi / 2),
    lambda x, y: (-y <= TRIANGLE) & (abs(x) * np.sqrt(3) + y <= 2 * TRIANGLE),
    lambda x, y: (np.minimum(abs(x), abs(y)) <= ARM) & (np.maximum(abs(x), abs(y)) <= 3 * ARM),
]


def marker(height, width, center_x, center_y, radius, shape):
    """Share of each pixel that a marker covers, sample by sample."""
    samples = (np.arange(16) + 0.5) / 16
    x = np.arange(width)[None, :, None, None] + samples[None, None, None, :]
    y = np.arange(height)[:, None, None, None] + samples[None, None, :, None]
    inside = SHAPES[shape]((x - center_x) / radius, (y - center_y) / radius)
    return inside.mean((2, 3))


def slow_render(points, order, view, look, sizes=None, shapes=None, opacities=None):
    """Blend each point over the whole picture, in float64, one after the other."""
    picture = np.zeros((view.height, view.width, 4))
    for layer, radius, extra, table, _ in look.passes():
        for row in order:
            if points.layer[row] != layer:
                continue
            # A center is drawn at the middle of its quarter of a pixel.
            px = (points.x[row] - view.left) * view.x_scale
            py = (points.y[row] - view.top) * view.y_scale
            px, py = (np.floor((p + 0.5) * 4) / 4 + 0.125 - 0.5 for p in (px, py))
            size = radius * (1 if sizes is None else sizes[row]) + extra
            shape = 0 if shapes is None else shapes[row]
            coverage = marker(view.height, view.width, px, py, size, shape)[:, :, None]
            color = table[points.color[row]].astype(float)
            if opacities is not None and layer != EMPHASIZED:
                color = color * opacities[row]
            picture = picture * (1 - coverage * color[3]) + coverage * color
    return np.round(picture * 255)


def pixels(image):
    return image.reshape(image.shape[0], -1, 4).astype(int)


def centroid(image):
    alpha = pixels(image)[:, :, 3].astype(float)
    rows, columns = np.indices(alpha.shape) + 0.5
    return (alpha * columns).sum() / alpha.sum(), (alpha * rows).sum() / alpha.sum()


@pytest.mark.parametrize("radius", [0.4, 1.6, 2.3, 4.7])
def test_a_frame_equals_the_slow_reference(make_points, make_look, fit_view, radius):
    points = make_points(150)
    points.layer[:30], points.layer[30:40], points.layer[40:60] = DIMMED, EMPHASIZED, HIDDEN
    view, look = fit_view((-2, 5, -2, 6), 71, 67), make_look(radius)
    scene = frame.make_scene(points)
    expected = slow_render(points, scene.index.order, view, look)
    difference = np.abs(pixels(frame.render(scene, view, look)) - expected)
    assert difference.max() <= 1
    assert expected[:, :, 3].max() > 100


@pytest.mark.parametrize("varied", ["brush", "opacity", "both"])
def test_sizes_shapes_and_opacities_equal_the_slow_reference(
    make_points, make_look, fit_view, varied
):
    points, rng = make_points(120), np.random.default_rng(8)
    points.layer[:30], points.layer[30:40], points.layer[40:50] = DIMMED, EMPHASIZED, HIDDEN
    sizes = shapes = opacities = None
    view, look = fit_view((-2, 5, -2, 6), 71, 67), make_look(2.3)
    if varied != "opacity":
        sizes = 2 ** (rng.integers(-16, 13, 120) / 8)  # the sizes that are told apart
        shapes = rng.integers(0, 6, 120)
        points = points._replace(brush=brush_numbers(sizes, shapes))
        look = replace(look, brushes=tuple(np.unique(points.brush).tolist()))
    if varied != "brush":
        steps = rng.integers(1, 256, 120).astype(np.uint8)
        points, opacities = points._replace(opacity=steps), steps / 255
    scene = frame.make_scene(points)
    expected = slow_render(points, scene.index.order, view, look, sizes, shapes, opacities)
    difference = np.abs(pixels(frame.render(scene, view, look)) - expected)
    assert difference.max() <= 1
    assert expected[:, :, 3].max() > 100


def test_equal_sizes_and_opacities_draw_the_bytes_of_plain_points(make_points, make_look, fit_view):
    points = make_points(3000)
    points.layer[::7], points.layer[::31] = DIMMED, EMPHASIZED
    view, look = fit_view((-3, 7, -3, 8), 200, 150), make_look(1.6, 0.4)
    plain = frame.render(frame.make_scene(points), view, look)
    each = points._replace(
        brush=np.full(3000, PLAIN, np.uint8), opacity=np.full(3000, OPAQUE, np.uint8)
    )
    assert np.array_equal(frame.render(frame.make_scene(each), view, look), plain)


def test_points_without_a_place_change_no_byte(make_points, make_look, fit_view):
    points = make_points(3000)
    gone = np.zeros(3000, bool)
    gone[5::9] = True
    x, y, layer = points.x.copy(), points.y.copy(), points.layer.copy()
    x[5::18], y[14::18], layer[gone] = np.nan, -np.inf, HIDDEN
    view, look = fit_view((-3, 7, -3, 8), 100, 100), make_look()
    scene = frame.make_scene(points._replace(x=x, y=y, layer=layer))
    expected = frame.render(frame.make_scene(points.take(np.flatnonzero(~gone))), view, look)
    assert np.array_equal(frame.render(scene, view, look), expected)
    assert not frame.render(
        frame.make_scene(points._replace(x=np.full(3000, np.nan), layer=layer * 0)), view, look
    ).any()


def test_drawn_points_are_those_of_the_frame_in_the_order_of_painting(
    make_points, make_look, fit_view
):
    points, rng = make_points(2000), np.random.default_rng(9)
    points.layer[::3], points.layer[1::50], points.layer[2::9] = DIMMED, EMPHASIZED, HIDDEN
    shapes, steps = rng.integers(0, 6, 2000), rng.integers(1, 256, 2000).astype(np.uint8)
    sizes = 2 ** (rng.integers(-4, 5, 2000) / 8)
    points = points._replace(brush=brush_numbers(sizes, shapes), opacity=steps)
    look = replace(make_look(2.0), brushes=tuple(np.unique(points.brush).tolist()))
    look.normal[3] = look.dimmed[3] = look.top[3] = 0  # a color that is switched off
    view, scene = fit_view((0, 5, 0, 6), 150, 120), frame.make_scene(points)
    drawn = frame.drawn_points(scene, view, look)

    x, y = (points.x - view.left) * view.x_scale, (points.y - view.top) * view.y_scale
    inside = (x >= 0) & (x <= 150) & (y >= 0) & (y <= 120)
    visible = inside & (points.layer != HIDDEN) & (points.color != 3)
    assert np.array_equal(np.sort(drawn.rows), np.flatnonzero(visible))
    assert (np.diff(points.layer[drawn.rows].astype(int)) >= 0).all()
    place = np.empty(2000, int)
    place[scene.index.order] = np.arange(2000)
    for layer in (DIMMED, NORMAL, EMPHASIZED):
        assert (np.diff(place[drawn.rows[points.layer[drawn.rows] == layer]]) > 0).all()
    np.testing.assert_allclose(drawn.positions, np.column_stack((x, y))[drawn.rows])
    top = points.layer[drawn.rows] == EMPHASIZED
    np.testing.assert_allclose(drawn.radii, 2.0 * sizes[drawn.rows] + top, rtol=1e-6)
    assert np.array_equal(drawn.shapes, shapes[drawn.rows])
    for layer, _, _, table, _ in look.passes():
        of = points.layer[drawn.rows] == layer
        alpha = table[points.color[drawn.rows[of]], 3] * 255
        if layer != EMPHASIZED:
            alpha = alpha * steps[drawn.rows[of]] / 255
        np.testing.assert_allclose(drawn.colors[of, 3], alpha, atol=0.51)
    normal = points.layer[drawn.rows] == NORMAL
    expected = np.array([[0, 114, 178], [213, 94, 0], [0, 158, 115]])
    assert np.array_equal(drawn.colors[normal, :3], expected[points.color[drawn.rows[normal]]])


def test_a_single_point_is_drawn_where_it_is(make_look):
    points = Cloud(
        np.array([0.0]), np.array([0.0]), np.array([2], np.uint16), np.array([2], np.uint8)
    )
    scene = frame.make_scene(points)
    for x, y in product((10.1, 10.4, 10.5, 10.9), (20.0, 20.3, 20.99)):
        view = View(-x, y, 1.0, -1.0, 40, 40)
        found = centroid(frame.render(scene, view, make_look(3.0)))
        assert found == pytest.approx((x, y), abs=0.13)


@pytest.mark.parametrize("offset", [0.0, 1000.0, 1e6])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_deep_zoom_places_points_within_half_a_pixel(make_look, offset, dtype):
    coords = (np.random.default_rng(5).random((4000, 2)) + offset).astype(dtype)
    x, y = coords.astype(np.float64).T
    points = Cloud(x.copy(), y.copy(), np.full(4000, 2, np.uint16), np.full(4000, NORMAL, np.uint8))
    scene, scale = frame.make_scene(points), 900.0 * 1e5
    for row in (0, 1234, 3999):
        view = View(x[row] - 17.3 / scale, y[row] + 22.8 / scale, scale, -scale, 40, 40)
        expected = (x[row] - view.left) * scale, (view.top - y[row]) * scale
        assert centroid(frame.render(scene, view, make_look(3.0))) == pytest.approx(
            expected, abs=0.2
        )


def test_panning_by_whole_pixels_moves_the_picture_and_nothing_else(make_points, make_look):
    points = make_points(500)
    scene, scale = frame.make_scene(points), 2.0**20
    view = View(points.x[3] - 30 / scale, points.y[3] + 30 / scale, scale, -scale, 64, 64)
    moved = view._replace(left=view.left - 5 / scale)
    before = pixels(frame.render(scene, view, make_look(2.0)))
    after = pixels(frame.render(scene, moved, make_look(2.0)))
    assert before.sum() > 0
    assert np.array_equal(before[:, :-5], after[:, 5:])


def test_the_bytes_depend_on_neither_run_nor_threads(make_points, make_look, fit_view):
    points = make_points(20_000)
    points.layer[::7], points.layer[::31] = DIMMED, EMPHASIZED
    scene, look = frame.make_scene(points), make_look()
    view = fit_view((-3, 7, -3, 8), 400, 333)
    alone = frame.render(scene, view, look)
    assert np.array_equal(alone, frame.render(frame.make_scene(points), view, look))
    for threads in (1, 2, 5):
        with ThreadPoolExecutor(threads) as pool:
            assert np.array_equal(alone, frame.render(scene, view, look, pool=pool))


def test_premultiplied_colors_never_exceed_alpha(make_points, make_look, fit_view):
    image = pixels(
        frame.render(
            frame.make_scene(make_points(30_000)), fit_view((-3, 7, -3, 8), 90, 90), make_look()
        )
    )
    assert (image[:, :, :3] <= image[:, :, 3:]).all()
    assert image[:, :, 3].max() == 255


def test_hidden_points_and_transparent_colors_are_never_drawn(make_points, fit_view):
    points = make_points(3000)
    points.layer[:] = HIDDEN
    points.layer[points.color == 1] = NORMAL
    points.layer[points.color == 2] = EMPHASIZED
    palette = np.array([[9, 9, 9, 255], [9, 9, 9, 0], [9, 9, 9, 0], [9, 9, 9, 255]], np.uint8)
    table = color_table(palette)
    image = frame.render(
        frame.make_scene(points),
        fit_view((-3, 7, -3, 8), 100, 100),
        Look(2.0, 3.0, table, table, table),
    )
    assert not image.any()


def test_dimmed_lie_below_normal_below_emphasized():
    palette = np.array([[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]], np.uint8)
    table, one_spot = color_table(palette), np.zeros(3)
    view = View(-5.0, 5.0, 1.0, -1.0, 10, 10)
    colors = np.array([0, 1, 2], np.uint16)
    for layers in (
        [DIMMED, NORMAL, EMPHASIZED],
        [EMPHASIZED, DIMMED, NORMAL],
        [NORMAL, DIMMED, DIMMED],
    ):
        scene = frame.make_scene(Cloud(one_spot, one_spot, colors, np.array(layers, np.uint8)))
        middle = pixels(frame.render(scene, view, Look(2.0, 2.0, table, table, table)))[5, 5]
        top = int(np.argmax(layers))
        assert middle.tolist() == [255 * (top == 2), 255 * (top == 1), 255 * (top == 0), 255]


def test_emphasized_points_are_in_every_coarse_frame(make_points, make_look, fit_view):
    points = make_points(70_000)
    points.layer[[5, 60_000, 69_999]] = EMPHASIZED
    points.layer[points.layer == NORMAL] = HIDDEN
    scene, view = frame.make_scene(points), fit_view((-4, 8, -4, 9), 200, 200)
    assert scene.index.levels == 2
    coarse = frame.render(scene, view, make_look(), levels=1)
    assert coarse.any()
    assert np.array_equal(coarse, frame.render(scene, view, make_look()))


def test_a_coarse_frame_is_as_dark_as_the_exact_one(make_points, fit_view, palette):
    points = make_points(400_000)
    scene, view = frame.make_scene(points), fit_view((-4, 8, -4, 9), 120, 120)
    assert scene.index.sizes == (65_536, 262_144, 400_000)

    def mean_alpha(levels, stands_for):
        table = color_table(palette, 0.02, stands_for)
        image = frame.render(scene, view, Look(1.6, 2.6, table, table, table), levels)
        return pixels(image)[:, :, 3].mean()

    exact = mean_alpha(None, 1.0)
    assert mean_alpha(1, 400_000 / 65_536) == pytest.approx(exact, rel=0.05)
    assert mean_alpha(1, 1.0) < 0.6 * exact


def test_a_coarse_frame_of_faint_points_is_as_dark_as_the_exact_one(make_points, fit_view):
    points, rng = make_points(400_000), np.random.default_rng(2)
    points = points._replace(opacity=rng.integers(1, 256, 400_000).astype(np.uint8))
    scene, view = frame.make_scene(points), fit_view((-4, 8, -4, 9), 120, 120)
    palette = np.full((4, 4), 255, np.uint8)

    def mean_alpha(levels, stands_for):
        table = color_table(palette, 0.1, stands_for)
        look = Look(1.6, 2.6, table, table, table, fade=fade_table(0.1, stands_for))
        return pixels(frame.render(scene, view, look, levels))[:, :, 3].mean()

    assert mean_alpha(1, 400_000 / 65_536) == pytest.approx(mean_alpha(None, 1.0), rel=0.035)


def test_a_stale_frame_stops_early(make_points, make_look, fit_view, monkeypatch):
    monkeypatch.setattr(frame, "thread_count", lambda: 2)
    scene = frame.make_scene(make_points(20_000))
    asked = []

    def is_stale():
        asked.append(1)
        return True

    frame.render(scene, fit_view((-3, 7, -3, 8), 300, 640), make_look(), is_stale=is_stale)
    assert len(asked) == -(-640 // BAND)  # a task for each band, none of them drawn


def test_restyling_equals_a_new_scene(make_points, make_look, fit_view):
    points = make_points(3000)
    scene = frame.make_scene(points)
    layers = points.layer.copy()
    layers[::3], layers[1::9] = DIMMED, EMPHASIZED
    changed = points._replace(color=points.color[::-1].copy(), layer=layers)
    view, look = fit_view((-3, 7, -3, 8), 128, 128), make_look()
    rng = np.random.default_rng(1)
    sizes, shapes = rng.uniform(0.5, 2, 3000), rng.integers(0, 6, 3000)
    changed = changed._replace(
        brush=brush_numbers(sizes, shapes), opacity=rng.integers(0, 256, 3000).astype(np.uint8)
    )
    look = replace(look, brushes=tuple(range(6 * SIZE_STEPS)))
    again = frame.restyled(scene, changed)
    expected = frame.render(frame.make_scene(changed), view, look)
    assert np.array_equal(frame.render(again, view, look), expected)
    assert frame.restyled(again, changed) is again


def test_more_than_256_colors_keep_apart():
    ramp = np.zeros((1000, 4), np.uint8)
    ramp[:, 0], ramp[:, 1], ramp[:, 3] = np.arange(1000) % 256, np.arange(1000) // 256, 255
    x = np.arange(1000) * 8.0
    points = Cloud(x, np.zeros(1000), np.arange(1000, dtype=np.uint16), np.full(1000, 2, np.uint8))
    table = color_table(ramp)
    image = frame.render(
        frame.make_scene(points),
        View(-4.0, 4.0, 1.0, -1.0, 8000, 8),
        Look(2.0, 2.0, table, table, table),
    )
    middle = pixels(image)[4, 4::8]
    assert np.array_equal(middle[:, 2] + 256 * middle[:, 1], np.arange(1000))
