"""Types of Arrow that few functions know, as the plain ones that all know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.errors import UserError
from embexplorer.engines.column_names import VECTOR_NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray


def plain_table(table: pa.Table) -> pa.Table:
    """Return a table with plain types, the values being the same.

    Views and runs are laid out, numbers are taken out of dictionaries, and extension types give
    way to what they are stored as, but for tensors, which are vectors. Lists of lists become lists
    where that loses nothing: all of one size, or one list in each.
    """
    columns = [_plain(table.column(at)) for at in range(table.num_columns)]
    schema = pa.schema(
        [(name, column.type) for name, column in zip(table.column_names, columns, strict=True)],
        table.schema.metadata,
    )
    return pa.Table.from_arrays(columns, schema=schema)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_run_end_encoded(kind):
        return _plain(pc.run_end_decode(column))
    if pa.types.is_string_view(kind):
        return column.cast(pa.large_string())
    if pa.types.is_binary_view(kind):
        return column.cast(pa.large_binary())
    if pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind):
        laid_out = [_laid_out(chunk) for chunk in column.chunks]
        return _plain(pa.chunked_array(laid_out, pa.large_list(kind.value_type)))
    if pa.types.is_dictionary(kind) and not _is_text(kind.value_type):
        return _plain(column.cast(kind.value_type))
    if isinstance(kind, pa.BaseExtensionType) and not isinstance(kind, pa.FixedShapeTensorType):
        return _without_extension(column)
    if is_nested_list(kind) and column.num_chunks:
        flat = [_flat(chunk) for chunk in column.chunks]
        return column if any(chunk is None for chunk in flat) else _plain(pa.chunked_array(flat))
    return column


def _laid_out(array: pa.Array) -> pa.Array:
    """Return a view of lists as lists one behind the other; a cast of one with nulls is damaged."""
    offsets = pa.array(_ends(array), pa.int64())
    return pa.LargeListArray.from_arrays(offsets, array.flatten(), mask=array.is_null())


def _flat(array: pa.Array) -> pa.Array | None:
    """Return lists of lists as lists, or None where a row has several, of any number."""
    is_fixed = pa.types.is_fixed_size_list(array.type) and pa.types.is_fixed_size_list(
        array.type.value_type
    )
    sizes = pc.list_value_length(array)
    is_one = pc.all(pc.equal(sizes, 1)).as_py() is not False
    return joined_lists(array) if is_fixed or is_one else None


def joined_lists(array: pa.Array) -> pa.Array:
    """Return lists of lists as lists of what all lists of a row hold."""
    inner = array.flatten()  # of the rows that are not missing
    inner_ends = _ends(inner)
    offsets = inner_ends[_ends(array)]
    values = inner.flatten()
    return pa.LargeListArray.from_arrays(
        pa.array(offsets, pa.int64()), values, mask=array.is_null()
    )


def _ends(array: pa.Array) -> NDArray[np.int64]:
    """Return where each list begins among the values of all, and where the last ends."""
    lengths = pc.list_value_length(array).fill_null(0).cast(pa.int64())
    return np.concatenate([[0], np.cumsum(lengths.to_numpy(zero_copy_only=False))]).astype(np.int64)


def refuse_lists_of_vectors(table: pa.Table, file: str) -> None:
    """Refuse a table whose column of vectors has several in a row.

    Raises
    ------
    UserError
        Naming the column.
    """
    for name in table.column_names:
        kind = table.schema.field(name).type
        if is_nested_list(kind) and name.lower() in VECTOR_NAMES:
            raise UserError(
                "Several vectors in each row",
                f"{file}: the column “{name}” holds lists of vectors, {kind}.",
                "Average the vectors of a row, or write a row for each.",
            )


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)
    )


def _is_list(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )


def is_nested_list(kind: pa.DataType) -> bool:
    """Whether a type is a list of lists of numbers: several vectors in each row."""
    if not _is_list(kind) or not _is_list(kind.value_type):
        return False
    inner = kind.value_type.value_type
    return is_nested_list(kind.value_type) or bool(
        pa.types.is_floating(inner) or pa.types.is_integer(inner)
    )


def _without_extension(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if isinstance(kind, pa.UuidType):
        texts = [None if value is None else str(value) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.large_string())])
    stored = pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type)
    if isinstance(kind, pa.Bool8Type):
        return stored.cast(pa.bool_())
    return _plain(stored)
