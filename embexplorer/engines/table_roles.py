"""Which column of a table is the item, the text, the vector and the coordinates.

The rules, in this order; a parameter of the person's comes before each, `NONE` where no column
shall have the role, and columns that are left out take part in nothing.

Vectors: a column of number lists (the one named vector, embedding …, else the longest); a text
column whose values are such lists; numeric columns with one prefix and consecutive numbers, at
least 8 of them, or at least 2 under a usual prefix (``v0``, ``dim_1``, ``0``); and, where there
is neither text nor anything of that, all columns of decimal numbers.
Coordinates: numeric columns ``x y [z]``, with or without a common prefix (``umap_x``), or two or
three numbered ones under the name of a projection (``tsne_1``). Where there are no vectors, the
coordinates are the vectors.
Text: the column named text, sentence …, else the one with the longest texts, above 20 characters
on average.
Item: a column named item, word, token …, whose values differ; else the beginning of the text;
else a text column whose values differ.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.engines.arrow_types import refuse_lists_of_vectors
from embexplorer.engines.column_names import (
    COORDS_PREFIXES,
    ITEM_NAMES,
    TEXT_NAMES,
    VECTOR_NAMES,
    VECTOR_PREFIXES,
)
from embexplorer.engines.number_lists import has_number_lists, list_length, storage_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NONE = "-"  # in place of a column's name: no column shall have the role
AXES = "xyz"
LONG_TEXT = 20  # mean characters above which a column without a telling name is text
DISTINCT = 0.9  # share of different values above which a column can name items
MOST_OTHERS = 5  # columns that a note tells
MANY = 8  # numbered columns that are a vector under any prefix
ALWAYS_ITEMS = ("item", "word", "token")
# Beside a text, a label is its class and an id says nothing: the text begins the item then.
NAMES_BESIDE_TEXT = (*ALWAYS_ITEMS, "name", "title", "headline")
_NUMBERED = re.compile(r"(.*?)[ _.\-]*(\d{1,6})")
_AXIS = re.compile(r"(.*?)[ _.\-]?([xyz])")
ALONE_NOTE = "There are no vectors but coordinates: neighbors are measured on the map."


@dataclass(frozen=True)
class TableParams:
    """How a table is read; an empty name is chosen by the rules of `table_roles`."""

    use: Annotated[
        Literal["auto", "vectors", "texts"],
        Doc("Read as", "Vectors where the table has them, or texts to encode."),
    ] = "auto"
    text_column: Annotated[
        str, Doc("Text column", "The texts to encode or to show; - for none.")
    ] = ""
    item_column: Annotated[str, Doc("Item column", "The short name of each item; - for none.")] = ""
    vector_columns: Annotated[
        str,
        Doc(
            "Vector columns",
            "One column of lists, or names with commas; dim_* takes all such, - none.",
        ),
    ] = ""
    coords_columns: Annotated[
        str, Doc("Coordinates", "Columns of x, y and perhaps z, with commas; - for none.")
    ] = ""
    left_out: Annotated[
        str, Doc("Columns left out", "Names with commas; they are not read.", advanced=True)
    ] = ""
    bad_rows: Annotated[
        Literal["refuse", "leave out"],
        Doc("Rows that do not fit", "Refuse the file, or read the rest and say how many."),
    ] = "refuse"


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of the columns by role; `d` is the length of the vectors, 0 where there are none."""

    item: str = ""
    text: str = ""
    vector: str = ""
    numbers: tuple[str, ...] = ()
    coords: tuple[str, ...] = ()
    d: int = 0
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


class UnsureRolesError(UserError):
    """Nothing in a table says what its columns are, so that only a person can."""


def split_names(names: str) -> list[str]:
    """Return the names of columns in a list with commas; a name with a comma stands in quotes."""
    (row,) = csv.reader([names], skipinitialspace=True) if names.strip() else ([],)
    return [name.strip() for name in row if name.strip()]


def join_names(names: Iterable[str]) -> str:
    """Return the list that `split_names` takes apart."""
    return ", ".join(
        '"' + name.replace('"', '""') + '"' if set(name) & set(',"') else name for name in names
    )


def choose_roles(sample: pa.Table, params: TableParams, file: str) -> Roles:
    """Return the roles of the columns, judged by the first rows.

    Raises
    ------
    UserError
        When a named column does not exist, or there is nothing to explore or to encode.
    """
    left_out = tuple(split_names(params.left_out))
    named = [name for name in (params.text_column, params.item_column) if name != NONE]
    for name in (*left_out, *named):
        _check_name(name, sample, file)
    sample = sample.drop_columns(list(left_out))
    for name in named:
        _check_name(name, sample, file)
    coords = _find_coords(sample, params, file)
    vector = ""
    numbers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    if params.use != "texts" and params.vector_columns != NONE:
        vector, numbers = _find_vectors(sample, params, file)
        if not params.vector_columns:
            notes = _other_vectors(sample, vector, numbers)
    taken = {vector, *numbers, *coords}
    text = _chosen(params.text_column, lambda: _find_text(sample, taken))
    if params.use != "texts" and not vector and not numbers:
        refuse_lists_of_vectors(sample, file)
        if coords:
            numbers, notes = coords, (ALONE_NOTE,)
        elif (
            not (text or params.vector_columns)
            and len(decimals := _columns(sample, pa.types.is_floating)) > 1
        ):
            numbers = tuple(decimals)
            notes = (f"All columns of decimal numbers are the vectors: {', '.join(numbers)}.",)
    item = _chosen(params.item_column, lambda: _find_item(sample, text, {*taken, *numbers}))
    has_vectors = bool(vector or numbers)
    if not has_vectors and not text:
        text, item = _text_from_items(sample, item, params, file), ""
    if not has_vectors and params.use == "vectors":
        raise _no_vectors(sample, file)
    d = list_length(sample.column(vector)) if vector else len(numbers)
    if params.use == "texts":
        coords = ()
    return Roles(item, text, vector, numbers, coords, d, notes, left_out)


def is_text(kind: pa.DataType) -> bool:
    """Whether a column of this type holds texts."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def is_numeric(kind: pa.DataType) -> bool:
    """Whether a column of this type holds numbers."""
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def _chosen(name: str, find: Callable[[], str]) -> str:
    return "" if name == NONE else name or find()


def _columns(sample: pa.Table, accepts: Callable[[pa.DataType], bool]) -> list[str]:
    return [field.name for field in sample.schema if accepts(field.type)]


def _check_name(name: str, sample: pa.Table, file: str) -> None:
    if name and name not in sample.column_names:
        raise UserError(
            "No such column",
            f"{file} has no column “{name}”.",
            f"Its columns are: {', '.join(sample.column_names[:20])}.",
        )


def _find_vectors(sample: pa.Table, params: TableParams, file: str) -> tuple[str, tuple[str, ...]]:
    lists = [name for name in _columns(sample, has_number_lists) if list_length(sample[name])] + [
        name
        for name in _columns(sample, is_text)
        if list_length(sample.column(name), is_named=name.lower() in VECTOR_NAMES)
    ]
    if params.vector_columns:
        return _named_vectors(sample, params.vector_columns, lists, file)
    named = [name for known in VECTOR_NAMES for name in lists if name.lower() == known]
    if lists:
        longest = max(lists, key=lambda name: list_length(sample.column(name), is_named=True))
        return (named or [longest])[0], ()
    return "", _find_series(_columns(sample, is_numeric))


def _other_vectors(sample: pa.Table, vector: str, numbers: tuple[str, ...]) -> tuple[str, ...]:
    """Return a note on further columns that could be the vectors."""
    if vector:
        lists = _columns(sample, _has_decimal_lists)  # those of whole numbers are of tokens, say
        others = [name for name in lists if name != vector and list_length(sample[name]) > 1]
        chosen = vector
    else:
        series = _vector_series(_columns(sample, is_numeric))
        others = [f"{found[0]} to {found[-1]}" for found in series if found != list(numbers)]
        chosen = f"{numbers[0]} to {numbers[-1]}" if numbers else ""
    if not others:
        return ()
    more = ", ".join(others[:MOST_OTHERS])
    hold = "holds" if len(others) == 1 else "hold"
    return (f"The vectors are those of {chosen}; {more} {hold} vectors too, and can be chosen.",)


def _has_decimal_lists(kind: pa.DataType) -> bool:
    return has_number_lists(kind) and pa.types.is_floating(storage_type(kind).value_type)


def _named_vectors(
    sample: pa.Table, wanted: str, lists: list[str], file: str
) -> tuple[str, tuple[str, ...]]:
    names: list[str] = []
    for part in split_names(wanted):
        if part.endswith("*") and part not in sample.column_names:
            names += [name for name in sample.column_names if name.startswith(part[:-1])]
        else:
            _check_name(part, sample, file)
            names.append(part)
    if len(names) == 1 and names[0] in lists:
        return names[0], ()
    _check_numeric(sample, names, "Choose numeric columns, or one column of lists.", file)
    if not names:
        raise UserError(
            "No such column", f"{file}: no column fits “{wanted}”.", "Choose other names."
        )
    return "", tuple(names)


def _check_numeric(sample: pa.Table, names: list[str], hint: str, file: str) -> None:
    for name in names:
        if not is_numeric(sample.schema.field(name).type):
            raise UserError(
                "Not a column of numbers",
                f"{file}: the column “{name}” holds {sample.schema.field(name).type}.",
                hint,
            )


def numbered_series(names: list[str]) -> dict[str, list[str]]:
    """Return the columns with one prefix and consecutive numbers, in order, by that prefix."""
    found: dict[str, dict[int, str]] = {}
    for name in names:
        if matched := _NUMBERED.fullmatch(name):
            found.setdefault(matched[1].lower(), {})[int(matched[2])] = name
    return {
        prefix: [numbered[number] for number in sorted(numbered)]
        for prefix, numbered in found.items()
        if max(numbered) - min(numbered) + 1 == len(numbered)
    }


def _find_series(names: list[str]) -> tuple[str, ...]:
    longest: list[str] = max(_vector_series(names), key=lambda found: len(found), default=[])
    return tuple(longest)


def _vector_series(names: list[str]) -> list[list[str]]:
    """Return the numbered columns that may be vectors."""
    return [
        members
        for prefix, members in numbered_series(names).items()
        if len(members) >= MANY or (len(members) > 1 and prefix in VECTOR_PREFIXES)
    ]


def _find_coords(sample: pa.Table, params: TableParams, file: str) -> tuple[str, ...]:
    if params.coords_columns == NONE:
        return ()
    if params.coords_columns:
        return _named_coords(sample, split_names(params.coords_columns), file)
    numeric = _columns(sample, is_numeric)
    axes: dict[str, dict[str, str]] = {}
    for name in numeric:
        if matched := _AXIS.fullmatch(name.lower()):
            axes.setdefault(matched[1], {})[matched[2]] = name
    pairs = [found for found in axes.values() if {"x", "y"} <= set(found)]
    if pairs:
        return tuple(pairs[0][axis] for axis in "xyz" if axis in pairs[0])
    for prefix, members in numbered_series(numeric).items():
        if prefix in COORDS_PREFIXES and len(members) in (2, 3):
            return tuple(members)
    return ()


def _named_coords(sample: pa.Table, names: list[str], file: str) -> tuple[str, ...]:
    for name in names:
        _check_name(name, sample, file)
    if len(names) not in (2, 3) or len(set(names)) < len(names):
        raise UserError(
            "Coordinates need two or three columns",
            f"{file}: {join_names(names)} are {len(names)}.",
            "Choose x and y, and z for a map in 3-D.",
        )
    _check_numeric(sample, names, "Choose numeric columns as coordinates.", file)
    return tuple(names)


def _find_text(sample: pa.Table, taken: set[str]) -> str:
    texts = [name for name in _columns(sample, is_text) if name not in taken]
    lengths = {name: _mean_length(sample.column(name)) for name in texts}
    named = [name for known in TEXT_NAMES for name in texts if name.lower() == known]
    if named:
        return named[0]
    longest = max(texts, key=lambda name: lengths[name], default="")
    return longest if longest and lengths[longest] > LONG_TEXT else ""


def _find_item(sample: pa.Table, text: str, taken: set[str]) -> str:
    texts = [name for name in _columns(sample, is_text) if name not in taken and name != text]
    known = NAMES_BESIDE_TEXT if text else ITEM_NAMES
    for wanted in known:
        for name in texts:
            if name.lower() == wanted and (wanted in ALWAYS_ITEMS or _is_distinct(sample, name)):
                return name
    if text:
        return ""
    for name in _columns(sample, pa.types.is_integer):
        if name not in taken and name.lower() in (*ALWAYS_ITEMS, "key", "id"):
            return name
    return next((name for name in texts if _is_distinct(sample, name)), "")


def _text_from_items(sample: pa.Table, item: str, params: TableParams, file: str) -> str:
    texts = _columns(sample, is_text)
    if params.use != "vectors" and item in texts:
        return item
    if params.use == "texts":
        raise UnsureRolesError(
            "No text column",
            f"{file} has {_described(sample)}.",
            "Choose the column of the texts, or open the file as vectors.",
        )
    raise _no_vectors(sample, file)


def _no_vectors(sample: pa.Table, file: str) -> UnsureRolesError:
    return UnsureRolesError(
        "No vectors in this file",
        f"{file} has {_described(sample)}.",
        "Open it as a corpus and encode it, or choose the vector columns.",
    )


def _described(sample: pa.Table) -> str:
    texts = len(_columns(sample, is_text))
    numbers = len(_columns(sample, is_numeric))
    columns = "column" if texts == 1 else "columns"
    return (
        f"{texts:,} {columns} of text and {numbers:,} of numbers"
        if numbers
        else (f"{texts:,} {columns} of text and none of numbers")
    )


def _mean_length(column: pa.ChunkedArray) -> float:
    return float(pc.mean(pc.utf8_length(_plain(column))).as_py() or 0.0)


def _is_distinct(sample: pa.Table, name: str) -> bool:
    column = _plain(sample.column(name))
    return column.null_count == 0 and len(pc.unique(column)) >= DISTINCT * len(column) > 0


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.large_string())
