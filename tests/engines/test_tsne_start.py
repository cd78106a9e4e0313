from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.core.threads import Threads
from embexplorer.engines.tsne_affinities import uniform
from embexplorer.engines.tsne_start import SPREAD, principal_start, random_start, spectral_start


def ring(n):
    at = np.arange(n)
    return uniform(np.stack([(at + 1) % n, (at - 1) % n], axis=1).astype(np.int32))


def spectral(affinities, dims, seed):
    vectors = np.random.default_rng(0).normal(size=(affinities.n, 5)).astype("f4")
    with Threads(2) as threads:
        return spectral_start(affinities, vectors, dims, seed, threads, Progress())


@pytest.mark.parametrize("dims", [2, 3])
def test_every_start_is_small_seeded_and_parts_all_items(dims):
    vectors = np.repeat(np.random.default_rng(0).normal(size=(30, 5)), 2, axis=0).astype("f4")
    starts = [
        lambda seed: random_start(60, dims, seed),
        lambda seed: principal_start(vectors, dims, seed),
        lambda seed: spectral(ring(60), dims, seed),
    ]
    for start in starts:
        coords = start(1)
        assert coords.shape == (60, dims)
        assert coords.dtype == np.float32
        assert coords[:, 0].std() == pytest.approx(SPREAD, rel=0.3)
        assert len(np.unique(coords, axis=0)) == 60
        assert start(1).tobytes() == coords.tobytes()
        assert start(2).tobytes() != coords.tobytes()


def test_a_ring_starts_as_a_ring():
    coords = spectral(ring(24), 2, 0)
    radius = np.linalg.norm(coords, axis=1)
    assert radius.std() < 0.1 * radius.mean()
    steps = np.linalg.norm(coords - np.roll(coords, 1, axis=0), axis=1)
    assert steps.max() < 0.4 * radius.mean()


def test_parts_of_a_graph_lie_beside_each_other():
    at = np.arange(12)
    one = np.stack([(at + 1) % 12, (at - 1) % 12], axis=1)
    both = uniform(np.concatenate([one, one + 12]).astype(np.int32))
    coords = spectral(both, 2, 0)
    assert coords[:12, 0].min() > coords[12:, 0].max() - 0.05 * SPREAD


def test_a_cancel_is_heard():
    progress = Progress()
    progress.cancel()
    with Threads(1, progress) as threads, pytest.raises(CancelledError):
        spectral_start(ring(60), np.zeros((60, 2), "f4"), 2, 0, threads, progress)
