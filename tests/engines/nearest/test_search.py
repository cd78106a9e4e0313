"""Candidates, bounds and proofs: what the fast codes claim about points is true."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest

from embexplorer.core.progress import Progress
from embexplorer.core.threads import Threads
from embexplorer.engines.nearest import search
from embexplorer.engines.nearest.codes import byte_codes, float_codes
from embexplorer.engines.nearest.int8_products import has_fast_int8
from embexplorer.engines.nearest.points import find_points

RNG = np.random.default_rng(0)
HARD = {
    "normal": RNG.normal(size=(500, 40)),
    "lengths far apart": RNG.normal(size=(500, 40)) * RNG.lognormal(0, 2, (500, 1)),
    "heavy tails": RNG.standard_cauchy((500, 300)),
    "tight groups": np.repeat(RNG.normal(size=(5, 30)), 100, axis=0)
    + RNG.normal(size=(500, 30)) * 0.01,
}


@pytest.fixture
def threads():
    with Threads() as found:
        yield found


@pytest.mark.parametrize("count", [1, 2, 3, 8, 13])
def test_every_pair_of_groups_meets_once_and_none_twice_in_a_round(count):
    rounds = search._rounds(count)
    for pairs in rounds:
        groups = [group for pair in pairs for group in set(pair)]
        assert len(groups) == len(set(groups))
    met = sorted(pair for pairs in rounds for pair in pairs)
    assert met == list(combinations_with_replacement(range(count), 2))


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize("make", [byte_codes, float_codes])
def test_codes_are_off_by_no_more_than_they_say(name, make, threads):
    pytest.importorskip("torch")
    vectors = HARD[name].astype(np.float32)
    points = find_points(vectors, "euclidean", threads)
    codes = make(points, threads)
    bounds = codes.bounds
    share, shortest, longest, most, slack = bounds.bound
    every = np.arange(points.m)
    scale = bounds.scales.astype(np.float64)
    products = codes.block(codes.take(every), codes.take(every)) * scale * scale[:, None]
    halves = bounds.halves.astype(np.float64)
    squares = 2 * (halves + halves[:, None] - products)
    wide = vectors[points.rows].astype(np.float64) / points.unit
    apart = np.array([np.linalg.norm(wide - one, axis=1) for one in wide])
    lengths = np.sqrt(2 * halves)
    error = slack * (lengths**2 + lengths[:, None] ** 2)
    off = bounds.residuals + bounds.residuals[:, None]
    low = np.sqrt(np.maximum(squares - error, 0)) - off
    high = np.sqrt(np.maximum(squares + error, 0)) + off
    assert (low <= apart + 1e-12).all()
    assert (apart <= high + 1e-12).all()
    assert (bounds.residuals <= share * np.maximum(lengths, shortest) * (1 + 1e-9)).all()
    assert lengths.max() <= longest * (1 + 1e-9) < 1
    assert bounds.residuals.max() <= most


@pytest.mark.parametrize("name", HARD)
def test_what_is_proven_is_right_however_few_the_candidates(name, threads):
    pytest.importorskip("torch")
    k = 5
    points = find_points(HARD[name].astype(np.float32), "euclidean", threads)
    exact = float_codes(points, threads)
    true = search.find_of_some(exact, np.arange(points.m), k, threads, Progress())[1]
    codes = byte_codes(points, threads)
    proven = []
    for size in (k, 12, 40, points.m - 1):
        candidates = search._scan(codes, size, threads, Progress())
        found, is_proven = search._settle(codes, points, candidates, k, threads)
        np.testing.assert_array_equal(found[1][is_proven], true[is_proven])
        proven.append(int(is_proven.sum()))
    assert proven == sorted(proven)
    assert proven[0] < points.m
    assert proven[-1] == points.m


def test_the_middle_and_the_scale_leave_points_within_reach(threads):
    vectors = HARD["heavy tails"].astype(np.float32) * np.float32(1e30)
    points = find_points(vectors, "euclidean", threads)
    centered = points.centered(np.arange(points.m), np.arange(points.width))
    assert np.linalg.norm(centered, axis=1).max() < 1
    assert np.log2(points.unit) % 1 == 0


def test_equal_vectors_are_one_point_whatever_the_sign_of_zero(threads):
    vectors = np.array([[0, 1], [2, 3], [-0.0, 1], [2, 3], [4, 5]], np.float32)
    points = find_points(vectors, "euclidean", threads)
    assert points.rows.tolist() == [0, 1, 4]
    assert points.of_item.tolist() == [0, 1, 0, 1, 2]


def test_int8_products_are_asked_for_once_and_answer_yes_or_no():
    assert has_fast_int8(64) in (True, False)
    assert has_fast_int8(64) is has_fast_int8(64)
