"""The largest eigenvalues of a symmetric matrix, given whole or only as what it does to vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Values = NDArray[np.float64]  # (count,), the largest first
    Rows = NDArray[np.float64]  # (count, size), one eigenvector a row

_WHOLE_SPECTRUM = 1024  # up to this size all eigenvectors cost less than loading ARPACK
_EXTRA = 8  # vectors beside those that are wanted, so that close eigenvalues are told apart
_STEPS = 60  # beyond, eigenvalues are so close that one vector is as good as another
_LOOK = 4  # steps between two looks at the answer, which costs more from step to step


def largest_of(matrix: NDArray[np.float64], count: int) -> tuple[Values, Rows]:
    """Return the `count` largest eigenvalues of a symmetric matrix, and their eigenvectors."""
    if len(matrix) <= _WHOLE_SPECTRUM or not count or not matrix.any():
        values, columns = np.linalg.eigh(matrix)
        return values[::-1][:count], columns.T[::-1][:count]
    from scipy.sparse.linalg import eigsh

    start = np.random.default_rng(0).normal(size=len(matrix))  # the same start, the same axes
    values, columns = eigsh(matrix, k=count, which="LA", v0=start)
    order = np.argsort(-values)
    return values[order], columns.T[order]


def largest_by_product(
    multiply: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    size: int,
    count: int,
    tolerance: float,
) -> tuple[Values, Rows]:
    """Return the `count` largest eigenvalues of a matrix without negative ones.

    A block of random vectors, always the same, is multiplied again and again; the answer is the
    best in all that it has passed through. It ends when the matrix does to each vector what an
    eigenvalue does, within the tolerance.

    Parameters
    ----------
    multiply
        Returns the matrix (size, size) times a block (size, m).
    size
        Of the matrix.
    count
        How many, at most `size`.
    tolerance
        Length of ``matrix @ v - value * v`` over the largest eigenvalue.

    References
    ----------
    Halko, Martinsson and Tropp 2011, Finding structure with randomness; Musco and Musco 2015,
    Randomized block Krylov methods for stronger and faster approximate singular value
    decomposition.
    """
    width = min(size, count + _EXTRA)
    block = np.linalg.qr(np.random.default_rng(0).normal(size=(size, width)))[0]
    basis = image = np.empty((size, 0))
    for step in range(1, _STEPS + 1):
        basis = np.hstack([basis, block])
        image = np.hstack([image, multiply(block)])
        rest = size - basis.shape[1]
        if step % _LOOK == 0 or step == _STEPS or not rest:
            inner = basis.T @ image
            values, columns = np.linalg.eigh((inner + inner.T) / 2)
            values, columns = values[::-1][:count], columns[:, ::-1][:, :count]
            vectors = basis @ columns
            left = np.linalg.norm(image @ columns - vectors * values, axis=0)
            if left.max(initial=0.0) <= tolerance * values.max(initial=0.0) or not rest:
                break
        block = image[:, -block.shape[1] :][:, :rest]
        for _ in range(2):  # once leaves rounding where little is new
            block = np.linalg.qr(block - basis @ (basis.T @ block))[0]
    return values, vectors.T
