"""Coords that a file brings are a projection of the items that have some."""

from __future__ import annotations

import numpy as np

from embexplorer.core.projection import projection_of_file


def test_coords_of_all_items_are_taken_as_they_are():
    coords = np.array([[0, 1], [2, 3]], np.float32)
    made = projection_of_file("a", coords)
    assert (made.coords is coords, made.rows, made.n, made.dims) == (True, None, 2, 2)
    assert made.notes == ("Coords as the file gives them.",)


def test_an_item_without_coords_is_not_among_the_rows():
    nan, inf = np.nan, np.inf
    coords = np.array([[0, 1], [nan, nan], [2, 3], [inf, 1]], np.float32)
    made = projection_of_file("a", coords)
    assert made.rows is not None
    assert (made.rows.tolist(), made.coords.tolist()) == ([0, 2], [[0, 1], [2, 3]])
    assert not made.coords.flags.writeable
