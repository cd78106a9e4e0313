from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.engines.cluster_labels import join_nearest, largest_first, scale_points


def test_the_largest_group_comes_first_and_of_equal_ones_the_earlier():
    labels = largest_first(np.array([9, -1, 4, 4, 7, 7, 9, -5, 4, 2]))
    assert labels.tolist() == [1, -1, 0, 0, 2, 2, 1, -1, 0, 3]
    assert labels.dtype == np.int32


def test_all_noise_stays_noise():
    assert largest_first(np.array([-1, -1])).tolist() == [-1, -1]
    assert largest_first(np.array([], np.int64)).tolist() == []


def test_scaled_points_lie_around_the_origin_and_keep_their_differences():
    points = np.array([[1e6, 4], [1e6 + 2, 4], [1e6 + 4, 4]], np.float32)
    scaled, scale = scale_points(points)
    assert scale == 2
    assert scaled.tolist() == [[-1, 0], [0, 0], [1, 0]]


@pytest.mark.parametrize("value", [0, 0.1, 3e38, 1e-42])
def test_points_at_one_place_have_no_scale(value):
    scaled, scale = scale_points(np.full((7, 3), value, np.float32))
    assert scale == 0
    assert not scaled.any()


def test_each_point_takes_the_label_of_the_nearest_that_has_one():
    points, _ = scale_points(np.array([[0], [1], [2], [3], [10], [4]], np.float32))
    rows = np.array([0, 3, 4])
    joined = join_nearest(points, rows, np.array([5, 8, -1], np.int32), Progress())
    assert joined.tolist() == [5, 5, 8, 8, -1, 8]


def test_joining_agrees_with_all_distances_and_can_be_cancelled():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(500, 6)).astype(np.float32)
    rows = np.sort(rng.choice(500, 60, replace=False))
    labels = rng.integers(-1, 4, size=60).astype(np.int32)
    distances = np.linalg.norm(points[:, None] - points[rows][None], axis=2)
    expected = labels[distances.argmin(axis=1)]
    assert np.array_equal(join_nearest(points, rows, labels, Progress()), expected)
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        join_nearest(points, rows, labels, progress)
