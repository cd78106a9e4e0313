"""Values worked out for each item: similarity to a query, distance to neighbors, map density."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from embexplorer.core.derived import DerivedColumn
from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.core.results import HIGHER_IS_NEARER
from embexplorer.core.space import Space
from embexplorer.engines.neighbor_graph import (
    EXACT_UP_TO,
    find_neighbor_graph,
    find_neighbors_of,
)
from embexplorer.measures.similarity import norms as norms_of
from embexplorer.operations.context import Context
from embexplorer.operations.explore import neighbors
from embexplorer.operations.neighbor_graph import neighbor_graph
from embexplorer.operations.trust import item_values
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from embexplorer.core.neighbor_graph import NeighborGraph
    from embexplorer.core.projection import Coords, Projection
    from embexplorer.core.results import Metric
    from embexplorer.measures.similarity import Norms

DistanceMetric = Literal["cosine", "euclidean", "manhattan"]

NEIGHBORS = 15
QUERIES = 5000
"""So many are drawn to be measured where there are more than `EXACT_UP_TO`."""

DISTANCE, DENSITY = "Distance to neighbors", "Density on the map"

_LONGEST_QUERY = 40  # characters of a query in the name of its column
_CELLS = {2: 512, 3: 96}  # along the longest side of a map, by its dimensions
_BANDWIDTH = {2: 0.01, 3: 0.02}  # of the longest side
_REACH = 3  # bandwidths


def similarity(
    space: Space,
    query: str | int,
    metric: Metric = "cosine",
    *,
    vector: NDArray[Any] | None = None,
    norms: Norms | None = None,
    progress: Progress | None = None,
) -> DerivedColumn:
    """Return how near every item is to a query, exact in float64; a distance by some metrics.

    An item without a direction has no cosine, and so no value.

    Parameters
    ----------
    query, metric, vector, norms
        As for `embexplorer.operations.explore.neighbors`.

    Raises
    ------
    UserError
        When the query or the metric cannot be used.
    """
    found = neighbors(
        space,
        query,
        k=space.n,
        metric=metric,
        include_inputs=True,
        vector=vector,
        norms=norms,
        progress=progress,
    )
    ranked = found.ranked
    what = "Similarity" if HIGHER_IS_NEARER[metric] else "Distance"
    short = found.query
    if len(short) > _LONGEST_QUERY:
        short = f"{short[: _LONGEST_QUERY - 1].rstrip()}…"
    by = "dot product" if metric == "dot" else metric
    return DerivedColumn(
        space.id,
        f"{what} to “{short}”",
        item_values(space.n, ranked.indices, ranked.scores),
        f"{what} of each item to “{found.query}” by the {by} of the raw vectors.",
        {"query": found.query, "metric": metric},
    )


def neighbor_distance(
    space: Space,
    context: Context,
    *,
    k: int = NEIGHBORS,
    metric: DistanceMetric = "cosine",
    seed: int = 0,
    progress: Progress | None = None,
) -> DerivedColumn:
    """Return the mean distance of each item to its k nearest others, in the space.

    The search is exact. Above `EXACT_UP_TO` items, `QUERIES` of them are measured, each against
    all items; the others have no value, nor have items without a direction by the cosine.

    Parameters
    ----------
    context
        Its cache keeps the neighbors for what else needs them.
    k
        How many neighbors; fewer where there are fewer items.
    seed
        Of the drawing.

    Raises
    ------
    UserError
        When fewer than 2 items can be compared.
    """
    values = _measure_distances(space, k, metric, seed, context, progress or Progress())
    return distance_column(space, values)


def neighbor_distance_to_plain(
    space_folder: str, k: int, metric: DistanceMetric, seed: int, progress: Progress
) -> dict[str, Any]:
    """Measure the space in a folder as `neighbor_distance` does: the job of a child.

    Returns
    -------
    dict
        Plain values for `distance_column`.

    Raises
    ------
    UserError
        As `neighbor_distance` does.
    """
    space, _ = open_folder(Path(space_folder))
    if not isinstance(space, Space):
        raise ValueError("a corpus has no vectors")
    return _measure_distances(space, k, metric, seed, Context.default(), progress)


def distance_column(space: Space, values: Mapping[str, Any]) -> DerivedColumn:
    """Return the column of what `neighbor_distance_to_plain` measured."""
    k, metric, sampled = values["k"], values["metric"], values["sampled"]
    asked = "every item, exact"
    if sampled is not None:
        asked = (
            f"{sampled:,} items drawn with seed {values['seed']}, each against all "
            f"{values['compared']:,}, the others without a value"
        )
    plural = "s" if k != 1 else ""
    how = f"Mean {metric} distance of an item to its {k} nearest other item{plural}; {asked}."
    placed = item_values(space.n, values["rows"], values["distances"])
    params = {name: values[name] for name in ("k", "metric", "seed", "sampled")}
    return DerivedColumn(space.id, DISTANCE, placed, how, params)


def _measure_distances(
    space: Space,
    k: int,
    metric: DistanceMetric,
    seed: int,
    context: Context,
    progress: Progress,
) -> dict[str, Any]:
    compared = np.arange(space.n)
    if metric == "cosine":
        compared = np.flatnonzero(norms_of(space.vectors) > 0)
    n = len(compared)
    if n < 2:
        raise UserError(
            "Too few items to compare",
            f"{n} of the items can be compared by the {metric} distance.",
            "Open a space with more items.",
        )
    k = min(k, n - 1)
    asked = np.arange(n)
    if n > EXACT_UP_TO[metric]:
        asked = np.sort(np.random.default_rng(seed).choice(n, QUERIES, replace=False))
        vectors = space.vectors if n == space.n else space.vectors[compared]
        graph = find_neighbors_of(vectors, asked, k, metric, progress)
    elif n < space.n:
        graph = find_neighbor_graph(space.vectors[compared], k, metric, progress)
    else:
        graph = neighbor_graph(space, k, metric, context, progress)
    return {
        "rows": compared[asked],
        "distances": _mean_distances(graph),
        "k": k,
        "metric": metric,
        "seed": seed,
        "sampled": len(asked) if len(asked) < n else None,
        "compared": n,
    }


def _mean_distances(graph: NeighborGraph) -> NDArray[np.float64]:
    """Return the mean distance to the neighbors; that of the cosine is 1 - cos."""
    distances = graph.distances.astype(np.float64)
    if graph.metric == "cosine":
        distances *= distances / 2  # of unit vectors: |a - b|² = 2 - 2 cos
    means: NDArray[np.float64] = distances.mean(axis=1)
    return means


def map_density(
    projection: Projection, coords: Coords, progress: Progress | None = None
) -> DerivedColumn:
    """Return how dense the map is around each item, 1 at the densest place that has an item.

    A Gaussian kernel density on a grid (Silverman 1986, Density Estimation, ch. 4), read between
    the cells. How UMAP and t-SNE spread points says nothing about how dense the space is, which the
    sentence of the column repeats.

    Parameters
    ----------
    projection
        The map.
    coords
        (n, 2|3) of all items of the space, NaN where an item is not on the map; it has no value.
    """
    values = density_at(np.asarray(coords, np.float64), progress or Progress())
    known = np.flatnonzero(np.isfinite(values))
    bandwidth = _BANDWIDTH[coords.shape[1]]
    how = (
        "Gaussian kernel density of the points at each item, relative to the densest item; "
        f"bandwidth {bandwidth:.0%} of the longest side of the map. Distances on the map are not "
        "those of the space: dense here need not be dense there."
    )
    return DerivedColumn(
        projection.space_id,
        DENSITY,
        item_values(len(values), known, values[known]),
        how,
        {"bandwidth": bandwidth, "dims": coords.shape[1]},
        projection.id,
    )


def density_at(points: NDArray[np.float64], progress: Progress) -> NDArray[np.float64]:
    """Return (n,) density at points (n, 2|3), at most 1; NaN where a point has no place."""
    is_placed = np.isfinite(points).all(axis=1)
    density = np.full(len(points), np.nan)
    placed = points[is_placed]
    if not len(placed):
        return density
    low, high = placed.min(axis=0), placed.max(axis=0)
    side = float((high - low).max())
    if side <= 0:
        density[is_placed] = 1.0
        return density
    cells = _CELLS[points.shape[1]]
    cell = side / cells
    sigma = _BANDWIDTH[points.shape[1]] * cells
    margin = int(np.ceil(_REACH * sigma)) + 1
    shape = np.ceil((high - low) / cell).astype(int) + 2 * margin + 2
    # The middle of the cell with the number i lies at i.
    at = (placed - low) / cell + margin
    grid = _counted(at, shape)
    for axis in range(points.shape[1]):
        progress.raise_if_cancelled()
        grid = _smoothed(grid, axis, sigma)
    found = _read_between(grid, at)
    density[is_placed] = found / found.max()
    return density


def _counted(at: NDArray[np.float64], shape: NDArray[np.int64]) -> NDArray[np.float64]:
    nearest = np.rint(at).astype(np.int64)
    flat = np.ravel_multi_index(tuple(nearest.T), tuple(shape))
    counts = np.bincount(flat, minlength=int(np.prod(shape)))
    return counts.reshape(tuple(shape)).astype(np.float64)


def _smoothed(grid: NDArray[np.float64], axis: int, sigma: float) -> NDArray[np.float64]:
    reach = int(np.ceil(_REACH * sigma))
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (offsets / sigma) ** 2)
    weights /= weights.sum()
    moved = np.moveaxis(grid, axis, 0)
    result = np.zeros_like(moved)
    n = len(moved)
    for offset, weight in zip(offsets.tolist(), weights.tolist(), strict=True):
        first, last = max(0, -offset), min(n, n - offset)
        result[first:last] += weight * moved[first + offset : last + offset]
    return np.moveaxis(result, 0, axis)


def _read_between(grid: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values of a grid between its cells, by linear interpolation along each axis."""
    low = np.floor(at).astype(np.int64)
    part = at - low
    value = np.zeros(len(at))
    for corner in np.ndindex(*(2,) * grid.ndim):
        weight = np.ones(len(at))
        for axis, side in enumerate(corner):
            weight *= part[:, axis] if side else 1 - part[:, axis]
        value += weight * grid[tuple((low + corner).T)]
    return value
