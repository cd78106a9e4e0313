"""Objects of JSON as rows of a table, whose vectors and numbers are checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.engines.row_errors import Where, not_a_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.engines.table_roles import Roles

# What Python's parser of JSON says, and what that means to who looks at the line.
PLAINLY = {
    "Expecting ',' delimiter": "a comma, or the end of a list or object, is missing",
    "Expecting ':' delimiter": "a colon after a name is missing",
    "Expecting property name enclosed in double quotes": "a name in double quotes is missing",
    "Expecting value": "a value is missing",
    "Extra data": "more follows the end of the object",
    "Unterminated string starting at": "a text has no end that begins",
}


def plainly(error: json.JSONDecodeError) -> str:
    """Return what is wrong with JSON, and at which character of its line."""
    return f"{PLAINLY.get(error.msg, error.msg)} at character {error.colno:,}"


def sample_of(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Return objects as a table; a column of several types holds texts."""
    return pa.table({name: _column([row.get(name) for row in rows]) for name in _keys(rows)})


def table_of(
    rows: Sequence[dict[str, Any]], places: Sequence[Where], roles: Roles, *, leave_out: bool
) -> pa.Table:
    """Return objects as a table, in which the columns with a role have the type of it.

    Parameters
    ----------
    rows, places
        The objects, which are changed, and where each of them is.
    roles
        Which column is what.
    leave_out
        Whether what is no number or vector becomes missing.

    Raises
    ------
    UserError
        Naming the first value that is no number or vector, unless they are left out.
    """
    numbers = {*roles.numbers, *roles.coords}
    texts = {roles.item, roles.text} - {""}
    for row, where in zip(rows, places, strict=True):
        for name in numbers:
            row[name] = _number(row.get(name), where, name, leave_out=leave_out)
        if roles.vector:
            row[roles.vector] = _vector(row.get(roles.vector), where, leave_out=leave_out)
        for name in texts:
            row[name] = None if row.get(name) is None else _text(row[name])
    types = dict.fromkeys(numbers, pa.float64())
    types |= {roles.vector: pa.list_(pa.float64())} if roles.vector else {}
    types |= dict.fromkeys(texts, pa.string())
    return pa.table(
        {name: _column([row.get(name) for row in rows], types.get(name)) for name in _keys(rows)}
    )


def _keys(rows: Sequence[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


def _column(values: list[Any], kind: pa.DataType | None = None) -> pa.Array:
    """Return the values as Arrow holds them, or as texts where they are of several types."""
    try:
        return pa.array(values, kind)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def is_number(value: Any) -> bool:
    """Return whether a value of JSON is a number, which true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any, where: Where, column: str, *, leave_out: bool) -> float | None:
    if value is None or is_number(value):
        return None if value is None else _float(value)
    if leave_out:
        return None
    raise not_a_number(where, f"column {column}", _text(value))


def _vector(value: Any, where: Where, *, leave_out: bool) -> list[float] | None:
    if value is None or (isinstance(value, list) and {*map(type, value)} == {float}):
        return value  # as nearly all are
    bad = value if not isinstance(value, list) else None
    if bad is None:
        bad = next((number for number in value if not is_number(number)), None)
        if bad is None and None not in value:
            return [_float(number) for number in value]
    if leave_out:
        return None
    raise not_a_number(where, "vector", _text(bad))


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return float("inf")
