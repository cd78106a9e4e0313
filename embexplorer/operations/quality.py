"""Measuring a projection: the numbers of its status line, and what one item keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.measures.neighbors import find_nearest
from embexplorer.measures.quality import largest_k, measure_faithfulness
from embexplorer.measures.similarity import Norms
from embexplorer.measures.similarity import norms as norms_of

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress
    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space, Vectors
    from embexplorer.measures.quality import OriginalMetric


def measure_quality(
    vectors: Vectors,
    coords: Coords,
    *,
    metric: OriginalMetric = "euclidean",
    k: int = 15,
    seed: int = 0,
    max_queries: int = 1000,
    norms: Norms | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return how faithful coords (n, 2|3) are to vectors (n, d), as a project file keeps it.

    Parameters
    ----------
    metric
        The metric of the space that the projection tried to keep.
    k
        How many neighbors; reduced, with a note, where there are not more than twice as many items.
    seed, max_queries, norms
        See `embexplorer.measures.quality.measure_faithfulness`.

    Returns
    -------
    dict
        trustworthiness, continuity, neighbors_kept (0 to 1, 1 is perfect; None where there are too
        few items), k, sampled (how many items were asked for their neighbors, or None for all) and
        notes.

    Raises
    ------
    UserError
        When coords and vectors differ in number, coords are not finite, or k is below 1.
    """
    _check_coords(len(vectors), coords)
    if k < 1:
        raise UserError("Too few neighbors asked for", f"k is {k}.", "Choose 1 or more.")
    if metric not in ("cosine", "euclidean"):
        raise UserError(
            "Unknown metric", f"“{metric}” is not measured here.", "Choose cosine or euclidean."
        )
    lengths = norms_of(vectors, progress) if norms is None else norms
    n_zero = int(np.count_nonzero(lengths == 0)) if metric == "cosine" else 0
    n = len(vectors) - n_zero
    notes = [f"Zero vectors have no cosine; left out: {n_zero:,}."] if n_zero else []
    used_k = min(k, largest_k(n))
    if used_k < 1:
        notes.append(f"Faithfulness needs 4 items; there {'is' if n == 1 else 'are'} {n}.")
        measures: dict[str, Any] = dict.fromkeys(
            ("trustworthiness", "continuity", "neighbors_kept")
        )
        return {**measures, "k": 0, "sampled": None, "notes": notes}
    if used_k < k:
        counted = f"{used_k} neighbor{'s' if used_k > 1 else ''}"
        notes.append(f"Measured with {counted} instead of {k}: there are {n} items.")
    result = measure_faithfulness(
        vectors,
        coords,
        metric=metric,
        k=used_k,
        seed=seed,
        max_queries=max_queries,
        norms=lengths,
        progress=progress,
    )
    return {
        "trustworthiness": result.trustworthiness,
        "continuity": result.continuity,
        "neighbors_kept": result.neighbors_kept,
        "k": result.k,
        "sampled": len(result.queries) if result.is_sampled else None,
        "notes": notes,
    }


def neighbors_kept_of(
    space: Space,
    coords: Coords,
    index: int,
    k: int = 15,
    *,
    metric: OriginalMetric = "euclidean",
    norms: Norms | None = None,
    progress: Progress | None = None,
) -> tuple[int, int]:
    """Return how many of an item's k nearest items are among its k nearest on the map, and k.

    k is smaller where there are fewer items. A zero vector has no neighbors by the cosine: (0, 0).

    Raises
    ------
    UserError
        When coords and items differ in number.
    """
    _check_coords(space.n, coords)
    if metric == "cosine" and not space.vectors[index].any():
        return 0, 0
    lengths = norms_of(space.vectors) if norms is None else norms
    zero_rows = np.flatnonzero(lengths == 0) if metric == "cosine" else np.empty(0, np.int64)
    left_out = np.append(zero_rows, index)
    used_k = min(k, space.n - len(left_out))
    if used_k < 1:
        return 0, 0
    in_space = find_nearest(
        space.vectors,
        space.vectors[index],
        used_k,
        metric,
        exclude=left_out,
        norms=lengths,
        progress=progress,
    )
    on_map = find_nearest(coords, coords[index], used_k, "euclidean", exclude=left_out)
    return len(np.intersect1d(in_space.indices, on_map.indices)), used_k


def _check_coords(n: int, coords: Coords) -> None:
    if coords.ndim != 2 or len(coords) != n:
        raise UserError(
            "Coords and items differ in number",
            f"There are {n:,} items and coords of the shape {coords.shape}.",
            "Give one point for each item, in the same order.",
        )
    is_finite = np.isfinite(coords).all(axis=1)
    if not is_finite.all():
        row = int(is_finite.argmin())
        raise UserError(
            f"Coords of row {row + 1:,} are not finite",
            f"They are {coords[row].tolist()}.",
            "Project again, or mend that row.",
        )
