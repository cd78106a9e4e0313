from __future__ import annotations

import numpy as np
import pytest

from embexplorer.ui.scatter.labels import Box, Label, Placed, place_labels

VIEWPORT = Box(0.0, 0.0, 800.0, 600.0)


def overlap(a, b):
    a, b = a.edges(), b.edges()
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.fixture
def crowd():
    rng = np.random.default_rng(4)
    return [
        Label(*rng.uniform((-50, -50), (850, 650)), rng.uniform(30, 140), 16.0, rng.integers(0, 4))
        for _ in range(200)
    ]


def test_no_label_overlaps_another_or_an_obstacle_or_the_rim(crowd):
    obstacles = [Box(10.0, 10.0, 200.0, 290.0), Box(500.0, 250.0, 60.0, 170.0)]
    boxes = [box for _, box in place_labels(crowd, VIEWPORT, obstacles)]
    assert 40 < len(boxes) < 200
    for number, box in enumerate(boxes):
        left, top, right, bottom = box.edges()
        assert left >= 4
        assert top >= 4
        assert right <= 796
        assert bottom <= 596
        assert not any(overlap(box, other) for other in boxes[:number] + obstacles)


def test_boxes_have_the_size_of_their_labels_and_lie_near_their_spots(crowd):
    for number, box in place_labels(crowd, VIEWPORT):
        label = crowd[number]
        assert (box.width, box.height) == (label.width, label.height)
        assert abs(box.top + box.height / 2 - label.y) <= 1.4 * label.height


def test_places_are_the_same_every_time(crowd):
    assert place_labels(crowd, VIEWPORT) == place_labels(list(crowd), VIEWPORT)


def test_the_larger_priority_wins_and_the_other_gives_way():
    spot = (400.0, 300.0, 100.0, 20.0)
    assert place_labels([Label(*spot, 1), Label(*spot, 2)], VIEWPORT) == [
        Placed(1, Box(350.0, 290.0, 100.0, 20.0)),
        Placed(0, Box(350.0, 264.0, 100.0, 20.0)),  # 1.8 heights above the spot
    ]


def test_equal_priorities_keep_the_given_order():
    spot = (400.0, 300.0, 100.0, 20.0)
    placed = place_labels([Label(*spot), Label(*spot)], VIEWPORT)
    assert placed[0] == Placed(0, Box(350.0, 290.0, 100.0, 20.0))
    assert placed[1].number == 1


def test_a_label_without_room_is_left_out():
    assert place_labels([Label(400, 300, 50, 16)], VIEWPORT, [VIEWPORT]) == []
    assert place_labels([Label(400, 300, 900, 16)], VIEWPORT) == []
    assert place_labels([Label(-1, 300, 50, 16)], VIEWPORT) == []
    assert place_labels([], VIEWPORT) == []


def test_at_the_rim_a_label_moves_in():
    assert place_labels([Label(790, 300, 100, 16)], VIEWPORT) == [
        Placed(0, Box(696.0, 292.0, 100.0, 16.0))
    ]


def test_a_name_stays_clear_of_its_own_spot(crowd):
    named = [label._replace(clearance=7.0) for label in crowd]
    placed = place_labels(named, VIEWPORT)
    assert len(placed) > 40
    for number, box in placed:
        x, y = named[number][:2]
        left, top, right, bottom = box.edges()
        distance = max(left - x, x - right, top - y, y - bottom)
        assert distance >= 7.0 - 1e-9


def test_a_name_in_the_corner_goes_where_there_is_room():
    (placed,) = place_labels([Label(795.0, 300.0, 90.0, 16.0, 0, 7.0)], VIEWPORT)
    assert placed.box == Box(698.0, 292.0, 90.0, 16.0)  # to the left
