"""t-SNE: neighbors stay together, distances between groups mean little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from embexplorer.core.contracts import Projected, Projecting, ProjectionMethod
from embexplorer.core.params import Doc
from embexplorer.core.processors import processor_count
from embexplorer.core.threads import Threads
from embexplorer.engines.directions import find_directions
from embexplorer.engines.live_frames import LiveFrames
from embexplorer.engines.neighbor_graph import memory_needed, projecting_alone
from embexplorer.engines.trivial_layout import find_trivial_layout
from embexplorer.engines.tsne_layout import Phase, lay_out
from embexplorer.engines.tsne_start import principal_start, random_start, spectral_start

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.space import Vectors
    from embexplorer.engines.tsne_affinities import Affinities

ITEMS_A_THREAD = 1000  # with fewer, threads cost more to meet than they save
_EARLY_EXAGGERATION = 12.0


@dataclass(frozen=True)
class TsneParams:
    """Parameters of t-SNE."""

    perplexity: Annotated[
        float,
        Doc("Perplexity", "About how many neighbors each item is kept near to.", min=2, max=200),
    ] = 30.0
    n_neighbors: Annotated[
        int | None,
        Doc(
            "Equal neighbors",
            "If set, so many neighbors count alike instead of the perplexity; 15 is twice as fast.",
            min=2,
            max=200,
        ),
    ] = None
    metric: Annotated[
        Literal["cosine", "euclidean"], Doc("Metric", "What makes two vectors near.")
    ] = "cosine"
    n_iter: Annotated[
        int, Doc("Iterations", "Steps after the early exaggeration.", min=0, max=10_000)
    ] = 500
    initialization: Annotated[
        Literal["pca", "spectral", "random"],
        Doc("Start", "Where items lie before the first step; PCA keeps the large structure."),
    ] = "pca"
    exaggeration: Annotated[
        float | None,
        Doc(
            "Exaggeration",
            "Above 1, groups become denser, at 4 like UMAP; 1 if empty.",
            1,
            100,
            advanced=True,
        ),
    ] = None
    early_exaggeration_iter: Annotated[
        int,
        Doc("Early iterations", "Steps in which groups first form.", 0, 10_000, advanced=True),
    ] = 250
    learning_rate: Annotated[
        float | None,
        Doc(
            "Learning rate",
            "Length of a step; if empty, the number of items over the exaggeration.",
            min=1,
            max=1_000_000,
            advanced=True,
        ),
    ] = None


def run(projecting: Projecting) -> Projected:
    """Return the coords after all iterations.

    Cosine means Euclidean distances between unit vectors. The same seed gives the same bytes on any
    number of threads.

    References
    ----------
    van der Maaten and Hinton 2008, Visualizing data using t-SNE. Belkina et al. 2019 for the
    learning rate; Kobak and Berens 2019 for the start; Böhm, Berens and Kobak 2022 for neighbors
    that count alike and for the exaggeration.
    """
    vectors, dims = projecting.vectors, projecting.dims
    params: TsneParams = projecting.params
    notes: list[str] = []
    is_cosine = params.metric == "cosine"
    if is_cosine:
        directions = find_directions(vectors)
        vectors = directions.vectors
        notes.extend(directions.notes)
    trivial = find_trivial_layout(vectors, dims, plugin.title, are_directions=is_cosine)
    if trivial is not None:
        return Projected(trivial.coords, notes=(*notes, *trivial.notes))
    with Threads(_threads(len(vectors)), projecting.progress) as threads:
        affinities = _affinities(projecting, threads, notes)
        projecting.progress.raise_if_cancelled()
        start = _start(vectors, affinities, projecting, threads)
        coords = _lay_out(start, affinities, projecting, threads)
    return Projected(coords, notes=tuple(notes))


def _affinities(projecting: Projecting, threads: Threads, notes: list[str]) -> Affinities:
    from embexplorer.engines.tsne_affinities import by_perplexity, uniform

    params: TsneParams = projecting.params
    n, progress = len(projecting.vectors), projecting.progress.part(0.0, 0.2)
    if params.n_neighbors is not None:
        k = min(params.n_neighbors, n - 1)
        if k < params.n_neighbors:
            notes.append(
                f"There are {k} neighbors instead of {params.n_neighbors}, the most for "
                f"{n:,} items."
            )
        found = projecting.neighbors(k, params.metric, progress)
        notes.extend(found.notes)
        return uniform(found.rows, progress)
    perplexity = min(params.perplexity, (n - 1) / 3)
    if perplexity < params.perplexity:
        notes.append(
            f"The perplexity is {perplexity:.3g} instead of {params.perplexity:g}, the most that "
            f"{n:,} items allow."
        )
    found = projecting.neighbors(min(n - 1, int(3 * perplexity)), params.metric, progress)
    notes.extend(found.notes)
    return by_perplexity(found.rows, found.distances, perplexity, threads, progress)


def _start(
    vectors: Vectors, affinities: Affinities, projecting: Projecting, threads: Threads
) -> NDArray[np.float32]:
    kind, dims, seed = projecting.params.initialization, projecting.dims, projecting.seed
    if kind == "pca":
        return principal_start(vectors, dims, seed, projecting.progress.part(0.2, 0.2))
    if kind == "spectral":
        return spectral_start(affinities, vectors, dims, seed, threads, projecting.progress)
    return random_start(len(vectors), dims, seed)


def _lay_out(
    start: NDArray[np.float32], affinities: Affinities, projecting: Projecting, threads: Threads
) -> NDArray[np.float32]:
    params: TsneParams = projecting.params
    exaggeration = params.exaggeration or 1.0
    phases = [
        Phase(steps, by, params.learning_rate or len(start) / by)
        for steps, by in (
            (params.early_exaggeration_iter, max(_EARLY_EXAGGERATION, exaggeration)),
            (params.n_iter, exaggeration),
        )
    ]
    total = params.early_exaggeration_iter + params.n_iter
    frames = LiveFrames(projecting.progress.part(0.2, 1.0), total, "iteration")
    return lay_out(start, affinities, phases, frames.step, threads)


def _threads(n: int) -> int:
    """Return how many threads pay off for n items; the map is the same on any number."""
    return max(1, min(processor_count(), n // ITEMS_A_THREAD))


def metric(params: TsneParams) -> str:
    """Return the metric that the map tries to keep."""
    return params.metric


def memory(n: int, d: int, params: TsneParams) -> int:
    """Return about how many bytes a run takes: the search, directions, both ends of each edge."""
    k = params.n_neighbors or int(3 * params.perplexity)
    return memory_needed(n, d, k) + n * (4 * d + 64 * k + 400)


def warm() -> None:
    """Import and compile what a run needs, so that the first one starts at once."""
    vectors = np.random.default_rng(0).normal(size=(16, 4)).astype(np.float32)
    params = TsneParams(n_iter=1, early_exaggeration_iter=0)
    for dims in (2, 3):
        run(projecting_alone(vectors, params, dims))


plugin = ProjectionMethod(
    id="tsne",
    title="t-SNE",
    summary="Keeps neighbors together and shows groups; distances between groups mean little.",
    params=TsneParams,
    source=(
        "van der Maaten and Hinton 2008, Visualizing data using t-SNE, "
        "https://jmlr.org/papers/v9/vandermaaten08a.html"
    ),
    modules=("numba", "scipy"),
    run=run,
    metric=metric,
    memory=memory,
    warm=warm,
)
