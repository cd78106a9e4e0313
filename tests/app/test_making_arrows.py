"""Arrows start where items were, the farthest first, and say what they leave out."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.app.making_arrows import make_arrows, make_no_arrows
from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table


@pytest.fixture
def space():
    return make_space(np.eye(6, 3, dtype=np.float32), make_table(list("abcdef")), name="six")


BEFORE = np.array([[0, 0], [0, 1], [5, 5], [np.nan, np.nan], [2, 2], [9, 9]], np.float32)
AFTER = np.array([[3, 4], [0, 1], [5, 6], [1, 1], [2, 4], [9, 9]], np.float32)


def made(space, rows=None, most=50, mask=None):
    return make_arrows(space, BEFORE, AFTER, rows, most, mask, Progress())


def test_items_that_moved_have_arrows_the_farthest_first(space):
    arrows, (said,) = made(space)
    assert arrows.names == ("a", "e", "c")  # by 5, 2 and 1; b and f stand still, d has no place
    np.testing.assert_array_equal(arrows.starts, BEFORE[[0, 4, 2]])
    assert "all 3 of 6 shown items that moved" in said


def test_the_most_and_the_shown_and_the_selected_count(space):
    arrows, (said,) = made(space, most=1)
    assert arrows.names == ("a",)
    assert "the 1 of 3 moved items that moved farthest" in said
    mask = np.array([False, True, True, True, True, True])
    assert made(space, mask=mask)[0].names == ("e", "c")
    arrows, (said,) = made(space, rows=np.array([1, 2]), most=1)
    assert arrows.names == ("c",)
    assert "of 2 selected items" in said


def test_nothing_that_moved_is_said(space):
    arrows, (said,) = made(space, rows=np.array([1, 5]))
    assert len(arrows.rows) == 0
    assert said == "None of the 2 selected items moved along these axes."


def test_another_map_says_what_arrows_need(space):
    assert make_no_arrows(is_lost=False, progress=Progress())[1][0].startswith("Arrows need a map")
    lost = make_no_arrows(is_lost=True, progress=Progress())[1][0]
    assert lost.startswith("The map of the space before was removed")
    other, (said,) = make_arrows(space, BEFORE[:4], AFTER, None, 5, None, Progress())
    assert other is None
    assert said == "The space before has other items than this one."


def test_a_cancel_is_heard(space):
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        make_arrows(space, BEFORE, AFTER, None, 5, None, progress)
