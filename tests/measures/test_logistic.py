from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from sklearn.linear_model import LogisticRegression

from embexplorer.measures.logistic import logistic_weights, probability


def two_classes(first, second, dimensions, scale):
    rng = np.random.default_rng(first + dimensions)
    rows = scale * rng.normal(size=(first + second, dimensions))
    rows[:first] += 0.5 * scale * rng.normal(size=dimensions)
    return rows, np.arange(first + second) >= first


@pytest.mark.parametrize("shape", [(8, 8, 300), (30, 5, 20), (40, 60, 10), (1, 1, 2)])
@pytest.mark.parametrize("scale", [0.01, 1.0, 100.0])
def test_it_is_what_liblinear_goes_to(shape, scale):
    rows, is_second = two_classes(*shape, scale)
    ones = np.column_stack([rows, np.ones(len(rows))])
    theirs = LogisticRegression(solver="liblinear", C=1.0, tol=1e-12, max_iter=100_000)
    theirs.fit(rows, is_second)
    expected = np.concatenate([theirs.coef_[0], theirs.intercept_])
    found = logistic_weights(ones, is_second)
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-6 * np.abs(expected).max())


def test_two_opposite_rows_by_hand():
    # w = 2 / (1 + exp(w)) for rows -1 and 1: both are wrong by the same.
    expected = brentq(lambda w: w - 2 / (1 + np.exp(w)), 0, 1, xtol=1e-14)
    found = logistic_weights(np.array([[-1.0], [1.0]]), np.array([False, True]))
    assert found == pytest.approx([expected], abs=1e-9)


def test_the_gradient_is_zero_also_far_out_and_for_rows_that_repeat():
    rows, is_second = two_classes(12, 9, 40, 1000.0)
    again = np.r_[0, 0, 0, 5, 12, 12, 20]
    for some, sides in ((rows, is_second), (rows[again], is_second[again])):
        found = logistic_weights(some, sides)
        y = np.where(sides, 1.0, -1.0)
        slope = found - some.T @ (y * probability(-y * (some @ found)))
        assert np.abs(slope).max() < 1e-6 * np.abs(found).max()


def test_probabilities_neither_overflow_nor_vanish_early():
    found = probability(np.array([-800.0, -40.0, 0.0, 40.0, 800.0]))
    assert found == pytest.approx([0.0, np.exp(-40.0), 0.5, 1.0, 1.0])
    assert np.all(np.isfinite(found))


@pytest.mark.parametrize("shape", [(7, 5, 40), (20, 30, 6)])
def test_many_tables_at_once_are_each_by_itself(shape):
    tables = [
        two_classes(shape[0], shape[1], shape[2], scale)[0] for scale in (0.01, 1.0, 30.0, 1000.0)
    ]
    is_second = two_classes(*shape, 1.0)[1]
    found = logistic_weights(np.stack(tables), is_second)
    for weights, rows in zip(found, tables, strict=True):
        alone = logistic_weights(rows, is_second)
        assert weights == pytest.approx(alone, rel=1e-6, abs=1e-9 * np.abs(alone).max())
