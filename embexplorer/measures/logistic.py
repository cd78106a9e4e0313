"""Logistic regression of two classes, to its optimum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_STEPS = 100
ENOUGH = 1e-10  # fall of the objective, as a share of it, that ends the steps
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
    weights = np.zeros(inside.shape[1])
    value = _objective(weights, inside @ weights, sides, strength)
    for _ in range(MOST_STEPS):
        wrong = _wrong(inside @ weights, sides)
        slope = weights - strength * (inside.T @ (sides * wrong))
        curved = strength * wrong * (1.0 - wrong)
        bend = (inside.T * curved) @ inside
        bend.flat[:: len(weights) + 1] += 1.0
        step = np.linalg.solve(bend, slope)
        for _ in range(HALVINGS):  # a whole step may overshoot far from the minimum
            ahead = weights - step
            reached = _objective(ahead, inside @ ahead, sides, strength)
            if reached <= value:
                break
            step = step / 2.0
        else:
            break
        fell, weights, value = value - reached, ahead, reached
        if fell <= ENOUGH * value:
            break
    # At the minimum, the weights are the sum of the rows by how wrong each still is.
    found: NDArray[np.float64] = strength * (rows.T @ (sides * _wrong(inside @ weights, sides)))
    return found


def _wrong(scores: NDArray[np.float64], sides: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (m,) how probable the other class is."""
    return probability(-sides * scores)


def probability(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 / (1 + exp(-s)) of scores, without overflow."""
    found: NDArray[np.float64] = np.exp(-np.logaddexp(0.0, -scores))
    return found


def _objective(
    weights: NDArray[np.float64],
    scores: NDArray[np.float64],
    sides: NDArray[np.float64],
    strength: float,
) -> float:
    return float(weights @ weights / 2.0 + strength * np.logaddexp(0.0, -sides * scores).sum())
