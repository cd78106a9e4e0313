from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from embexplorer.ui.scatter.stamps import (
    PHASES,
    default_opacity,
    default_radius,
    disc_coverage,
    disc_stamps,
)


@pytest.mark.parametrize("radius", [0.8, 1.5, 1.625, 3.0, 7.3])
def test_coverage_of_every_phase_sums_to_the_area_of_the_disc(radius):
    areas = disc_coverage(radius).sum((2, 3))
    np.testing.assert_allclose(areas, np.pi * radius**2, rtol=0.02)


@pytest.mark.parametrize("radius", [0.8, 1.6, 3.0, 7.3])
def test_center_of_mass_follows_the_phase(radius):
    coverage = disc_coverage(radius)
    _, _, height, width = coverage.shape
    phases = (np.arange(PHASES) + 0.5) / PHASES
    total = coverage.sum((2, 3))
    across = (coverage.sum(2) * (np.arange(width) + 0.5)).sum(2) / total
    down = (coverage.sum(3) * (np.arange(height) + 0.5)).sum(2) / total
    np.testing.assert_allclose(across, np.tile(width / 2 - 0.5 + phases, (PHASES, 1)), atol=0.03)
    np.testing.assert_allclose(
        down, np.tile(height / 2 - 0.5 + phases[:, None], (1, PHASES)), atol=0.03
    )


def test_a_disc_of_the_usual_radius_needs_one_vector_per_row():
    stamps = disc_stamps(1.6)
    assert (stamps.quads, stamps.height) == (1, 4)
    assert stamps.coverage.shape == (PHASES * PHASES * 4 * 4 * 4,)
    assert stamps.coverage.flags.writeable  # read-only arrays would compile the kernels again


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
