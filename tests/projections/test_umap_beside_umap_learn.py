"""Our UMAP beside the reference implementation, on the same neighbors."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import load_digits
from sklearn.manifold import trustworthiness

from embexplorer.core.progress import Progress
from embexplorer.core.threads import Threads
from embexplorer.engines.neighbor_graph import find_neighbor_graph, projecting_alone
from embexplorer.engines.umap.fuzzy_graph import (
    FAR,
    as_dissimilarities,
    find_fuzzy_graph,
    with_groups,
)
from embexplorer.projections import umap
from embexplorer.storage.paths import resource

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it misses TensorFlow
    from umap import UMAP, umap_

K = 15  # an item and its 14 neighbors


def digits():
    return load_digits().data[:600].astype(np.float32), "euclidean"


def words():
    return sample("words.parquet")[:900], "cosine"


def sentences():
    return sample("sentences.parquet"), "cosine"


def sample(name):
    table = pq.read_table(resource("samples") / name)
    vectors = next(c for c in table.columns if "list" in str(c.type))
    return np.array(vectors.to_pylist(), np.float32)


def neighbors_of(vectors, metric):
    return find_neighbor_graph(vectors, K - 1, metric, Progress())


def with_itself(found):
    """Return the neighbors as umap-learn takes them: each item is its own first one."""
    own = np.arange(len(found.rows))[:, None]
    distances = as_dissimilarities(found)
    return np.hstack([own, found.rows]), np.hstack([np.zeros_like(own, np.float32), distances])


def dense(edges):
    matrix = np.zeros((edges.n, edges.n))
    matrix[edges.rows(), edges.columns] = edges.weights
    return matrix


def their_graph(vectors, found):
    rows, distances = with_itself(found)
    return umap_.fuzzy_simplicial_set(
        vectors, K, None, found.metric, knn_indices=rows, knn_dists=distances
    )[0]


def our_graph(found):
    with Threads(2) as pool:
        return find_fuzzy_graph(found, pool)


def copies():
    vectors = digits()[0][:200]
    vectors[50:80] = vectors[20]  # more than there are neighbors, so that all distances are 0
    return vectors, "euclidean"


@pytest.mark.parametrize("data", [digits, sentences, copies], ids=lambda data: data.__name__)
def test_the_fuzzy_graph_is_theirs(data):
    vectors, metric = data()
    found = neighbors_of(vectors, metric)
    theirs = their_graph(vectors, found)
    ours = our_graph(found)
    assert len(ours.columns) == theirs.nnz
    np.testing.assert_allclose(dense(ours), theirs.toarray(), atol=2e-5)


def test_the_supervised_graph_is_theirs():
    vectors, metric = digits()
    found = neighbors_of(vectors, metric)
    groups = np.random.default_rng(0).integers(-1, 4, len(vectors)).astype(np.int32)
    theirs = umap_.discrete_metric_simplicial_set_intersection(
        their_graph(vectors, found), groups, far_dist=2.5 / (1 - UMAP().target_weight)
    )
    assert UMAP().target_weight == 1 - 2.5 / FAR
    ours = with_groups(our_graph(found), groups)
    np.testing.assert_allclose(dense(ours), theirs.toarray(), atol=2e-5)


@pytest.mark.parametrize("data", [digits, words, sentences], ids=lambda data: data.__name__)
def test_the_map_is_as_trustworthy_as_theirs(data):
    vectors, metric = data()
    found = neighbors_of(vectors, metric)
    asked = projecting_alone(vectors, umap.UmapParams(metric=metric))
    ours, theirs = [], []
    for seed in range(2):
        coords = umap.run(
            replace(asked, seed=seed, neighbors=lambda k, metric, progress: found)
        ).coords
        ours.append(trustworthiness(vectors, coords, n_neighbors=15, metric=metric))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            coords = UMAP(
                metric=metric, random_state=seed, precomputed_knn=with_itself(found)
            ).fit_transform(vectors)
        theirs.append(trustworthiness(vectors, coords, n_neighbors=15, metric=metric))
    assert np.mean(ours) > np.mean(theirs) - 0.01
