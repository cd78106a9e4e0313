from __future__ import annotations

import numpy as np
import pytest

from embexplorer.engines.trivial_layout import find_trivial_layout


@pytest.mark.parametrize("dims", [2, 3])
def test_up_to_one_item_more_than_axes_all_distances_are_kept(dims):
    vectors = np.random.default_rng(0).normal(size=(dims + 1, 30)).astype(np.float32)
    layout = find_trivial_layout(vectors, dims, "X", are_directions=False)
    expected = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    found = np.linalg.norm(layout.coords[:, None] - layout.coords[None], axis=2)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    note = (
        f"X needs {dims + 2} items or more; the principal axes show these {dims + 1} as they lie."
    )
    assert layout.notes == (note,)


def test_with_more_items_there_is_something_to_lay_out():
    assert find_trivial_layout(np.eye(4, dtype=np.float32), 2, "X", are_directions=False) is None
    assert find_trivial_layout(np.eye(5, dtype=np.float32), 3, "X", are_directions=False) is None


def test_directions_are_the_same_up_to_rounding_and_vectors_only_exactly():
    vectors = np.ones((9, 3), np.float32)
    vectors[4] += 1e-7
    assert vectors[4, 0] != 1
    assert find_trivial_layout(vectors, 2, "X", are_directions=False) is None
    layout = find_trivial_layout(vectors, 2, "X", are_directions=True)
    assert not layout.coords.any()
    assert layout.notes == (
        "All 9 vectors have the same direction, so every item lies at the origin.",
    )
