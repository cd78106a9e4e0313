"""Items and pairs in what a person pastes, or drops as a file of text."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.engines.text_decoding import undecodable
from embexplorer.operations.edit_sets import MOST_ITEMS, named_items
from embexplorer.operations.item_sets import MOST_BYTES, read_sets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

TABLES = (".csv", ".tsv", ".tab")
TEXTS = (".txt", ".text", ".lst")
KINDS = (*TEXTS, *TABLES, ".json")
_CELL = re.compile(r' *"(?:[^"]|"")*" *(?=[\t,;]|$)|[^\t,;]+')
_LISTS = {("[", "]"), ("(", ")"), ("{", "}")}  # around a list that was copied from code
_QUOTES = {('"', '"'), ("'", "'"), ("“", "”"), ("`", "`")}


@dataclass(frozen=True, slots=True)
class PastedItems:
    """Items that were read, each once, and which were there more than once."""

    items: tuple[str, ...]
    repeated: tuple[str, ...] = ()


def read_items(text: str) -> PastedItems:
    """Return the items in a text: one a line, or between commas, semicolons or tabs.

    An item that holds one of these stands in double quotes. Quotes around an item and brackets
    around the whole are taken off, so that a list copied from code reads too.

    Raises
    ------
    UserError
        When there is none, or they are too many.
    """
    cells = [cell for _, row in _rows(text) for cell in row]
    return _once(cells)


def read_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs in a text: one a line, its two items between tab, comma or semicolon.

    Raises
    ------
    UserError
        Naming the first line that has not two items.
    """
    pairs = []
    for number, row in _rows(text):
        if len(row) != 2:
            raise UserError(
                "A pair needs two items",
                f"Line {number:,} has {len(row)}: {', '.join(row)[:80]}.",
                "Write one pair a line, with a tab or a comma between: she, he.",
            )
        pairs.append((row[0], row[1]))
    if not pairs:
        raise _nothing()
    return tuple(dict.fromkeys(pairs))


def read_file(path: Path) -> ItemSets:
    """Return the sets in a file.

    A .txt file is one set that is called like the file. In a .csv or .tsv file each column is one,
    under the name in its first row. A .json file is read as `operations.item_sets.read_sets` does.

    Raises
    ------
    UserError
        When it is of another kind, cannot be read, or holds nothing.
    """
    kind = path.suffix.lower()
    if kind == ".json":
        return read_sets(path)
    text = read_text(path)
    if kind in TEXTS:
        return ItemSets(path.stem, targets=(ItemSet(path.stem, read_items(text).items),))
    table = _table(text, path)
    if len(table) < 2:
        raise _nothing()
    (_, names), *rows = table
    columns = [
        (name or f"Column {at + 1}", [row[at] for _, row in rows if at < len(row)])
        for at, name in enumerate(names)
    ]
    for number, row in rows:
        if len(row) > len(names):
            raise UserError(
                "A row has too many cells",
                f"{path.name}, line {number:,} has {len(row)}; the first row names {len(names)}.",
                "Name each column in the first row, or quote items that hold a separator.",
            )
    return ItemSets(
        path.stem,
        targets=tuple(ItemSet(name, _once(items).items) for name, items in columns if any(items)),
    )


def items_in_file(path: Path) -> tuple[str, ...]:
    """Return all items in a file, whatever sets they are in, for one set.

    Raises
    ------
    UserError
        As `read_file`.
    """
    if path.suffix.lower() != ".json":
        return read_items(read_text(path)).items
    asked = named_items(read_sets(path))
    return _once(item for _, items in asked.values() for item in items).items


def pairs_in_file(path: Path) -> tuple[tuple[str, str], ...]:
    """Return the pairs in a file: those of a .json file, or two columns of text without a header.

    Raises
    ------
    UserError
        As `read_pairs` and `read_file`.
    """
    if path.suffix.lower() != ".json":
        return read_pairs(read_text(path))
    pairs = read_sets(path).pairs
    if not pairs:
        raise UserError(
            "No pairs in this file",
            f"{path.name} has item sets, but no pairs.",
            'Give them as {"pairs": [["she", "he"], …]}.',
        )
    return pairs


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8.

    Raises
    ------
    UserError
        When it is of another kind, too large, or cannot be read.
    """
    if path.suffix.lower() not in KINDS:
        raise UserError(
            "Not a file of items",
            f"{path.name} is none of {', '.join(KINDS)}.",
            "Save the items as text, one a line.",
        )
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(
                "Too large for item sets",
                f"{path.name} is larger than {MOST_BYTES >> 20} MB.",
                "Keep only the items that a set needs.",
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise undecodable(path, error.start) from error
    except OSError as error:
        raise UserError(
            "The items cannot be read", f"{path}: {error.strerror or error}.", "Check the path."
        ) from error


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Return number and cells of each line that has any."""
    whole = text.strip()
    if (whole[:1], whole[-1:]) in _LISTS:
        text = whole[1:-1]
    for number, line in enumerate(text.splitlines(), 1):
        if cells := [cell for cell in map(_bare, _CELL.findall(line)) if cell]:
            yield number, cells


def _bare(cell: str) -> str:
    """Return a cell without the quotes around it."""
    cell = cell.strip()
    is_quoted = len(cell) > 1 and (cell[0], cell[-1]) in _QUOTES
    return cell[1:-1].replace('""', '"').strip() if is_quoted else cell


def _table(text: str, path: Path) -> list[tuple[int, list[str]]]:
    """Return number and cells of each row of a file of columns; empty rows are left out."""
    head = text.partition("\n")[0]
    separator = next((one for one in "\t;" if one in head), ",")
    reader = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise UserError(
            "The table cannot be read",
            f"{path.name}, line {reader.line_num:,}: {error}.",
            "Save it again as CSV, or paste the items.",
        ) from error
    return [(number, row) for number, row in rows if any(row)]


def _once(cells: Iterable[str]) -> PastedItems:
    seen: dict[str, int] = {}
    for cell in cells:
        if cell:
            seen[cell] = seen.get(cell, 0) + 1
    if not seen:
        raise _nothing()
    if len(seen) > MOST_ITEMS:
        raise UserError(
            "Too many items for a set",
            f"There are {len(seen):,}; at most {MOST_ITEMS:,} are taken.",
            "Add fewer, or filter the space by them instead.",
        )
    return PastedItems(tuple(seen), tuple(item for item, count in seen.items() if count > 1))


def _nothing() -> UserError:
    return UserError("No items here", "There is nothing but separators.", "Write one item a line.")
