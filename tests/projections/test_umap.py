from __future__ import annotations

import dataclasses
import warnings

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.engines.neighbor_graph import projecting_alone
from embexplorer.projections import umap


def blobs(n=500, d=50, groups=10, apart=2.0):
    rng = np.random.default_rng(0)
    centers = apart * rng.normal(size=(groups, d))
    return (centers[rng.integers(groups, size=n)] + rng.normal(size=(n, d))).astype(np.float32)


def run(vectors, dims=2, seed=0, progress=None, **params):
    return umap.run(projecting_alone(vectors, umap.UmapParams(**params), dims, seed, progress))


@pytest.mark.parametrize("metric", ["cosine", "euclidean", "manhattan"])
def test_neighbors_stay_neighbors(metric):
    vectors = blobs()
    coords = run(vectors, metric=metric).coords
    assert trustworthiness(vectors, coords, n_neighbors=15, metric=metric) > 0.97


def test_a_seed_gives_the_same_bytes_and_another_seed_another_map():
    vectors = blobs(400)
    first = run(vectors, seed=3).coords
    assert run(vectors, seed=3).coords.tobytes() == first.tobytes()
    assert run(vectors, seed=4).coords.tobytes() != first.tobytes()


@pytest.mark.parametrize("dims", [2, 3])
def test_maps_are_as_trustworthy_as_those_of_umap_learn(dims):
    from sklearn.datasets import load_digits
    from umap import UMAP

    vectors = load_digits().data[:900].astype(np.float32)
    ours = run(vectors, dims=dims, metric="euclidean").coords
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = UMAP(n_components=dims, random_state=0).fit_transform(vectors)
    found = [trustworthiness(vectors, coords, n_neighbors=15) for coords in (ours, theirs)]
    assert found[0] > found[1] - 0.01


def test_known_groups_pull_their_items_together():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(300, 10)).astype(np.float32)
    labels = np.repeat([0, 1, 2, -1], 75).astype(np.int32)
    asked = projecting_alone(vectors, umap.UmapParams())
    coords = umap.run(dataclasses.replace(asked, labels=labels)).coords
    plain = umap.run(asked).coords

    def apart(coords):
        means = np.array([coords[labels == group].mean(axis=0) for group in range(3)])
        return np.linalg.norm(means[:, None] - means, axis=2).sum() / coords.std()

    assert apart(coords) > 2 * apart(plain)


def test_a_cancel_is_heard_between_epochs():
    class Stopped(Progress):
        def frame(self, coords):
            self.cancel()

    with pytest.raises(CancelledError):
        run(blobs(200), progress=Stopped())


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


def test_progress_names_neighbors_then_graph_then_epochs():
    class Recorded(Progress):
        messages: tuple[str, ...] = ()

        def report(self, fraction, message=""):
            self.messages += (message,)

    progress = Recorded()
    run(blobs(100), n_epochs=40, progress=progress)
    assert progress.messages[0].startswith("Finding neighbors · ")
    after = progress.messages.index("Building the graph")
    assert progress.messages[after + 1] == "Epoch 0 of 40"
    assert progress.messages[-1] == "Epoch 39 of 40"


def test_warming_up_leaves_a_ready_method():
    umap.warm()
    assert run(blobs(20), n_epochs=2).coords.shape == (20, 2)
