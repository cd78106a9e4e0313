from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from embexplorer.clusterings import kmeans
from embexplorer.clusterings.kmeans import KMeansParams, run
from embexplorer.core.progress import Progress


def blobs(n, d, groups, spread, seed=0):
    rng = np.random.default_rng(seed)
    centers = spread * rng.normal(size=(groups, d))
    group = rng.integers(groups, size=n)
    return (centers[group] + rng.normal(size=(n, d))).astype(np.float32), group


def squares(points, labels):
    """The sum of squared distances to the means of the groups, by its definition."""
    parts = [points[labels == label].astype(np.float64) for label in range(labels.max() + 1)]
    return sum(float(((part - part.mean(axis=0)) ** 2).sum()) for part in parts)


def test_the_squares_are_as_small_as_those_of_scikit_learn():
    points, _ = blobs(1500, 12, groups=8, spread=0.7)
    found = run(points, KMeansParams(n_clusters=8), 0, Progress())
    reference = KMeans(8, n_init=10, random_state=0).fit(points)
    assert squares(points, found.labels) < 1.01 * reference.inertia_


def test_every_item_is_in_the_group_whose_mean_is_nearest():
    points, _ = blobs(400, 3, groups=5, spread=3)
    labels = run(points, KMeansParams(n_clusters=5), 1, Progress()).labels
    means = np.array([points[labels == label].mean(axis=0) for label in range(5)])
    distances = np.linalg.norm(points[:, None] - means, axis=2)
    assert (distances.argmin(axis=1) == labels).mean() > 0.995


def test_starts_on_a_sample_end_as_well_as_on_all(monkeypatch):
    points, group = blobs(1200, 6, groups=6, spread=8)
    monkeypatch.setattr(kmeans, "TRIED_ON", 200)
    monkeypatch.setattr(kmeans, "TRIED_ON_EACH", 1)
    labels = run(points, KMeansParams(n_clusters=6), 0, Progress()).labels
    assert adjusted_rand_score(group, labels) == 1.0


def test_too_few_different_items_and_too_few_rounds_are_told():
    points = np.repeat(np.eye(3, dtype=np.float32), 5, axis=0)
    found = run(points, KMeansParams(n_clusters=4), 0, Progress())
    assert found.notes == ("There are 3 clusters instead of 4: no more items differ.",)
    points = np.random.default_rng(0).normal(size=(600, 5)).astype(np.float32)
    found = run(points, KMeansParams(n_clusters=9, max_iter=2), 0, Progress())
    assert found.notes == ("The middles still moved after 2 rounds.",)


@pytest.mark.parametrize("n_init", [1, 8])
def test_more_starts_are_never_worse(n_init):
    points, _ = blobs(300, 2, groups=12, spread=4, seed=5)
    one = run(points, KMeansParams(n_clusters=12, n_init=1), 2, Progress()).labels
    more = run(points, KMeansParams(n_clusters=12, n_init=n_init), 2, Progress()).labels
    assert squares(points, more) <= squares(points, one) * 1.000001


def test_a_seed_of_its_own_gives_other_groups_where_there_are_none():
    points = np.random.default_rng(0).uniform(size=(400, 2)).astype(np.float32)
    params = KMeansParams(n_clusters=9, n_init=1)
    first, second = (run(points, params, seed, Progress()).labels for seed in (0, 1))
    assert not np.array_equal(first, second)
