"""Which of several files belong together: vectors, and the file that names their items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.core.contracts import Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import build, fields_of
from embexplorer.core.progress import Progress
from embexplorer.engines.items_beside import ENDINGS, find_items
from embexplorer.engines.number_files import read_header
from embexplorer.engines.table_roles import is_numeric
from embexplorer.operations.context import Context
from embexplorer.operations.recognize import find_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.core.contracts import Format

ITEMS = (".txt", ".csv", ".tsv", ".json")  # files that may name the items of others
ARRAYS = (".npy", ".npz")
TABLES = (".csv", ".tsv")
CHUNK = 1 << 22


@dataclass(frozen=True, slots=True)
class Opening:
    """A file to open, the parameters that say with which other one, and that one's path."""

    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    items: str = ""


def may_belong(paths: Sequence[Path]) -> bool:
    """Return whether, by their names, some files may belong together; `find_pairs` looks."""
    endings = [path.suffix.lower() for path in paths]
    tables = sum(ending in TABLES for ending in endings)
    has_array = any(ending in ARRAYS for ending in endings)
    return tables > 1 or (has_array and any(ending in ITEMS for ending in endings))


def same_stem(path: Path, others: Sequence[Path]) -> Path | None:
    """Return the file of items that a reader of arrays finds by itself, if it is among others."""
    if path.suffix.lower() not in ARRAYS:
        return None
    names = [path.with_name(path.stem + ending) for ending in ENDINGS]
    return next((name for name in names if name in others and name != path), None)


def find_pairs(
    paths: Sequence[str], cache_root: str, progress: Progress | None = None
) -> tuple[Opening, ...]:
    """Return what to open where several files were given at once, in their order.

    The items of an array are the file of its name, else the only other file with as many rows (or
    one more, a header). A table of numbers alone and without a header takes another table in the
    same way. Plain values to plain values, for a child process.
    """
    context = Context.default(cache_root)
    progress = progress or Progress()
    files = [Path(path) for path in paths]
    pairs: dict[Path, Opening] = {}
    taken: set[Path] = set()
    for path in files:
        beside = same_stem(path, files) or _read_with(path, files, context)
        if beside is not None:
            pairs[path] = Opening(str(path), {}, str(beside))
            taken.add(beside)
    for path in files:
        if path in pairs or path in taken:
            continue
        rows = _rows_without_items(path, context, progress)
        fitting = [
            other
            for other in files
            if rows and other not in {path, *taken, *pairs} and _may_name(other, rows)
        ]
        if len(fitting) == 1:
            pairs[path] = Opening(str(path), {"items_file": str(fitting[0])}, str(fitting[0]))
            taken.add(fitting[0])
    return tuple(pairs.get(path, Opening(str(path))) for path in files if path not in taken)


def _read_with(path: Path, others: Sequence[Path], context: Context) -> Path | None:
    """Return the first of the others that a format reads with a file by itself."""
    try:
        plugin, place = find_format(path, context.registry)
        settings: Any = build(plugin.params, {})
        found = [] if place != path else plugin.beside(path, settings)
    except (UserError, OSError):
        return None  # opening it says what is wrong with it
    return next((one for one in found if one in others and one != path), None)


def _rows_without_items(path: Path, context: Context, progress: Progress) -> int:
    """Return how many vectors a file holds that says nothing of their items; 0 for all others."""
    try:
        plugin, place = find_format(path, context.registry)
        if place != path or not _takes_items(plugin):
            return 0
        if plugin.columns is not None:
            return _rows_of_numbers(path, plugin, progress)
        settings: Any = build(plugin.params, {})
        if path.suffix.lower() != ".npy" or find_items(path, settings) is not None:
            return 0
        with path.open("rb") as file:
            return read_header(file, path.name).shape[0]
    except (UserError, OSError, IndexError):
        return 0  # opening it says what is wrong with it


def _takes_items(plugin: Format) -> bool:
    return any(field.name == "items_file" for field in fields_of(plugin.params))


def _rows_of_numbers(path: Path, plugin: Format, progress: Progress) -> int:
    """Return the lines of a table of numbers alone, whose first row is no header."""
    assert plugin.columns is not None, "a format of tables"
    settings: Any = build(plugin.params, {"header": "no"})
    reading = Reading(path, settings, path.parent, progress, limit=50, is_glance=True)
    table, _ = plugin.columns(reading)
    is_vectors = table.num_columns > 1 and all(is_numeric(kind) for kind in table.schema.types)
    has_gap = any(column.null_count for column in table.columns)
    return _lines(path) if is_vectors and not has_gap else 0


def _may_name(path: Path, rows: int) -> bool:
    """Whether a file has so many lines, or one more for a header."""
    if path.suffix.lower() not in ITEMS or not path.is_file():
        return False
    return path.suffix.lower() == ".json" or _lines(path) - rows in (0, 1)


def _lines(path: Path) -> int:
    count, last = 0, b"\n"
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            count += data.count(b"\n")
            last = data[-1:]
    return count + (last != b"\n")
