"""What may be among the nearest of many queries: blocks of products, read while in the cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.results import Metric
from embexplorer.core.space import Vectors
from embexplorer.measures.bounds import are_safe, relative_error, unit_queries
from embexplorer.measures.ranking import value_reached_by
from embexplorer.measures.similarity import Norms

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress

QUERIES = 256  # asked at once: enough for a matrix product to be bound by the processor
_BLOCK_BYTES = 1 << 23  # products of a block of rows
_MOST_KEPT = 1 << 23  # pairs of a query and a row, 20 bytes each
_LOWEST = np.finfo(np.float32).min
_EPSILON = float(np.finfo(np.float32).eps)


@dataclass(frozen=True, slots=True)
class Questions:
    """Queries of a space that are asked at once.

    Parameters
    ----------
    vectors
        (n, d) float32.
    queries
        (m, d).
    metric
        One of `embexplorer.core.results.METRICS`.
    norms
        (n,) of the vectors, where the metric needs them.
    left_out
        Rows that no answer has.
    own_rows
        (m,) the row that the answer to each query leaves out.
    """

    vectors: Vectors
    queries: NDArray[Any]
    metric: Metric
    norms: Norms | None
    left_out: NDArray[np.int64]
    own_rows: NDArray[np.int64] | None = None


def candidates_of_many(
    asked: Questions, k: int, progress: Progress | None = None
) -> list[NDArray[np.int64]] | None:
    """Return, for each query, the rows that may be among its k nearest, ascending.

    None where float32 products cannot hold the norms, and where there are so many ties that they
    would take too much memory: the queries are then to be asked one at a time.

    Raises
    ------
    ValueError
        For the cosine with a zero query.
    CancelledError
        When the person cancelled.
    """
    assert asked.norms is not None, "the metric comes from products"
    wide: NDArray[np.float64] = np.asarray(asked.queries, np.float64)
    if asked.metric == "cosine":
        wide = unit_queries(wide)
    lengths = np.sqrt(np.vecdot(wide, wide))
    if not (are_safe(asked.norms) and are_safe(lengths)):
        return None
    n, m = len(asked.vectors), len(wide)
    kept = _Kept(m, k)
    step = max(1, _BLOCK_BYTES // (4 * m))
    narrow = wide.astype(np.float32)
    for start in range(0, n, step):
        if progress is not None:
            progress.raise_if_cancelled()
        products = narrow @ asked.vectors[start : start + step].T
        kept.add(*_upper_bounds(products, asked, lengths[:, None], start), start)
        if kept.count > _MOST_KEPT:
            return None
    return kept.rows_of_each()


def _upper_bounds(
    products: NDArray[np.float32], asked: Questions, lengths: NDArray[np.float64], start: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return upper bounds (m, rows) of the closeness of some rows, and the error of its estimate.

    An upper bound less twice the error is a lower one; -inf leaves a row out. `lengths` are (m, 1).
    """
    assert asked.norms is not None, "the metric comes from products"
    end = start + products.shape[1]
    norms = asked.norms[start:end]
    relative = relative_error(products.dtype, asked.vectors.shape[1])
    upper, error = products, np.full((1, 1), relative, np.float32)
    if asked.metric == "cosine":
        upper *= np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0).astype(np.float32)
        upper[:, norms == 0] = -np.inf
    else:
        error = (relative * lengths * norms).astype(np.float32)
        if asked.metric == "euclidean":
            squares = (norms * norms + lengths * lengths).astype(np.float32)
            upper *= 2
            upper -= squares
            error = 2 * error + np.float32(4 * _EPSILON) * squares
    upper += error
    left_out = asked.left_out
    upper[:, left_out[(left_out >= start) & (left_out < end)] - start] = -np.inf
    if asked.own_rows is not None:
        own = np.flatnonzero((asked.own_rows >= start) & (asked.own_rows < end))
        upper[own, asked.own_rows[own] - start] = -np.inf
    return upper, np.broadcast_to(error, upper.shape)


class _Kept:
    """The rows of each query that may be among its k nearest so far."""

    def __init__(self, m: int, k: int) -> None:
        self._floors = np.full(m, _LOWEST)  # a value that k rows of each query reach
        self._best = np.full((m, k), -np.inf, np.float32)  # the largest lower bounds of each query
        self._parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]] = []
        self.count = 0

    def add(self, upper: NDArray[np.float32], error: NDArray[np.float32], start: int) -> None:
        """Look at a block of rows, the first of which is `start`."""
        if not self._parts:
            self._raise_floors(value_reached_by(upper - 2 * error, self._best.shape[1]))
        query, row = np.nonzero(upper >= self._floors[:, None])
        reached = upper[query, row]
        self._take_lower(query, reached - 2 * error[query, row])
        is_kept = reached >= self._floors[query]
        self._parts.append((query[is_kept], row[is_kept] + start, reached[is_kept]))
        self.count += len(self._parts[-1][0])

    def rows_of_each(self) -> list[NDArray[np.int64]]:
        """Return the rows of each query, ascending."""
        query, row, upper = (np.concatenate(parts) for parts in zip(*self._parts, strict=True))
        is_kept = upper >= self._floors[query]
        query, row = query[is_kept], row[is_kept]
        order = np.argsort(query, kind="stable")  # the blocks ascend, so rows do
        ends = np.cumsum(np.bincount(query, minlength=len(self._floors)))
        return np.split(row[order], ends[:-1])

    def _take_lower(self, query: NDArray[np.int64], lower: NDArray[Any]) -> None:
        """Raise the floors by lower bounds of queries, which ascend."""
        counts = np.bincount(query, minlength=len(self._floors))
        place = np.arange(len(query)) - np.repeat(np.cumsum(counts) - counts, counts)
        k = self._best.shape[1]
        found = np.full((len(self._floors), k + int(counts.max())), -np.inf, np.float32)
        found[:, :k] = self._best
        found[query, k + place] = lower
        self._best = np.partition(found, -k, axis=1)[:, -k:]
        self._raise_floors(self._best.min(axis=1))

    def _raise_floors(self, floors: NDArray[Any]) -> None:
        self._floors = np.maximum(self._floors, floors.astype(np.float32))
