from __future__ import annotations

import numpy as np
import pytest
from openTSNE.affinity import PerplexityBasedNN
from openTSNE.nearest_neighbors import PrecomputedNeighbors

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.core.threads import Threads
from embexplorer.engines import tsne_affinities
from embexplorer.engines.tsne_affinities import by_perplexity, uniform
from embexplorer.engines.tsne_kernels import LANES, calibrate


def neighbors_of(points, k):
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    rows = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return rows.astype(np.int32), np.take_along_axis(distances, rows, 1).astype(np.float32)


def weights_of(distances, perplexity):
    distances = np.array(distances, np.float32)
    weights = np.empty_like(distances)
    calibrate(distances, 0, len(distances), np.log(perplexity), weights)
    return weights


def test_every_row_has_the_perplexity():
    distances = np.sort(np.random.default_rng(0).gamma(3.0, size=(50, 90)), axis=1)
    distances[:10] *= 1e-4
    distances[10:20] *= 1e4
    distances[20:30] += 1e3
    weights = weights_of(distances, 30.0).astype(np.float64)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, rtol=1e-5)
    found = np.exp(-(weights * np.log(np.maximum(weights, 1e-300))).sum(axis=1))
    np.testing.assert_allclose(found, 30.0, rtol=1e-4)


def test_two_neighbors_have_the_weights_computed_by_hand():
    # A perplexity of 1.5 has the entropy ln 1.5 of weights (p, 1 - p) with p = 0.8597.
    weights = weights_of([[1.0, 2.0]], 1.5)
    assert weights[0, 0] == pytest.approx(0.8597, abs=1e-4)
    np.testing.assert_allclose(weights.sum(), 1.0, rtol=1e-6)


def test_equal_distances_get_equal_weights():
    np.testing.assert_allclose(weights_of([[0.0] * 6, [2.0] * 6], 3.0), 1 / 6, rtol=1e-6)


def test_more_duplicates_than_the_perplexity_share_all_the_weight():
    weights = weights_of([[0.0] * 5 + [1.0]], 3.0)
    np.testing.assert_allclose(weights, [[0.2] * 5 + [0.0]], atol=1e-4)


def test_affinities_agree_with_opentsne():
    rows, distances = neighbors_of(np.random.default_rng(1).normal(size=(200, 5)), 30)
    with Threads(1) as threads:
        ours = by_perplexity(rows, distances, 10.0, threads).matrix().toarray()
    index = PrecomputedNeighbors(rows.astype(np.int64), distances.astype(np.float64))
    theirs = PerplexityBasedNN(perplexity=10, knn_index=index).P.toarray()
    np.testing.assert_allclose(ours, theirs, atol=2e-3 * theirs.max())


@pytest.mark.parametrize("how", ["perplexity", "uniform"])
def test_affinities_are_symmetric_and_sum_to_one(how):
    rows, distances = neighbors_of(np.random.default_rng(2).normal(size=(60, 4)), 9)
    with Threads(2) as threads:
        found = uniform(rows) if how == "uniform" else by_perplexity(rows, distances, 3.0, threads)
    whole = found.matrix().toarray()
    np.testing.assert_array_equal(whole, whole.T)
    assert whole.sum() == pytest.approx(1.0, rel=1e-5)
    assert not whole.diagonal().any()
    assert (np.diff(found.starts) % LANES == 0).all()
    assert found.n == 60


def test_uniform_affinities_are_those_computed_by_hand():
    # 0 and 1 name each other, 2 names 1: of six halves 0-1 has four and 1-2 two.
    whole = uniform(np.array([[1], [0], [1]], np.int32)).matrix().toarray()
    np.testing.assert_allclose(whole * 6, [[0, 2, 0], [2, 0, 1], [0, 1, 0]], atol=1e-6)


@pytest.mark.parametrize("looks", range(4))
def test_a_cancel_is_heard_between_the_steps(looks):
    class Cancels(Progress):
        left = looks

        @property
        def is_cancelled(self):
            self.left -= 1
            return self.left < 0

    rows = neighbors_of(np.random.default_rng(1).normal(size=(40, 3)), 5)[0]
    progress = Cancels()
    with pytest.raises(CancelledError):
        uniform(rows, progress)
    assert progress.left == -1
    calm = Cancels()
    calm.left = 9
    np.testing.assert_array_equal(uniform(rows, calm).weights, uniform(rows).weights)


def test_weights_are_calibrated_in_pieces_between_which_a_cancel_is_heard(monkeypatch):
    monkeypatch.setattr(tsne_affinities, "ROWS_AT_ONCE", 7)
    rows, distances = neighbors_of(np.random.default_rng(1).normal(size=(50, 3)), 9)
    with Threads(2) as threads:
        pieces = by_perplexity(rows, distances, 3.0, threads)
    monkeypatch.setattr(tsne_affinities, "ROWS_AT_ONCE", 50)
    with Threads(1) as threads:
        whole = by_perplexity(rows, distances, 3.0, threads)
    assert pieces.weights.tobytes() == whole.weights.tobytes()
    cancelled = Progress()
    cancelled.cancel()
    with Threads(1, cancelled) as threads, pytest.raises(CancelledError):
        by_perplexity(rows, distances, 3.0, threads)
