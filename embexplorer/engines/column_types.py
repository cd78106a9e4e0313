"""What a column of texts holds: whole numbers, decimals, yes and no, dates, or texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.engines.column_names import KNOWN_NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A leading zero, as in 007, is part of a name, not of a number.
_WHOLE = r"^-?(0|[1-9][0-9]{0,17})$"
_DECIMAL = r"^[+-]?(0|[1-9][0-9]*)?(\.[0-9]*)?([eE][+-]?[0-9]+)?$"
_HAS_DIGIT = r"[0-9]"
# ISO 8601 without a time zone, as databases and pandas write it.
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?$"


def typed(column: pa.ChunkedArray, decimal: str = ".") -> pa.ChunkedArray:
    """Return a column of texts as int64, float64, bool, days or moments where every text is one.

    Empty texts become missing values in these; a column of empty texts stays as it is. `decimal`
    stands before the decimals of a number.
    """
    filled = pc.if_else(pc.equal(column, pa.scalar("", column.type)), _missing(column), column)
    if filled.null_count == len(filled):
        return column
    if _all_match(filled, _WHOLE):
        return filled.cast(pa.int64())
    plain = _with_points(filled, decimal)
    if _all_match(plain, _DECIMAL) and _all_match(plain, _HAS_DIGIT):
        return plain.cast(pa.float64())
    if _all_match(filled, r"^(true|false|True|False|TRUE|FALSE)$"):
        return filled.cast(pa.bool_())
    if _all_match(filled, _DAY):
        return _first_cast(filled, (pa.date32(),), column)
    if _all_match(filled, _MOMENT):
        return _first_cast(filled, (pa.timestamp("s"), pa.timestamp("us")), column)
    return column


def _first_cast(
    column: pa.ChunkedArray, kinds: tuple[pa.DataType, ...], texts: pa.ChunkedArray
) -> pa.ChunkedArray:
    """Return the column as the first kind that holds all of it; June 31 is a text."""
    for kind in kinds:
        try:
            return column.cast(kind)
        except pa.ArrowInvalid:
            continue
    return texts


def mostly_typed(table: pa.Table, decimal: str = ".") -> pa.Table:
    """Return a sample of a table of texts, a column typed where half of its values fit.

    So one value that is no number does not hide a column of numbers, and can be named. Columns
    whose names say item or text stay as they are unless every value fits.
    """
    columns = _of_numbers(table, decimal)
    for name in table.column_names:
        if name in columns:
            continue
        column = typed(table.column(name), decimal)
        if column.type == pa.large_string() and name.lower() not in KNOWN_NAMES:
            numbers = numbers_of(column, decimal)
            column = numbers if 2 * numbers.null_count <= len(numbers) else column
        columns[name] = column
    return pa.table({name: columns[name] for name in table.column_names})


def _of_numbers(table: pa.Table, decimal: str) -> dict[str, pa.Array]:
    """Return the columns of which every text is a number, found in all columns at once.

    One after the other 60,000 columns take ten times as long.
    """
    n = table.num_rows
    if not n or not table.num_columns:
        return {}
    texts = pa.concat_arrays([chunk for column in table.columns for chunk in column.chunks])
    is_whole = _rows_match(texts, n, _WHOLE)
    plain = _with_points(texts, decimal)
    is_decimal = _rows_match(plain, n, _DECIMAL) & _rows_match(plain, n, _HAS_DIGIT)
    missing = _missing(texts)
    whole = pc.if_else(np.repeat(is_whole, n), texts, missing).cast(pa.int64())
    decimals = pc.if_else(np.repeat(is_decimal, n), plain, missing).cast(pa.float64())
    return {
        name: (whole if is_whole[at] else decimals).slice(at * n, n)
        for at, name in enumerate(table.column_names)
        if is_whole[at] or is_decimal[at]
    }


def _rows_match(texts: pa.Array, n: int, pattern: str) -> NDArray[np.bool_]:
    """Return whether all of each `n` texts match."""
    found = pc.match_substring_regex(texts, pattern).fill_null(fill_value=False)
    matches: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    all_match: NDArray[np.bool_] = np.logical_and.reduce(matches.reshape(-1, n), axis=1)
    return all_match


def typed_table(table: pa.Table, *, keep: tuple[str, ...] = (), decimal: str = ".") -> pa.Table:
    """Return a table of texts with every column typed, except those in `keep`."""
    columns = {
        name: table.column(name) if name in keep else typed(table.column(name), decimal)
        for name in table.column_names
    }
    return pa.table(columns)


def numbers_of(column: pa.ChunkedArray, decimal: str = ".") -> pa.ChunkedArray:
    """Return a column of texts as float64; what is no number is missing."""
    trimmed = _with_points(pc.utf8_trim_whitespace(column), decimal)
    number = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
    is_number = pc.match_substring_regex(trimmed, number)
    return pc.if_else(is_number, trimmed, _missing(column)).cast(pa.float64())


def _with_points(column: pa.ChunkedArray, decimal: str) -> pa.ChunkedArray:
    return column if decimal == "." else pc.replace_substring(column, decimal, ".")


def _missing(column: pa.ChunkedArray) -> pa.Scalar:
    # For a plain None Arrow looks each time whether pandas is installed, 1 ms a column.
    return pa.scalar(None, column.type)


def _all_match(column: pa.ChunkedArray, pattern: str) -> bool:
    return pc.all(pc.match_substring_regex(column, pattern)).as_py() is True
