"""Which items are nearest to a query: exact, every item compared, ties by index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.results import HIGHER_IS_NEARER, Metric, Ranked
from embexplorer.measures.bounds import bounds_of
from embexplorer.measures.int8_copy import MOST_CANDIDATES, Int8Copy
from embexplorer.measures.many_neighbors import QUERIES, Questions, candidates_of_many
from embexplorer.measures.ranking import candidates_of, rank
from embexplorer.measures.similarity import PRODUCT_METRICS, exact_closeness
from embexplorer.measures.similarity import norms as norms_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors
    from embexplorer.measures.similarity import Norms

_FEW = 4  # queries up to which one at a time is faster than a matrix product


def find_nearest(
    vectors: Vectors,
    query: NDArray[Any],
    k: int,
    metric: Metric = "cosine",
    *,
    exclude: Sequence[int] | NDArray[np.int64] = (),
    norms: Norms | None = None,
    copy: Int8Copy | None = None,
    progress: Progress | None = None,
) -> Ranked:
    """Return the k items nearest to a query, the nearest first.

    Every item is compared in float32, or in whole numbers of one byte; whatever could be among the
    k nearest, given the error of that, is scored again in float64, so the answer is exact.

    Parameters
    ----------
    vectors
        (n, d) float32, may be a memory map.
    query
        (d,).
    k
        How many; fewer come back when fewer can be compared.
    metric
        One of `embexplorer.core.results.METRICS`. Items with a zero vector have no cosine and
        never appear.
    exclude
        Rows to leave out, such as the query itself. Other items with the same vector stay.
    norms
        Norms of the vectors where the caller has them, see `similarity.norms`.
    copy
        The copy of the vectors with a byte a number, where there is one: the same answer sooner.

    Returns
    -------
    Ranked
        Ordered by score, then by index.

    Raises
    ------
    ValueError
        For the cosine with a zero query, or k < 1.
    """
    queries = np.asarray(query)[None]
    return find_nearest_many(
        vectors, queries, k, metric, exclude=exclude, norms=norms, copy=copy, progress=progress
    )[0]


def find_nearest_many(
    vectors: Vectors,
    queries: NDArray[Any],
    k: int,
    metric: Metric = "cosine",
    *,
    rows: NDArray[np.int64] | None = None,
    exclude: Sequence[int] | NDArray[np.int64] = (),
    norms: Norms | None = None,
    copy: Int8Copy | None = None,
    progress: Progress | None = None,
) -> list[Ranked]:
    """Return the k nearest items of each query (m, d), as `find_nearest` does for one.

    `rows` (m,) is the row of each query, left out of its own answer; `exclude` is left out of all.
    """
    if k < 1:
        raise ValueError(f"k is {k}; at least one neighbor must be asked for")
    left_out = np.asarray(exclude, dtype=np.int64)
    if norms is None and metric in PRODUCT_METRICS:
        norms = norms_of(vectors, progress)
    results: list[Ranked] = []
    for first in range(0, len(queries), QUERIES):
        part = slice(first, first + QUERIES)
        own_rows = None if rows is None else rows[part]
        asked = Questions(vectors, queries[part], metric, norms, left_out, own_rows)
        for query, candidates in zip(
            asked.queries, _candidates(asked, k, copy, progress), strict=True
        ):
            results.append(_ranked(vectors, query, candidates, k, metric))
            if progress is not None:
                progress.report(len(results) / len(queries))
    return results


def _candidates(
    asked: Questions, k: int, copy: Int8Copy | None, progress: Progress | None
) -> Iterator[NDArray[np.int64]]:
    """Yield, for each query, the rows that may be among its k nearest, ascending."""
    if len(asked.queries) > _FEW and asked.metric in PRODUCT_METRICS:
        together = candidates_of_many(asked, k, progress)
        if together is not None:
            yield from together
            return
    for number, query in enumerate(asked.queries):
        own = () if asked.own_rows is None else asked.own_rows[number : number + 1]
        left_out = np.append(asked.left_out, own).astype(np.int64)
        candidates = _candidates_of_one(asked, query, k, left_out, copy, progress)
        if copy is not None and len(candidates) > MOST_CANDIDATES * len(asked.vectors):
            candidates = _candidates_of_one(asked, query, k, left_out, None, progress)
        yield candidates


def _candidates_of_one(
    asked: Questions,
    query: NDArray[Any],
    k: int,
    left_out: NDArray[np.int64],
    copy: Int8Copy | None,
    progress: Progress | None,
) -> NDArray[np.int64]:
    (bounds,) = bounds_of(asked.vectors, query[None], asked.metric, asked.norms, progress, copy)
    bounds.lower[left_out] = bounds.upper[left_out] = -np.inf
    return candidates_of(bounds, k)


def _ranked(
    vectors: Vectors,
    query: NDArray[Any],
    candidates: NDArray[np.int64],
    k: int,
    metric: Metric,
) -> Ranked:
    def closeness(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return exact_closeness(vectors[rows], query, metric)

    best = rank(candidates, k, closeness, vectors.shape[1])
    return best if HIGHER_IS_NEARER[metric] else Ranked(best.indices, -best.scores)
