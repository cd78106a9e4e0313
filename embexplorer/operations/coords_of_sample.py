"""Which items a file of coords belongs to, where it holds a map of some items of a space only."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM, TEXT, Items, Space
from embexplorer.operations.read import read
from embexplorer.operations.read_coords import ARRAY, read_coords

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.projection import Coords
    from embexplorer.operations.context import Context


def read_map(
    path: Path | str, space: Space, context: Context, progress: Progress | None = None
) -> tuple[Coords, NDArray[np.int64] | None]:
    """Return the coords that a file holds, and the rows of the space they belong to.

    A file with as many rows as the space has items is read by `read_coords`. One with fewer, such
    as the map of a sample, must name its items.

    Returns
    -------
    coords, rows
        (m, 2|3), and (m,) in the order of the file; None for all rows.

    Raises
    ------
    UserError
        As `read_coords` does; also when an item is not in the space, or is there more often than in
        the file, so that it does not say which row it is.
    """
    path = Path(path)
    names = _names_of(path, space, context, progress)
    rows = None if names is None else _rows_of(path, names, space)
    if rows is None:
        return read_coords(path, space, context, progress), None
    part = dataclasses.replace(
        space, vectors=space.vectors[rows], table=space.table.take(pa.array(rows))
    )
    return read_coords(path, part, context, progress), rows


def _names_of(
    path: Path, space: Space, context: Context, progress: Progress | None
) -> list[Items] | None:
    """Return what may name the items of a table that is shorter than the space; None for others."""
    if path.suffix.lower() == ARRAY:
        return None
    with contextlib.suppress(UserError):  # `read_coords` says it better
        table = read(path, context, progress=progress).data.table
        if table.num_rows < space.n:
            names = [
                Items(table.column(name)) for name in (TEXT, ITEM) if name in table.schema.names
            ]
            numbers = [str(row) for row in range(table.num_rows)]
            return None if names[-1][:] == numbers else names
    return None


def _rows_of(path: Path, names: list[Items], space: Space) -> NDArray[np.int64]:
    """Return the row of each item; long texts, where there are some, say more than their start."""
    places: dict[str, list[int]] = {}
    for row, item in enumerate(space.items[:]):
        places.setdefault(item, []).append(row)
    *texts, items = [column[:] for column in names]
    for column in (*texts, items):
        if all(name in places for name in column):
            return _placed(path, column, places)
    row = next(row for row, name in enumerate(items) if name not in places)
    raise UserError(
        "A map of other items",
        f"{path.name}, row {row + 1:,}: “{items[row]}” is not an item of the space.",
        "Give the map of this space.",
    )


def _placed(path: Path, names: list[str], places: dict[str, list[int]]) -> NDArray[np.int64]:
    """Return the rows of some items; equal ones take theirs in order, if they are all there."""
    taken: dict[str, int] = {}
    rows = np.empty(len(names), np.int64)
    for at, name in enumerate(names):
        number = taken.get(name, 0)
        if number < len(places[name]):
            rows[at] = places[name][number]
        taken[name] = number + 1
    unclear = next((name for name in names if taken[name] != len(places[name])), None)
    if unclear is not None:
        raise UserError(
            "Items do not say their row",
            f"“{unclear}” stands {len(places[unclear])} times in the space, "
            f"{taken[unclear]} times in {path.name}.",
            "Give the map of all items, or of items that differ.",
        )
    return rows
