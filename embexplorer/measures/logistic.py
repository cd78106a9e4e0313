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
    """Return the weights (…, d) that tell rows (…, m, d) of a second class from those of a first.

    They minimize ‖w‖² / 2 + C Σ log(1 + exp(-y w · x)) with y = ±1. That has one minimum only, so
    the numbers do not hang on a solver, its tolerance or its start. An intercept is a column of
    ones, and is penalized like the others, as liblinear does.

    Newton's method finds it in a few steps, for many tables at once. Weights are sums of rows, so
    that fewer rows than dimensions are told apart in the space they span.

    Parameters
    ----------
    is_second
        (m,) of which class each row is, in all tables.
    strength
        C.
    """
    m, d = rows.shape[-2:]
    inside = rows
    if m < d:
        values, axes = np.linalg.eigh(rows @ rows.mT)
        inside = axes * np.sqrt(np.maximum(values, 0.0))[..., None, :]
    sides = np.where(is_second, 1.0, -1.0)
    inside = inside * sides[:, None]  # now all shall have a positive product with the weights
    weights = np.zeros((*inside.shape[:-2], inside.shape[-1]))
    margins = np.zeros(inside.shape[:-1])
    value = _objective(weights, margins, strength)
    for _ in range(MOST_STEPS):
        wrong = probability(-margins)
        slope = weights - strength * (wrong[..., None, :] @ inside)[..., 0, :]
        curved = inside.mT * (strength * wrong * (1.0 - wrong))[..., None, :]
        step = np.linalg.solve(curved @ inside + np.eye(inside.shape[-1]), slope[..., None])
        before = value
        for _ in range(HALVINGS):  # a whole step may overshoot far from the minimum
            ahead = weights[..., None] - step
            margins = (inside @ ahead)[..., 0]
            value = _objective(ahead[..., 0], margins, strength)
            is_worse = value > before * (1.0 + ENOUGH)
            if not is_worse.any():
                break
            step = np.where(is_worse[..., None, None], step / 2.0, step)
        weights = ahead[..., 0]
        if (before - value <= ENOUGH * before).all():
            break
    if inside.shape[-1] == d:
        return weights
    # At the minimum, the weights are the sum of the rows by how wrong each still is.
    left = strength * sides * probability(-margins)
    found: NDArray[np.float64] = (left[..., None, :] @ rows)[..., 0, :]
    return found


def probability(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 / (1 + exp(-s)) of scores, without overflow."""
    found: NDArray[np.float64] = np.exp(-np.logaddexp(0.0, -scores))
    return found


def _objective(
    weights: NDArray[np.float64], margins: NDArray[np.float64], strength: float
) -> NDArray[np.float64]:
    lost = np.logaddexp(0.0, -margins).sum(axis=-1)
    value: NDArray[np.float64] = np.vecdot(weights, weights) / 2.0 + strength * lost
    return np.asarray(value)
