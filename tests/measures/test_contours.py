"""Lines of equal height: where they lie, that they close, and which side is high."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.measures.contours import contour_lines, contours_of
from embexplorer.measures.density import Density, Frame


def area(line: np.ndarray) -> float:
    """Return the signed area inside a closed line: positive where it runs counterclockwise."""
    x, y = line[:-1, 0], line[:-1, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def is_closed(line: np.ndarray) -> bool:
    return np.array_equal(line[0], line[-1])


def hill(size: int = 41) -> np.ndarray:
    """Return a cone of height 20 in the middle of a grid."""
    x, y = np.meshgrid(np.arange(size), np.arange(size))
    return 20.0 - np.hypot(x - size // 2, y - size // 2)


def test_a_single_high_place_has_a_diamond_around_it() -> None:
    values = np.zeros((3, 3))
    values[1, 1] = 1.0
    (line,) = contour_lines(values, 0.5)
    assert is_closed(line)
    assert {tuple(point) for point in line} == {(1.5, 1), (1, 1.5), (0.5, 1), (1, 0.5)}
    assert area(line) == pytest.approx(0.5)  # counterclockwise: high ground to the left


def test_the_line_around_a_cone_is_a_circle() -> None:
    (line,) = contour_lines(hill(), 10.0)
    assert is_closed(line)
    radii = np.hypot(line[:, 0] - 20, line[:, 1] - 20)
    np.testing.assert_allclose(radii, 10, atol=0.03)
    assert area(line) == pytest.approx(np.pi * 100, rel=0.005)


def test_a_hole_runs_the_other_way() -> None:
    lines = contour_lines(-np.abs(hill() - 10), -4.0)  # a ring between the radii 6 and 14
    areas = sorted(area(line) for line in lines)
    assert areas[0] == pytest.approx(-np.pi * 36, rel=0.01)
    assert areas[1] == pytest.approx(np.pi * 196, rel=0.01)


def test_a_slope_has_one_open_line() -> None:
    values = np.tile(np.arange(5.0), (4, 1))
    (line,) = contour_lines(values, 2.25)
    np.testing.assert_allclose(line[:, 0], 2.25)
    assert sorted(line[:, 1]) == [0, 1, 2, 3]
    assert not is_closed(line)


@pytest.mark.parametrize(("low", "pieces"), [(-0.5, 1), (-1.5, 2)])
def test_a_saddle_is_joined_where_its_middle_is_high(low: float, pieces: int) -> None:
    values = np.full((4, 4), -9.0)
    values[1, 1] = values[2, 2] = 1.0  # across from each other
    values[1, 2] = values[2, 1] = low
    lines = contour_lines(values, 0.0)
    assert len(lines) == pieces
    assert all(is_closed(line) for line in lines)


def test_no_line_where_all_is_high_or_low() -> None:
    assert contour_lines(np.ones((4, 4)), 0.5) == []
    assert contour_lines(np.zeros((4, 4)), 0.5) == []


def test_contours_of_a_density_lie_on_the_map_and_close_along_the_rim() -> None:
    values = np.array([[4.0, 4.0], [0.0, 0.0]])
    density = Density(values, values.astype(np.int64), Frame(10.0, 20.0, 2.0), 1.0, 8)
    (line,) = contours_of(density, 2.0)
    assert is_closed(line)
    # The two lower cells, whose middles are at 11 and 13, 21: half a cell around them is high.
    assert line[:, 0].min() == pytest.approx(10.0)
    assert line[:, 0].max() == pytest.approx(14.0)
    assert line[:, 1].min() == pytest.approx(20.0)
    assert line[:, 1].max() == pytest.approx(22.0)
    assert area(line) > 0
