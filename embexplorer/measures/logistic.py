"""Logistic regression of two classes, to its optimum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_STEPS = 100
ENOUGH = 1e-10  # share by which the objective still fell; the next step would square it
HALVINGS = 30


def logistic_weights(
    rows: NDArray[np.float64], is_second: NDArray[np.bool_], strength: float = 1.0
) -> NDArray[np.float64]:
    """Return the weights (d,) that tell rows (m, d) of the second class from those of the first.

    They minimize ‖w‖² / 2 + C Σ log(1 + exp(-y w · x)) with y = ±1. That has one minimum only, so
    the numbers do not hang on a solver, its tolerance or its start. An intercept is a column of
    ones, and is penalized like the others, as liblinear does.

    Newton's method finds it in a few steps. Weights are sums of rows, so that fewer rows than
    dimensions are told apart in the space they span.

    Parameters
    ----------
    strength
        C.
    """
    m, d = rows.shape
    inside = rows
    if m < d:
        values, axes = np.linalg.eigh(rows @ rows.T)
        inside = axes * np.sqrt(np.maximum(values, 0.0))
    sides = np.where(is_second, 1.0, -1.0)
    inside = inside * sides[:, None]  # now all shall have a positive product with the weights
    weights, margins = np.zeros(inside.shape[1]), np.zeros(m)
    value = _objective(weights, margins, strength)
    for _ in range(MOST_STEPS):
        wrong = probability(-margins)
        slope = weights - strength * (wrong @ inside)
        bend = (inside.T * (strength * wrong * (1.0 - wrong))) @ inside
        bend.flat[:: len(weights) + 1] += 1.0
        step = np.linalg.solve(bend, slope)
        before = value
        for _ in range(HALVINGS):  # a whole step may overshoot far from the minimum
            ahead = weights - step
            there = inside @ ahead
            value = _objective(ahead, there, strength)
            if value <= before:
                weights, margins = ahead, there
                break
            step = step / 2.0
        if before - value <= ENOUGH * before:
            break
    if inside.shape[1] == d:
        return weights
    # At the minimum, the weights are the sum of the rows by how wrong each still is.
    found: NDArray[np.float64] = strength * ((sides * probability(-margins)) @ rows)
    return found


def probability(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 / (1 + exp(-s)) of scores, without overflow."""
    found: NDArray[np.float64] = np.exp(-np.logaddexp(0.0, -scores))
    return found


def _objective(
    weights: NDArray[np.float64], margins: NDArray[np.float64], strength: float
) -> float:
    return float(weights @ weights / 2.0 + strength * np.logaddexp(0.0, -margins).sum())
