"""Small pictures of maps hold their points in their colors."""

from __future__ import annotations

import numpy as np

from embexplorer.core.progress import Progress
from embexplorer.core.projection import Projection
from embexplorer.ui.thumbnails import draw_thumbnail, draw_thumbnails

RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)


def test_a_picture_has_each_point_at_its_side_in_its_color() -> None:
    coords = np.array([[0, 0], [10, 0], [0, 5], [10, 5]], np.float32)
    colors = np.array([RED, BLUE, RED, BLUE], np.uint8)
    picture = draw_thumbnail(coords, colors, (60, 40))
    assert picture.shape == (40, 60, 4)
    left, right = picture[:, :30], picture[:, 30:]
    assert left[..., 2].any()
    assert not left[..., 0].any()
    assert right[..., 0].any()
    assert not right[..., 2].any()
    assert (picture[..., 3] > 0).sum() == 16  # four points of 2 × 2 pixels
    assert picture[..., :3].max() <= picture[..., 3].max()


def test_points_without_a_place_or_hidden_ones_leave_no_trace() -> None:
    coords = np.array([[0, 0], [np.nan, 1], [5, 5]], np.float32)
    colors = np.array([RED, RED, (0, 0, 255, 0)], np.uint8)
    picture = draw_thumbnail(coords, colors, (30, 20))
    assert (picture[..., 3] > 0).sum() == 4
    assert not draw_thumbnail(coords[1:2], colors[:1], (30, 20)).any()


def test_many_points_in_one_place_are_opaque_and_one_is_not() -> None:
    one = draw_thumbnail(np.zeros((1, 2), np.float32), np.array([RED], np.uint8), (30, 20))
    many = draw_thumbnail(np.zeros((500, 2), np.float32), np.array([RED] * 500, np.uint8), (30, 20))
    assert one[..., 3].max() < 200
    assert many[..., 3].max() == 255


def test_a_map_in_space_is_seen_from_the_side() -> None:
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float32)
    picture = draw_thumbnail(corners, np.array([RED] * 8, np.uint8), (80, 80))
    assert (picture[..., 3] > 0).sum() >= 8 * 3  # no two corners fall together


def test_a_map_of_some_items_takes_their_colors() -> None:
    rows = np.array([1, 3])
    made = Projection("s", "pca", np.array([[0, 0], [1, 0]], np.float32), rows=rows, id="m")
    palette = np.array([RED, BLUE], np.uint8)
    colors = np.array([0, 1, 0, 1], np.uint16)
    picture = draw_thumbnails([made], colors, palette, (30, 20), Progress())["m"]
    assert picture[..., 0].any()
    assert not picture[..., 2].any()
