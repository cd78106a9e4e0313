from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import spearmanr

from embexplorer.measures.trend import SAMPLES, find_trend


def test_a_rise_of_four_by_hand():
    found = find_trend(np.array([1.0, 2.0, 5.0, 9.0]), 0)
    assert found == (1.0, pytest.approx(2 / 24), True, 24)  # and the fall counts as much


def test_it_agrees_with_scipy_and_counts_all_orders():
    values = np.array([0.3, 0.1, 0.3, 0.9, 0.7, 0.8])
    found = find_trend(values, 0)
    rho = spearmanr(values, range(6)).statistic
    assert found.rho == pytest.approx(rho)
    every = [spearmanr(values[list(at)], range(6)).statistic for at in permutations(range(6))]
    assert found.p == pytest.approx(np.mean(np.abs(every) >= rho - 1e-9))


def test_many_values_are_sampled_and_repeatable():
    values = np.random.default_rng(0).normal(size=12) + np.arange(12) / 4
    found = find_trend(values, 3)
    assert found == find_trend(values, 3)
    assert (found.is_exact, found.n) == (False, SAMPLES)
    assert found.rho == pytest.approx(spearmanr(values, range(12)).statistic)
    assert found.p == pytest.approx(spearmanr(values, range(12)).pvalue, abs=0.01)


def test_two_values_or_equal_ones_have_no_trend():
    assert find_trend(np.array([1.0, 2.0]), 0) is None
    assert find_trend(np.ones(5), 0) is None
