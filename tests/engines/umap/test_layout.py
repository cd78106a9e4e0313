from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.core.threads import Threads
from embexplorer.engines.umap.curve import Curve
from embexplorer.engines.umap.edges import Edges
from embexplorer.engines.umap.layout import (
    LANES,
    ROWS,
    Moving,
    as_shares,
    cut_into_lanes,
    lay_out,
    move,
    scaled_start,
)

CURVE = Curve(1.577, 0.895)


def random_graph(n, per_row=6):
    rng = np.random.default_rng(0)
    matrix = {}
    for row, column in rng.integers(n, size=(n * per_row // 2, 2)):
        if row != column:
            matrix[row, column] = matrix[column, row] = rng.uniform(0.05, 1)
    pairs = sorted(matrix)
    rows = np.array([row for row, _ in pairs])
    return Edges(
        np.searchsorted(rows, np.arange(n + 1)),
        np.array([column for _, column in pairs], np.int32),
        np.array([matrix[pair] for pair in pairs], np.float32),
    )


def laid_out(edges, dims=2, threads=2, epochs=20, seed=0, progress=None):
    start = scaled_start(np.random.default_rng(1).normal(size=(edges.n, dims)), seed)
    with Threads(threads) as pool:
        return lay_out(edges, start, epochs, CURVE, seed, pool, progress or Progress())


@pytest.mark.parametrize("dims", [2, 3])
def test_the_same_bytes_on_any_number_of_threads(dims):
    edges = random_graph(9 * ROWS)
    one = laid_out(edges, dims, threads=1)
    assert one.tobytes() == laid_out(edges, dims, threads=2).tobytes()
    assert one.tobytes() == laid_out(edges, dims, threads=5).tobytes()
    assert one.tobytes() != laid_out(edges, dims, seed=1).tobytes()


def moved(start, edges, **asked):
    """Move rows of one lane, and return all coords after each epoch."""
    seen = []
    moving = Moving(
        edges, np.array([0, len(start)]), CURVE, asked.pop("epochs", 2), 1.0, 0, len(start), **asked
    )
    with Threads(1) as pool:
        move(
            np.asarray(start, np.float32),
            moving,
            pool,
            lambda epoch, coords: seen.append(coords.copy()),
        )
    return seen


def test_two_joined_items_by_hand():
    pair = Edges(np.array([0, 1, 2]), np.array([1, 0], np.int32), np.ones(2, np.float32))
    start = np.array([[0.0, 0.0], [1.0, 0.0]])
    _, after = moved(start, pair)

    def force(apart):
        a, b = CURVE
        power = a * abs(apart) ** (2 * b)
        return -2 * b * power / (apart * apart * (1 + power)) * apart

    def push(apart):
        a, b = CURVE
        return 2 * b / ((0.001 + apart * apart) * (1 + a * abs(apart) ** (2 * b))) * apart

    # Each of the 2 rows: both ends draw together; then 5 rows are drawn of which some are the other
    # one and push this one away. How often is for the seed to say.
    options = set()
    for first in range(6):
        for second in range(6):
            x, y = 0.0, 1.0
            pulled = np.clip(force(x - y), -4, 4)
            x, y = x + pulled, y - pulled
            for _ in range(first):
                x += np.clip(push(x - y), -4, 4)
            pulled = np.clip(force(y - x), -4, 4)
            x, y = x - pulled, y + pulled
            for _ in range(second):
                y += np.clip(push(y - x), -4, 4)
            options.add((round(x, 3), round(y, 3)))
    assert tuple(np.round(after[:, 0].astype(float), 3)) in options
    np.testing.assert_array_equal(after[:, 1], 0)


def test_an_edge_attracts_in_its_share_of_the_epochs():
    # A row that is joined to one far away moves in just the epochs in which their edge attracts.
    edges = Edges(np.array([0, 1, 1]), np.array([1], np.int32), np.array([0.25], np.float32))
    seen = moved([[0.0, 0.0], [50.0, 0.0]], edges, epochs=17, is_mutual=False)
    steps = np.flatnonzero(np.abs(np.diff([coords[0, 0] for coords in seen])) > 0) + 1
    assert steps.tolist() == [4, 8, 12, 16]


def test_rows_outside_the_lanes_stay_where_they_are():
    edges = Edges(np.array([0, 0, 0, 2]), np.array([0, 1], np.int32), np.ones(2, np.float32))
    moving = Moving(edges, np.array([2, 3]), CURVE, 200, 1.0, 0, drawn=2, is_mutual=False)
    start = np.array([[0, 0], [1, 1], [9, 9]], np.float32)
    with Threads(1) as pool:
        coords = move(start, moving, pool, lambda epoch, coords: None)
    np.testing.assert_array_equal(coords[:2], start[:2])
    assert np.linalg.norm(coords[2] - [0.5, 0.5]) < 3


def test_edges_too_weak_for_so_few_epochs_are_left_out():
    edges = Edges(
        np.array([0, 2, 2, 2]), np.array([1, 2], np.int32), np.array([2, 0.1], np.float32)
    )
    assert as_shares(edges, 10).weights.tolist() == [1.0]
    assert as_shares(edges, 20).weights.tolist() == pytest.approx([1.0, 0.05])


@pytest.mark.parametrize(("n", "dims", "lanes"), [(100, 2, 1), (5000, 2, 9), (40_000, 2, 64)])
def test_lanes_are_equal_parts_that_lie_together(n, dims, lanes):
    coords = np.random.default_rng(0).uniform(size=(n, dims)).astype(np.float32)
    order, begins = cut_into_lanes(coords, 0)
    assert len(begins) == lanes + 1
    assert lanes <= LANES
    assert sorted(order.tolist()) == list(range(n))
    sizes = np.diff(begins)
    assert sizes.max() - sizes.min() <= 2
    steps = round(lanes ** (1 / dims))
    for begin, end in pairwise(begins):
        assert np.ptp(coords[order[begin:end]], axis=0).max() < 1.5 / steps


def test_lanes_in_space_are_a_power_of_three():
    coords = np.random.default_rng(0).uniform(size=(30_000, 3)).astype(np.float32)
    assert len(cut_into_lanes(coords, 0)[1]) == 3**3 + 1


def test_a_start_is_ten_wide_along_each_axis():
    coords = np.random.default_rng(0).normal(size=(50, 3)) * [1e-3, 1, 1e3]
    start = scaled_start(coords.astype(np.float32), 0)
    np.testing.assert_allclose(start.min(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(start.max(axis=0), 10, atol=1e-5)
    assert np.isfinite(scaled_start(np.zeros((20, 2), np.float32), 0)).all()


def test_a_cancel_ends_the_layout_in_the_same_epoch():
    class Watched(Progress):
        frames = 0

        def frame(self, coords):
            self.frames += 1
            self.cancel()

    progress = Watched()
    with pytest.raises(CancelledError):
        laid_out(random_graph(200), epochs=1000, progress=progress)
    assert progress.frames == 1


def test_frames_show_the_items_in_their_order():
    class Watched(Progress):
        last = None

        def frame(self, coords):
            self.last = coords

    progress = Watched()
    coords = laid_out(random_graph(3000), epochs=5, progress=progress)
    np.testing.assert_array_equal(progress.last, coords)
