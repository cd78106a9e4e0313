"""UMAP by our own kernels: groups and their neighborhoods, faster than t-SNE on large spaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from embexplorer.core.contracts import Projected, Projecting, ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.core.threads import Threads
from embexplorer.engines.directions import find_directions
from embexplorer.engines.neighbor_graph import memory_needed, projecting_alone
from embexplorer.engines.principal import find_principal
from embexplorer.engines.trivial_layout import find_trivial_layout
from embexplorer.engines.umap.curve import fit_curve
from embexplorer.engines.umap.fuzzy_graph import find_fuzzy_graph, with_groups
from embexplorer.engines.umap.layout import EXTENT, lay_out, scaled_start
from embexplorer.engines.umap.spectral import find_parts, find_spectral_start

if TYPE_CHECKING:
    from embexplorer.core.neighbor_graph import NeighborGraph
    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Vectors
    from embexplorer.engines.umap.edges import Edges
    from embexplorer.engines.umap.spectral import Parts

MANY_EPOCHS_UP_TO = 10_000  # items; umap-learn's own rule for 500 or 200 epochs
MANY_PARTS = 500  # parts of a graph above which they do not start one by one


@dataclass(frozen=True)
class UmapParams:
    """Parameters of UMAP."""

    n_neighbors: Annotated[
        int,
        Doc("Neighbors", "Few show fine detail, many the large structure.", min=2, max=200),
    ] = 15
    min_dist: Annotated[
        float, Doc("Minimum distance", "How close items may come on the map.", min=0, max=1)
    ] = 0.1
    metric: Annotated[
        Literal["cosine", "euclidean", "manhattan"], Doc("Metric", "What makes two vectors near.")
    ] = "cosine"
    n_epochs: Annotated[
        int | None,
        Doc("Epochs", "Steps of the layout; if empty, 500, or 200 above 10,000 items.", 1, 10_000),
    ] = None
    init: Annotated[
        Literal["spectral", "pca", "random"],
        Doc("Start", "Where items lie before the first epoch.", advanced=True),
    ] = "spectral"
    spread: Annotated[
        float,
        Doc("Spread", "How far groups spread; at least the minimum distance.", 0.1, 10, True),
    ] = 1.0


def run(projecting: Projecting) -> Projected:
    """Return the coords after all epochs; the same bytes on any number of threads.

    Raises
    ------
    UserError
        When the minimum distance is larger than the spread.
    CancelledError
        When the person cancelled.

    References
    ----------
    McInnes, Healy and Melville 2018, UMAP, arXiv 1802.03426.
    """
    vectors, dims = projecting.vectors, projecting.dims
    params: UmapParams = projecting.params
    if params.min_dist > params.spread:
        detail = f"The minimum distance is {params.min_dist:g}, the spread {params.spread:g}."
        raise UserError("Minimum distance above spread", detail, "Choose a larger spread.")
    notes: list[str] = []
    is_cosine = params.metric == "cosine"
    if is_cosine:
        directions = find_directions(vectors)
        vectors = directions.vectors
        notes.extend(directions.notes)
    trivial = find_trivial_layout(vectors, dims, plugin.title, are_directions=is_cosine)
    if trivial is not None:
        return Projected(trivial.coords, notes=(*notes, *trivial.notes))
    graph = _neighbors(projecting, notes)
    with Threads(progress=projecting.progress) as threads:
        coords = _lay_out(projecting, vectors, graph, threads, notes)
    return Projected(coords, notes=tuple(notes))


def _neighbors(projecting: Projecting, notes: list[str]) -> NeighborGraph:
    n, wanted = len(projecting.vectors), projecting.params.n_neighbors
    k = min(wanted, n - 1)  # an item counts as one of its own neighbors
    if k < wanted:
        notes.append(f"There are {k} neighbors instead of {wanted}, the most for {n:,} items.")
    search = projecting.progress.part(0.0, 0.2)
    found = projecting.neighbors(k - 1, projecting.params.metric, search)
    notes.extend(found.notes)
    return found


def _lay_out(
    projecting: Projecting,
    vectors: Vectors,
    neighbors: NeighborGraph,
    threads: Threads,
    notes: list[str],
) -> Coords:
    params: UmapParams = projecting.params
    seed, progress = projecting.seed, projecting.progress
    progress.raise_if_cancelled()
    progress.report(0.2, "Building the graph")
    edges = find_fuzzy_graph(neighbors, threads)
    if projecting.labels is not None:
        edges = with_groups(edges, projecting.labels)
    parts = find_parts(edges)
    if parts.count > 1:
        notes.append(
            f"The neighbor graph falls into {parts.count:,} parts; how far apart these lie on the "
            "map means nothing."
        )
    curve = fit_curve(params.spread, params.min_dist)
    start = _start(projecting, vectors, edges, parts, threads)
    epochs = params.n_epochs or (500 if edges.n <= MANY_EPOCHS_UP_TO else 200)
    progress = progress.part(0.2, 1.0)
    return lay_out(edges, scaled_start(start, seed), epochs, curve, seed, threads, progress)


def _start(
    projecting: Projecting, vectors: Vectors, edges: Edges, parts: Parts, threads: Threads
) -> Coords:
    dims, seed, progress = projecting.dims, projecting.seed, projecting.progress
    init = projecting.params.init
    if init == "random":
        rng = np.random.default_rng(seed)
        return rng.uniform(-EXTENT, EXTENT, (edges.n, dims)).astype(np.float32)
    if init == "pca" or parts.count > MANY_PARTS:
        return find_principal(vectors, dims).coords
    return find_spectral_start(edges, parts, vectors, dims, seed, threads, progress)


def metric(params: UmapParams) -> str:
    """Return the metric that the map tries to keep."""
    return params.metric


def memory(n: int, d: int, params: UmapParams) -> int:
    """Return about how many bytes a run takes: the search, directions, both ends of each edge."""
    k = params.n_neighbors
    return memory_needed(n, d, k) + n * (6 * d + 80 * k + 1400)


def warm() -> None:
    """Load the kernels, or compile them where the disk has none, so that a run starts at once."""
    vectors = np.random.default_rng(0).normal(size=(32, 4)).astype(np.float32)
    params = UmapParams(n_neighbors=5, n_epochs=2)
    run(projecting_alone(vectors, params))


plugin = ProjectionMethod(
    id="umap",
    title="UMAP",
    summary="Shows groups and, roughly, how they relate; fast on large spaces.",
    params=UmapParams,
    source="McInnes, Healy and Melville 2018, UMAP, https://arxiv.org/abs/1802.03426",
    modules=("numba",),
    run=run,
    metric=metric,
    takes_labels=True,
    memory=memory,
    warm=warm,
)
