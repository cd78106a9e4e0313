"""Which shapes of JSON are tables: those that programs write, each as a list of objects."""

from __future__ import annotations

from typing import Any

from embexplorer.core.space import ITEM
from embexplorer.engines.json_values import is_number
from embexplorer.engines.row_errors import shown

VECTOR, TEXT = "vector", "text"
MOST_NAMES = 5  # that a message or note tells

Rows = list[dict[str, Any]]


class UnknownShapeError(ValueError):
    """JSON that is no table; says what it is."""


def rows_of(value: Any) -> tuple[Rows, tuple[str, ...]]:
    """Return the rows of a table, and what is said of how they were found.

    Known are a list of objects, of lists of numbers, or of texts; an object with a list of numbers
    or an object for each item; one with a list for each column, or with an object by row number, as
    pandas writes it; and an object with one list of objects, perhaps among other values, as APIs
    answer.

    Raises
    ------
    UnknownShapeError
        For anything else.
    """
    if isinstance(value, list):
        return _of_list(value), ()
    if not isinstance(value, dict):
        raise UnknownShapeError(f"it is the value “{shown(str(value))}”.")
    values = list(value.values())
    if values and all(isinstance(one, dict) for one in values):
        return _of_objects(value)
    tables = [name for name, one in value.items() if _is_objects(one)]
    are_lists = bool(values) and all(isinstance(one, list) for one in values)
    are_columns = are_lists and len({*map(len, values)}) == 1 and len(tables) < len(values)
    if tables and not are_columns:
        return _of_answer(value, tables)
    if set(value) == {"columns", "index", "data"} and are_lists:
        return _of_split(value["columns"], value["data"]), ()
    if are_lists:
        return _of_lists(value)
    raise UnknownShapeError(f"it is one object, with the names {_named(list(value))}.")


def _of_list(values: list[Any]) -> Rows:
    """Return a row for each object, list of numbers or text of a list; all are of one kind."""
    for kind, name in ((dict, ""), (list, VECTOR), (str, TEXT)):
        if values and isinstance(values[0], kind):
            at = next((at for at, one in enumerate(values) if not isinstance(one, kind)), None)
            if at is not None:
                raise UnknownShapeError(
                    f"row {at + 1:,}, “{shown(str(values[at]))}”, is not of the kind of the first."
                )
            return list(values) if kind is dict else [{name: one} for one in values]
    if not values:
        return []
    raise UnknownShapeError(f"its first row is “{shown(str(values[0]))}”.")


def _of_objects(value: dict[str, dict[str, Any]]) -> tuple[Rows, tuple[str, ...]]:
    """Return columns by row number as rows, or else objects by item."""
    first = next(iter(value.values()))
    numbers = [str(at) for at in range(len(first))]
    if numbers and all(list(column) == numbers for column in value.values()):
        return [{name: column[at] for name, column in value.items()} for at in numbers], ()
    name = "key" if any(ITEM in row for row in value.values()) else ITEM
    return [{name: item, **row} for item, row in value.items()], _BY_ITEM


def _of_answer(value: dict[str, Any], tables: list[str]) -> tuple[Rows, tuple[str, ...]]:
    """Return the one table among other values."""
    if len(tables) > 1:
        raise UnknownShapeError(f"it holds several tables: {_named(tables)}.")
    others = [name for name in value if name != tables[0]]
    notes = (f"Read from “{tables[0]}”; not read: {_named(others)}.",) if others else ()
    return list(value[tables[0]]), notes


def _of_split(names: list[Any], data: list[Any]) -> Rows:
    """Return the rows of a table whose names stand apart from its values."""
    for at, row in enumerate(data, start=1):
        if not isinstance(row, list) or len(row) != len(names):
            raise UnknownShapeError(f"row {at:,} of its data has no {len(names):,} values.")
    return [dict(zip(map(str, names), row, strict=True)) for row in data]


def _of_lists(value: dict[str, list[Any]]) -> tuple[Rows, tuple[str, ...]]:
    """Return vectors by item as rows, or else lists by column."""
    first = next(iter(value.values()))
    are_numbers = all(is_number(one) for values in value.values() for one in values[:1])
    has_axes = {"x", "y"} <= {*value} and len(value) < len(first)
    if are_numbers and not has_axes:
        return [{ITEM: item, VECTOR: values} for item, values in value.items()], _BY_ITEM
    lengths = {name: len(values) for name, values in value.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {count:,}" for name, count in list(lengths.items())[:MOST_NAMES])
        raise UnknownShapeError(f"its columns have different numbers of values: {told}.")
    return [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)], ()


_BY_ITEM = ("The items are the names of the object.",)


def _is_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _named(names: list[str]) -> str:
    more = " …" if len(names) > MOST_NAMES else ""
    return ", ".join(shown(name) for name in names[:MOST_NAMES]) + more
