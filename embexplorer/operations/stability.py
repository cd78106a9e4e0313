"""How much of a map is the method's doing: the same map with other seeds, compared."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.contracts import ProjectionMethod
from embexplorer.core.derived import DerivedColumn
from embexplorer.core.errors import UserError
from embexplorer.core.params import as_dict, build
from embexplorer.core.progress import Progress
from embexplorer.core.space import Space
from embexplorer.measures.map_agreement import (
    nearest_on_map,
    procrustes_residual,
    shared_neighbors,
)
from embexplorer.operations.context import Context
from embexplorer.operations.project import SEEDS, project
from embexplorer.operations.trust import item_values
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.core.projection import Projection

NAME = "Stability"
EVERY_ITEM = 50_000  # up to so many items all are asked for their neighbors on the maps
QUERIES = 10_000  # so many are drawn where there are more


@dataclass(frozen=True, slots=True, eq=False)
class Stability:
    """How much maps agree that differ by their seed alone.

    Parameters
    ----------
    seeds
        Of the s maps that were made; none where the method takes no seed.
    mean
        Mean share of the neighbors on a map that an item keeps on another, 0 to 1; None where
        nothing was computed.
    chance
        What that share would be if the neighbors were drawn at random.
    overlaps
        (s, s) the share for each two maps.
    residuals
        (s, s) what is left between two maps after the best turn, mirror, shift and scale, 0 to 1;
        see `embexplorer.measures.map_agreement.procrustes_residual`.
    column
        The share of each item, the mean over the pairs of maps; None where nothing was computed.
    k
        How many neighbors were looked at.
    sampled
        How many items were asked for their neighbors, or None for all.
    notes
        What a person must know, one sentence each.
    how
        How it was measured, in one sentence that can be copied into a paper.
    """

    seeds: tuple[int, ...]
    mean: float | None
    chance: float | None
    overlaps: NDArray[np.float64]
    residuals: NDArray[np.float64]
    column: DerivedColumn | None
    k: int
    sampled: int | None
    notes: tuple[str, ...]
    how: str


def stability(
    space: Space,
    method: str,
    context: Context,
    *,
    params: Mapping[str, Any] | None = None,
    dims: int = 2,
    seeds: int = 5,
    first_seed: int = 0,
    sample: int | None = None,
    k: int = 15,
    labels_from: str = "",
    labels: NDArray[np.int32] | None = None,
    progress: Progress | None = None,
) -> Stability:
    """Make a map with several seeds and return how much the maps agree.

    All maps are of the same items. A method that takes no seed is not run: its maps would be equal.

    Parameters
    ----------
    method, params, dims, labels_from, labels
        As for `embexplorer.operations.project.project`; "" is no column.
    seeds
        How many maps: 2 or more.
    first_seed
        The seeds are this one and those after it.
    sample
        Project a uniform sample of this many items, drawn with `first_seed`; None projects all.
    k
        How many neighbors on the map; fewer where there are fewer items.

    Raises
    ------
    UserError
        As `project` does; also for fewer than 2 seeds or fewer than 3 items.
    CancelledError
        When the person cancelled.
    """
    progress = progress or Progress()
    chosen = context.registry.get(ProjectionMethod, method)
    settings = as_dict(build(chosen.params, params or {}))
    _check(space.n if sample is None else min(sample, space.n), seeds, first_seed, k)
    if not chosen.uses_seed:
        return _without_seed(chosen.title)
    rows = None
    if sample is not None and sample < space.n:
        drawn = np.random.default_rng(first_seed).choice(space.n, sample, replace=False)
        rows = np.sort(drawn).astype(np.int64)
    maps = [
        project(
            space,
            method,
            context,
            params=settings,
            dims=dims,
            seed=first_seed + at,
            rows=rows,
            labels_from=labels_from or None,
            labels=labels,
            quality=False,
            progress=progress.part(0.9 * at / seeds, 0.9 * (at + 1) / seeds),
        )
        for at in range(seeds)
    ]
    return _compare(space, maps, chosen.title, k, progress.part(0.9, 1.0))


def _check(n: int, seeds: int, first_seed: int, k: int) -> None:
    if seeds < 2:
        raise UserError("Too few seeds", f"{seeds} were asked for.", "Choose 2 or more.")
    if not 0 <= first_seed <= SEEDS - seeds:
        hint = f"Choose 0 to {SEEDS - seeds}."
        raise UserError("Seed out of range", f"The first seed is {first_seed}.", hint)
    if k < 1:
        raise UserError("Too few neighbors asked for", f"k is {k}.", "Choose 1 or more.")
    if n < 3:
        raise UserError(
            "Too few items on the map",
            f"Stability needs 3 items; there {'is' if n == 1 else 'are'} {n}.",
            "Project more items.",
        )


def _without_seed(title: str) -> Stability:
    note = f"{title} gives the same map for every seed: there is nothing to compare."
    return Stability(
        (), None, None, np.empty((0, 0)), np.empty((0, 0)), None, 0, None, (note,), note
    )


def _compare(
    space: Space, maps: list[Projection], title: str, k: int, progress: Progress
) -> Stability:
    first, s, n = maps[0], len(maps), maps[0].n
    used_k = min(k, n - 1)
    queries = np.arange(n)
    if n > EVERY_ITEM:
        drawn = np.random.default_rng(first.seed).choice(n, QUERIES, replace=False)
        queries = np.sort(drawn)
    neighbors = [
        nearest_on_map(made.coords, queries, used_k, progress.part(at / s, (at + 1) / s))
        for at, made in enumerate(maps)
    ]
    shares = shared_neighbors(neighbors)
    pairs = np.triu_indices(s, 1)
    of_items = shares[pairs].mean(axis=0)
    residuals = np.zeros((s, s))
    for one, other in zip(*pairs, strict=True):
        residual = procrustes_residual(maps[one].coords, maps[other].coords)
        residuals[one, other] = residuals[other, one] = residual
    sampled = len(queries) if len(queries) < n else None
    how = _how(space, maps, title, used_k, sampled)
    rows = queries if first.rows is None else first.rows[queries]
    column = DerivedColumn(
        space_id=space.id,
        name=NAME,
        values=item_values(space.n, rows, of_items),
        how=how,
        params={
            "method": first.method,
            "params": dict(first.params),
            "dims": first.dims,
            **({"labels_from": first.labels_from} if first.labels_from else {}),
            "seeds": [made.seed for made in maps],
            "k": used_k,
            "sampled": sampled,
        },
    )
    return Stability(
        seeds=tuple(made.seed for made in maps),
        mean=float(of_items.mean()),
        chance=used_k / (n - 1),
        overlaps=shares.mean(axis=2),
        residuals=residuals,
        column=column,
        k=used_k,
        sampled=sampled,
        notes=_notes(maps, k, used_k, sampled),
        how=how,
    )


def _how(space: Space, maps: list[Projection], title: str, k: int, sampled: int | None) -> str:
    n = maps[0].n
    asked = f"{sampled:,} of the {n:,} items on them" if sampled else f"{n:,} items"
    if n < space.n:
        asked += f" out of {space.n:,}"
    counted = f"{k} nearest items" if k > 1 else "nearest item"
    return (
        f"{NAME}: mean share of the {counted} on a {title} map that are also nearest on another,"
        f" over each two of {len(maps)} maps that differ by"
        f" their seed alone ({maps[0].seed} to {maps[-1].seed}), for {asked};"
        f" {k / (n - 1):.2g} by chance."
    )


def _notes(maps: list[Projection], k: int, used_k: int, sampled: int | None) -> tuple[str, ...]:
    notes = [note for made in maps for note in made.notes]
    if used_k < k:
        notes.append(
            f"Compared with {used_k} neighbors instead of {k}: there are {maps[0].n} items."
        )
    if sampled:
        notes.append(f"{sampled:,} of {maps[0].n:,} items were asked for their neighbors.")
    if all(np.array_equal(maps[0].coords, made.coords) for made in maps):
        notes.append(
            f"All {len(maps)} maps are equal: with these settings the seed changes nothing."
        )
    return tuple(dict.fromkeys(notes))


def stability_to_plain(
    space_folder: str,
    method: str,
    params: Mapping[str, Any],
    dims: int,
    seeds: int,
    progress: Progress,
    first_seed: int = 0,
    sample: int | None = None,
    k: int = 15,
    labels_from: str = "",
    labels: NDArray[np.int32] | None = None,
) -> dict[str, Any]:
    """Measure the stability of a map of the space in a folder: the job of a child.

    Returns
    -------
    dict
        Plain values for `stability_from_plain`.

    Raises
    ------
    UserError
        As `stability` does.
    """
    space, _ = open_folder(Path(space_folder))
    if not isinstance(space, Space):
        raise ValueError("a corpus has no map")
    found = stability(
        space,
        method,
        Context.default(),
        params=params,
        dims=dims,
        seeds=seeds,
        first_seed=first_seed,
        sample=sample,
        k=k,
        labels_from=labels_from,
        labels=labels,
        progress=progress,
    )
    values = {field.name: getattr(found, field.name) for field in fields(found)}
    if found.column is not None:
        column = found.column
        values["column"] = {name.name: getattr(column, name.name) for name in fields(column)}
    return values


def stability_from_plain(values: Mapping[str, Any]) -> Stability:
    """Return the stability that `stability_to_plain` made into plain values."""
    column = values["column"]
    return Stability(**{**values, "column": None if column is None else DerivedColumn(**column)})
