from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.measures.partitions import partition_test, subset_sums

ALL = {"exact_up_to": 10**6, "samples": 1000, "seed": 0}


@pytest.mark.parametrize(("n", "k"), [(1, 1), (4, 2), (7, 3), (9, 8), (6, 6)])
def test_the_sum_of_every_subset_is_there_once(n, k):
    values = np.random.default_rng(n).normal(size=n)
    expected = [sum(values[list(chosen)]) for chosen in combinations(range(n), k)]
    found = subset_sums(values, k)
    assert len(found) == math.comb(n, k)
    np.testing.assert_allclose(np.sort(found), np.sort(expected), atol=1e-12)


def test_ties_count_as_extreme():
    x, y = np.array([1.0, 1.0]), np.array([1.0, 0.0])
    assert partition_test(x, y, "greater", **ALL).p == pytest.approx(3 / 6)


def test_values_that_are_all_the_same_are_never_surprising():
    x = np.full(8, 0.1) + 0.2
    assert partition_test(x, x, "greater", **ALL).p == 1
    assert partition_test(x, x, "two-sided", **ALL).p == 1


@pytest.mark.parametrize("sizes", [(8, 8), (3, 9), (9, 3)])
def test_samples_agree_with_all_partitions(sizes):
    rng = np.random.default_rng(1)
    x, y = rng.normal(0.5, size=sizes[0]), rng.normal(size=sizes[1])
    exact = partition_test(x, y, "greater", **ALL)
    n = 40_000
    sampled = partition_test(x, y, "greater", exact_up_to=0, samples=n, seed=0)
    assert (exact.is_exact, sampled.is_exact) == (True, False)
    assert sampled.p == pytest.approx(exact.p, abs=4 * math.sqrt(exact.p / n) + 2 / n)
    assert sampled.null.mean() == pytest.approx(0, abs=0.02)


def test_a_cancel_is_heard():
    progress = Progress()
    progress.cancel()
    x = np.arange(30.0)
    with pytest.raises(CancelledError):
        partition_test(x, x, "greater", exact_up_to=0, samples=10**6, seed=0, progress=progress)
