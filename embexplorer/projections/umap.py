"""UMAP by umap-learn: groups and their neighborhoods, faster than t-SNE on large spaces."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from embexplorer.core.contracts import Projected, Projecting, ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.engines.directions import find_directions
from embexplorer.engines.live_frames import LiveFrames
from embexplorer.engines.neighbor_graph import projecting_alone
from embexplorer.engines.principal import find_principal
from embexplorer.engines.trivial_layout import find_trivial_layout
from embexplorer.engines.umap_live import can_watch, watched_epochs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.neighbor_graph import NeighborGraph
    from embexplorer.core.space import Vectors

# Items up to which an exact search is faster than compiling and running an approximate one.
EXACT_UP_TO = {"cosine": 20_000, "euclidean": 20_000, "manhattan": 8_000}
MANY_EPOCHS_UP_TO = 10_000  # items; umap-learn's own rule for 500 or 200 epochs

_log = logging.getLogger(__name__)


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
    """Return the coords after all epochs.

    The seed makes umap-learn work on one thread, so that it gives the same bytes again.

    Raises
    ------
    UserError
        When the minimum distance is larger than the spread, or no layout was found.

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
    coords = _lay_out(projecting, vectors, notes)
    return Projected(np.ascontiguousarray(coords, np.float32), notes=tuple(dict.fromkeys(notes)))


def _lay_out(projecting: Projecting, vectors: Vectors, notes: list[str]) -> NDArray[Any]:
    params: UmapParams = projecting.params
    dims, seed, progress = projecting.dims, projecting.seed, projecting.progress
    n = len(vectors)
    k = min(params.n_neighbors, n - 1)
    if k < params.n_neighbors:
        notes.append(
            f"There are {k} neighbors instead of {params.n_neighbors}, the most for {n:,} items."
        )
    epochs = params.n_epochs or (500 if n <= MANY_EPOCHS_UP_TO else 200)
    settings: dict[str, Any] = {
        "n_components": dims,
        "n_neighbors": k,
        "min_dist": params.min_dist,
        "spread": params.spread,
        "metric": params.metric,
        "n_epochs": epochs,
        "random_state": seed,
        # Opposite vectors are far apart, not unconnected: unconnected ones would get no coords.
        "disconnection_distance": np.inf,
    }
    if n <= EXACT_UP_TO[params.metric]:
        found = projecting.neighbors(k - 1, params.metric, progress.part(0.0, 0.2))
        settings["precomputed_knn"] = _with_itself(found)
    else:
        progress.report(None, "Finding neighbors")
        notes.append(f"The neighbors are approximate above {EXACT_UP_TO[params.metric]:,} items.")
    progress.raise_if_cancelled()
    progress.report(0.2, "Building the graph")
    frames = LiveFrames(progress.part(0.2, 1.0), epochs, "epoch")
    for init in dict.fromkeys((params.init, "random")):
        start = _principal_start(vectors, dims, seed) if init == "pca" else init
        coords = _fit(vectors, {**settings, "init": start}, frames, notes)
        if coords is not None:
            return coords
        notes.append(f"The {init} start led nowhere; the items started at random.")
    raise UserError(
        "UMAP found no layout",
        "The coordinates left the range of numbers.",
        "Choose more neighbors, or another method.",
    )


def _with_itself(graph: NeighborGraph) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the k nearest of each item, itself first, as umap-learn counts them."""
    distances = graph.distances
    if graph.metric == "cosine":
        distances = (
            distances * distances * np.float32(0.5)
        )  # 1 - cos = |x - y|² / 2 for unit vectors
    own = np.arange(len(distances), dtype=np.int64)[:, None]
    return np.hstack([own, graph.rows]), np.hstack([np.zeros_like(own, np.float32), distances])


def _principal_start(vectors: Vectors, dims: int, seed: int) -> NDArray[np.float32]:
    coords = find_principal(vectors, dims).coords
    # Ten across, with a little noise, as umap-learn scales its own starts.
    noise = np.random.default_rng(seed).normal(0.0, 1e-4, coords.shape)
    scaled = coords * (10.0 / float(np.abs(coords).max()))
    start: NDArray[np.float32] = np.add(scaled, noise).astype(np.float32)
    return start


def _fit(
    vectors: Vectors, settings: dict[str, Any], frames: LiveFrames, notes: list[str]
) -> NDArray[Any] | None:
    """Return the coords, or None when they are not finite."""
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        from umap import UMAP

        method = UMAP(**settings)
        try:
            if can_watch():
                with watched_epochs(frames.step):
                    coords = method.fit_transform(vectors)
            else:
                notes.append("This release of umap-learn shows no live frames.")
                coords = method.fit_transform(vectors)
        except FloatingPointError:
            return None
    notes.extend(_notes_of(caught))
    notes.extend(_parts(method.graph_))
    return coords if np.isfinite(coords).all() else None


def _parts(graph: Any) -> list[str]:
    from scipy.sparse.csgraph import connected_components

    parts = int(connected_components(graph, directed=False, return_labels=False))
    if parts == 1:
        return []
    return [
        f"The neighbor graph falls into {parts:,} parts; how far apart these lie on the map means "
        "nothing."
    ]


# What umap-learn warns of, and what that means to a person; None where it means nothing.
_MEANINGS = {
    "n_jobs value": None,
    "precomputed_knn[2]": None,
    "Tensorflow not installed": None,
    "Graph is not fully connected": None,  # said with the number of parts
    "Spectral initialisation failed": (
        "The spectral start was not found; the items started at random."
    ),
}


def _notes_of(caught: list[warnings.WarningMessage]) -> list[str]:
    notes = []
    for warning in caught:
        text = str(warning.message)
        known = next((start for start in _MEANINGS if text.startswith(start)), None)
        meaning = _MEANINGS[known] if known else None
        if meaning:
            notes.append(meaning)
        elif not known and issubclass(warning.category, UserWarning) and "umap" in warning.filename:
            notes.append(f"umap-learn: {text.splitlines()[0]}")
        elif not known:
            _log.info("%s: %s", warning.category.__name__, text)
    return notes


def metric(params: UmapParams) -> str:
    """Return the metric that the map tries to keep."""
    return params.metric


def warm() -> None:
    """Import and compile what a run needs, so that the first one starts at once."""
    vectors = np.random.default_rng(0).normal(size=(32, 4)).astype(np.float32)
    params = UmapParams(n_neighbors=5, n_epochs=2)
    run(projecting_alone(vectors, params))


plugin = ProjectionMethod(
    id="umap",
    title="UMAP",
    summary="Shows groups and, roughly, how they relate; fast on large spaces.",
    params=UmapParams,
    source="McInnes, Healy and Melville 2018, UMAP, https://arxiv.org/abs/1802.03426",
    modules=("umap", "sklearn"),
    run=run,
    metric=metric,
)
