"""The density is that of SciPy's Gaussian filter, and its levels hold what they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from embexplorer.measures.density import density_of, levels_holding


def clouds(n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centers = np.array([[0.0, 0.0], [8.0, 1.0], [3.0, 6.0]])
    return (centers[rng.integers(0, 3, n)] + rng.normal(size=(n, 2))).astype(np.float32)


def test_counts_are_smoothed_as_by_a_gaussian_filter() -> None:
    density = density_of(clouds(2000), cells=64)
    sigma = density.bandwidth / density.frame.cell
    expected = gaussian_filter(density.counts.astype(float), sigma, mode="constant", truncate=3.5)
    np.testing.assert_allclose(density.values, expected, atol=1e-12)


def test_every_point_is_counted_once_and_nothing_is_lost_at_the_rim() -> None:
    density = density_of(clouds(5000))
    assert density.n == 5000
    assert density.counts.sum() == 5000
    assert density.values.sum() == pytest.approx(5000, rel=2e-3)


def test_a_point_lies_in_the_cell_around_it() -> None:
    points = np.array([[0.0, 0.0], [0.0, 0.0], [10.0, 4.0]], np.float32)
    density = density_of(points, bandwidth=0.5)
    left, bottom, cell = density.frame
    for (x, y), count in (((0.0, 0.0), 2), ((10.0, 4.0), 1)):
        assert density.counts[int((y - bottom) / cell), int((x - left) / cell)] == count
    assert density.counts.shape[1] == 256  # the longer side
    assert density.bounds[0] < 0 < 10 < density.bounds[2]


def test_points_without_a_place_are_left_out() -> None:
    points = clouds(300)
    spoiled = np.vstack([points, [[np.nan, 0], [0, np.inf], [np.nan, np.nan]]]).astype(np.float32)
    assert density_of(spoiled).n == 300
    np.testing.assert_array_equal(density_of(spoiled).values, density_of(points).values)


@pytest.mark.parametrize("away", [1e6, -1e6, 1e30])
def test_one_point_far_away_does_not_blur_the_rest(away: float) -> None:
    points = clouds(3000)
    far = np.vstack([points, [[away, 1e6]]]).astype(np.float32)
    density = density_of(far)
    assert density.n == 3001
    assert density.counts.sum() == 3000  # the one beside the grid is not on it
    assert density.bandwidth == pytest.approx(density_of(points).bandwidth, rel=0.05)


@pytest.mark.parametrize("points", [np.zeros((0, 2)), np.zeros((1, 2)), np.ones((9, 2))])
def test_no_density_without_two_places(points: np.ndarray) -> None:
    assert density_of(points.astype(np.float32)) is None


def test_levels_hold_their_shares_of_the_points() -> None:
    density = density_of(clouds(20_000))
    shares = (0.25, 0.5, 0.75, 0.9)
    levels = levels_holding(density, shares)
    assert list(levels) == sorted(levels, reverse=True)
    for share, level in zip(shares, levels, strict=True):
        held = density.counts[density.values >= level].sum() / density.n
        assert share <= held < share + 0.01


def test_a_share_that_the_grid_does_not_hold_has_no_level() -> None:
    far = np.vstack([clouds(99), [[1e6, 1e6]]]).astype(np.float32)
    density = density_of(far)
    assert levels_holding(density, (1.0,)) == (0.0,) or density.counts.sum() == 100
