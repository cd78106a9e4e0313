from __future__ import annotations

import numpy as np

from embexplorer.core.selection import Selection


def test_rows_are_sorted_and_each_once():
    made = Selection.of("s", [5, 1, 5, 3])
    assert made.indices.tolist() == [1, 3, 5]
    assert made.indices.dtype == np.int64
    assert len(made) == 3
    assert Selection.of("s", np.array([3, 5, 1], np.int32)) == made
    assert len(Selection.of("s", [])) == 0


def test_algebra_is_that_of_sets():
    a, b = Selection.of("s", [1, 2, 3]), Selection.of("s", [3, 4])
    assert (a | b).indices.tolist() == [1, 2, 3, 4]
    assert (a & b).indices.tolist() == [3]
    assert (a - b).indices.tolist() == [1, 2]
    assert (a ^ b).indices.tolist() == [1, 2, 4]


def test_equal_rows_of_another_space_are_not_equal():
    assert Selection.of("s", [1]) != Selection.of("t", [1])
    assert hash(Selection.of("s", [2, 1])) == hash(Selection.of("s", [1, 2]))
