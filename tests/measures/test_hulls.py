"""Hulls hold the middle of their group, and are right for one, two and many points."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from embexplorer.measures.hulls import convex_hull, hulls_of, middle_of


def test_the_hull_of_a_square_is_its_corners_counterclockwise() -> None:
    points = np.array([[0, 0], [2, 0], [2, 2], [0, 2], [1, 1], [1, 0], [2, 1]], float)
    assert convex_hull(points).tolist() == [[0, 0], [2, 0], [2, 2], [0, 2]]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([[3, 4]], [[3, 4]]),
        ([[3, 4], [3, 4], [3, 4]], [[3, 4]]),
        ([[3, 4], [1, 2]], [[1, 2], [3, 4]]),
        ([[0, 0], [3, 3], [1, 1], [2, 2]], [[0, 0], [3, 3]]),
    ],
)
def test_few_places_and_lines_have_the_ends_they_have(points: list, expected: list) -> None:
    assert convex_hull(np.array(points, float)).tolist() == expected


@pytest.mark.parametrize("n", [20, 5000])
def test_a_hull_is_that_of_qhull(n: int) -> None:
    points = np.random.default_rng(n).normal(size=(n, 2))
    found = convex_hull(points)
    expected = points[ConvexHull(points).vertices]
    assert {tuple(corner) for corner in found} == {tuple(corner) for corner in expected}


def test_many_points_on_a_line_have_two_ends() -> None:
    along = np.arange(2000.0)
    points = np.column_stack([along, 2 * along])
    assert convex_hull(points).tolist() == [[0, 0], [1999, 3998]]


def test_the_middle_leaves_out_the_farthest_from_the_median() -> None:
    points = np.vstack([np.zeros((19, 2)), [[100.0, 0.0]]])
    kept = middle_of(points)
    assert len(kept) == 19
    assert kept.max() == 0
    assert len(middle_of(points[:1])) == 1


def test_each_group_has_its_hull_without_what_has_no_place() -> None:
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    coords = np.vstack([square, square + 10, [[np.nan, 0]], [[50, 50]]]).astype(np.float32)
    groups = np.array([0] * 4 + [2] * 4 + [0] + [-1], np.int32)
    found = hulls_of(coords, groups, kept=1.0)
    assert [(hull.group, hull.n) for hull in found] == [(0, 4), (2, 4)]
    assert found[1].corners.tolist() == [[10, 10], [11, 10], [11, 11], [10, 11]]


def test_no_hulls_of_nothing() -> None:
    assert hulls_of(np.zeros((3, 2), np.float32), np.full(3, -1, np.int32)) == []
