"""Reads the coords of a map from a file and holds them against the items of a space."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM, TEXT, Space, Texts
from embexplorer.engines.loader_boundary import loading, os_error
from embexplorer.engines.number_files import check_vectors, read_header
from embexplorer.engines.row_errors import LEAVE_OUT, Where, not_finite, shown
from embexplorer.engines.vector_sink import as_float32
from embexplorer.operations.read import read

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress
    from embexplorer.core.projection import Coords
    from embexplorer.operations.context import Context

ARRAY = ".npy"
HINT = "Write the map again with embexplorer project."


def read_coords(
    path: Path | str, space: Space, context: Context, progress: Progress | None = None
) -> Coords:
    """Return the coords that a file holds for the items of a space, in their order.

    The file is what `operations.export.write_coords` writes, or any table that has columns of
    coordinates. Rows are matched by their order; where the file names its items, each must be
    that of the space.

    Parameters
    ----------
    path
        A table (.csv, .tsv, .jsonl, .parquet, .arrow …), an array in .npy, or a space folder with
        coords.
    space
        The space whose items lie on the map.
    context
        The formats and the cache.
    progress
        Where to say how far it is.

    Returns
    -------
    (n, 2) or (n, 3) float32, not writeable

    Raises
    ------
    UserError
        When there is no such file, it holds no coordinates, one is not finite (its row is named),
        the number of rows is another, or a row is of another item.
    """
    path = Path(path)
    if path.suffix.lower() == ARRAY and path.is_file():
        try:
            with loading(path.name):
                coords, names = _array_of(path), None
        except OSError as error:
            raise os_error(path, error) from error
    else:
        coords, names = _table_of(path, context, progress)
    if len(coords) != space.n:
        raise UserError(
            "Map and space differ in number",
            f"{path.name} has {_rows(len(coords))}, the space {_items(space.n)}.",
            "Give the map of this space, whole and with the same --limit.",
        )
    if names is not None:
        _check_items(path, names, space)
    coords.flags.writeable = False
    return coords


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"


def _items(count: int) -> str:
    return f"{count:,} {'item' if count == 1 else 'items'}"


def _array_of(path: Path) -> Coords:
    """Return the coords of an array; a file of items beside it belongs to something else."""
    with path.open("rb") as file:
        header = read_header(file, path.name)
    check_vectors(header, path.name)
    _check_width(path, header.shape[1])
    if path.stat().st_size < header.start + header.n_bytes:
        raise UserError(
            "The file ends early",
            f"{path.name}: its header promises {header.shape[0]:,} × {header.shape[1]} numbers.",
            "Get the whole file again.",
        )
    raw = np.load(path, allow_pickle=False)
    coords, bad = as_float32(raw)
    if bad is not None:
        error = not_finite(
            Where(path.name, bad[0] + 1, is_line=False), f"column {bad[1] + 1}", str(raw[bad])
        )
        raise UserError(error.title, error.detail, HINT)
    return np.array(coords)


def _table_of(
    path: Path, context: Context, progress: Progress | None
) -> tuple[Coords, list[pa.ChunkedArray] | None]:
    """Return the coords of a table, and what may name its items; None where nothing does."""
    try:
        opened = read(path, context, progress=progress)
    except UserError as error:
        if LEAVE_OUT in error.hint:  # a map without one of its items would fit no space
            raise UserError(error.title, error.detail, HINT) from error
        raise
    data = opened.data
    if isinstance(data, Texts):
        raise _no_coords(path, f"holds {counted(data.n, 'text')} and no coordinates")
    if opened.coords is None:
        _check_width(path, data.d)
    coords = np.array(data.vectors if opened.coords is None else opened.coords, np.float32)
    names = [data.table.column(name) for name in (ITEM, TEXT) if name in data.table.column_names]
    numbers = pa.array(range(data.n)).cast(pa.large_string())
    is_unnamed = len(names) == 1 and pc.all(pc.equal(_plain(names[0]), numbers)).as_py()
    return coords, None if is_unnamed else names


def _check_width(path: Path, width: int) -> None:
    if width not in (2, 3):
        raise _no_coords(path, f"has {width:,} numbers in a row")


def _no_coords(path: Path, what: str) -> UserError:
    return UserError(
        "No coordinates in this file",
        f"{path.name} {what}; a map has 2 or 3.",
        "Give what embexplorer project wrote.",
    )


def _check_items(path: Path, names: list[pa.ChunkedArray], space: Space) -> None:
    """Refuse a map whose rows are those of other items.

    A long item comes back from a table as a text, with its beginning as the item.
    """
    wanted = _plain(space.table.column(ITEM))
    same = [pc.fill_null(pc.equal(_plain(column), wanted), False) for column in names]
    is_same = same[0] if len(same) == 1 else pc.or_(*same)
    row = pc.index(is_same, pa.scalar(False)).as_py()
    if row < 0:
        return
    theirs = names[-1][row].as_py()
    raise UserError(
        "A map of other items",
        f"{path.name}, row {row + 1:,}: the map has “{shown(str(theirs))}”, the space "
        f"“{shown(space.items[row])}”.",
        "Give the map of this space, with its items in their order.",
    )


def _plain(column: pa.ChunkedArray) -> pa.Array:
    return column.cast(pa.large_string()).combine_chunks()
