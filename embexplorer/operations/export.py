"""Writing: spaces in every format that can be written, and tables of results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from embexplorer.core.contracts import Format
from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM, Space
from embexplorer.engines.table_writing import check_table_extension, coords_columns
from embexplorer.engines.table_writing import write_table as write_plain_table
from embexplorer.operations.map_record import with_record
from embexplorer.operations.remarks import remarks_on
from embexplorer.storage.space_folder import write_folder
from embexplorer.storage.whole import telling, write_file
from embexplorer.storage.whole import write_folder as replace_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.core.progress import Progress
    from embexplorer.core.projection import Coords, Projection
    from embexplorer.core.selection import Selection
    from embexplorer.operations.context import Context

ONLY_VECTORS = ("word2vec-text", "word2vec-binary")  # formats without columns or coords
WITHOUT_COORDS = (*ONLY_VECTORS, "npy", "projector")
ARRAY = ".npy"  # coords as they are, without items
INDEX = "index"  # the row of an item in its space


def write_space(
    space: Space,
    path: Path | str,
    context: Context,
    *,
    coords: Coords | None = None,
    format_id: str | None = None,
    progress: Progress | None = None,
) -> tuple[str, ...]:
    """Write a space, by the extension of `path`; a path without one becomes a space folder.

    The file appears when it is whole; until then a file that was there before stays.

    Parameters
    ----------
    space
        The space.
    path
        Where to write.
    context
        The formats.
    coords
        (n, 2|3) to write with it.
    format_id
        The format to take; None takes the one of the extension.
    progress
        May cancel before the file appears.

    Returns
    -------
    tuple of str
        What the format could not hold, one sentence each.

    Raises
    ------
    UserError
        When no format writes this extension, or an item does not fit into it.
    """
    path = Path(path)
    if not path.suffix and format_id is None:
        write_space_folder(space, path, coords)
        return ()
    plugin = _format_of(path, context, format_id)
    write = plugin.write
    assert write is not None, f"{plugin.id} does not write"

    notes: list[str] = []

    def fill(target: Path) -> None:
        notes.extend(write(space, coords, target) or ())
        if progress is not None:
            progress.raise_if_cancelled()

    write_whole(path, fill)
    if space.columns and plugin.id in ONLY_VECTORS:
        listed = ", ".join(space.columns)
        notes.append(f"The format holds items and vectors only; left out: {listed}.")
    if coords is not None and plugin.id in WITHOUT_COORDS:
        notes.append("The format holds no coordinates; they were left out.")
    return tuple(notes)


def write_table(table: pa.Table, path: Path | str) -> None:
    """Write a table to .csv, .tsv, .jsonl, .parquet or .arrow, all of it or nothing.

    Raises
    ------
    UserError
        When the extension is none of these, or the disk refuses.
    """
    write_whole(Path(path), lambda target: write_plain_table(table, target))


def coords_table(space: Space, projection: Projection) -> pa.Table:
    """Return the coords of a projection as columns item, x, y and perhaps z.

    A projection of a sample has the items of the sample, in the order of the space.
    """
    items = space.table.column(ITEM)
    if projection.rows is not None:
        items = items.take(pa.array(projection.rows))
    return pa.table({ITEM: items, **coords_columns(projection.coords)})


def selection_table(space: Space, selection: Selection) -> pa.Table:
    """Return the selected rows: their index, item and columns."""
    rows = np.asarray(selection.indices)
    return space.table.take(pa.array(rows)).add_column(0, INDEX, pa.array(rows))


def write_coords(space: Space, projection: Projection, path: Path | str) -> None:
    """Write coords as `coords_table` to a table, or as an array (n, 2|3) to .npy.

    Parquet and Arrow files also say how the coords were made: see `operations.map_record`.

    Raises
    ------
    UserError
        When the extension is neither.
    """
    path = Path(path)
    if path.suffix.lower() == ARRAY:
        write_whole(path, lambda target: np.save(target, np.asarray(projection.coords)))
    else:
        write_table(with_record(coords_table(space, projection), projection), path)


def check_space_target(path: Path, context: Context) -> None:
    """Refuse, before any work, what `write_space` could not write to.

    Raises
    ------
    UserError
        When no format writes this extension, or `path` is another kind of file or folder.
    """
    if path.suffix:
        _format_of(path, context, None)
        _refuse_folder(path)
    else:
        check_space_folder(path)


def check_space_folder(path: Path) -> None:
    """Refuse, before any work, what `write_space_folder` would not write over.

    Raises
    ------
    UserError
        When `path` is a file, or a folder with anything but a space.
    """
    if path.is_file() or (path.is_dir() and any(path.iterdir()) and not _is_space(path)):
        raise UserError(
            "Not a space folder",
            f"{path} exists and is none; nothing was written.",
            "Choose another name.",
        )


def check_coords_target(path: Path) -> None:
    """Refuse, before any work, what `write_coords` could not write to.

    Raises
    ------
    UserError
        When the extension is neither that of a table nor .npy, or `path` is a folder.
    """
    if path.suffix.lower() != ARRAY:
        check_table_extension(path)
    _refuse_folder(path)


def check_table_target(path: Path) -> None:
    """Refuse, before any work, what `write_table` could not write to.

    Raises
    ------
    UserError
        When the extension is not that of a table, or `path` is a folder.
    """
    check_table_extension(path)
    _refuse_folder(path)


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise UserError("This is a folder", f"{path} is a folder.", "Give a file name.")


def _format_of(path: Path, context: Context, format_id: str | None) -> Format:
    if format_id is not None:
        plugin = context.registry.get(Format, format_id)
        if plugin.write is None:
            raise UserError(
                "This format is only read", f"{plugin.title} is not written.", "Choose another."
            )
        return plugin
    writable = [plugin for plugin in context.registry.all(Format) if plugin.write is not None]
    for plugin in writable:
        if path.suffix.lower() in plugin.extensions:
            return plugin
    known = sorted({end for plugin in writable for end in plugin.extensions})
    raise UserError(
        "Unknown kind of file",
        f"{path.name}: no format is written as {path.suffix}.",
        f"Choose one of: {', '.join(known)}; a name without extension becomes a space folder.",
    )


def write_space_folder(space: Space, path: Path, coords: Coords | None = None) -> None:
    """Write a space folder, whatever `path` is called; one that was there is replaced.

    Raises
    ------
    UserError
        When `path` is a file or another folder, or the disk refuses.
    """
    check_space_folder(path)

    def fill(folder: Path) -> None:
        write_folder(
            folder,
            name=space.name,
            table=space.table,
            vectors=np.asarray(space.vectors),
            provenance=space.provenance,
            coords=coords,
            subwords=space.subwords,
            remarks=remarks_on(space),
        )

    with telling(path):
        replace_folder(path, fill)


def _is_space(path: Path) -> bool:
    return (path / "space.json").is_file()


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a file, and what lies beside it; both appear when they are whole.

    Raises
    ------
    UserError
        When `path` is a folder or the disk refuses; a file that was there stays.
    """
    with telling(path):
        _refuse_folder(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, write)
