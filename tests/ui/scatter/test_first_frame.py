from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from embexplorer.ui.scatter import first_frame, frame
from embexplorer.ui.scatter.scene import (
    DIMMED,
    EMPHASIZED,
    HIDDEN,
    NORMAL,
    Cloud,
    Look,
    View,
    brush_numbers,
    color_table,
)


def pixels(image):
    return image.reshape(image.shape[0], -1, 4).astype(int)


def both(points, view, look):
    exact = frame.render(frame.make_scene(points), view, look)
    return pixels(first_frame.draw(points, view, look)), pixels(exact)


def test_discs_that_touch_nothing_look_the_same(make_look):
    x, y = (a.ravel() for a in np.meshgrid(np.arange(-1, 12) * 9.37, np.arange(-1, 12) * 9.11))
    colors = np.arange(len(x)).astype(np.uint16) % 4
    layers = (np.arange(len(x)) % 4).astype(np.uint8)
    points = Cloud(x, y, colors, layers)
    first, exact = both(points, View(0.0, 100.0, 1.0, -1.0, 100, 100), make_look(2.3))
    assert np.abs(first - exact).max() <= 1
    assert exact[:, :, 3].max() == 255


def test_other_shapes_sizes_and_opacities_look_the_same(make_look):
    x, y = (a.ravel() for a in np.meshgrid(np.arange(9) * 19.37, np.arange(9) * 19.11))
    rng, n = np.random.default_rng(4), len(x)
    brushes = brush_numbers(rng.uniform(0.3, 2, n), rng.integers(0, 6, n))
    points = Cloud(
        x, y, np.full(n, 2, np.uint16), (np.arange(n) % 4).astype(np.uint8),
        brushes, rng.integers(1, 256, n).astype(np.uint8),
    )  # fmt: skip
    look = replace(make_look(3.0), brushes=tuple(np.unique(brushes).tolist()))
    first, exact = both(points, View(-10.0, 170.0, 1.0, -1.0, 180, 180), look)
    assert np.abs(first - exact).max() <= 1
    assert exact[:, :, 3].max() == 255


def test_overlapping_discs_look_practically_the_same(make_points, make_look, fit_view):
    points = make_points(20_000)
    points.layer[::4], points.layer[::100], points.layer[1::9] = DIMMED, EMPHASIZED, HIDDEN
    look = make_look(1.6, 0.6)
    first, exact = both(points, fit_view((-3, 7, -3, 8), 300, 300), look)
    assert np.abs(first[:, :, 3] - exact[:, :, 3]).max() <= 2  # alpha does not depend on order
    assert np.abs(first - exact).mean() < 3
    blurred = [image.reshape(30, 10, 30, 10, 4).mean((1, 3)) for image in (first, exact)]
    assert np.abs(blurred[0] - blurred[1]).mean() < 1


def test_a_sample_is_as_dark_as_all_points(make_points, fit_view, palette):
    table = color_table(palette, 0.05)
    look = Look(1.6, 2.6, table, table, table)
    points = make_points(3 * first_frame.MOST_POINTS)
    first, exact = both(points, fit_view((-3, 7, -3, 8), 200, 200), look)
    assert first[:, :, 3].mean() == pytest.approx(exact[:, :, 3].mean(), rel=0.05)


def test_the_same_points_give_the_same_bytes(make_points, make_look, fit_view):
    points, view = make_points(40_000), fit_view((-3, 7, -3, 8), 100, 100)
    again = first_frame.draw(points, view, make_look())
    assert np.array_equal(first_frame.draw(points, view, make_look()), again)


def test_an_empty_view_is_transparent(make_points, make_look):
    image = first_frame.draw(make_points(100), View(1e4, 1e4, 1.0, -1.0, 20, 10), make_look())
    assert image.shape == (10, 80)
    assert not image.any()


def test_a_deep_zoom_places_points_within_half_a_pixel(make_look):
    x = np.array([1e6 + 0.123456789, 1e6 + 0.9])
    points = Cloud(x, x.copy(), np.full(2, 2, np.uint16), np.full(2, NORMAL, np.uint8))
    scale = 9e7
    view = View(x[0] - 20 / scale, x[0] + 10 / scale, scale, -scale, 40, 40)
    alpha = pixels(first_frame.draw(points, view, make_look(3.0)))[:, :, 3]
    rows, columns = np.indices(alpha.shape) + 0.5
    assert (alpha * columns).sum() / alpha.sum() == pytest.approx(20, abs=0.2)
    assert (alpha * rows).sum() / alpha.sum() == pytest.approx(10, abs=0.2)
