from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.threads import Threads
from embexplorer.engines.tsne_repulsion import EXACT_UP_TO, Repulsion


def by_hand(points):
    points = points.astype(np.float64)
    away = points[:, None] - points[None]
    q = 1.0 / (1.0 + (away**2).sum(axis=2))
    return -2.0 * (q[:, :, None] ** 2 * away).sum(axis=1), q.sum() - len(points)


def by_ours(points, opening=None, threads=1):
    slope = np.empty_like(points)
    with Threads(threads) as some:
        total = Repulsion(*points.shape, some, opening)(points, slope)
    return slope, total


def clumps(n, dims, width, seed=0):
    rng = np.random.default_rng(seed)
    centers = width * rng.normal(size=(20, dims))
    spread = rng.gamma(2.0, size=(n, 1))
    return (centers[rng.integers(20, size=n)] + spread * rng.normal(size=(n, dims))).astype("f4")


def error(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


def test_two_items_push_each_other_as_computed_by_hand():
    slope, total = by_ours(np.array([[0, 0], [2, 0]], np.float32))
    np.testing.assert_allclose(slope, [[4 / 25, 0], [-4 / 25, 0]], rtol=1e-6)
    assert total == pytest.approx(2 / 5)


@pytest.mark.parametrize("dims", [2, 3])
def test_few_items_are_taken_pair_by_pair(dims):
    points = clumps(EXACT_UP_TO, dims, 20.0)
    slope, total = by_ours(points)
    expected, sum_of_pairs = by_hand(points)
    assert error(slope, expected) < 1e-5
    assert total == pytest.approx(sum_of_pairs, rel=1e-5)


@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("width", [1e-4, 0.3, 3.0, 30.0, 300.0])
def test_the_tree_is_right_to_two_hundredths(dims, width):
    points = clumps(3000, dims, width) if width > 1 else width * clumps(3000, dims, 1.0)
    slope, total = by_ours(points)
    expected, sum_of_pairs = by_hand(points)
    assert error(slope, expected) < 0.02
    assert total == pytest.approx(sum_of_pairs, rel=0.015)


@pytest.mark.parametrize("dims", [2, 3])
def test_a_smaller_opening_is_more_exact(dims):
    points = clumps(2000, dims, 30.0)
    expected = by_hand(points)[0]
    errors = [error(by_ours(points, opening)[0], expected) for opening in (1.0, 0.5, 0.25, 0.0)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-5


@pytest.mark.parametrize("dims", [2, 3])
def test_any_number_of_threads_gives_the_same_bytes(dims):
    points = clumps(2500, dims, 20.0)
    results = [by_ours(points, threads=threads) for threads in (1, 2, 5)]
    assert len({slope.tobytes() for slope, _ in results}) == 1
    assert len({total for _, total in results}) == 1


@pytest.mark.parametrize("dims", [2, 3])
def test_a_tree_that_is_kept_while_items_move_stays_right(dims):
    points = clumps(2000, dims, 20.0)
    slope = np.empty_like(points)
    rng = np.random.default_rng(1)
    with Threads(1) as threads:
        repel = Repulsion(*points.shape, threads)
        for _ in range(7):
            repel(points, slope)
            points += rng.normal(size=points.shape).astype(np.float32)
        total = repel(points, slope)
    expected, sum_of_pairs = by_hand(points)
    assert error(slope, expected) < 0.02
    assert total == pytest.approx(sum_of_pairs, rel=0.015)


@pytest.mark.parametrize("n", [1, 2, 40, 2000])
@pytest.mark.parametrize("dims", [2, 3])
def test_items_at_one_place_do_not_push(n, dims):
    slope, total = by_ours(np.full((n, dims), 3.0, np.float32))
    assert not slope.any()
    assert total == pytest.approx(max(n * (n - 1), 1e-12))


def test_many_copies_and_one_far_away():
    points = np.zeros((1500, 2), np.float32)
    points[-1] = 1e4
    slope, total = by_ours(points)
    expected, sum_of_pairs = by_hand(points)
    np.testing.assert_allclose(slope[-1], expected[-1], rtol=1e-4)
    assert total == pytest.approx(sum_of_pairs, rel=1e-4)
