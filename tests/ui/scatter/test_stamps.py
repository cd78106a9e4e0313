from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from embexplorer.ui.scatter.scene import (
    CIRCLE,
    CROSS,
    PLAIN,
    SQUARE,
    TRIANGLE_DOWN,
    TRIANGLE_UP,
    brush_numbers,
)
from embexplorer.ui.scatter.stamps import (
    OUTLINES,
    PHASES,
    brush_stamps,
    coverage,
    default_opacity,
    default_radius,
)


@pytest.mark.parametrize("radius", [0.8, 1.5, 1.625, 3.0, 7.3])
def test_coverage_of_every_phase_sums_to_the_area_of_the_disc(radius):
    areas = coverage(CIRCLE, radius).sum((2, 3))
    np.testing.assert_allclose(areas, np.pi * radius**2, rtol=0.02)


@pytest.mark.parametrize("shape", range(SQUARE, CROSS + 1))
def test_every_shape_has_the_area_of_the_disc(shape):
    corners = np.array(OUTLINES[shape])
    following = np.roll(corners, -1, axis=0)
    doubled = corners[:, 0] * following[:, 1] - corners[:, 1] * following[:, 0]
    assert abs(doubled.sum()) / 2 == pytest.approx(np.pi)
    for radius, tolerance in ((1.6, 0.04), (3.0, 0.025), (7.3, 0.01)):
        # Straight edges meet whole rows of samples, so that small markers are a little off.
        areas = coverage(shape, radius).sum((2, 3))
        np.testing.assert_allclose(areas, np.pi * radius**2, rtol=tolerance)


@pytest.mark.parametrize("shape", range(SQUARE, CROSS + 1))
def test_outlines_and_coverage_are_the_same_shape(shape):
    corners = np.array(OUTLINES[shape])
    cells = coverage(shape, 9.0)[1, 2]
    height, width = cells.shape
    sub = (np.arange(8) + 0.5) / 8
    x = (np.arange(width)[:, None] + sub).ravel() - (width / 2 - 0.5 + 2.5 / PHASES)
    y = (np.arange(height)[:, None] + sub).ravel() - (height / 2 - 0.5 + 1.5 / PHASES)
    inside = np.zeros((8 * height, 8 * width), bool)
    for (ax, ay), (bx, by) in zip(9 * corners, 9 * np.roll(corners, -1, axis=0), strict=True):
        if ay != by:
            odd = (ay > y[:, None]) != (by > y[:, None])
            inside ^= odd & (x < (bx - ax) * (y[:, None] - ay) / (by - ay) + ax)
    expected = inside.reshape(height, 8, width, 8).mean((1, 3))
    assert np.abs(cells - expected).max() < 0.2
    assert np.abs(cells - expected).mean() < 0.01


@pytest.mark.parametrize("shape", range(CROSS + 1))
@pytest.mark.parametrize("radius", [0.8, 1.6, 3.0, 7.3])
def test_center_of_mass_follows_the_phase(radius, shape):
    found, atol = coverage(shape, radius), 0.03 if shape == CIRCLE or radius > 2 else 0.1
    _, _, height, width = found.shape
    phases = (np.arange(PHASES) + 0.5) / PHASES
    total = found.sum((2, 3))
    across = (found.sum(2) * (np.arange(width) + 0.5)).sum(2) / total
    down = (found.sum(3) * (np.arange(height) + 0.5)).sum(2) / total
    np.testing.assert_allclose(across, np.tile(width / 2 - 0.5 + phases, (PHASES, 1)), atol=atol)
    np.testing.assert_allclose(
        down, np.tile(height / 2 - 0.5 + phases[:, None], (1, PHASES)), atol=atol
    )


def test_triangles_point_where_their_names_say():
    for shape, step in ((TRIANGLE_UP, 1), (TRIANGLE_DOWN, -1)):
        ink = coverage(shape, 6.0)[1, 1].sum(1)
        widths = ink[ink > 0.5][::step]
        assert widths[0] < 2
        assert widths[-3:].max() == widths.max() == pytest.approx(2.69 * 6, abs=1.5)


def test_a_disc_of_the_usual_radius_needs_one_vector_per_row():
    stamps = brush_stamps(1.6)
    assert (stamps.quads[PLAIN], stamps.height[PLAIN]) == (1, 4)
    assert stamps.quads.sum() == 1
    assert stamps.margin == 4
    assert stamps.coverage.shape == (PHASES * PHASES * 4 * 4 * 4,)
    assert stamps.coverage.flags.writeable  # read-only arrays would compile the kernels again


def test_each_brush_has_its_stamp():
    brushes = tuple(brush_numbers(np.array([0.5, 4.0]), np.array([CROSS, SQUARE])).tolist())
    stamps = brush_stamps(1.6, 1.0, brushes)
    for brush, shape, radius in zip(brushes, (CROSS, SQUARE), (1.8, 7.4), strict=True):
        cells = coverage(shape, radius)
        assert (stamps.height[brush], 4 * stamps.quads[brush]) == cells.shape[2:]
        part = stamps.coverage[stamps.start[brush] :][: 4 * cells.size]
        assert np.array_equal(part.reshape(*cells.shape, 4), np.repeat(cells[..., None], 4, axis=4))


def test_opacity_and_radius_fall_with_the_number_of_points():
    assert default_opacity(60_000) == pytest.approx(200 / 255)
    assert default_opacity(1_000_000) == pytest.approx(60 / 255)
    assert default_opacity(300) > 0.95
    assert default_radius(200) == 4.0
    assert default_radius(1_000_000) == 1.5
    counts = np.geomspace(1, 2e7, 200)
    for helper in (default_opacity, default_radius):
        values = [helper(count) for count in counts]
        assert all(a >= b > 0 for a, b in pairwise(values))
