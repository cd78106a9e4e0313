"""Where a layout starts: the smoothest coords on a graph, so that joined items begin together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embexplorer.engines.principal import find_principal
from embexplorer.engines.umap.edges import ROWS_AT_ONCE, Edges, reordered

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors
    from embexplorer.core.threads import Threads

    Block = NDArray[np.float32]  # (n, m), one column for each vector that is looked for

_SPARE = 4  # vectors looked for besides those that are wanted: they make those come out sooner
_MULTIPLICATIONS = 400  # at most: what is smooth enough to start from is found long before
_AMPLIFIED = 9.0  # logarithm of what a round amplifies by, within what float32 can tell apart
_LONGEST = 60  # multiplications of a round
_SMOOTH = 1e-4  # length of what is missing in A v = c v that is small enough


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a graph that no edge joins: how many, and (n,) which one each row is in."""

    count: int
    labels: NDArray[np.int32]


def find_parts(edges: Edges) -> Parts:
    """Return the parts that a graph without direction falls into."""
    from embexplorer.engines.umap.kernels_graph import label_parts

    labels = np.full(edges.n, -1, np.int32)
    return Parts(label_parts(edges, labels), labels)


def find_spectral_start(
    edges: Edges,
    parts: Parts,
    vectors: Vectors,
    dims: int,
    seed: int,
    threads: Threads,
    progress: Progress,
) -> NDArray[np.float32]:
    """Return (n, dims) the smoothest coords of each part, the parts beside each other.

    Up to 2 dims parts lie on the axes, as in umap-learn; more lie as their middles do along the
    principal axes of the middles. A part of few items lies at random around its place.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    rng = np.random.default_rng(seed)
    if parts.count == 1:
        return find_smoothest(edges, dims, rng, threads, progress)
    by_part = np.argsort(parts.labels, kind="stable")
    ends = np.cumsum(np.bincount(parts.labels, minlength=parts.count))
    rows_of = np.split(by_part, ends[:-1])
    places = _places(rows_of, vectors, dims)
    coords = np.empty((edges.n, dims), np.float32)
    for place, rows in zip(places, rows_of, strict=True):
        progress.raise_if_cancelled()
        room = _room(place, places)
        if len(rows) < max(2 * dims, dims + 2):
            coords[rows] = place + rng.uniform(-room, room, (len(rows), dims))
        else:
            inside = find_smoothest(reordered(edges, rows), dims, rng, threads, progress)
            coords[rows] = place + inside * (room / np.abs(inside).max())
    return coords


def _places(rows_of: list[NDArray[np.int64]], vectors: Vectors, dims: int) -> NDArray[np.float32]:
    count = len(rows_of)
    if count <= 2 * dims:
        half = np.eye(dims, dtype=np.float32)[: (count + 1) // 2]
        return np.vstack([half, -half])[:count]
    middles = np.stack([vectors[rows].mean(axis=0) for rows in rows_of])
    return find_principal(middles, dims).coords


def _room(place: NDArray[np.float32], places: NDArray[np.float32]) -> float:
    """Return half the distance to the nearest other place."""
    distances = np.linalg.norm(places - place, axis=1)
    others = distances[distances > 0]
    return float(others.min()) / 2 if len(others) else 1.0


def find_smoothest(
    edges: Edges, dims: int, rng: np.random.Generator, threads: Threads, progress: Progress
) -> NDArray[np.float32]:
    """Return (n, dims) the smoothest vectors of a graph in one part, but for the constant one.

    They are the first eigenvectors of its normalized Laplacian, of which only the space that they
    span matters: a block of vectors is multiplied by Chebyshev polynomials of the graph, which
    damp all that is not smooth, until it satisfies the equation or was multiplied often enough.
    All sums are made in one order, so the bytes do not depend on the number of threads, as those
    of ARPACK on a threaded BLAS do.

    References
    ----------
    Zhou, Saad, Tiago and Chelikowsky 2006, Self-consistent-field calculations using
    Chebyshev-filtered subspace iteration.
    """
    graph, first = _normalized(edges, threads)
    m = min(dims + _SPARE, edges.n - 1)
    block = _orthonormal(rng.normal(size=(edges.n, m)).astype(np.float32), first)
    below, left = 0.0, _MULTIPLICATIONS
    while True:
        product = _product(graph, block, threads)
        values, turn = np.linalg.eigh(_between(block, product))
        values, turn = values[::-1], turn[:, ::-1].astype(np.float32)
        block, product = _times(block, turn), _times(product, turn)
        missing = product - block * values.astype(np.float32)
        worst = np.sqrt(np.einsum("ij,ij->j", missing, missing, dtype=np.float64))[:dims].max()
        if worst < _SMOOTH or left <= 0:
            break
        below = float(np.clip(values[-1], below, 1.0 - 1e-6))
        degree = int(_AMPLIFIED / np.arccosh((3.0 - below) / (1.0 + below)))
        degree = min(max(degree, 2), _LONGEST)
        left -= degree + 1
        block = _orthonormal(_filtered(graph, block, below, degree, threads, progress), first)
    wanted = block[:, :dims]
    largest = wanted[np.abs(wanted).argmax(axis=0), np.arange(wanted.shape[1])]
    return wanted * np.where(largest < 0, np.float32(-1), np.float32(1))


def _normalized(edges: Edges, threads: Threads) -> tuple[Edges, NDArray[np.float32]]:
    """Return the graph divided by the roots of its degrees, and its first eigenvector (n,)."""
    degrees = _product(edges, np.ones((edges.n, 1), np.float32), threads)[:, 0]
    roots = np.sqrt(degrees)
    weights = edges.weights / (roots[edges.rows()] * roots[edges.columns])
    first = np.divide(roots, np.sqrt(degrees.sum(dtype=np.float64)), dtype=np.float32)
    return edges._replace(weights=weights), first


def _filtered(
    graph: Edges, block: Block, below: float, degree: int, threads: Threads, progress: Progress
) -> Block:
    """Return the Chebyshev polynomial of the graph that is small from -1 to `below`, times it."""
    middle, half = np.float32((below - 1.0) / 2.0), np.float32((below + 1.0) / 2.0)
    before, now = block, _product(graph, block, threads)
    now -= middle * block
    now /= half
    for _ in range(degree - 1):
        progress.raise_if_cancelled()
        after = _product(graph, now, threads)
        after -= middle * now
        after *= np.float32(2.0) / half
        after -= before
        before, now = now, after
    return now


def _product(graph: Edges, block: Block, threads: Threads) -> Block:
    from embexplorer.engines.umap.kernels_graph import multiply

    product = np.empty_like(block)

    def multiply_some(first: int, last: int) -> None:
        multiply(first, last, graph, block, product)

    threads.over(graph.n, multiply_some, ROWS_AT_ONCE)
    return product


# NumPy's einsum adds in one order, unlike the products of a threaded BLAS.


def _between(block: Block, other: Block) -> NDArray[np.float64]:
    products: NDArray[np.float64] = np.einsum("ij,ik->jk", block, other, dtype=np.float64)
    return (products + products.T) / 2


def _times(block: Block, turn: NDArray[np.float32]) -> Block:
    turned: Block = np.einsum("ij,jk->ik", block, turn)
    return turned


def _orthonormal(block: Block, first: NDArray[np.float32]) -> Block:
    """Return vectors that span the same, at right angles to each other and to the first one."""
    for _ in range(2):  # the second time mends what rounding leaves of nearly equal vectors
        along = np.einsum("i,ij->j", first, block, dtype=np.float64).astype(np.float32)
        block = block - first[:, None] * along
        block = block / np.sqrt(np.einsum("ij,ij->j", block, block, dtype=np.float64))
        block = block.astype(np.float32)
        values, turn = np.linalg.eigh(_between(block, block))
        scaled = turn / np.sqrt(np.maximum(values, 1e-12))
        block = _times(block, scaled.astype(np.float32))
    return block
