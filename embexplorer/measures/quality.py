"""How faithful a projection is: whether near items stay near, counted over ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.progress import Progress
from embexplorer.core.projection import Coords
from embexplorer.core.space import Vectors
from embexplorer.measures.neighbors import find_nearest_many
from embexplorer.measures.similarity import Norms, row_sums
from embexplorer.measures.similarity import norms as norms_of

OriginalMetric = Literal["cosine", "euclidean"]

EXACT_ITEMS = 2000
"""Up to this many items every item is asked for its neighbors; above, a sample of them."""

_CHUNK = 1024  # queries worked on at once
_PRODUCT_BYTES = 1 << 26  # products of such queries with one block of items
_BLOCK_BYTES = 1 << 25  # one block of items in float64

Rows = NDArray[np.int64]
Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """What a projection keeps of the neighborhoods of its items; 1 is perfect.

    Parameters
    ----------
    trustworthiness
        Falls with every neighbor on the map that is far away in the space, by its rank there.
    continuity
        Falls with every neighbor in the space that is far away on the map, by its rank there.
    neighbors_kept
        Mean share of the k nearest items that are also among the k nearest on the map.
    k
        How many neighbors were looked at.
    queries
        (m,) rows that were asked for their neighbors, ranked against all items.
    kept
        (m,) how many of its k neighbors each of them kept.
    false_neighbors
        (m,) how false the neighbors of each are on the map, 0 to 1: its term of trustworthiness,
        whose mean trustworthiness lacks to 1. 0 where all of them are near in the space, 1 where
        they are its k farthest items there.
    missing_neighbors
        (m,) the same the other way round: how far on the map the neighbors in the space are; the
        terms of continuity.
    is_sampled
        Whether the queries are a sample of the items.
    """

    trustworthiness: float
    continuity: float
    neighbors_kept: float
    k: int
    queries: Rows
    kept: Rows
    false_neighbors: Shares
    missing_neighbors: Shares
    is_sampled: bool


def largest_k(n: int) -> int:
    """Return how many neighbors can be looked at among n items: fewer than half, without self."""
    return max(0, (n - 2) // 2)


def measure_faithfulness(
    vectors: Vectors,
    coords: Coords,
    *,
    metric: OriginalMetric = "euclidean",
    k: int = 15,
    seed: int = 0,
    max_queries: int = 1000,
    norms: Norms | None = None,
    progress: Progress | None = None,
) -> Faithfulness:
    """Return how faithful coords (n, 2|3) are to vectors (n, d).

    Ranks on the map are Euclidean, those in the space by `metric`, which should be the metric the
    projection tried to keep. Neighbors are exact, ties by index. An item that is as near as the
    k-th neighbor costs nothing, whatever its index. Zero vectors are left out for the cosine.

    Parameters
    ----------
    k
        How many neighbors, at most `largest_k` of the items that count.
    seed, max_queries
        Above `EXACT_ITEMS` items, how many are drawn to be asked for their neighbors. All items
        are ranked for each: a sample of the ranked items would flatter the map.

    Raises
    ------
    ValueError
        When k does not fit the number of items.

    References
    ----------
    Venna, Kaski 2006, Local multidimensional scaling, section 2.2: trustworthiness and continuity,
    1 - 2 / (m k (2n - 3k - 1)) · Σ (rank - k) over the neighbors that are new. Without the mean
    over the m queries the sums are what Martins et al. 2014, Visual analysis of dimensionality
    reduction quality for parameterized projections, show apart as false and missing neighbors.
    """
    steps = progress or Progress()
    lengths = norms_of(vectors, steps) if norms is None else norms
    is_out = (lengths == 0) if metric == "cosine" else np.zeros(len(vectors), bool)
    counted = np.flatnonzero(~is_out)
    n = len(counted)
    if not 1 <= k <= largest_k(n):
        raise ValueError(f"k is {k}; for {n} items it lies between 1 and {largest_k(n)}")
    is_sampled = n > max(EXACT_ITEMS, max_queries)
    queries = counted
    if is_sampled:
        queries = np.sort(np.random.default_rng(seed).choice(counted, max_queries, replace=False))
    compare = _Comparison(vectors, coords, metric, k, is_out, lengths)
    m = len(queries)
    found = [
        compare(queries[at : at + _CHUNK], steps.part(at / m, min(1.0, (at + _CHUNK) / m)))
        for at in range(0, m, _CHUNK)
    ]
    kept, intruding, missing = (np.concatenate(part) for part in zip(*found, strict=True))
    largest = k * (2 * n - 3 * k - 1) / 2.0  # when the neighbors are the k farthest items
    return Faithfulness(
        trustworthiness=1.0 - float(intruding.sum() / (m * largest)),
        continuity=1.0 - float(missing.sum() / (m * largest)),
        neighbors_kept=float(kept.mean() / k),
        k=k,
        queries=queries,
        kept=kept,
        false_neighbors=intruding / largest,
        missing_neighbors=missing / largest,
        is_sampled=is_sampled,
    )


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Compares the neighbors of some queries on the map with those in the space."""

    vectors: Vectors
    coords: Coords
    metric: OriginalMetric
    k: int
    is_out: NDArray[np.bool_]
    norms: Norms

    def __call__(self, queries: Rows, progress: Progress) -> tuple[Rows, Rows, Rows]:
        """Return, for each query, how many neighbors it kept, and its two sums of rank - k.

        The first sum is over the neighbors on the map that are none in the space, by their rank in
        the space; the second is the other way round.
        """
        vectors, coords, k, is_out = self.vectors, self.coords, self.k, self.is_out
        in_space = _nearest_rows(
            vectors, queries, k, self.metric, is_out, self.norms, progress.part(0.0, 0.4)
        )
        on_map = _nearest_rows(
            coords, queries, k, "euclidean", is_out, None, progress.part(0.4, 0.6)
        )
        is_kept = is_among(in_space, on_map)
        is_false = ~is_among(on_map, in_space)
        scale = self.norms if self.metric == "cosine" else None
        intruding = _excess_ranks(
            vectors, queries, on_map, k, is_out, scale, is_false, progress.part(0.6, 0.9)
        )
        missing = _excess_ranks(
            coords, queries, in_space, k, is_out, None, ~is_kept, progress.part(0.9, 1.0)
        )
        return is_kept.sum(axis=1), intruding, missing


def _nearest_rows(
    vectors: NDArray[np.float32],
    queries: Rows,
    k: int,
    metric: OriginalMetric,
    is_out: NDArray[np.bool_],
    norms: Norms | None,
    progress: Progress,
) -> Rows:
    """Return the k nearest rows (m, k) of each query row."""
    found = find_nearest_many(
        vectors,
        vectors[queries],
        k,
        metric,
        rows=queries,
        exclude=np.flatnonzero(is_out),
        norms=norms,
        progress=progress,
    )
    return np.stack([ranked.indices for ranked in found])


def is_among(rows: Rows, others: Rows) -> NDArray[np.bool_]:
    """Return, for each row of (m, k), whether the other list of the same query has it."""
    has_it: NDArray[np.bool_] = (rows[:, :, None] == others[:, None, :]).any(axis=2)
    return has_it


def _excess_ranks(
    vectors: NDArray[np.float32],
    queries: Rows,
    rows: Rows,
    k: int,
    is_out: NDArray[np.bool_],
    norms: Norms | None,
    is_wanted: NDArray[np.bool_],
    progress: Progress,
) -> Rows:
    """Return, for each query, the sum of (rank - k) over the wanted entries of rows (m, k).

    The rank of an item for a query is 1 plus the number of items strictly nearer. Distances are
    Euclidean; with `norms`, between unit vectors, whose order is that of the cosine.
    """
    asked = _wide(vectors, queries, norms)
    asked_squares = row_sums(asked * asked)
    # Products lose the last bits, so nearer means nearer by more than they can lose
    # (Higham 2002, 3.1): items at the same distance, such as duplicates, then never count.
    slack = 1.0 + 2.0 * (vectors.shape[1] + 8) * np.finfo(np.float64).eps
    radii = _squared_distances(vectors, asked, rows, norms) - slack * asked_squares[:, None]
    nearer = np.zeros(rows.shape, np.int64)
    step = min(_PRODUCT_BYTES // (8 * len(queries)), _BLOCK_BYTES // (8 * vectors.shape[1]))
    step = max(1, step)
    for start in range(0, len(vectors), step):
        progress.raise_if_cancelled()
        block = _wide(vectors, np.arange(start, min(start + step, len(vectors))), norms)
        keys = np.matmul(-2.0 * asked, block.T)
        keys += slack * row_sums(block * block)
        keys[:, is_out[start : start + step]] = np.inf
        own = np.flatnonzero((queries >= start) & (queries < start + step))
        keys[own, queries[own] - start] = np.inf
        for query, entry in np.argwhere(is_wanted):
            nearer[query, entry] += np.count_nonzero(keys[query] < radii[query, entry])
        progress.report((start + step) / len(vectors))
    sums: Rows = np.where(is_wanted, np.maximum(nearer + 1 - k, 0), 0).sum(axis=1)
    return sums


def _wide(vectors: NDArray[np.float32], rows: Rows, norms: Norms | None) -> NDArray[np.float64]:
    """Return rows in float64, of length 1 where norms are given; zero vectors stay zero."""
    first, last = int(rows[0]), int(rows[-1])
    is_run = last - first + 1 == len(rows)  # a slice is read once, a list of rows twice
    chosen = vectors[first : last + 1] if is_run else vectors[rows]
    wide = chosen.astype(np.float64)
    if norms is not None:
        wide /= np.where(norms[rows] > 0, norms[rows], 1.0)[:, None]
    return wide


def _squared_distances(
    vectors: NDArray[np.float32], asked: NDArray[np.float64], rows: Rows, norms: Norms | None
) -> NDArray[np.float64]:
    """Return the squared distances (m, k) from each query to its rows."""
    squares = np.empty(rows.shape)
    for entry in range(rows.shape[1]):
        chosen = vectors[rows[:, entry]].astype(np.float64)
        if norms is not None:
            chosen /= norms[rows[:, entry]][:, None]
        squares[:, entry] = row_sums((chosen - asked) ** 2)
    return squares
