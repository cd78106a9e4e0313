from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.manifold import trustworthiness
from sklearn.metrics.pairwise import cosine_distances

from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.engines.neighbor_graph import find_neighbor_graph, projecting_alone
from embexplorer.engines.umap_live import can_watch, watched_epochs
from embexplorer.projections import umap


def blobs(n=500, d=50, groups=10, apart=2.0):
    rng = np.random.default_rng(0)
    centers = apart * rng.normal(size=(groups, d))
    return (centers[rng.integers(groups, size=n)] + rng.normal(size=(n, d))).astype(np.float32)


def run(vectors, dims=2, seed=0, progress=None, **params):
    return umap.run(projecting_alone(vectors, umap.UmapParams(**params), dims, seed, progress))


def fit(vectors, on_epoch=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP

        neighbors = umap._with_itself(find_neighbor_graph(vectors, 14, "euclidean", Progress()))
        method = UMAP(random_state=3, n_epochs=30, precomputed_knn=neighbors)
        if on_epoch is None:
            return method.fit_transform(vectors)
        with watched_epochs(on_epoch):
            return method.fit_transform(vectors)


@pytest.mark.parametrize("metric", ["cosine", "euclidean", "manhattan"])
def test_neighbors_stay_neighbors(metric):
    vectors = blobs()
    coords = run(vectors, metric=metric).coords
    assert trustworthiness(vectors, coords, n_neighbors=15, metric=metric) > 0.97


def test_watching_the_epochs_changes_no_byte():
    vectors = blobs(150, d=10)
    seen = []
    watched = fit(vectors, lambda epoch, coords: seen.append((epoch, coords.copy())))
    assert [epoch for epoch, _ in seen] == list(range(30))
    assert watched.tobytes() == fit(vectors).tobytes()
    assert seen[-1][1].tobytes() == watched.tobytes()


def test_the_hook_is_gone_after_an_error():
    from umap import layouts

    getter = layouts._get_optimize_layout_euclidean_single_epoch_fn

    def stop(epoch, coords):
        raise KeyError(epoch)

    with pytest.raises(KeyError, match="0"):
        fit(blobs(50), stop)
    assert layouts._get_optimize_layout_euclidean_single_epoch_fn is getter


def test_a_umap_learn_without_the_hook_still_projects(monkeypatch):
    from umap import layouts

    with_frames = run(blobs(100)).coords
    assert can_watch()
    monkeypatch.delattr(layouts, "_optimize_layout_euclidean_single_epoch")
    assert not can_watch()
    result = run(blobs(100))
    assert result.notes == ("This release of umap-learn shows no live frames.",)
    assert result.coords.tobytes() == with_frames.tobytes()


def test_neighbors_begin_with_the_item_itself_at_cosine_distance():
    vectors = blobs(80, d=6)
    rows, distances = umap._with_itself(find_neighbor_graph(vectors, 9, "cosine", Progress()))
    expected = cosine_distances(vectors.astype(np.float64))
    np.testing.assert_array_equal(rows, np.argsort(expected, axis=1)[:, :10])
    np.testing.assert_allclose(distances, np.sort(expected, axis=1)[:, :10], atol=1e-6)
    assert distances.dtype == np.float32


def test_too_many_neighbors_are_lowered_and_named():
    assert run(blobs(8), n_neighbors=30, n_epochs=5).notes == (
        "There are 7 neighbors instead of 30, the most for 8 items.",
    )


@pytest.mark.parametrize("init", ["spectral", "pca", "random"])
def test_every_start_separates_the_groups(init):
    vectors = blobs(200, groups=4)
    coords = run(vectors, init=init).coords
    assert trustworthiness(vectors, coords, n_neighbors=15, metric="cosine") > 0.93


def test_a_graph_in_parts_is_noted_and_not_printed(recwarn):
    vectors = blobs(100, groups=2, apart=50.0)
    result = run(vectors, metric="euclidean", n_neighbors=5)
    assert result.notes == (
        "The neighbor graph falls into 2 parts; how far apart these lie on the map means nothing.",
    )
    assert [str(warning.message) for warning in recwarn] == []


def test_opposite_vectors_all_get_coords():
    vectors = np.vstack([np.eye(4), -np.eye(4)]).astype(np.float32)
    assert np.isfinite(run(vectors, n_neighbors=3).coords).all()


def test_a_minimum_distance_above_the_spread_is_refused():
    with pytest.raises(UserError) as caught:
        run(blobs(20), min_dist=0.9, spread=0.5)
    assert caught.value.detail == "The minimum distance is 0.9, the spread 0.5."


def test_minimum_distance_spreads_items_that_are_near():
    def nearest(coords):
        distances = np.linalg.norm(coords[:, None] - coords[None], axis=2)
        np.fill_diagonal(distances, np.inf)
        return np.median(distances.min(axis=1))

    vectors = blobs(200)
    assert nearest(run(vectors, min_dist=0.9).coords) > 2 * nearest(run(vectors, min_dist=0).coords)


def test_beyond_the_exact_search_a_note_says_approximate(monkeypatch):
    monkeypatch.setitem(umap.EXACT_UP_TO, "euclidean", 50)
    result = run(blobs(100), metric="euclidean", n_epochs=5)
    assert result.notes[0] == "The neighbors are approximate above 50 items."


def test_progress_names_neighbors_then_graph_then_epochs():
    class Recorded(Progress):
        messages: tuple[str, ...] = ()

        def report(self, fraction, message=""):
            self.messages += (message,)

    progress = Recorded()
    run(blobs(100), n_epochs=40, progress=progress)
    assert progress.messages[0] == "Finding neighbors · 0 of 100"
    assert progress.messages[1] == "Building the graph"
    assert progress.messages[2] == "Epoch 0 of 40"
    assert progress.messages[-1] == "Epoch 39 of 40"


def test_warming_up_leaves_a_ready_method():
    umap.warm()
    assert run(blobs(20), n_epochs=2).coords.shape == (20, 2)
