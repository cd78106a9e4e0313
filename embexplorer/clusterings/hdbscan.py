"""HDBSCAN by fast_hdbscan: groups where items lie dense, of any shape, and noise between them."""

from __future__ import annotations

import math
import sys
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from embexplorer.core.contracts import Clustered, Clustering
from embexplorer.core.params import Doc
from embexplorer.core.progress import Progress
from embexplorer.engines.cluster_labels import largest_first, one_place_note, scale_points
from embexplorer.engines.directions import ROUNDING, find_directions
from embexplorer.engines.reachability_tree import find_reachability_tree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.space import Vectors

TREE_UP_TO = 10  # dimensions up to which its tree of the points is faster than all distances
ALL_UP_TO = 25_000  # items up to which all distances take seconds
SAME_UP_TO = 200_000  # items; above, the reproducible search takes several times as long
MANY_DIMENSIONS = 50
FIRST_RUN = "Loading HDBSCAN; the first time on a computer it is compiled, about a minute"


@dataclass(frozen=True)
class HdbscanParams:
    """Parameters of HDBSCAN."""

    min_cluster_size: Annotated[
        int | None,
        Doc(
            "Smallest cluster",
            "Fewer items are noise; if empty, half the root of their number, at least 5.",
            2,
            1_000_000,
        ),
    ] = None
    min_samples: Annotated[
        int,
        Doc("Density neighbors", "Neighbors that measure density; more make more noise.", 1, 500),
    ] = 10
    selection: Annotated[
        Literal["leaf", "eom"],
        Doc(
            "Selection",
            "The smallest clusters, with more noise (leaf), or the most stable ones, which may be "
            "few and broad (eom).",
        ),
    ] = "leaf"
    unit_length: Annotated[
        bool,
        Doc("Unit length", "Bring every vector to length 1 first, so that only direction counts."),
    ] = False
    epsilon: Annotated[
        float,
        Doc("Merge distance", "Clusters nearer than this are one.", min=0, advanced=True),
    ] = 0.0


def run(points: Vectors, params: HdbscanParams, seed: int, progress: Progress) -> Clustered:
    """Return the groups; the seed changes nothing.

    The spanning tree of the mutual reachability distances is exact. Up to `TREE_UP_TO` dimensions
    fast_hdbscan finds it; above, it would take an approximate one, that no seed makes the same
    again.

    References
    ----------
    Campello, Moulavi and Sander 2013, Density-based clustering based on hierarchical density
    estimates, PAKDD.
    McInnes and Healy 2017, Accelerated hierarchical density based clustering, ICDMW.
    """
    progress.raise_if_cancelled()
    notes: list[str] = []
    if params.unit_length:
        directions = find_directions(points)
        points = directions.vectors
        notes.extend(directions.notes)
    n, d = points.shape
    scaled, scale = scale_points(points)
    if scale <= (ROUNDING if params.unit_length else 0.0):
        return Clustered(np.zeros(n, np.int32), (*notes, one_place_note(n)))
    size = params.min_cluster_size or smallest_cluster(n)
    if params.min_cluster_size is None:
        notes.append(f"A cluster has at least {size:,} items.")
    if n < max(size, 3):
        notes.append(f"HDBSCAN needs {max(size, 3):,} items; there are {n:,}, so all are noise.")
        return Clustered(np.full(n, -1, np.int32), tuple(notes))
    if d > MANY_DIMENSIONS:
        notes.append(
            f"In {d:,} dimensions distances differ little and HDBSCAN finds much noise; it sees "
            "more on a map, or use k-means."
        )
    edges = _spanning_tree(scaled, params, progress.part(0.0, 0.9), notes)
    progress.raise_if_cancelled()
    progress.report(0.9, _loading() or "Selecting clusters")
    labels = _select(edges, params, size, params.epsilon / scale)
    return Clustered(largest_first(labels), tuple(notes))


def smallest_cluster(n: int) -> int:
    """Return the size of the smallest cluster for n items.

    It grows with the root of n, so that a map of a million items has tens of groups, not
    thousands.
    """
    return max(5, round(math.sqrt(n) / 2))


def _spanning_tree(
    points: Vectors, params: HdbscanParams, progress: Progress, notes: list[str]
) -> NDArray[np.float64]:
    """Return the n - 1 edges of the spanning tree: two rows and the distance."""
    n, d = points.shape
    neighbors = min(params.min_samples, n - 2)
    if neighbors < params.min_samples:
        notes.append(f"Density is measured by {neighbors} neighbors, the most for {n:,} items.")
    if d > TREE_UP_TO:
        return find_reachability_tree(points, neighbors, progress)
    progress.report(0.0, _loading())
    from fast_hdbscan.hdbscan import compute_minimum_spanning_tree

    progress.raise_if_cancelled()
    progress.report(0.1, "Joining items")
    is_same = n <= SAME_UP_TO
    if not is_same:
        notes.append(
            f"Above {SAME_UP_TO:,} items equal distances may be taken in another order next time."
        )
    edges: NDArray[np.float64] = compute_minimum_spanning_tree(
        points, min_samples=neighbors, reproducible=is_same
    )[0]
    return edges


def _loading() -> str:
    """Return what to say of the import that comes next; nothing where it is done."""
    return "" if "fast_hdbscan" in sys.modules else FIRST_RUN


def _select(
    edges: NDArray[np.float64], params: HdbscanParams, size: int, epsilon: float
) -> NDArray[Any]:
    from fast_hdbscan.hdbscan import clusters_from_spanning_tree

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        labels: NDArray[Any] = clusters_from_spanning_tree(
            edges,
            min_cluster_size=size,
            cluster_selection_method=params.selection,
            cluster_selection_epsilon=epsilon,
        )[0]
    return labels


def metric(params: HdbscanParams) -> str:
    """Return what makes two points near."""
    return "cosine" if params.unit_length else "euclidean"


def limit(params: HdbscanParams, d: int) -> int | None:
    """Return how many items are grouped before a sample is taken."""
    return None if d <= TREE_UP_TO else ALL_UP_TO


def memory(n: int, d: int, params: HdbscanParams) -> int:
    """Return about how many bytes a run takes: scaled vectors, trees of points and of clusters."""
    return n * (8 * d + 400)


def warm() -> None:
    """Import and compile what a run on a map needs, so that the first one starts at once."""
    noise = np.random.default_rng(0).normal(size=(96, 2))
    points = (noise + 20 * np.arange(96)[:, None] % 3).astype(np.float32)  # three groups
    run(points, HdbscanParams(), 0, Progress())


plugin = Clustering(
    id="hdbscan",
    title="HDBSCAN",
    summary="Finds how many groups there are, of any shape; items between them are noise.",
    params=HdbscanParams,
    source="McInnes and Healy 2017, Accelerated hierarchical density based clustering, "
    "https://arxiv.org/abs/1705.07321",
    modules=("fast_hdbscan", "sklearn", "scipy"),
    run=run,
    metric=metric,
    limit=limit,
    memory=memory,
)
