"""How near two vectors are: five metrics, exact in float64."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.results import HIGHER_IS_NEARER, Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors

Norms = NDArray[np.float64]  # (n,)

PRODUCT_METRICS = ("cosine", "dot", "euclidean")
"""The metrics that come from products of vectors and their norms."""

_CACHE_BYTES = 1 << 20  # rows worked on element by element stay in the cache of a core


def norms(vectors: Vectors, progress: Progress | None = None) -> Norms:
    """Return the Euclidean norms (n,) of the rows, accumulated in float64.

    They cost one pass over the vectors; whoever asks more than once keeps them.
    """
    result = np.empty(len(vectors))
    for start, block in small_blocks(vectors, progress):
        with np.errstate(invalid="ignore"):  # a NaN of the kind that signals; it stays one
            wide = block.astype(np.float64)
        result[start : start + len(block)] = np.sqrt(np.vecdot(wide, wide))
    return result


def row_sums(rows: NDArray[Any]) -> NDArray[np.float64]:
    """Return the sums (m,) along the rows of (m, d), in float64.

    Unlike a matrix product, whose order of additions and so last bit depends on where a row
    stands, it gives equal rows equal sums: duplicates tie.
    """
    sums: NDArray[np.float64] = np.sum(rows, axis=1, dtype=np.float64)
    return sums


def exact_scores(rows: NDArray[Any], query: NDArray[Any], metric: Metric) -> NDArray[np.float64]:
    """Return the scores (m,) between each row of (m, d) and the query (d,), in float64.

    Equal rows get equal scores, wherever they stand. A zero row has no cosine and gets -inf.
    Hamming counts the dimensions in which one is positive and the other is not: the bits of
    binary codes made by thresholding at zero.

    Raises
    ------
    ValueError
        For the cosine with a zero query.
    """
    wide_query = np.asarray(query, dtype=np.float64)
    scores = np.empty(len(rows))
    for start, block in small_blocks(rows):
        scores[start : start + len(block)] = _exact_block(
            block.astype(np.float64), wide_query, metric
        )
    return scores


def _exact_block(
    rows: NDArray[np.float64], query: NDArray[np.float64], metric: Metric
) -> NDArray[np.float64]:
    if metric == "dot":
        return row_sums(rows * query)
    if metric == "euclidean":
        return np.sqrt(row_sums((rows - query) ** 2))
    if metric == "manhattan":
        return row_sums(np.abs(rows - query))
    if metric == "hamming":
        return row_sums((rows > 0) != (query > 0))
    if not query.any():
        raise ValueError("a zero query has no cosine")
    # One root of the product of squares: parallel vectors of whole numbers get exactly 1.
    scale = np.sqrt(row_sums(rows * rows) * np.sum(query * query))
    has_cosine = scale > 0
    scores = np.full(len(rows), -np.inf)
    np.divide(row_sums(rows * query), scale, out=scores, where=has_cosine)
    scores[has_cosine] = np.clip(scores[has_cosine], -1.0, 1.0)
    return scores


def exact_closeness(rows: NDArray[Any], query: NDArray[Any], metric: Metric) -> NDArray[np.float64]:
    """Return the exact scores, distances negated, so that larger is nearer for every metric."""
    scores = exact_scores(rows, query, metric)
    return scores if HIGHER_IS_NEARER[metric] else -scores


def small_blocks(
    rows: NDArray[Any], progress: Progress | None = None
) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yield (first row, rows) for views of about 1 MB, to be worked on element by element."""
    step = max(1, _CACHE_BYTES // (rows.itemsize * max(1, rows.shape[1])))
    for start in range(0, len(rows), step):
        if progress is not None:
            progress.raise_if_cancelled()
        yield start, rows[start : start + step]
