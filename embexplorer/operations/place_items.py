"""Place new items on a map that exists: beside the items of the map that they are nearest to."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.core.neighbor_graph import NeighborGraph
from embexplorer.core.progress import Progress
from embexplorer.core.projection import Coords
from embexplorer.core.threads import Threads
from embexplorer.engines.linear_places import find_linear_places
from embexplorer.engines.umap.curve import fit_curve
from embexplorer.engines.umap.edges import Edges
from embexplorer.engines.umap.fuzzy_graph import find_strengths
from embexplorer.engines.umap.layout import LANES, ROWS, Moving, as_shares, move
from embexplorer.measures.neighbors import find_nearest_many
from embexplorer.operations.project import original_metric

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from embexplorer.core.projection import Projection
    from embexplorer.core.space import Space, Vectors
    from embexplorer.operations.context import Context

PCA, UMAP = "pca", "umap"
K = 15  # nearest items that say where a new one belongs, where the method names no number
RATE = 0.25  # of the first epoch; umap-learn moves new items a quarter as far as those of a map


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Where new items lie on a map.

    Parameters
    ----------
    coords
        (m, 2|3) of the new items; not writeable. The map itself has not moved.
    neighbors
        Their nearest items on the map, as rows of its space, with how far away those are. A new
        item that is far from all of them lies among them all the same.
    seconds
        How long it took.
    notes
        What a person must know, one sentence each.
    """

    coords: Coords
    neighbors: NeighborGraph
    seconds: float
    notes: tuple[str, ...]


def place_items(
    space: Space,
    projection: Projection,
    vectors: Vectors,
    context: Context,
    *,
    progress: Progress | None = None,
) -> Placed:
    """Return where new vectors of the same space belong on a map of it.

    On a map by PCA they lie along its axes. On another one each begins at the mean place of its
    nearest items, weighted by how strongly it is joined to them, and at the very place of an item
    with the same vector. On a map by UMAP some epochs follow, in which the new items move and the
    map stands still.

    Parameters
    ----------
    space, projection
        The space and a map of it, of any method, of all its items or a sample.
    vectors
        (m, d) of the new items.

    Raises
    ------
    UserError
        When the new vectors have another number of dimensions, or one has no direction where only
        directions count.
    CancelledError
        When the person cancelled.

    References
    ----------
    McInnes, Healy and Melville 2018, UMAP, arXiv 1802.03426; ``UMAP.transform`` of umap-learn.
    """
    progress = progress or Progress()
    started = time.perf_counter()
    metric = original_metric(context, projection.method, projection.params)
    _check(space, vectors, metric)
    params = projection.params
    k = min(int(params.get("n_neighbors") or K), projection.n)
    on_map = space.vectors if projection.rows is None else space.vectors[projection.rows]
    found = _nearest(on_map, vectors, k, metric, progress.part(0.0, 0.8))
    how = f"New items lie by their {found.k} nearest items on the map, which has not moved."
    coords = None
    if projection.method == PCA:
        part, is_cosine = progress.part(0.8, 1.0), metric == "cosine"
        coords = find_linear_places(
            on_map, projection.coords, vectors, part, are_directions=is_cosine
        )
    if coords is None:
        coords = _by_neighbors(projection, found, progress)
    else:
        how = "New items lie along the axes of the map, which have not moved."
    coords.flags.writeable = False
    if projection.rows is not None:
        rows = projection.rows[found.rows].astype(np.int32)
        found = NeighborGraph(rows, found.distances, metric)
    return Placed(coords, found, time.perf_counter() - started, (how,))


def _by_neighbors(projection: Projection, found: NeighborGraph, progress: Progress) -> Coords:
    with Threads(progress=progress) as threads:
        strengths = find_strengths(found, threads, is_among=False)
        coords = _mean_places(projection.coords, found, strengths)
        if projection.method == UMAP:
            part = progress.part(0.8, 1.0)
            coords = _refined(projection, coords, found, strengths, threads, part)
    return coords


def _check(space: Space, vectors: Vectors, metric: str) -> None:
    if vectors.ndim != 2 or vectors.shape[1] != space.d:
        raise UserError(
            "Vectors of another space",
            f"The new vectors have the shape {vectors.shape}, “{space.name}” has {space.d} "
            "dimensions.",
            "Encode the new items with the encoder of the space.",
        )
    is_zero = ~vectors.any(axis=1)
    if metric == "cosine" and is_zero.any():
        raise UserError(
            "A new item has no direction",
            f"Row {int(is_zero.argmax()) + 1:,} is a zero vector.",
            "Leave it out, or use a map by another metric.",
        )


def _nearest(
    on_map: Vectors, vectors: Vectors, k: int, metric: Any, progress: Progress
) -> NeighborGraph:
    """Return the k nearest items on the map; zero vectors there have no cosine and are none."""
    ranked = find_nearest_many(on_map, vectors, k, metric, progress=progress)
    k = min(map(len, ranked))
    if k == 0:
        raise UserError(
            "Nothing to place by",
            "All items on the map are zero vectors.",
            "Use a map of another metric.",
        )
    rows = np.stack([answer.indices[:k] for answer in ranked]).astype(np.int32)
    scores = np.stack([answer.scores[:k] for answer in ranked])
    if metric == "cosine":
        scores = np.sqrt(np.maximum(2.0 - 2.0 * scores, 0.0))
    return NeighborGraph(rows, scores.astype(np.float32), metric)


def _mean_places(
    coords: Coords, found: NeighborGraph, strengths: NDArray[np.float32]
) -> NDArray[np.float32]:
    is_same = found.distances == 0
    weights = np.where(is_same.any(axis=1, keepdims=True), is_same, strengths).astype(np.float64)
    weights /= weights.sum(axis=1, keepdims=True)
    places: NDArray[np.float32] = np.einsum("mk,mkd->md", weights, coords[found.rows]).astype(
        np.float32
    )
    return places


def _refined(
    projection: Projection,
    start: NDArray[np.float32],
    found: NeighborGraph,
    strengths: NDArray[np.float32],
    threads: Threads,
    progress: Progress,
) -> NDArray[np.float32]:
    """Return the places after some epochs in which the items of the map attract and repel."""
    n, m = projection.n, len(start)
    params: Mapping[str, Any] = projection.params
    epochs = _epochs(params.get("n_epochs"), m)
    starts = np.concatenate([np.zeros(n, np.int64), np.arange(m + 1) * found.k])
    joined = Edges(starts, found.rows.ravel(), strengths.ravel())
    lanes = max(1, min(LANES, m // ROWS))
    curve = fit_curve(params.get("spread", 1.0), params.get("min_dist", 0.1))

    def after(epoch: int, coords: NDArray[np.float32]) -> None:
        progress.raise_if_cancelled()
        progress.wait_while_paused()
        progress.report(epoch / epochs, f"Placing · epoch {epoch:,} of {epochs:,}")

    moving = Moving(
        as_shares(joined, epochs),
        n + np.linspace(0, m, lanes + 1).astype(np.int64),
        curve,
        epochs,
        RATE,
        projection.seed,
        drawn=n,
        is_mutual=False,
    )
    coords = move(np.concatenate([projection.coords, start]), moving, threads, after)
    return np.ascontiguousarray(coords[n:])


def _epochs(of_map: int | None, m: int) -> int:
    """Return umap-learn's number: a third of the map's, or 100, or 30 above 10,000 items."""
    if of_map is not None:
        return max(1, of_map // 3)
    return 100 if m <= 10_000 else 30
