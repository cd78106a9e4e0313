from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.engines.neighbor_graph import find_neighbor_graph, projecting_alone
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


def test_what_the_neighbor_graph_says_of_itself_is_passed_on():
    vectors = blobs(100)
    found = find_neighbor_graph(vectors, 14, "cosine", Progress())
    asked = projecting_alone(vectors, umap.UmapParams(n_epochs=5))
    known = replace(found, notes=("The neighbors are approximate: 97.0% of them are true.",))
    result = umap.run(replace(asked, neighbors=lambda k, metric, progress: known))
    assert result.notes == known.notes


def test_many_parts_start_by_the_principal_axes(monkeypatch):
    vectors = blobs(120, groups=6, apart=50.0)
    by_parts = run(vectors, metric="euclidean", n_neighbors=5).coords
    monkeypatch.setattr(umap, "MANY_PARTS", 5)
    by_axes = run(vectors, metric="euclidean", n_neighbors=5).coords
    assert not np.array_equal(by_parts, by_axes)
    same = run(vectors, metric="euclidean", n_neighbors=5, init="pca").coords
    np.testing.assert_array_equal(by_axes, same)


def test_labels_pull_groups_together():
    vectors = blobs(300, groups=1)
    groups = np.arange(300, dtype=np.int32) % 3
    asked = projecting_alone(vectors, umap.UmapParams())

    def separation(coords):
        middles = np.stack([coords[groups == group].mean(axis=0) for group in range(3)])
        between = np.linalg.norm(middles[:, None] - middles, axis=2)[np.triu_indices(3, 1)].min()
        return between / np.linalg.norm(coords - middles[groups], axis=1).mean()

    assert separation(umap.run(asked).coords) < 0.5
    assert separation(umap.run(replace(asked, labels=groups)).coords) > 2
    unknown = replace(asked, labels=np.full(300, -1, np.int32))
    assert separation(umap.run(unknown).coords) < 0.5


def test_progress_names_neighbors_then_graph_then_epochs():
    class Recorded(Progress):
        messages: tuple[str, ...] = ()

        def report(self, fraction, message=""):
            self.messages += (message,)

    progress = Recorded()
    run(blobs(100), n_epochs=40, progress=progress)
    assert progress.messages[0] == "Finding neighbors · 0 of 100"
    at = progress.messages.index("Building the graph")
    assert all(message.startswith("Finding neighbors") for message in progress.messages[:at])
    assert progress.messages[at + 1] == "Epoch 0 of 40"
    assert progress.messages[-1] == "Epoch 39 of 40"


def test_warming_up_leaves_a_ready_method():
    umap.warm()
    assert run(blobs(20), n_epochs=2).coords.shape == (20, 2)


def test_a_fresh_process_gives_the_same_bytes_without_umap_learn(tmp_path):
    code = (
        "import sys, numpy as np;"
        "from embexplorer.engines.neighbor_graph import find_neighbor_graph, projecting_alone;"
        "from embexplorer.projections import umap;"
        "from embexplorer.core.progress import Progress;"
        "from embexplorer.core.contracts import Projecting;"
        "from embexplorer.core.neighbor_graph import NeighborGraph;"
        "graph = NeighborGraph(np.load('rows.npy'), np.load('distances.npy'), 'euclidean');"
        "asked = Projecting(np.load('vectors.npy'), umap.UmapParams(metric='euclidean'), 2, 3,"
        " Progress(), lambda *asked: graph);"
        "np.save('coords.npy', umap.run(asked).coords);"
        "heavy = ['umap', 'pynndescent', 'sklearn', 'torch'];"
        "print([name for name in heavy if name in sys.modules])"
    )
    vectors = blobs(1500)
    graph = find_neighbor_graph(vectors, 14, "euclidean", Progress())
    for name, array in (("vectors", vectors), ("rows", graph.rows), ("distances", graph.distances)):
        np.save(tmp_path / f"{name}.npy", array)
    root = Path(umap.__file__).parents[2]
    made = []
    for threads in ("1", "3"):
        environment = os.environ | {"PYTHONPATH": str(root), "OPENBLAS_NUM_THREADS": threads}
        ran = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        assert ran.stdout.strip() == "[]"
        made.append(np.load(tmp_path / "coords.npy").tobytes())
    asked = projecting_alone(vectors, umap.UmapParams(metric="euclidean"), seed=3)
    assert made == [umap.run(asked).coords.tobytes()] * 2
