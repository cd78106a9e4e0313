from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import HDBSCAN
from sklearn.metrics import adjusted_rand_score

from embexplorer.clusterings import hdbscan
from embexplorer.clusterings.hdbscan import HdbscanParams, limit, run, smallest_cluster
from embexplorer.core.progress import Progress


def uneven(d, seed=0):
    """Groups of different density with noise between them."""
    rng = np.random.default_rng(seed)
    middles = np.zeros((4, d))
    middles[:, :2] = [[5, 5], [-5, 4], [-4, -5], [4, -4]]
    spreads, sizes = (0.2, 0.4, 0.6, 0.3), (120, 90, 80, 60)
    parts = [
        middle + spread * rng.normal(size=(size, d))
        for middle, spread, size in zip(middles, spreads, sizes, strict=True)
    ]
    return np.vstack([*parts, rng.uniform(-6, 6, size=(50, d))]).astype(np.float32)


@pytest.mark.parametrize("selection", ["eom", "leaf"])
@pytest.mark.parametrize("d", [2, 20])
def test_the_clusters_are_those_of_scikit_learn(d, selection):
    points = uneven(d)
    params = HdbscanParams(min_cluster_size=15, min_samples=8, selection=selection)
    found = run(points, params, 0, Progress()).labels
    # scikit-learn counts an item among its own neighbors.
    reference = HDBSCAN(
        min_cluster_size=15, min_samples=9, cluster_selection_method=selection, copy=True
    ).fit(points)
    assert found.max() == reference.labels_.max() >= 3
    assert adjusted_rand_score(found, reference.labels_) > 0.99  # ties may go another way


def test_our_tree_finds_what_that_of_fast_hdbscan_finds(monkeypatch):
    points = uneven(8, seed=2)
    params = HdbscanParams(min_cluster_size=15)
    theirs = run(points, params, 0, Progress())
    monkeypatch.setattr(hdbscan, "TREE_UP_TO", 2)
    ours = run(points, params, 0, Progress())
    assert theirs.notes == ours.notes == ()
    assert np.array_equal(theirs.labels, ours.labels)


def test_the_smallest_cluster_grows_with_the_root_of_the_number():
    assert [smallest_cluster(n) for n in (10, 300, 10_000, 1_000_000)] == [5, 9, 50, 500]
    found = run(uneven(2), HdbscanParams(), 0, Progress())
    assert found.notes == ("A cluster has at least 10 items.",)
    assert np.bincount(found.labels[found.labels >= 0]).min() >= 10


def test_a_merge_distance_joins_groups_whatever_the_unit():
    rng = np.random.default_rng(0)
    points = 1000 * np.vstack([rng.normal([x, 0], size=(60, 2)) for x in (0, 8, 100)])
    params = HdbscanParams(min_cluster_size=20, min_samples=5)
    apart = run(points.astype(np.float32), params, 0, Progress()).labels
    params = HdbscanParams(min_cluster_size=20, min_samples=5, epsilon=10_000)
    joined = run(points.astype(np.float32), params, 0, Progress()).labels
    assert (apart.max(), joined.max()) == (2, 1)
    assert set(joined[:120].tolist()) <= {0, -1}


def test_many_dimensions_and_few_items_are_told():
    rng = np.random.default_rng(0)
    notes = run(rng.normal(size=(40, 80)).astype(np.float32), HdbscanParams(), 0, Progress()).notes
    assert notes[1].startswith("In 80 dimensions distances differ little")
    notes = run(rng.normal(size=(7, 2)).astype(np.float32), HdbscanParams(), 0, Progress()).notes
    assert "Density is measured by 5 neighbors, the most for 7 items." in notes
    found = run(rng.normal(size=(4, 2)).astype(np.float32), HdbscanParams(), 0, Progress())
    assert found.labels.tolist() == [-1] * 4
    assert found.notes[-1] == "HDBSCAN needs 5 items; there are 4, so all are noise."


def test_many_items_may_be_grouped_otherwise_next_time_and_a_note_says_so(monkeypatch):
    points = uneven(2)
    monkeypatch.setattr(hdbscan, "SAME_UP_TO", 399)
    found = run(points, HdbscanParams(min_cluster_size=15), 0, Progress())
    assert found.notes == (
        "Above 399 items equal distances may be taken in another order next time.",
    )
    assert len(points) == 400
    assert found.labels.max() == 3


def test_a_map_has_no_limit_and_vectors_have_one():
    assert limit(HdbscanParams(), 2) is None
    assert limit(HdbscanParams(), 384) == 25_000


def test_warming_takes_the_way_of_a_run():
    hdbscan.warm()
