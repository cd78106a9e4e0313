from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from embexplorer.measures.bootstrap import bca_interval, percentile_interval


def difference(x, y, axis=-1):
    return x.mean(axis=axis) - y.mean(axis=axis)


@pytest.fixture
def samples():
    rng = np.random.default_rng(0)
    return rng.exponential(size=12), rng.exponential(size=9) ** 2


@pytest.fixture
def draws(samples):
    rng = np.random.default_rng(1)
    x, y = (one[rng.integers(0, len(one), (20_000, len(one)))] for one in samples)
    return difference(x, y)


def test_both_intervals_agree_with_scipy(samples, draws):
    left_out = [
        np.array([difference(np.delete(samples[0], at), samples[1]) for at in range(12)]),
        np.array([difference(samples[0], np.delete(samples[1], at)) for at in range(9)]),
    ]
    ours = {
        "percentile": percentile_interval(draws, 0.95),
        "BCa": bca_interval(draws, difference(*samples), left_out, 0.95),
    }
    for method, interval in ours.items():
        theirs = stats.bootstrap(
            samples, difference, n_resamples=20_000, method=method, rng=np.random.default_rng(2)
        ).confidence_interval
        assert interval.low == pytest.approx(theirs.low, abs=0.12)
        assert interval.high == pytest.approx(theirs.high, abs=0.12)


def test_draws_on_one_side_have_no_correction():
    assert bca_interval(np.arange(1.0, 9.0), 0.0, [np.arange(3.0)], 0.95) is None
