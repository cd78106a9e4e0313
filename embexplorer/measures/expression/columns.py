"""What the columns of a table hold, as an expression sees them: five kinds of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.measures.expression.tree import Column, ExpressionError
from embexplorer.measures.expression.words import quoted_name
from embexplorer.measures.spelling import near_spellings

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["number", "text", "boolean", "date", "missing", "other"]

_LARGEST = 2**63 - 1


def kind_of(data_type: pa.DataType) -> Kind:
    """Return what values of an Arrow type are; ``missing`` where all are, ``other`` for lists."""
    if pa.types.is_dictionary(data_type):
        return kind_of(data_type.value_type)
    if pa.types.is_boolean(data_type):
        return "boolean"
    if (
        pa.types.is_integer(data_type)
        or pa.types.is_floating(data_type)
        or pa.types.is_decimal(data_type)
    ):
        return "number"
    if (
        pa.types.is_string(data_type)
        or pa.types.is_large_string(data_type)
        or pa.types.is_string_view(data_type)
    ):
        return "text"
    if pa.types.is_date(data_type) or pa.types.is_timestamp(data_type):
        return "date"
    return "missing" if pa.types.is_null(data_type) else "other"


def find_column(column: Column, table: pa.Table) -> pa.ChunkedArray:
    """Return the first column of a name as it is in the table.

    Raises
    ------
    ExpressionError
        When there is none, with the names that are spelled nearly like it.
    """
    found = table.schema.get_all_field_indices(column.name)
    if found:
        return table.column(found[0])
    raise _unknown(column, table.column_names)


def plain_values(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column in one of few types: int64, float, large_string, bool, timestamp in µs.

    NaN becomes null. Whole numbers beyond int64 and decimals become float64; times with a zone
    become the clock of that zone.

    Raises
    ------
    pyarrow.ArrowInvalid
        When the time zone of a column is not known here.
    """
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = kind_of(column.type)
    if kind == "number":
        return _plain_numbers(column)
    if kind == "text" and not pa.types.is_large_string(column.type):
        return column.cast(pa.large_string())
    if kind == "date":
        return _plain_dates(column)
    return column


def without_nan(numbers: pa.ChunkedArray | pa.Scalar) -> pa.ChunkedArray | pa.Scalar:
    """Return numbers with null for NaN."""
    if not pa.types.is_floating(numbers.type):
        return numbers
    return pc.if_else(pc.is_nan(numbers), pa.scalar(None, numbers.type), numbers)


def _plain_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_uint64(column.type):
        largest = pc.max(column).as_py() or 0
        return column.cast(pa.float64() if largest > _LARGEST else pa.int64(), safe=False)
    if pa.types.is_integer(column.type):
        return column.cast(pa.int64())
    if pa.types.is_decimal(column.type):
        return column.cast(pa.float64())
    if pa.types.is_float16(column.type):
        column = column.cast(pa.float32())
    return without_nan(column)


def _plain_dates(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_date(column.type):
        return column.cast(pa.timestamp("us"))
    if column.type.tz is not None:
        column = pc.local_timestamp(column)
    if column.type.unit == "ns":
        column = pc.floor_temporal(column, unit="microsecond")  # a cast would round towards 1970
    return column.cast(pa.timestamp("us"), safe=False)


def _unknown(column: Column, names: Sequence[str]) -> ExpressionError:
    near = near_spellings(pa.array(names, pa.large_string()), column.name)
    as_text = f'Put text in quotes: "{column.name}".'
    if near:
        hint = f"Did you mean {', '.join(quoted_name(name) for name in near)}? {as_text}"
    else:
        some = ", ".join(quoted_name(name) for name in list(names)[:8])
        more = ", …" if len(names) > 8 else ""
        hint = f"The columns are {some}{more}. {as_text}" if names else "There are no columns."
    return ExpressionError.at(column, "No such column", f"“{column.name}” is no column.", hint)
