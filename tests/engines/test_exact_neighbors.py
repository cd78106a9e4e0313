from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.engines import exact_neighbors
from embexplorer.engines.exact_neighbors import find_all_neighbors


@pytest.mark.parametrize(("metric", "order"), [("euclidean", 2), ("manhattan", 1)])
def test_agrees_with_all_pairs_across_blocks(metric, order, monkeypatch):
    monkeypatch.setattr(exact_neighbors, "STEP", 17)
    vectors = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
    rows, distances = find_all_neighbors(vectors, 7, metric, Progress())
    pairs = np.linalg.norm(vectors[:, None].astype(float) - vectors[None], ord=order, axis=2)
    np.fill_diagonal(pairs, np.inf)
    np.testing.assert_array_equal(rows, np.argsort(pairs, axis=1)[:, :7])
    np.testing.assert_allclose(distances, np.sort(pairs, axis=1)[:, :7], rtol=1e-5)


def test_duplicates_are_neighbors_and_no_item_is_its_own():
    vectors = np.repeat(np.eye(3, dtype=np.float32), 20, axis=0)
    rows, distances = find_all_neighbors(vectors, 5, "euclidean", Progress())
    own = np.arange(60)[:, None]
    assert (rows != own).all()
    assert (rows // 20 == own // 20).all()
    assert not distances.any()
    assert all(len(set(row)) == 5 for row in rows.tolist())


def test_a_cancel_stops_the_search():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        find_all_neighbors(np.eye(5, dtype=np.float32), 2, "euclidean", progress)
