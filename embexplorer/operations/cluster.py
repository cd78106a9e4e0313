"""Cluster: from vectors or a map to groups of items, with names."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from embexplorer.clusterings import hdbscan
from embexplorer.core.contracts import Clustered, Clustering
from embexplorer.core.derived import Clusters
from embexplorer.core.errors import UserError
from embexplorer.core.memory import check_memory
from embexplorer.core.params import as_dict, build
from embexplorer.core.progress import Progress
from embexplorer.core.projection import Projection
from embexplorer.core.space import Space
from embexplorer.engines.cluster_labels import NOISE, join_nearest, largest_first, scale_points
from embexplorer.engines.directions import find_directions
from embexplorer.operations.cluster_names import describe_clusters
from embexplorer.operations.context import Context
from embexplorer.operations.edit_clusters import ON_VECTORS
from embexplorer.operations.project import check_seed
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from embexplorer.core.space import Vectors

MAP_NOTE = "These are clusters of the map, which has gaps that the vectors do not have."


class _Points(NamedTuple):
    """What is grouped, the rows of the space it belongs to (None: all), and what must be said."""

    points: Vectors
    rows: NDArray[np.int64] | None
    notes: list[str]


def cluster(
    space: Space,
    method: str,
    context: Context,
    *,
    projection: Projection | None = None,
    params: Mapping[str, Any] | None = None,
    seed: int = 0,
    sample: int | None = None,
    progress: Progress | None = None,
) -> Clusters:
    """Return groups of the items of a space, named.

    Parameters
    ----------
    method
        Id of a clustering method.
    projection
        The map whose coords are grouped; None groups the vectors. An item that is not on the map
        is in no group.
    params
        Parameters of the method by name; those left out keep their defaults.
    seed
        The same seed gives the same groups, on the same machine.
    sample
        Group a uniform sample of this many items, and let each other item join the group of the
        sampled item nearest to it; None groups all that the method can.

    Returns
    -------
    Clusters
        Named by the terms of the texts, or, where items have none, by the items in the middle.

    Raises
    ------
    UserError
        For an unknown method or setting, a library that is not installed, seed or sample out of
        range, or directions on a map.
    CancelledError
        When the person cancelled.
    """
    progress = progress or Progress()
    chosen = context.registry.get(Clustering, method)
    settings: Any = build(chosen.params, params or {})
    _check(seed, sample)
    is_cosine = chosen.metric(settings) == "cosine"
    points, rows, notes = _points_of(space, projection, is_cosine=is_cosine)
    progress.report(0.0, chosen.title)
    started = time.perf_counter()
    found = _group(chosen, points, settings, seed, sample, progress.part(0.0, 0.8))
    labels = np.full(space.n, NOISE, np.int32)
    labels[slice(None) if rows is None else rows] = found.labels
    labels = largest_first(labels)
    seconds = time.perf_counter() - started
    progress.report(0.8, "Naming clusters")
    if is_cosine:
        points = find_directions(points).vectors
    described = describe_clusters(space, labels, points, rows, progress.part(0.8, 1.0))
    labels.flags.writeable = False
    notes += [*found.notes, *_noise_notes(labels[slice(None) if rows is None else rows])]
    return Clusters(
        space_id=space.id,
        method=method,
        labels=labels,
        names=described.names,
        terms=described.terms,
        medoids=described.medoids,
        on=ON_VECTORS if projection is None else projection.id,
        params=as_dict(settings),
        seed=seed,
        seconds=seconds,
        notes=tuple(notes),
    )


def _check(seed: int, sample: int | None) -> None:
    check_seed(seed)
    if sample is not None and sample < 1:
        raise UserError("Sample too small", f"The sample is {sample}.", "Choose 1 or more items.")


def _points_of(space: Space, projection: Projection | None, *, is_cosine: bool) -> _Points:
    if projection is None:
        return _Points(space.vectors, None, [])
    if is_cosine:
        raise UserError(
            "A map has no directions",
            "Unit length compares directions, and on a map only distances count.",
            "Leave unit length out, or cluster the vectors.",
        )
    notes = [MAP_NOTE]
    coords, rows = projection.coords, projection.rows
    is_placed = np.isfinite(coords).all(axis=1)
    if not is_placed.any():
        raise UserError(
            "No item is on the map", "It has no finite coordinates.", "Project the space again."
        )
    if not is_placed.all():
        rows = np.arange(space.n)[is_placed] if rows is None else rows[is_placed]
        coords = coords[is_placed]
    if rows is not None and len(rows) < space.n:
        missing = space.n - len(rows)
        are = "item is" if missing == 1 else "items are"
        notes.append(f"{missing:,} {are} not on the map, and so in no cluster.")
    return _Points(coords, rows, notes)


def _group(
    chosen: Clustering,
    points: Vectors,
    settings: Any,
    seed: int,
    sample: int | None,
    progress: Progress,
) -> Clustered:
    """Run the method, on a sample where one is asked for or there are too many points."""
    run = chosen.run
    assert run is not None  # every registered method runs: the contract tests say so
    n, d = points.shape
    limit = chosen.limit(settings, d)
    wanted = min(n if sample is None else sample, n if limit is None else limit)
    check_memory(
        chosen.memory(wanted, d, settings) + (8 * n * d if wanted < n else 0),
        f"{chosen.title} of {n:,} items",
        "Close other programs, group a map instead of the vectors, or project a sample and group "
        "that.",
    )
    if wanted >= n:
        found = run(points, settings, seed, progress)
        _check_labels(found, n, chosen.title)
        return found
    drawn = np.random.default_rng(seed).choice(n, wanted, replace=False)
    rows = np.sort(drawn).astype(np.int64)
    found = run(points[rows], settings, seed, progress.part(0.0, 0.6))
    _check_labels(found, wanted, chosen.title)
    if chosen.metric(settings) == "cosine":
        points = find_directions(points).vectors
    else:
        points = scale_points(points).points
    labels = join_nearest(points, rows, found.labels, progress.part(0.6, 1.0))
    note = (
        f"{chosen.title} grouped a uniform sample of {wanted:,} of {n:,} items; each other item "
        "joined the sampled item nearest to it."
    )
    return Clustered(labels, (note, *found.notes))


def _check_labels(found: Clustered, n: int, title: str) -> None:
    if found.labels.shape != (n,) or found.labels.dtype != np.int32:
        raise TypeError(f"{title} returned {found.labels.dtype} of shape {found.labels.shape}")


def _noise_notes(labels: NDArray[np.int32]) -> list[str]:
    noise = int(np.count_nonzero(labels < 0))
    if noise == len(labels):
        return ["No cluster was found; try a smaller smallest cluster, or k-means."]
    if not noise:
        return []
    are = "item is" if noise == 1 else "items are"
    return [f"{noise:,} {are} noise: in no cluster ({noise / len(labels):.1%})."]


def cluster_to_plain(
    space_folder: str,
    method: str,
    params: Mapping[str, Any],
    seed: int,
    progress: Progress,
    *,
    coords: NDArray[np.float32] | None = None,
    rows: NDArray[np.int64] | None = None,
    projection_id: str = "",
    sample: int | None = None,
) -> dict[str, Any]:
    """Group the space in a folder and return plain values: the job of a child process.

    Parameters
    ----------
    space_folder
        Folder of the space.
    coords, rows, projection_id
        The map to group, as a `Projection` has them; without coords the vectors are grouped.
    """
    space, _ = open_folder(Path(space_folder))
    if not isinstance(space, Space):
        raise UserError(
            "Nothing to cluster",
            f"“{space.name}” holds texts that are not encoded yet.",
            "Encode the texts first.",
        )
    projection = None
    if coords is not None:
        projection = Projection(space.id, "", coords, rows=rows, id=projection_id)
    clusters = cluster(
        space,
        method,
        Context.default(),
        projection=projection,
        params=params,
        seed=seed,
        sample=sample,
        progress=progress,
    )
    return {field.name: getattr(clusters, field.name) for field in dataclasses.fields(clusters)}


def clusters_from_plain(values: Mapping[str, Any]) -> Clusters:
    """Return the clusters that `cluster_to_plain` made into plain values."""
    labels = np.ascontiguousarray(values["labels"], np.int32)
    labels.flags.writeable = False  # which pickling forgets
    return Clusters(**{**values, "labels": labels})


def compile_groupings(progress: Progress | None = None) -> None:
    """Compile what grouping needs into the disk cache, which takes a minute once: a child's job."""
    hdbscan.warm()
