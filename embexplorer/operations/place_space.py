"""Place a whole space on the map of another one: whether that can be, and the map it becomes."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.core.projection import Projection
from embexplorer.core.space import Space, zero_rows
from embexplorer.operations.context import Context
from embexplorer.operations.place_items import place_items
from embexplorer.operations.project import original_metric
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.core.progress import Progress


def check_same_model(space: Space, new: Space) -> tuple[str, ...]:
    """Return what must be known before items of one space are placed among those of another.

    Raises
    ------
    UserError
        When they have another number of dimensions, or another model is known to have made them.
    """
    if new.d != space.d:
        raise UserError(
            "Vectors of another model",
            f"“{new.name}” has {new.d:,} dimensions, “{space.name}” has {space.d:,}.",
            "Choose a map of a space from the same model.",
        )
    theirs, ours = space.provenance, new.provenance
    if not (theirs.encoder and ours.encoder):
        return (
            f"Nothing says that “{new.name}” and “{space.name}” come from the same model: they "
            f"have {space.d:,} dimensions each, and were taken at that.",
        )
    if (theirs.encoder, theirs.revision) != (ours.encoder, ours.revision):
        raise UserError(
            "Vectors of another model",
            f"“{new.name}” was encoded by {_model(new)}, “{space.name}” by {_model(space)}.",
            f"Encode the new items as “{space.name}” was.",
        )
    if dict(theirs.params) != dict(ours.params):
        names = sorted(
            name
            for name in {*theirs.params, *ours.params}
            if theirs.params.get(name) != ours.params.get(name)
        )
        return (f"The spaces were encoded with different settings: {', '.join(names)}.",)
    return ()


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
    on = f"Placed on a map of “{space.name}”, {projection.n:,} items."
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


def _model(space: Space) -> str:
    made = space.provenance
    return f"{made.encoder} ({made.revision[:8]})" if made.revision else made.encoder
