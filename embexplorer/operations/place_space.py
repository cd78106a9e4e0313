"""Place a whole space on the map of another one: the map that it becomes."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.counted import counted
from embexplorer.core.projection import Projection
from embexplorer.core.space import Space, zero_rows
from embexplorer.operations.context import Context
from embexplorer.operations.place_items import place_items
from embexplorer.operations.project import original_metric
from embexplorer.operations.same_model import check_same_model
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.core.progress import Progress


def place_space(
    space: Space,
    projection: Projection,
    new: Space,
    context: Context,
    *,
    progress: Progress | None = None,
) -> Projection:
    """Return a map of a new space in the coordinates of a map of another one.

    Parameters
    ----------
    space, projection
        The space that has a map, and the map.
    new
        The space whose items are placed.

    Raises
    ------
    UserError
        As `check_same_model` and `place_items` do.
    CancelledError
        When the person cancelled.
    """
    notes = check_same_model(space, new)
    vectors, rows = new.vectors, None
    zeros = zero_rows(vectors)
    metric = original_metric(context, projection.method, projection.params)
    if metric == "cosine" and 0 < len(zeros) < new.n:
        rows = np.setdiff1d(np.arange(new.n), zeros)
        vectors = vectors[rows]
        items = "item has" if len(zeros) == 1 else "items have"
        notes += (f"{len(zeros):,} {items} no direction, and no place on the map.",)
    placed = place_items(space, projection, vectors, context, progress=progress)
    on = f"Placed on a map of “{space.name}”, {counted(projection.n, 'item')}."
    return Projection(
        new.id,
        projection.method,
        placed.coords,
        projection.params,
        projection.seed,
        seconds=placed.seconds,
        notes=(on, *placed.notes, *notes),
        axes=projection.axes,
        rows=rows,
        made_at=datetime.now(UTC).astimezone().strftime("%Y-%m-%dT%H:%M"),
        onto=projection.id,
    )


def place_to_plain(
    space_folder: str, new_folder: str, projection: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Place the space in a folder as `place_space` does: the job of a child process.

    Parameters
    ----------
    projection
        The fields of the map.
    """
    space, _ = open_folder(Path(space_folder))
    new, _ = open_folder(Path(new_folder))
    assert isinstance(space, Space)
    assert isinstance(new, Space)
    made = place_space(space, Projection(**projection), new, Context.default(), progress=progress)
    return plain_fields(made)


def plain_fields(projection: Projection) -> dict[str, Any]:
    """Return the fields of a projection by name, as a child process takes them."""
    names = [field.name for field in dataclasses.fields(projection)]
    return {name: getattr(projection, name) for name in names}
