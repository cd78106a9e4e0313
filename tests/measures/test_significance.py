from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from embexplorer.measures.significance import association, false_discovery, rank_test


def test_p_of_small_counts_is_fishers_for_every_possible_table():
    size_in, size_out = 7, 12
    tables = [(a, b) for a in range(size_in + 1) for b in range(size_out + 1)]
    n_in, n_out = np.array(tables).T
    found = association(n_in, n_out, size_in, size_out)
    expected = [stats.fisher_exact([[a, size_in - a], [b, size_out - b]]).pvalue for a, b in tables]
    assert found.is_exact.all()
    np.testing.assert_allclose(found.p, expected, rtol=1e-9)


def test_p_of_large_samples_with_rare_features_is_fishers():
    rng = np.random.default_rng(3)
    size_in, size_out = 900, 19_100
    n_in, n_out = rng.integers(0, 60, 40), rng.integers(0, 900, 40)
    found = association(n_in, n_out, size_in, size_out)
    expected = [
        stats.fisher_exact([[a, size_in - a], [b, size_out - b]]).pvalue
        for a, b in zip(n_in, n_out, strict=True)
    ]
    np.testing.assert_allclose(found.p, expected, rtol=1e-6)
    assert found.p.min() < 1e-6


def test_p_of_large_counts_is_chi_square_and_near_fishers():
    n_in, n_out = np.array([400, 430, 500]), np.array([400, 400, 400])
    found = association(n_in, n_out, 1000, 1000)
    tables = [[[a, 1000 - a], [b, 1000 - b]] for a, b in zip(n_in, n_out, strict=True)]
    assert not found.is_exact.any()
    chi = [stats.chi2_contingency(table, correction=False).pvalue for table in tables]
    np.testing.assert_allclose(found.p, chi, rtol=1e-9)
    fisher = [stats.fisher_exact(table).pvalue for table in tables]
    np.testing.assert_allclose(found.p, fisher, atol=0.02)


def test_a_feature_that_all_or_none_have_is_no_surprise():
    found = association(np.array([5, 0]), np.array([9, 0]), 5, 9)
    np.testing.assert_array_equal(found.p, [1.0, 1.0])


@pytest.mark.parametrize("digits", [12, 0])  # without ties, and with many
def test_ranks_are_tested_as_scipy_does(digits):
    rng = np.random.default_rng(1)
    values = np.round(np.concatenate([rng.normal(0.6, 1, 40), rng.normal(0, 1, 300)]), digits)
    is_in = np.arange(340) < 40
    found = rank_test(values, is_in)
    expected = stats.mannwhitneyu(values[is_in], values[~is_in], method="asymptotic")
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9)
    pairs = np.sign(values[is_in][:, None] - values[~is_in][None, :])
    assert found.delta == pytest.approx(pairs.mean(), abs=1e-12)


def test_deltas_ends_are_plus_and_minus_one():
    values = np.array([1.0, 2.0, 8.0, 9.0])
    assert rank_test(values, np.array([False, False, True, True])).delta == 1.0
    assert rank_test(values, np.array([True, True, False, False])).delta == -1.0


def test_equal_values_are_no_surprise():
    assert rank_test(np.ones(5), np.arange(5) < 2) == (0.0, 1.0)
    assert rank_test(np.array([1.0, 1.0]), np.array([True, False])) == (0.0, 1.0)


def test_q_is_benjamini_and_hochbergs():
    p = np.random.default_rng(2).random(200) ** 3
    np.testing.assert_allclose(false_discovery(p), stats.false_discovery_control(p), rtol=1e-12)
    # By hand: 0.01·3/1, 0.02·3/2 and 0.9·3/3, the smaller of each and those after it.
    np.testing.assert_allclose(false_discovery(np.array([0.9, 0.01, 0.02])), [0.9, 0.03, 0.03])
    assert len(false_discovery(np.empty(0))) == 0
