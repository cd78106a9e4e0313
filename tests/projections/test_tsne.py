from __future__ import annotations

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from embexplorer.engines import tsne_repulsion
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
    vectors = blobs(300)
    maps = []
    for threads in (1, 2, 3):
        monkeypatch.setattr(tsne, "_threads", lambda n, threads=threads: threads)
        maps.append(run(vectors, n_iter=60, early_exaggeration_iter=40).coords.tobytes())
    assert maps[0] == maps[1] == maps[2]


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


@pytest.mark.parametrize("dims", [2, 3])
def test_a_map_on_the_grid_is_the_same_on_any_number_of_threads(dims, monkeypatch):
    monkeypatch.setitem(tsne_repulsion.EXACT_UP_TO, dims, 100)
    vectors = blobs(2100)
    maps = []
    for threads in (1, 2, 3):
        monkeypatch.setattr(tsne, "_threads", lambda n, threads=threads: threads)
        few = {"n_iter": 20, "early_exaggeration_iter": 20, "perplexity": 10}
        maps.append(run(vectors, dims, **few).coords.tobytes())
    assert maps[0] == maps[1] == maps[2]


def test_equal_neighbors_take_the_place_of_the_perplexity():
    vectors = blobs(400)
    coords = run(vectors, n_neighbors=15).coords
    assert trustworthiness(vectors, coords, n_neighbors=15, metric="cosine") > 0.97
    assert run(blobs(10), n_neighbors=15, n_iter=5).notes == (
        "There are 9 neighbors instead of 15, the most for 10 items.",
    )


def test_few_items_use_one_thread():
    assert tsne._threads(10) == 1
    assert tsne._threads(10**9) >= 1
