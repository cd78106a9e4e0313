"""Which items of a map can be trusted: false and missing neighbors of each, as columns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from embexplorer.core.derived import DerivedColumn
from embexplorer.core.errors import UserError
from embexplorer.core.space import Space
from embexplorer.measures.similarity import norms
from embexplorer.operations.context import Context
from embexplorer.operations.project import original_metric
from embexplorer.operations.quality import measure_items
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.projection import Coords, Projection
    from embexplorer.core.space import Vectors
    from embexplorer.measures.quality import Faithfulness

EVERY_ITEM = 20_000
"""Up to this many items every one is measured, which takes some 20 seconds on two cores."""

QUERIES = 5000
"""So many items are drawn to be measured where there are more."""

FALSE, MISSING, KEPT = "False neighbors", "Missing neighbors", "Neighbors kept"

_MEANINGS = {
    FALSE: (
        "how far in the space the nearest items on the map are, each item's term of trustworthiness"
        " (Venna and Kaski 2006) from 0, all are near, to 1, all are as far as can be"
    ),
    MISSING: (
        "how far on the map the nearest items in the space are, each item's term of continuity"
        " (Venna and Kaski 2006) from 0, all are near, to 1, all are as far as can be"
    ),
    KEPT: "share of the nearest items in the space that are among the nearest on the map",
}


def per_item_trust(
    space: Space,
    projection: Projection,
    context: Context,
    progress: Progress | None = None,
    *,
    k: int = 15,
    seed: int = 0,
) -> tuple[DerivedColumn, DerivedColumn, DerivedColumn]:
    """Return the false neighbors, the missing neighbors and the neighbors kept of each item.

    All lie between 0 and 1. The means of the first two are what trustworthiness and continuity lack
    to 1, the mean of the third is neighbors kept. An item is without a value where it is not on the
    map, has no cosine, or was not drawn: above `EVERY_ITEM` items, `QUERIES` of them are measured,
    each ranked against all.

    Parameters
    ----------
    k
        How many neighbors; fewer, which the sentence of the columns says, where there are not more
        than twice as many items.
    seed
        Of the drawing.

    Raises
    ------
    UserError
        When the metric of the map is not measured, or there are fewer than 4 items.
    """
    metric = original_metric(context, projection.method, projection.params)
    vectors = _on_map(space, projection.rows)
    values = _measure(vectors, projection.coords, metric, projection.rows, k, seed, progress)
    return trust_columns(space, projection, values)


def trust_to_plain(
    space_folder: str,
    method: str,
    params: Mapping[str, Any],
    coords: NDArray[np.float32],
    rows: NDArray[np.int64] | None,
    progress: Progress,
    k: int = 15,
    seed: int = 0,
) -> dict[str, Any]:
    """Measure each item of a map as `per_item_trust` does: the job of a child.

    Parameters
    ----------
    space_folder
        Folder of the space.
    method, params, coords, rows
        Those of the projection.

    Returns
    -------
    dict
        Plain values for `trust_columns`.

    Raises
    ------
    UserError
        As `per_item_trust` does.
    """
    space, _ = open_folder(Path(space_folder))
    if not isinstance(space, Space):
        raise ValueError("a corpus has no map")
    metric = original_metric(Context.default(), method, params)
    return _measure(_on_map(space, rows), coords, metric, rows, k, seed, progress)


def trust_columns(
    space: Space, projection: Projection, values: Mapping[str, Any]
) -> tuple[DerivedColumn, DerivedColumn, DerivedColumn]:
    """Return the columns of what `trust_to_plain` measured."""
    params = {name: values[name] for name in ("k", "metric", "seed", "sampled")}

    def column(name: str) -> DerivedColumn:
        return DerivedColumn(
            space_id=space.id,
            name=name,
            values=item_values(space.n, values["rows"], values[name]),
            how=f"{name}: {_MEANINGS[name]}; {values['how']}.",
            params=params,
            projection_id=projection.id,
        )

    return column(FALSE), column(MISSING), column(KEPT)


def item_values(n: int, rows: NDArray[np.int64], values: NDArray[np.float64]) -> pa.Array:
    """Return n values, null but for those of some rows."""
    placed = np.zeros(n)
    placed[rows] = values
    is_missing = np.ones(n, bool)
    is_missing[rows] = False
    return pa.array(placed, mask=is_missing)


def _on_map(space: Space, rows: NDArray[np.int64] | None) -> Vectors:
    return space.vectors if rows is None else space.vectors[rows]


def _measure(
    vectors: Vectors,
    coords: Coords,
    metric: Any,
    rows: NDArray[np.int64] | None,
    k: int,
    seed: int,
    progress: Progress | None,
) -> dict[str, Any]:
    lengths = norms(vectors, progress)
    result, notes = measure_items(
        vectors,
        coords,
        metric=metric,
        k=k,
        seed=seed,
        max_queries=queries_for(len(vectors)),
        norms=lengths,
        progress=progress,
    )
    if result is None:
        raise UserError("Too few items on the map", notes[-1], "Project more items.")
    n_left_out = int(np.count_nonzero(lengths == 0)) if metric == "cosine" else 0
    how = [_how(result, metric, len(vectors) - n_left_out, seed)]
    if rows is not None:
        how.append(f"among the {len(vectors):,} items on the map")
    if n_left_out:
        how.append(f"{n_left_out:,} without a direction left out")
    return {
        "rows": result.queries if rows is None else rows[result.queries],
        FALSE: result.false_neighbors,
        MISSING: result.missing_neighbors,
        KEPT: result.kept / result.k,
        "k": result.k,
        "metric": metric,
        "seed": seed,
        "sampled": len(result.queries) if result.is_sampled else None,
        "notes": list(notes),
        "how": "; ".join(how),
    }


def queries_for(n: int) -> int:
    """Return how many of n items are measured one by one."""
    return n if n <= EVERY_ITEM else QUERIES


def _how(result: Faithfulness, metric: str, n: int, seed: int) -> str:
    counted = f"{result.k} neighbor{'s' if result.k > 1 else ''}"
    distance = "cosine" if metric == "cosine" else "Euclidean"
    asked = "every item"
    if result.is_sampled:
        asked = (
            f"{len(result.queries):,} items drawn with seed {seed}, each ranked against all {n:,}"
        )
    return f"{counted} by {distance} distance in the space, Euclidean on the map; {asked}"
