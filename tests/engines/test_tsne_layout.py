from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.threads import Threads
from embexplorer.engines.tsne_affinities import uniform
from embexplorer.engines.tsne_kernels import attract_2d, attract_3d
from embexplorer.engines.tsne_layout import Phase, lay_out
from embexplorer.engines.tsne_start import random_start


def two_groups(n):
    """Return affinities in which each item has two neighbors in its half."""
    half = n // 2
    at = np.arange(n)
    base = at // half * half
    rows = [base + (at - base + step) % half for step in (1, 2)]
    return uniform(np.stack(rows, axis=1).astype(np.int32))


def run(n=40, dims=2, threads=1, steps=200, watch=lambda done, coords: None, exaggeration=1.0):
    phases = [Phase(steps // 2, 12.0, n / 12), Phase(steps - steps // 2, exaggeration, n)]
    with Threads(threads) as some:
        return lay_out(random_start(n, dims, 0), two_groups(n), phases, watch, some)


@pytest.mark.parametrize(("dims", "attract"), [(2, attract_2d), (3, attract_3d)])
def test_neighbors_pull_as_computed_pair_by_pair(dims, attract):
    coords = np.random.default_rng(0).normal(size=(50, dims)).astype(np.float32)
    held = two_groups(50)
    force = np.empty_like(coords)
    attract(coords, held.starts, held.neighbors, held.weights, 0, 50, force)
    away = coords[:, None].astype(np.float64) - coords[None]
    pull = held.matrix().toarray() / (1.0 + (away**2).sum(axis=2))
    np.testing.assert_allclose(force, (pull[:, :, None] * away).sum(axis=1), rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("dims", [2, 3])
def test_what_is_not_held_together_comes_apart(dims):
    coords = run(dims=dims)
    middles = coords[:20].mean(axis=0), coords[20:].mean(axis=0)
    spread = max(coords[:20].std(), coords[20:].std())
    assert np.linalg.norm(middles[0] - middles[1]) > 2 * spread


def test_two_items_end_where_the_forces_are_equal():
    # With p = 1/2 each and Z = 2q the gradient is (p - 1/2) q d: zero everywhere, so nothing moves.
    start = np.array([[0, 0], [1, 0]], np.float32)
    held = uniform(np.array([[1], [0]], np.int32))
    with Threads(1) as threads:
        coords = lay_out(start, held, [Phase(50, 1.0, 1.0)], lambda *_: None, threads)
    assert np.linalg.norm(coords[0] - coords[1]) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("dims", [2, 3])
def test_any_number_of_threads_gives_the_same_bytes(dims):
    maps = {run(1500, dims, threads, 30).tobytes() for threads in (1, 2, 3)}
    assert len(maps) == 1


def test_exaggeration_draws_together():
    assert np.ptp(run(exaggeration=4.0)) < 0.8 * np.ptp(run())


def test_is_watched_before_each_step_and_ends_when_the_watcher_raises():
    seen = []

    def watch(done, coords):
        seen.append((done, coords.copy()))
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(watch=watch)
    assert [done for done, _ in seen] == [0, 1, 2, 3, 4, 5]
    np.testing.assert_array_equal(seen[0][1], random_start(40, 2, 0))
    assert not np.array_equal(seen[1][1], seen[2][1])


def test_no_step_is_longer_than_five_units():
    way = []
    run(steps=60, watch=lambda done, coords: way.append(coords.copy()))
    longest = np.linalg.norm(np.diff(way, axis=0), axis=2).max()
    assert 0.01 < longest < 5.5  # with the middle, which is taken out after each step
