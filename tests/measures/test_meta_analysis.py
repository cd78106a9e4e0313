from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from embexplorer.measures.meta_analysis import combine_effects, variance_of_effect


def test_variance_by_hand():
    found = variance_of_effect(np.array([0.0, 2.0]), 4, 6)
    assert found.tolist() == pytest.approx([10 / 24, 10 / 24 + 4 / 20])


def test_three_effects_by_hand():
    effects, variances = np.array([0.2, 0.8, 1.4]), np.array([0.1, 0.2, 0.1])
    found = combine_effects(effects, variances)
    # weights 10, 5, 10: mean 0.8, Q = 10·0.36 + 0 + 10·0.36; c = 25 − 225/25
    assert found.q == pytest.approx(7.2)
    tau2 = (7.2 - 2) / 16
    assert found.tau2 == pytest.approx(tau2)
    weights = 1 / (variances + tau2)
    assert found.effect == pytest.approx(0.8)
    assert found.standard_error == pytest.approx(1 / np.sqrt(weights.sum()))
    z = found.effect / found.standard_error
    assert found.p == pytest.approx(2 * (1 - NormalDist().cdf(z)))


def test_equal_effects_have_no_variance_between_them():
    found = combine_effects(np.full(5, 0.5), np.full(5, 0.2))
    assert (found.q, found.tau2) == (pytest.approx(0), 0)
    assert found.effect == pytest.approx(0.5)
    assert found.standard_error == pytest.approx(np.sqrt(0.2 / 5))


def test_one_effect_stays_as_it_is():
    found = combine_effects(np.array([-0.3]), np.array([0.04]))
    assert found.effect == pytest.approx(-0.3)
    assert found.standard_error == pytest.approx(0.2)
    assert found.tau2 == 0
