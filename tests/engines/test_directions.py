from __future__ import annotations

import numpy as np
import pytest

from embexplorer.engines.directions import find_directions


def test_vectors_get_length_one_and_no_further_column():
    found = find_directions(np.array([[3, 4], [0, -2]], np.float32))
    np.testing.assert_allclose(found.vectors, [[0.6, 0.8], [0, -1]], rtol=1e-6)
    assert found.vectors.dtype == np.float32
    assert found.zeros == 0
    assert found.notes == ()


def test_zero_vectors_share_a_direction_of_their_own():
    found = find_directions(np.array([[0, 0], [5, 0], [0, 0]], np.float32))
    np.testing.assert_array_equal(
        found.vectors @ found.vectors.T, [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    )
    assert found.notes == (
        "2 items have a zero vector, which has no direction: its cosine with every other item "
        "counts as 0.",
    )


@pytest.mark.parametrize("scale", [1e-38, 1e-25, 1e30])
def test_length_does_not_matter_however_small_or_large(scale):
    vectors = np.array([[3, 4, 0]], np.float32) * np.float32(scale)
    found = find_directions(vectors)
    np.testing.assert_allclose(found.vectors, [[0.6, 0.8, 0]], rtol=1e-5)
    assert found.zeros == 0
