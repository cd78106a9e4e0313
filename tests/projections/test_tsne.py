from __future__ import annotations

import numpy as np
import pytest
from openTSNE import TSNEEmbedding
from openTSNE.affinity import PerplexityBasedNN
from openTSNE.initialization import pca
from sklearn.manifold import trustworthiness

from embexplorer.engines.neighbor_graph import projecting_alone
from embexplorer.projections import tsne


def blobs(n=500, d=50, groups=10):
    rng = np.random.default_rng(0)
    centers = 2 * rng.normal(size=(groups, d))
    return (centers[rng.integers(groups, size=n)] + rng.normal(size=(n, d))).astype(np.float32)


def run(vectors, dims=2, seed=0, **params):
    return tsne.run(projecting_alone(vectors, tsne.TsneParams(**params), dims, seed))


@pytest.mark.parametrize(("dims", "floor"), [(2, 0.98), (3, 0.98)])
def test_neighbors_stay_neighbors(dims, floor):
    vectors = blobs()
    coords = run(vectors, dims).coords
    assert trustworthiness(vectors, coords, n_neighbors=15, metric="cosine") > floor


def test_the_map_is_the_same_on_any_number_of_threads(monkeypatch):
    vectors = blobs(1500)
    for weights in ({}, {"n_neighbors": 15}):
        maps = set()
        for threads in (1, 2, 3):
            monkeypatch.setattr(tsne, "_threads", lambda n, threads=threads: threads)
            few = {"n_iter": 30, "early_exaggeration_iter": 30, **weights}
            maps.add(run(vectors, **few).coords.tobytes())
        assert len(maps) == 1


def test_a_perplexity_that_is_too_large_is_lowered_and_named():
    assert run(blobs(31), n_iter=10, early_exaggeration_iter=5).notes == (
        "The perplexity is 10 instead of 30, the most that 31 items allow.",
    )
    assert run(blobs(91), n_iter=10, early_exaggeration_iter=5).notes == ()


def test_three_items_show_their_distances_and_a_note():
    result = run(blobs(3), metric="euclidean")
    expected = np.linalg.norm(blobs(3)[0] - blobs(3)[1])
    assert np.linalg.norm(result.coords[0] - result.coords[1]) == pytest.approx(expected, rel=1e-5)
    assert result.notes == (
        "t-SNE needs 4 items or more; the principal axes show these 3 as they lie.",
    )


@pytest.mark.parametrize("initialization", ["pca", "spectral", "random"])
def test_every_start_separates_the_groups(initialization):
    vectors = blobs(200, groups=4)
    result = run(vectors, initialization=initialization)
    assert trustworthiness(vectors, result.coords, n_neighbors=15, metric="cosine") > 0.93
    assert result.notes == ()


def test_cosine_ignores_the_length_of_a_vector():
    vectors = blobs(100)
    longer = vectors * np.float32(2) ** np.arange(-2, 3)[np.arange(100) % 5, None]
    few = {"n_iter": 20, "early_exaggeration_iter": 10}
    same = run(longer.astype(np.float32), **few).coords
    assert same.tobytes() == run(vectors, **few).coords.tobytes()


def test_no_iteration_at_all_shows_the_start():
    vectors = blobs(60)
    coords = run(vectors, n_iter=0, early_exaggeration_iter=0).coords
    assert coords[:, 0].std() == pytest.approx(1e-4, rel=1e-2)


def test_exaggeration_makes_groups_denser():
    vectors = blobs(200, groups=4)
    assert np.ptp(run(vectors, exaggeration=4.0).coords) < 0.7 * np.ptp(run(vectors).coords)


def divergence(coords, affinities):
    """Return the Kullback-Leibler divergence of a map, summed over all pairs."""
    coords = coords.astype(np.float64)
    square = (coords**2).sum(axis=1)
    q = 1.0 / (1.0 + square[:, None] + square[None] - 2.0 * coords @ coords.T)
    np.fill_diagonal(q, 0.0)
    pairs = affinities.tocoo()
    shares = q[pairs.row, pairs.col] / q.sum()
    return float((pairs.data * np.log(pairs.data / shares)).sum())


def test_the_divergence_is_no_larger_than_that_of_opentsne():
    vectors = blobs(1200)
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    affinities = PerplexityBasedNN(units, perplexity=30, method="exact", n_jobs=2)
    theirs = TSNEEmbedding(pca(units, random_state=0), affinities, n_jobs=2)
    theirs.optimize(250, exaggeration=12, inplace=True)
    theirs.optimize(500, inplace=True)
    ours = run(vectors).coords
    expected = divergence(np.asarray(theirs), affinities.P)
    assert divergence(ours, affinities.P) < 1.01 * expected


def test_equal_neighbors_take_the_place_of_the_perplexity():
    vectors = blobs(400)
    result = run(vectors, n_neighbors=15)
    assert trustworthiness(vectors, result.coords, n_neighbors=15, metric="cosine") > 0.98
    assert result.notes == ()
    few = {"n_neighbors": 15, "n_iter": 5, "early_exaggeration_iter": 5}
    assert np.array_equal(run(vectors, **few).coords, run(vectors, perplexity=5.0, **few).coords)


def test_more_equal_neighbors_than_items_are_lowered_and_named():
    result = run(blobs(10), n_neighbors=15, n_iter=5, early_exaggeration_iter=5)
    assert result.notes == ("There are 9 neighbors instead of 15, the most for 10 items.",)


@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("n", [6, 8, 10])
def test_a_handful_of_items_stays_a_handful(n, dims):
    coords = run(blobs(n), dims).coords
    distances = np.linalg.norm(coords[:, None] - coords[None], axis=2)[np.triu_indices(n, 1)]
    assert distances.min() > 1e-3
    assert distances.max() < 1000


def test_many_copies_stay_finite():
    vectors = np.repeat(blobs(30), 40, axis=0)
    coords = run(vectors, n_iter=100, early_exaggeration_iter=50).coords
    assert np.isfinite(coords).all()
    middles = coords.reshape(30, 40, 2).mean(axis=1)
    assert len(np.unique(middles.round(3), axis=0)) == 30


def test_few_items_use_one_thread():
    assert tsne._threads(10) == 1
    assert tsne._threads(10**9) >= 1
