"""How near two vectors are: five metrics, exact in float64 or estimated fast with a known error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.results import HIGHER_IS_NEARER, Metric
from embexplorer.core.space import Vectors, blocks_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from embexplorer.core.progress import Progress

Norms = NDArray[np.float64]  # (n,)

PRODUCT_METRICS = ("cosine", "dot", "euclidean")
"""The metrics that come from products of vectors and their norms."""

_CACHE_BYTES = 1 << 20  # rows worked on element by element stay in the cache of a core
_VIEW_BYTES = (
    1 << 27
)  # rows of one matrix product: views, not copies, and few enough to cancel soon
_ESTIMATE_BYTES = 1 << 26  # products of several queries at once
_SAFE_NORMS = (1e-12, 1e15)  # between these no product of float32 numbers over- or underflows


class Estimate(NamedTuple):
    """How near each item is to a query; larger is nearer for every metric.

    `closeness` (n,) is the cosine, the dot product, the negative squared Euclidean distance, or the
    negative Manhattan or Hamming distance; -inf for an item that has no cosine. The exact value
    lies within `error`, one number or (n,).
    """

    closeness: NDArray[np.floating[Any]]
    error: float | NDArray[np.float64]


def norms(vectors: Vectors, progress: Progress | None = None) -> Norms:
    """Return the Euclidean norms (n,) of the rows, accumulated in float64.

    They cost one pass over the vectors; whoever asks more than once keeps them.
    """
    result = np.empty(len(vectors))
    for start, block in _small_blocks(vectors, progress):
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
    for start, block in _small_blocks(rows):
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


def estimates(
    vectors: Vectors,
    queries: NDArray[Any],
    metric: Metric,
    norms: Norms | None = None,
    progress: Progress | None = None,
) -> Iterator[Estimate]:
    """Yield, for each query of (m, d), how near every item is, with the error of the estimate.

    The arrays are the caller's to change. Products run in float32 on all cores; for norms that
    float32 products cannot hold, in float64.

    Raises
    ------
    ValueError
        For the cosine with a zero query.
    """
    wide_queries = np.asarray(queries, dtype=np.float64)
    if metric in PRODUCT_METRICS:
        lengths = _norms_of(vectors, progress) if norms is None else norms
        yield from _product_estimates(vectors, wide_queries, metric, lengths, progress)
    else:
        one = _manhattan_estimate if metric == "manhattan" else _hamming_estimate
        for query in wide_queries:
            yield one(vectors, query, progress)


_norms_of = norms  # the name is also that of a parameter


def _product_estimates(
    vectors: Vectors,
    queries: NDArray[np.float64],
    metric: Metric,
    norms: Norms,
    progress: Progress | None,
) -> Iterator[Estimate]:
    query_norms = np.sqrt(row_sums(queries * queries))
    if metric == "cosine":
        if not query_norms.all():
            raise ValueError("a zero query has no cosine")
        queries = queries / query_norms[:, None]
        query_norms = np.ones(len(queries))
    is_safe = _are_safe(norms) and _are_safe(query_norms)
    dtype: np.dtype[np.floating[Any]] = np.dtype(np.float32 if is_safe else np.float64)
    # Twice the bound of a dot product in floating point, |error| <= d u |x|·|y| (Higham 2002,
    # Accuracy and Stability of Numerical Algorithms, 3.1), with room for rounding the query.
    relative = float(np.finfo(dtype).eps) * (vectors.shape[1] + 8)
    finish = _finisher(metric, norms, dtype, relative)
    step = max(1, _ESTIMATE_BYTES // (dtype.itemsize * len(vectors)))
    for start in range(0, len(queries), step):
        products = _products(vectors, queries[start : start + step].astype(dtype), progress)
        for offset, row in enumerate(products):
            yield finish(row, float(query_norms[start + offset]))


def _are_safe(norms: Norms) -> bool:
    low, high = _SAFE_NORMS
    smallest = float(norms.min())
    if smallest == 0:
        smallest = float(norms.min(initial=high, where=norms > 0))
    return low < smallest and float(norms.max()) < high


def _products(
    vectors: Vectors, queries: NDArray[Any], progress: Progress | None
) -> NDArray[np.floating[Any]]:
    products = np.empty((len(queries), len(vectors)), queries.dtype)
    is_wide = queries.dtype != vectors.dtype
    step = max(1, _VIEW_BYTES // (vectors.itemsize * vectors.shape[1]))
    blocks = (
        blocks_of(vectors)
        if is_wide
        else [(start, vectors[start : start + step]) for start in range(0, len(vectors), step)]
    )
    for start, block in blocks:
        if progress is not None:
            progress.raise_if_cancelled()
        part = products[:, start : start + len(block)]
        rows = block.astype(queries.dtype) if is_wide else block
        if len(queries) == 1:
            np.matmul(rows, queries[0], out=part[0])
        else:
            np.matmul(queries, rows.T, out=part)
    return products


def _finisher(
    metric: Metric, norms: Norms, dtype: np.dtype[np.floating[Any]], relative: float
) -> Callable[[NDArray[Any], float], Estimate]:
    """Return the function that makes an estimate of the products (n,) with one query."""
    if metric == "cosine":
        zero_rows = np.flatnonzero(norms == 0)
        inverse = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0).astype(dtype)

        def cosine(products: NDArray[Any], query_norm: float) -> Estimate:
            products *= inverse
            products[zero_rows] = -np.inf
            return Estimate(products, relative * query_norm)

        return cosine
    if metric == "dot":
        return lambda products, query_norm: Estimate(products, relative * query_norm * norms)
    squares = norms * norms

    def euclidean(products: NDArray[Any], query_norm: float) -> Estimate:
        closeness = 2.0 * products.astype(np.float64) - squares - query_norm**2
        # The second part covers the sum itself, in float64.
        error = 2.0 * relative * query_norm * norms + 1e-14 * (squares + query_norm**2)
        return Estimate(closeness, error)

    return euclidean


def _manhattan_estimate(
    vectors: Vectors, query: NDArray[np.float64], progress: Progress | None
) -> Estimate:
    narrow = query.astype(np.float32)
    sums = np.empty(len(vectors), np.float32)
    buffer: NDArray[np.float32] | None = None
    with np.errstate(over="ignore"):
        for start, block in _small_blocks(vectors, progress):
            if buffer is None:
                buffer = np.empty(block.shape, np.float32)
            differences = buffer[: len(block)]
            np.subtract(block, narrow, out=differences)
            np.abs(differences, out=differences)
            np.sum(differences, axis=1, out=sums[start : start + len(block)])
    if not np.isfinite(sums.max(initial=0.0)):
        return Estimate(exact_closeness(vectors, query, "manhattan"), 0.0)
    closeness = -sums.astype(np.float64)
    relative = float(np.finfo(np.float32).eps) * (vectors.shape[1] + 8)
    error = relative * -closeness + float(np.finfo(np.float32).eps) * float(np.abs(query).sum())
    return Estimate(closeness, error)


def _hamming_estimate(
    vectors: Vectors, query: NDArray[np.float64], progress: Progress | None
) -> Estimate:
    bits = np.packbits(query > 0)
    closeness = np.empty(len(vectors))
    for start, block in _small_blocks(vectors, progress):
        differing = np.bitwise_count(np.packbits(block > 0, axis=1) ^ bits)
        closeness[start : start + len(block)] = -row_sums(differing)
    return Estimate(closeness, 0.0)


def _small_blocks(
    rows: NDArray[Any], progress: Progress | None = None
) -> Iterator[tuple[int, NDArray[Any]]]:
    step = max(1, _CACHE_BYTES // (rows.itemsize * max(1, rows.shape[1])))
    for start in range(0, len(rows), step):
        if progress is not None:
            progress.raise_if_cancelled()
        yield start, rows[start : start + step]
