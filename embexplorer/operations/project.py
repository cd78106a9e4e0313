"""Project: from the vectors of a space to coords on a map, with notes and quality."""

from __future__ import annotations

import importlib
import time
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from embexplorer.core.contracts import Projected, Projecting, ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.core.memory import check_memory
from embexplorer.core.params import as_dict, build
from embexplorer.core.progress import Progress
from embexplorer.core.projection import TITLES, Projection
from embexplorer.core.space import Space, blocks_of
from embexplorer.engines.neighbor_graph import warm
from embexplorer.operations.context import Context
from embexplorer.operations.labels_of_column import labels_of_column
from embexplorer.operations.neighbor_graph import Neighbors
from embexplorer.plugins import Registry
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from embexplorer.core.space import Vectors

SEEDS = 2**32  # the libraries take seeds below this


def project(
    space: Space,
    method: str,
    context: Context,
    *,
    params: Mapping[str, Any] | None = None,
    dims: int = 2,
    seed: int = 0,
    sample: int | None = None,
    rows: NDArray[np.int64] | None = None,
    labels_from: str | None = None,
    labels: NDArray[np.int32] | None = None,
    quality: bool = True,
    progress: Progress | None = None,
) -> Projection:
    """Return a map of a space.

    Parameters
    ----------
    method
        Id of a projection method.
    params
        Its parameters by name; those left out keep their defaults.
    dims
        2 or 3.
    seed
        The same seed gives the same coords, on the same machine.
    sample
        Project a uniform sample of this many items; None projects all.
    rows
        Project these items alone: ascending, each once. A sample is drawn from all items.
    labels_from
        Column whose groups the method shall pull together, where it can; None for none.
    labels
        (n,) the groups themselves, -1 for an unknown one, where `labels_from` is no column of the
        space but was derived.
    quality
        Whether to measure how faithful the map is.
    progress
        Gets fractions, messages and live frames; the method takes 0..0.9, quality the rest.

    Returns
    -------
    Projection
        With read-only coords; `rows` says which items they belong to where they are a sample.

    Raises
    ------
    UserError
        For an unknown method, setting or column, a library that is not installed, dims, seed or
        sample out of range, or labels for a method that takes none.
    CancelledError
        When the person cancelled.
    """
    progress = progress or Progress()
    chosen = context.registry.get(ProjectionMethod, method)
    settings: Any = build(chosen.params, params or {})
    _check(dims, seed, sample)
    drawn = _sample(space.n, sample, seed)
    rows = rows if drawn is None else drawn
    _check_memory(chosen, settings, space, rows)
    if labels_from is not None:
        labels = _labels(space, chosen, labels_from, labels)
    vectors = space.vectors if rows is None else space.vectors[rows]
    progress.report(0.0, chosen.title)
    started = time.perf_counter()
    assert chosen.run is not None  # every registered method runs: the contract tests say so
    part = progress.part(0.0, 0.9)
    neighbors = Neighbors(space, None if rows is None else vectors, context)
    held = labels if labels is None or rows is None else labels[rows]
    projected = chosen.run(Projecting(vectors, settings, dims, seed, part, neighbors, held))
    seconds = time.perf_counter() - started - progress.seconds_paused
    _freeze(projected, len(vectors), dims, chosen.title)
    notes = [*_notes(vectors, space.n, is_sample=drawn is not None), *projected.notes]
    notes.extend(note for note in neighbors.notes if note not in notes)
    if labels_from is not None:
        notes.append(
            f"Items were pulled together by the column “{labels_from}”: groups of it on the map "
            "are no finding."
        )
    measured: dict[str, Any] = {}
    metric = chosen.metric(settings)
    if quality and _can_measure(metric):
        part = progress.part(0.9, 1.0)
        measured = _quality(vectors, projected.coords, metric, seed, part)
    elif quality:
        notes.append(f"How well the map keeps {metric} distances is not measured.")
    return Projection(
        space_id=space.id,
        method=method,
        coords=projected.coords,
        params=as_dict(settings),
        seed=seed,
        quality=measured,
        seconds=seconds,
        notes=tuple(notes),
        axes=projected.axes,
        explained_variance=projected.explained_variance,
        rows=rows,
        labels_from=labels_from or "",
        made_at=datetime.now(tz=UTC).astimezone().strftime("%Y-%m-%dT%H:%M"),
    )


def _labels(
    space: Space, method: ProjectionMethod, column: str, labels: NDArray[np.int32] | None
) -> NDArray[np.int32]:
    if not method.takes_labels:
        raise UserError(
            "Method takes no labels",
            f"{method.title} cannot pull the groups of “{column}” together.",
            "Leave the labels out, or choose UMAP.",
        )
    if labels is None:
        return labels_of_column(space, column)
    if len(labels) != space.n:
        raise ValueError(f"{len(labels)} labels for {space.n} items")
    return labels


def _check(dims: int, seed: int, sample: int | None) -> None:
    if dims not in (2, 3):
        raise UserError("Maps have 2 or 3 dimensions", f"{dims} were asked for.", "Choose 2 or 3.")
    check_seed(seed)
    if sample is not None and sample < 1:
        raise UserError("Sample too small", f"The sample is {sample}.", "Choose 1 or more items.")


def check_seed(seed: int) -> None:
    """Refuse a seed that the random numbers cannot begin with.

    Raises
    ------
    UserError
        When it is out of range.
    """
    if not 0 <= seed < SEEDS:
        raise UserError("Seed out of range", f"The seed is {seed}.", f"Choose 0 to {SEEDS - 1}.")


def _check_memory(
    method: ProjectionMethod, params: Any, space: Space, rows: NDArray[np.int64] | None
) -> None:
    """Refuse what would not fit into memory, before it begins."""
    n = space.n if rows is None else len(rows)
    copied = 0 if rows is None else 4 * n * space.d
    check_memory(
        method.memory(n, space.d, params) + copied,
        f"{method.title} of {n:,} items",
        "Close other programs, or project fewer items: a sample, or a selection.",
    )


def _sample(n: int, sample: int | None, seed: int) -> NDArray[np.int64] | None:
    if sample is None or sample >= n:
        return None
    chosen = np.random.default_rng(seed).choice(n, sample, replace=False)
    rows: NDArray[np.int64] = np.sort(chosen).astype(np.int64)
    return rows


def _freeze(projected: Projected, n: int, dims: int, title: str) -> None:
    """Make the coords read-only, after a look at what the method promises."""
    coords = projected.coords
    if coords.shape != (n, dims) or coords.dtype != np.float32:
        raise TypeError(f"{title} returned {coords.dtype} of the shape {coords.shape}")
    if not np.isfinite(coords).all():
        raise UserError(
            f"{title} found no layout"[:60],
            "The coordinates left the range of numbers.",
            "Choose other settings, or another method.",
        )
    coords.flags.writeable = False


def _notes(vectors: Vectors, n: int, *, is_sample: bool) -> list[str]:
    notes = []
    if len(vectors) < n:
        what, where = ("A uniform sample of", "it") if is_sample else ("Only", "these")
        counted = f"{len(vectors):,} of {n:,} items"
        notes.append(f"{what} {counted}; quality is measured within {where}.")
    repeats = count_repeats(vectors)
    if repeats and repeats < len(vectors) - 1:  # all the same is for the method to say
        verb = "vector repeats" if repeats == 1 else "vectors repeat"
        notes.append(f"{repeats:,} {verb} an earlier one exactly.")
    return notes


def count_repeats(vectors: Vectors) -> int:
    """Return how many rows equal an earlier row exactly."""
    seen: set[int] = set()
    for _, block in blocks_of(vectors):
        seen.update(hash(row.tobytes()) for row in block + np.float32(0))  # -0 becomes 0
    return len(vectors) - len(seen)


def _can_measure(metric: str) -> bool:
    from embexplorer.measures.quality import OriginalMetric

    return metric in get_args(OriginalMetric)


def _quality(
    vectors: Vectors, coords: NDArray[np.float32], metric: Any, seed: int, progress: Progress
) -> dict[str, Any]:
    from embexplorer.operations.quality import measure_quality

    return measure_quality(vectors, coords, metric=metric, seed=seed, progress=progress)


def project_to_plain(
    space_folder: str,
    method: str,
    params: Mapping[str, Any],
    dims: int,
    seed: int,
    quality: bool,
    progress: Progress,
    sample: int | None = None,
    rows: NDArray[np.int64] | None = None,
    labels_from: str | None = None,
    labels: NDArray[np.int32] | None = None,
) -> dict[str, Any]:
    """Map the space in a folder and return the projection as plain values: the job of a child.

    Raises
    ------
    UserError
        As `project` does; also when the folder holds no vectors.
    """
    space, _ = open_folder(Path(space_folder))
    if not isinstance(space, Space):
        raise UserError(
            "Nothing to project",
            f"“{space.name}” holds texts that are not encoded yet.",
            "Encode the texts first.",
        )
    projection = project(
        space,
        method,
        Context.default(),
        params=params,
        dims=dims,
        seed=seed,
        sample=sample,
        rows=rows,
        labels_from=labels_from,
        labels=labels,
        quality=quality,
        progress=progress,
    )
    return {field.name: getattr(projection, field.name) for field in fields(projection)}


def projection_from_plain(values: Mapping[str, Any]) -> Projection:
    """Return the projection that `project_to_plain` made into plain values."""
    coords = np.ascontiguousarray(values["coords"], np.float32)
    coords.flags.writeable = False  # which pickling forgets
    return Projection(**{**values, "coords": coords})


def original_metric(context: Context, method: str, params: Mapping[str, Any]) -> str:
    """Return the metric of the space that a map tried to keep.

    Coords of an unknown method, such as a file brings, count as Euclidean; axes of bias are those
    of vectors of length 1.
    """
    if method in TITLES:
        return "cosine"
    made_by = context.registry.plugins[ProjectionMethod.kind].get(method)
    if not isinstance(made_by, ProjectionMethod):
        return "euclidean"
    return made_by.metric(build(made_by.params, params))


def measure_to_plain(
    space_folder: str,
    method: str,
    params: Mapping[str, Any],
    coords: NDArray[np.float32],
    progress: Progress,
    rows: NDArray[np.int64] | None = None,
) -> dict[str, Any]:
    """Return the quality of coords that came without it, for a child process.

    It is empty where the metric of the method is none that is measured.

    Parameters
    ----------
    space_folder
        Folder of the space.
    method, params
        What made the coords; see `original_metric`.
    coords
        (m, 2|3).
    rows
        (m,) of the items that the coords belong to; None for all.
    """
    space, _ = open_folder(Path(space_folder))
    if not isinstance(space, Space):
        raise ValueError("a corpus has no map")
    metric = original_metric(Context.default(), method, params)
    vectors = space.vectors if rows is None else space.vectors[rows]
    return _quality(vectors, coords, metric, 0, progress) if _can_measure(metric) else {}


def load_libraries() -> None:
    """Load or compile what the methods need, so that the first projection starts sooner."""
    warm()
    for method in Registry.discover().all(ProjectionMethod):
        if method.is_available:
            for module in method.modules:
                importlib.import_module(module)
            method.warm()
