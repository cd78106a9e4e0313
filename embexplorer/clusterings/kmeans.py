"""K-means: as many round groups as are asked for, every item in one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, NamedTuple

import numpy as np

from embexplorer.core.contracts import Clustered, Clustering
from embexplorer.core.params import Doc
from embexplorer.engines.cluster_labels import (
    largest_first,
    middle_and_reach,
    one_place_note,
    scale_points,
)
from embexplorer.engines.directions import ROUNDING, find_directions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors

BLOCK_BYTES = 1 << 21  # rows whose products stay in the processor's cache
TOLERANCE = 1e-4  # of the variance; the middles have moved less: scikit-learn's rule
# The starts are tried on a sample of so many items, and no fewer for each cluster.
TRIED_ON = 10_000
TRIED_ON_EACH = 50


@dataclass(frozen=True)
class KMeansParams:
    """Parameters of k-means."""

    n_clusters: Annotated[int, Doc("Clusters", "How many there are.", min=2, max=1000)] = 10
    unit_length: Annotated[
        bool,
        Doc("Unit length", "Spherical k-means: only the direction of a vector counts."),
    ] = False
    n_init: Annotated[
        int, Doc("Starts", "Runs from different middles; the best is kept.", 1, 50, True)
    ] = 3
    max_iter: Annotated[int, Doc("Rounds", "Most rounds of one run.", 1, 10_000, True)] = 100


class Assigned(NamedTuple):
    """The nearest middle of each point (n,), its squared distance, sums and sizes by middle."""

    labels: NDArray[np.int32]
    distances: NDArray[np.float32]
    sums: NDArray[np.float64]
    sizes: NDArray[np.int64]

    @property
    def spread(self) -> float:
        """The mean squared distance, which k-means makes small."""
        return float(self.distances.mean(dtype=np.float64))


class Settled(NamedTuple):
    """Where the middles came to rest, and whether they did."""

    middles: Vectors
    assigned: Assigned
    is_settled: bool


def run(points: Vectors, params: KMeansParams, seed: int, progress: Progress) -> Clustered:
    """Return the groups of the best of several runs, the one with the smallest squared distances.

    References
    ----------
    Lloyd 1982, Least squares quantization in PCM, IEEE Transactions on Information Theory 28.
    Arthur and Vassilvitskii 2007, k-means++: the advantages of careful seeding, SODA (the first
    middles).
    Dhillon and Modha 2001, Concept decompositions for large sparse text data using clustering,
    Machine Learning 42 (spherical: middles of length 1).
    """
    progress.raise_if_cancelled()
    notes: list[str] = []
    if params.unit_length:
        directions = find_directions(points)
        points = directions.vectors
        notes.extend(directions.notes)
        _, scale = middle_and_reach(points)
    else:
        points, scale = scale_points(points)
    if scale <= (ROUNDING if params.unit_length else 0.0):
        note = one_place_note(len(points))
        return Clustered(np.zeros(len(points), np.int32), (*notes, note))
    best = _best_start(points, params, seed, progress.part(0.0, 0.5))
    found = _settle(points, best, params, progress.part(0.5, 1.0))
    labels = largest_first(found.assigned.labels)
    count = int(labels.max()) + 1
    if count < params.n_clusters:
        notes.append(
            f"There are {count:,} clusters instead of {params.n_clusters:,}: no more items differ."
        )
    if not found.is_settled:
        notes.append(f"The middles still moved after {params.max_iter:,} rounds.")
    return Clustered(labels, tuple(notes))


def _best_start(points: Vectors, params: KMeansParams, seed: int, progress: Progress) -> Vectors:
    """Return the middles of the best of several runs, on a sample where there are many items."""
    rng = np.random.default_rng(seed)
    enough = max(TRIED_ON, TRIED_ON_EACH * params.n_clusters)
    if len(points) > 2 * enough:
        points = points[np.sort(rng.choice(len(points), enough, replace=False))]
    k = min(params.n_clusters, len(points))
    best: Settled | None = None
    for start in range(params.n_init):
        part = progress.part(start / params.n_init, (start + 1) / params.n_init)
        found = _settle(points, _first_middles(points, k, rng), params, part)
        if best is None or found.assigned.spread < best.assigned.spread:
            best = found
    assert best is not None
    return best.middles


def _settle(points: Vectors, middles: Vectors, params: KMeansParams, progress: Progress) -> Settled:
    """Move the middles to the means of their points until they rest (Lloyd's rounds)."""
    limit = TOLERANCE * float(points.var(axis=0, dtype=np.float64).mean())
    lengths = np.einsum("ij,ij->i", points, points)
    assigned = _assign(points, middles, lengths)
    for round_ in range(params.max_iter):
        progress.raise_if_cancelled()
        progress.report(round_ / params.max_iter, f"round {round_ + 1:,}")
        moved = _means(points, assigned, is_unit=params.unit_length)
        shift = float(np.square(moved - middles, dtype=np.float64).sum())
        before, middles = assigned.labels, moved
        assigned = _assign(points, middles, lengths)
        if shift <= limit or np.array_equal(assigned.labels, before):
            return Settled(middles, assigned, is_settled=True)
    return Settled(middles, assigned, is_settled=False)


def _first_middles(points: Vectors, k: int, rng: np.random.Generator) -> Vectors:
    """Return k points far from each other: the best of some candidates drawn by squared distance.

    References
    ----------
    Arthur and Vassilvitskii 2007, section 2.2, and the greedy variant of their conclusion.
    """
    candidates = 2 + int(np.log(k))
    chosen = [int(rng.integers(len(points)))]
    nearest = _squared_distances(points, points[chosen])[:, 0]
    while len(chosen) < k:
        steps = np.cumsum(nearest, dtype=np.float64)
        if steps[-1] <= 0:  # every point lies on a middle already
            break
        drawn = np.searchsorted(steps, rng.random(candidates) * steps[-1], side="right")
        drawn = np.minimum(drawn, len(points) - 1)
        tried = np.minimum(nearest[:, None], _squared_distances(points, points[drawn]))
        best = int(tried.sum(axis=0, dtype=np.float64).argmin())
        chosen.append(int(drawn[best]))
        nearest = np.ascontiguousarray(tried[:, best])
    return points[chosen]


def _squared_distances(points: Vectors, middles: Vectors) -> NDArray[np.float32]:
    lengths = np.einsum("ij,ij->i", points, points)
    products = points @ middles.T
    others = np.einsum("ij,ij->i", middles, middles)
    distances: NDArray[np.float32] = np.maximum(lengths[:, None] - 2 * products + others, 0)
    return distances


def _assign(points: Vectors, middles: Vectors, lengths: NDArray[np.float32]) -> Assigned:
    """Return the nearest middle of each point; the first of those that are equally near.

    The sums are products with a matrix of zeros and ones, which are as fast as the distances.
    """
    n, d = points.shape
    k = len(middles)
    labels = np.empty(n, np.int32)
    nearness = np.empty(n, np.float32)
    sums = np.zeros((k, d))
    half = np.einsum("ij,ij->i", middles, middles) / 2
    columns = np.ascontiguousarray(middles.T)
    step = max(1, BLOCK_BYTES // (4 * max(d, k)))
    for start in range(0, n, step):
        block = points[start : start + step]
        rows = np.arange(len(block))
        products = block @ columns  # |x - c|² is |x|² - 2 (x·c - |c|² / 2)
        products -= half
        nearest = products.argmax(axis=1)
        labels[start : start + step] = nearest
        nearness[start : start + step] = products[rows, nearest]
        is_member = np.zeros((len(block), k), np.float32)
        is_member[rows, nearest] = 1
        sums += is_member.T @ block
    distances = np.maximum(lengths - 2 * nearness, 0)
    return Assigned(labels, distances, sums, np.bincount(labels, minlength=k))


def _means(points: Vectors, assigned: Assigned, *, is_unit: bool) -> Vectors:
    """Return the middles; one without items moves to a point that is farthest from its own."""
    means = assigned.sums / np.maximum(assigned.sizes, 1)[:, None]
    empty = np.flatnonzero(assigned.sizes == 0)
    if len(empty):
        farthest = np.argsort(-assigned.distances, kind="stable")[: len(empty)]
        means[empty[: len(farthest)]] = points[farthest]
    if is_unit:
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        means /= np.where(lengths == 0, 1, lengths)
    return means.astype(np.float32)


def metric(params: KMeansParams) -> str:
    """Return what makes two points near."""
    return "cosine" if params.unit_length else "euclidean"


def memory(n: int, d: int, params: KMeansParams) -> int:
    """Return about how many bytes a run takes: the points scaled, centered, and worked on."""
    return 16 * n * d


plugin = Clustering(
    id="kmeans",
    title="K-means",
    summary="As many round groups as you ask for, with every item in one; fast, also on vectors.",
    params=KMeansParams,
    source="Lloyd 1982, Least squares quantization, https://doi.org/10.1109/TIT.1982.1056489; "
    "Arthur and Vassilvitskii 2007, k-means++",
    run=run,
    metric=metric,
    memory=memory,
)
