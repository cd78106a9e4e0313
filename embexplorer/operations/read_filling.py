"""What is written into the cache: what a format read, checked, with notes on what stands out."""

from __future__ import annotations

import dataclasses
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.errors import UserError
from embexplorer.core.params import as_dict
from embexplorer.core.remarks import Remark, remark_on_items
from embexplorer.core.space import ITEM, Items, Provenance, Space
from embexplorer.engines.compressed import note_on_choice
from embexplorer.engines.loader_boundary import loading
from embexplorer.operations.norms import norms_of_finite
from embexplorer.storage import space_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from embexplorer.core.contracts import Format, Parsed, Reading
    from embexplorer.core.progress import Progress
    from embexplorer.measures.similarity import Norms

SPACE_FILES = ("vectors.npy", "table.arrow", "coords.npy", "subwords.npy", "space.json")
NAMED = 3  # items that a note names
_Said = tuple[str, Remark]  # a note, and the rows that it speaks of


def fill_from_file(folder: Path, plugin: Format, reading: Reading, source: Path) -> None:
    """Read a file into a folder of the cache; `source` is its path as the person gave it.

    Raises
    ------
    UserError
        As the format says, or when what it read is no space and no corpus.
    """
    assert plugin.read is not None, f"{plugin.id} does not read"
    watched = dataclasses.replace(reading, progress=reading.progress.part(0.0, 0.9))
    with loading(reading.path.name):
        parsed = _limited(plugin.read(watched), reading.limit)
        reading.progress.report(0.9, "Checking")
        with _naming(reading.path.name):
            found, remarks, norms = _checked(parsed.table, parsed.vectors, parsed.coords)
    known = {field.name for field in dataclasses.fields(Provenance)}
    details = {name: value for name, value in parsed.details.items() if name in known}
    values = {
        "source": str(source),
        "reader": plugin.id,
        "params": as_dict(reading.params),
        **details,
        "notes": (*note_on_choice(reading.path), *parsed.notes, *found),
    }
    space_folder.write_folder(
        folder,
        name=reading.path.resolve().name if reading.path.is_dir() else reading.path.stem,
        table=parsed.table,
        vectors=parsed.vectors,
        provenance=Provenance(**values),
        coords=parsed.coords,
        norms=norms,
        subwords=parsed.subwords,
        remarks=(*parsed.remarks, *remarks),
    )


@contextmanager
def _naming(file: str) -> Iterator[None]:
    """Name the file in what is wrong with what was read from it, such as sums beyond float32."""
    try:
        yield
    except UserError as error:
        detail = error.detail if file in error.detail else f"{file}: {error.detail}"
        raise UserError(error.title, detail, error.hint) from error


def _limited(parsed: Parsed, limit: int | None) -> Parsed:
    if limit is None or parsed.table.num_rows <= limit:
        return parsed
    return dataclasses.replace(
        parsed,
        table=parsed.table.slice(0, limit),
        # A copy: part of an array that is mapped from the folder must be written there again.
        vectors=None if parsed.vectors is None else np.array(parsed.vectors[:limit]),
        coords=None if parsed.coords is None else parsed.coords[:limit],
    )


def copy_space(folder: Path, source: Path, limit: int | None, progress: Progress) -> None:
    """Copy a space folder of the person's into the cache: a file that may change is not mapped.

    Raises
    ------
    UserError
        When it is damaged.
    """
    space_folder.open_folder(source)  # what is wrong with it is said of its own place
    for name in SPACE_FILES:
        progress.raise_if_cancelled()
        if (source / name).is_file():
            shutil.copyfile(source / name, folder / name)
    data, coords = space_folder.open_folder(folder)
    vectors = data.vectors if isinstance(data, Space) else None
    with loading(str(source), title=space_folder.DAMAGED, hint=space_folder.AGAIN):
        # Offsets that lead out of their buffers would be followed otherwise.
        data.table.validate(full=True)
        with _naming(str(source)):
            _, _, norms = _checked(data.table, vectors, coords)
    if norms is not None:
        space_folder.write_norms(folder, norms)
    if limit is None or limit >= data.n:
        return
    first = np.array(vectors[:limit]) if vectors is not None else None
    first_coords = np.array(coords[:limit]) if coords is not None else None
    for name in SPACE_FILES:
        if name != space_folder.SUBWORDS:  # they are no items, and stay as they are
            (folder / name).unlink(missing_ok=True)
    space_folder.write_folder(
        folder,
        name=data.name,
        table=data.table.slice(0, limit),
        vectors=first,
        provenance=data.provenance,
        coords=first_coords,
        norms=None if norms is None else norms[:limit],
        subwords=data.subwords if isinstance(data, Space) else None,
    )


def _checked(
    table: pa.Table, vectors: NDArray[Any] | None, coords: NDArray[Any] | None
) -> tuple[tuple[str, ...], tuple[Remark, ...], Norms | None]:
    """Return notes and remarks on what stands out, and the norms of the vectors.

    Raises
    ------
    UserError
        When there is no item, the lengths differ, or a value is not finite.
    """
    if table.column_names[:1] != [ITEM] or not table.num_rows:
        raise UserError("No items in this file", "Its table has no items.", "Choose another file.")
    items = Items(table.column(ITEM))
    found = [_repeated(table.column(ITEM))]
    for values, what in ((vectors, "vectors"), (coords, "coordinates")):
        if values is None:
            continue
        if len(values) != table.num_rows:
            raise UserError(
                f"Names and {what} differ in number",
                f"There are {table.num_rows:,} items and {len(values):,} {what}.",
                "Give one for each item.",
            )
    norms = None
    if vectors is not None:
        norms = norms_of_finite(vectors, items)
        found.append(_zeros(norms, items))
    if coords is not None:
        found.append(_unplaced(coords, items))
    said = [each for each in found if each is not None]
    return tuple(note for note, _ in said), tuple(remark for _, remark in said), norms


def _repeated(column: pa.ChunkedArray) -> _Said | None:
    if len(pc.unique(column)) == len(column):
        return None
    counts = pc.value_counts(column)
    repeated = counts.filter(pc.greater(counts.field("counts"), 1))
    rows = pc.sum(repeated.field("counts")).as_py()
    names = repeated.field("values").slice(0, NAMED).to_pylist()
    verb = "item occurs" if len(repeated) == 1 else "items occur"
    listed = _listed(names, len(repeated))
    note = f"{len(repeated):,} {verb} more than once, in {rows:,} rows: {listed}. All are kept."
    is_repeated = pc.is_in(column, value_set=repeated.field("values"))
    places = np.flatnonzero(is_repeated.to_numpy().astype(bool))
    return note, remark_on_items("item occurs more than once", places)


def _zeros(norms: Norms, items: Items) -> _Said | None:
    rows = np.flatnonzero(norms == 0)
    if not len(rows):
        return None
    verb = "item has" if len(rows) == 1 else "items have"
    names = _listed(items.take(rows[:NAMED]), len(rows))
    return f"{len(rows):,} {verb} a zero vector: {names}.", remark_on_items("zero vector", rows)


def _unplaced(coords: NDArray[Any], items: Items) -> _Said | None:
    rows = np.flatnonzero(~np.isfinite(coords).all(axis=1))
    if not len(rows):
        return None
    verb = "item has" if len(rows) == 1 else "items have"
    names = _listed(items.take(rows[:NAMED]), len(rows))
    note = f"{len(rows):,} {verb} no coordinates and so no place on the map: {names}."
    return note, remark_on_items("no coordinates", rows)


def _listed(names: list[str], count: int) -> str:
    return ", ".join(f"“{name}”" for name in names) + (", …" if count > len(names) else "")
