from __future__ import annotations

import numpy as np
import pytest

from embexplorer.ui.scatter import point_index
from embexplorer.ui.scatter.point_index import (
    BAND,
    PointIndex,
    are_placed,
    checked_coords,
    robust_bounds,
    shuffle,
)
from embexplorer.ui.scatter.scene import View


def positions_of(slices):
    ranges = zip(slices.first.ravel(), slices.last.ravel(), strict=True)
    return np.concatenate([np.arange(a, b) for a, b in ranges] or [np.empty(0, int)])


def pixels_of(view, x, y):
    return (x - view.left) * view.x_scale, (y - view.top) * view.y_scale


@pytest.fixture
def small_levels(monkeypatch):
    """Levels of a few hundred points, so that few points fill several of them."""
    monkeypatch.setattr(point_index, "LEVELS", (256, 1024))
    shuffle.cache_clear()
    yield (256, 1024)
    shuffle.cache_clear()


@pytest.mark.parametrize("n", [1, 2, 7, 3000])
def test_order_holds_every_row_once(make_points, n):
    points = make_points(n)
    index = PointIndex(points.x, points.y)
    assert np.array_equal(np.sort(index.order), np.arange(n))
    assert index.sizes[-1] == n


@pytest.mark.parametrize("zoom", [1, 3, 40, 1e5])
@pytest.mark.parametrize("upwards", [True, False])
def test_slices_hold_each_point_of_the_view_exactly_once(make_points, zoom, upwards):
    points = make_points(5000)
    index = PointIndex(points.x, points.y)
    sign = -1 if upwards else 1
    left, top, scale = points.x[17] - 5 / zoom, points.y[17] - sign * 5 / zoom, 20 * zoom
    view = View(left, top, scale, sign * scale, 200, 200)
    found = positions_of(index.slices(view))
    assert len(np.unique(found)) == len(found) == index.slices(view).points
    px, py = pixels_of(view, points.x, points.y)
    inside = np.flatnonzero((px >= 0) & (px <= 200) & (py >= 0) & (py <= 200))
    assert set(inside) <= set(index.order[found])
    assert 17 in inside


def test_slices_leave_out_what_is_far_from_the_view(make_points):
    points = make_points(20_000)
    index = PointIndex(points.x, points.y)
    view = View(0.0, 0.5, 200.0, -200.0, 100, 100)
    px, py = pixels_of(view, points.x, points.y)
    inside = ((px >= 0) & (px <= 100) & (py >= 0) & (py <= 100)).sum()
    assert 100 < inside <= index.slices(view).points < 3 * inside


def test_band_rows_hold_each_point_that_reaches_the_band(make_points):
    points = make_points(4000)
    index = PointIndex(points.x, points.y)
    view, margin = View(-3.0, 8.0, 15.0, -15.0, 150, 170), 6.0
    slices = index.slices(view, margin=margin)
    _, py = pixels_of(view, points.x[index.order], points.y[index.order])
    assert len(slices.rows) == -(-170 // BAND)
    for band, (low, high) in enumerate(slices.rows):
        part = positions_of(slices._replace(
            first=slices.first[:, low:high], last=slices.last[:, low:high]
        ))  # fmt: skip
        near = (py >= band * BAND - margin) & (py <= min((band + 1) * BAND, 170) + margin)
        seen = np.isin(np.flatnonzero(near), positions_of(slices))
        assert set(np.flatnonzero(near)[seen]) <= set(part)


def test_levels_are_nested_and_have_their_size(make_points, small_levels):
    points = make_points(4000)
    index = PointIndex(points.x, points.y)
    everything = View(-50.0, 50.0, 1.0, -1.0, 100, 100)
    drawn = [set(positions_of(index.slices(everything, level))) for level in (1, 2, 3)]
    assert [len(part) for part in drawn] == [256, 1024, 4000] == list(index.sizes)
    assert drawn[0] < drawn[1] < drawn[2]


def test_a_level_is_a_uniform_sample(make_points, small_levels):
    points = make_points(40_000)
    index = PointIndex(points.x, points.y)
    everything = View(-50.0, 50.0, 1.0, -1.0, 100, 100)
    rows = index.order[positions_of(index.slices(everything, 2))]
    group = (points.x > 2).astype(int) + 2 * (points.y > 3)
    expected = np.bincount(group, minlength=4) / 40_000 * 1024
    observed = np.bincount(group[rows], minlength=4)
    chi_squared = ((observed - expected) ** 2 / expected).sum()
    assert chi_squared < 16.27  # p = .001 at three degrees of freedom


def test_points_inside_a_tile_keep_no_order_of_the_items():
    x = np.zeros(2000)
    order = PointIndex(x, x).order
    assert abs(np.corrcoef(order, np.arange(2000))[0, 1]) < 0.1


def test_the_same_points_give_the_same_order(make_points):
    points = make_points(1000)
    first, second = PointIndex(points.x, points.y), PointIndex(points.x, points.y)
    assert np.array_equal(first.order, second.order)


@pytest.mark.parametrize(
    "coords",
    [
        np.array([[3.0, -2.0]]),
        np.full((500, 2), 7.25),
        np.stack([np.linspace(0, 1, 900), np.full(900, 4.0)], axis=1),
        np.stack([np.linspace(0, 1, 900), np.linspace(0, 1, 900)], axis=1),
        np.random.default_rng(0).normal(size=(900, 2)) + 1e8,
        np.random.default_rng(0).normal(size=(900, 2)) * 1e-30,
        np.random.default_rng(0).normal(size=(900, 2)) * 1e30,
    ],
    ids=["one", "identical", "level", "diagonal", "offset", "tiny", "huge"],
)
def test_degenerate_coords_are_found_again(coords):
    x, y = checked_coords(coords)
    index = PointIndex(x, y)
    span = max(np.ptp(x), np.ptp(y)) or 1.0
    everything = View(x.min() - span, y.max() + span, 100 / span, -100 / span, 300, 300)
    assert len(positions_of(index.slices(everything))) == len(x)
    elsewhere = View(x.max() + 9 * span, y.max() + 9 * span, 100 / span, -100 / span, 50, 50)
    px, py = pixels_of(elsewhere, x, y)
    assert not ((px >= 0) & (py >= 0) & (px <= 50) & (py <= 50)).any()
    index.slices(elsewhere)


def test_an_outlier_does_not_crowd_the_others_into_one_tile(make_points):
    points = make_points(20_000)
    points.x[0] = points.y[0] = 1e9
    index = PointIndex(points.x, points.y)
    view = View(0.0, 0.5, 200.0, -200.0, 100, 100)
    assert index.slices(view).points < 2000
    at_outlier = View(1e9 - 1, 1e9 + 1, 50.0, -50.0, 100, 100)
    assert 0 in index.order[positions_of(index.slices(at_outlier))]


def test_robust_bounds_leave_out_three_in_a_thousand():
    values = np.random.default_rng(1).permutation(10_000).astype(float)
    assert robust_bounds(values, values * 2) == (15.0, 9984.0, 30.0, 19968.0)


def test_robust_bounds_of_few_points_hold_all_of_them():
    assert robust_bounds(np.array([3.0, 1.0]), np.array([5.0, 5.0])) == (1.0, 3.0, 5.0, 5.0)


def test_points_that_are_not_finite_are_left_out(make_points):
    points = make_points(900)
    x, y = points.x.copy(), points.y.copy()
    x[3], y[700], x[41], y[41] = np.nan, np.inf, -np.inf, np.nan
    index = PointIndex(x, y)
    rows = np.delete(np.arange(900), [3, 41, 700])
    assert index.n == 897 == index.sizes[-1]
    assert np.array_equal(np.sort(index.order), rows)
    assert np.array_equal(index.order, rows[PointIndex(x[rows], y[rows]).order])
    assert robust_bounds(x, y) == robust_bounds(x[rows], y[rows])
    assert np.flatnonzero(~are_placed(x, y)).tolist() == [3, 41, 700]


def test_without_a_finite_point_there_is_nothing_to_find():
    x = np.array([np.nan, np.inf])
    index = PointIndex(x, x)
    assert index.n == len(index.order) == 0
    assert index.slices(View(0.0, 0.0, 1.0, 1.0, 100, 100)).points == 0
    assert robust_bounds(x, x) == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    "coords",
    [
        np.empty((0, 2)),
        np.zeros(4),
        np.zeros((4, 3)),
    ],
)
def test_coords_of_another_shape_are_refused(coords):
    with pytest.raises(ValueError, match="coords must be"):
        checked_coords(coords)
