"""t-SNE by openTSNE: neighbors stay together, distances between groups mean little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from embexplorer.core.contracts import Projected, Projecting, ProjectionMethod
from embexplorer.core.params import Doc
from embexplorer.core.processors import processor_count
from embexplorer.engines.directions import find_directions
from embexplorer.engines.live_frames import LiveFrames
from embexplorer.engines.neighbor_graph import projecting_alone
from embexplorer.engines.principal import find_principal
from embexplorer.engines.trivial_layout import find_trivial_layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors

EXACT_UP_TO = 50_000  # items; beyond, an exact search takes longer than the layout itself
GRID_FROM = 10_000  # items from which interpolation on a grid beats the tree, in two dimensions
ITEMS_A_THREAD = 1000  # with fewer, threads cost more to meet than they save
_MOMENTUM = 0.8
_EARLY_EXAGGERATION = 12.0
_START_SPREAD = 1e-4  # Kobak and Berens 2019: a wider start distorts the layout


@dataclass(frozen=True)
class TsneParams:
    """Parameters of t-SNE."""

    perplexity: Annotated[
        float,
        Doc("Perplexity", "About how many neighbors each item is kept near to.", min=2, max=200),
    ] = 30.0
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
        Doc("Exaggeration", "Above 1, groups become denser; 1 if empty.", 1, 100, advanced=True),
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

    Cosine means Euclidean distances between unit vectors. Up to `EXACT_UP_TO` items the neighbors
    are exact, and the same seed gives the same bytes on any number of threads.

    References
    ----------
    van der Maaten and Hinton 2008, Visualizing data using t-SNE. Belkina et al. 2019 for the
    learning rate; Kobak and Berens 2019 for the start.
    """
    vectors, dims, seed = projecting.vectors, projecting.dims, projecting.seed
    params: TsneParams = projecting.params
    progress = projecting.progress
    notes: list[str] = []
    is_cosine = params.metric == "cosine"
    if is_cosine:
        directions = find_directions(vectors)
        vectors = directions.vectors
        notes.extend(directions.notes)
    trivial = find_trivial_layout(vectors, dims, plugin.title, are_directions=is_cosine)
    if trivial is not None:
        return Projected(trivial.coords, notes=(*notes, *trivial.notes))
    perplexity = min(params.perplexity, (len(vectors) - 1) / 3)
    if perplexity < params.perplexity:
        notes.append(
            f"The perplexity is {perplexity:.3g} instead of {params.perplexity:g}, the most that "
            f"{len(vectors):,} items allow."
        )
    affinities = _affinities(projecting, vectors, perplexity, progress.part(0.0, 0.2), notes)
    progress.raise_if_cancelled()
    start = _start(vectors, affinities, params.initialization, dims, seed, notes)
    coords = _iterate(start, affinities, params, progress.part(0.2, 1.0))
    return Projected(coords, notes=tuple(notes))


def _affinities(
    projecting: Projecting,
    vectors: Vectors,
    perplexity: float,
    progress: Progress,
    notes: list[str],
) -> Any:
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    threads = _threads(len(vectors))
    if len(vectors) <= EXACT_UP_TO:
        k = min(len(vectors) - 1, int(3 * perplexity))
        found = projecting.neighbors(k, projecting.params.metric, progress)
        rows, distances = found.rows.astype(np.int64), found.distances.astype(np.float64)
        index = PrecomputedNeighbors(rows, distances)
        return PerplexityBasedNN(perplexity=perplexity, knn_index=index, n_jobs=threads)
    progress.report(None, "Finding neighbors")
    notes.append(
        f"Above {EXACT_UP_TO:,} items the neighbors are approximate, and the same seed gives the "
        f"same map only on the same number of threads, here {threads}."
    )
    return PerplexityBasedNN(
        vectors, perplexity, method="annoy", random_state=projecting.seed, n_jobs=threads
    )


def _start(
    vectors: Vectors, affinities: Any, kind: str, dims: int, seed: int, notes: list[str]
) -> NDArray[np.float64]:
    from openTSNE import initialization

    rng = np.random.default_rng(seed)
    shape = (len(vectors), dims)
    start = None
    if kind == "pca":
        start = find_principal(vectors, dims).coords.astype(np.float64)
    elif kind == "spectral":
        start = _spectral(initialization, affinities.P, dims, seed)
        if start is None:
            notes.append("The spectral start was not found; the items started at random.")
    if start is None:
        return rng.normal(0.0, _START_SPREAD, shape)
    # A little noise parts items that start at the very same place, as openTSNE does.
    start *= _START_SPREAD / start[:, 0].std()
    return start + rng.normal(0.0, 0.01 * _START_SPREAD, shape)


def _spectral(
    initialization: Any, affinities: Any, dims: int, seed: int
) -> NDArray[np.float64] | None:
    from scipy.sparse.linalg import ArpackError

    try:
        with np.errstate(invalid="ignore", divide="ignore"):
            start: NDArray[np.float64] = initialization.spectral(
                affinities, dims, random_state=seed, add_jitter=False
            )
    except ArpackError:
        return None
    return start if np.isfinite(start).all() and start[:, 0].std() > 0 else None


def _iterate(
    start: NDArray[np.float64], affinities: Any, params: TsneParams, progress: Progress
) -> NDArray[np.float32]:
    from openTSNE import TSNEEmbedding
    from openTSNE.tsne import kl_divergence_bh, kl_divergence_fft

    n, dims = start.shape
    gradient = kl_divergence_fft if dims == 2 and n >= GRID_FROM else kl_divergence_bh
    total = params.early_exaggeration_iter + params.n_iter
    watched = _Watched(gradient, LiveFrames(progress, total, "iteration"))
    layout = TSNEEmbedding(
        start,
        affinities,
        negative_gradient_method=watched,
        learning_rate=params.learning_rate or "auto",
        momentum=_MOMENTUM,
        n_jobs=_threads(n),
    )
    exaggeration = params.exaggeration or 1.0
    early = max(_EARLY_EXAGGERATION, exaggeration)
    layout.optimize(params.early_exaggeration_iter, exaggeration=early, inplace=True)
    layout.optimize(params.n_iter, exaggeration=exaggeration, inplace=True)
    return np.ascontiguousarray(layout, dtype=np.float32)


class _Watched:
    """The gradient of openTSNE, shown and stopped before each iteration.

    openTSNE's callbacks would compute the error each time they are called; the gradient is what
    every iteration computes anyway.
    """

    def __init__(self, gradient: Any, frames: LiveFrames) -> None:
        self._gradient = gradient
        self._frames = frames
        self._done = 0

    def __call__(self, embedding: Any, affinities: Any, **settings: Any) -> Any:
        # Asked for the error it is the evaluation at the end, not an iteration.
        if not settings["should_eval_error"]:
            self._frames.step(self._done, embedding)
            self._done += 1
        return self._gradient(embedding, affinities, **settings)


def _threads(n: int) -> int:
    """Return how many threads pay off for n items; the layout is the same on any number."""
    return max(1, min(processor_count(), n // ITEMS_A_THREAD))


def metric(params: TsneParams) -> str:
    """Return the metric that the map tries to keep."""
    return params.metric


def warm() -> None:
    """Import what a run needs, so that the first one starts at once."""
    vectors = np.random.default_rng(0).normal(size=(16, 4)).astype(np.float32)
    params = TsneParams(n_iter=1, early_exaggeration_iter=1)
    run(projecting_alone(vectors, params))


plugin = ProjectionMethod(
    id="tsne",
    title="t-SNE",
    summary="Keeps neighbors together and shows groups; distances between groups mean little.",
    params=TsneParams,
    source=(
        "van der Maaten and Hinton 2008, Visualizing data using t-SNE; Poličar et al. 2024, "
        "openTSNE, https://doi.org/10.18637/jss.v109.i03"
    ),
    modules=("openTSNE", "sklearn"),
    run=run,
    metric=metric,
)
