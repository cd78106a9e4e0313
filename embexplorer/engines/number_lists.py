"""Vectors inside one column: lists of numbers, and texts such as ``[0.1, 0.2]``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embexplorer.engines.arrow_types import is_nested_list, joined_lists

_BLANKS = bytes.maketrans(b"[](){},;\n\r\t", b" " * 11)
_LIST = re.compile(r"\s*[\[({].*[\])}]\s*", re.DOTALL)
_SEPARATORS = re.compile(r"[\s,;]+")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(nan|inf(inity)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """Vectors of some rows.

    Parameters
    ----------
    vectors
        (m, d) of the rows that fit.
    fits
        (rows,) bool.
    lengths
        (rows,) how many numbers each row has; -1 for none at all.
    """

    vectors: NDArray[Any]
    fits: NDArray[np.bool_]
    lengths: NDArray[np.int64]


def storage_type(kind: pa.DataType) -> pa.DataType:
    """Return what a type is stored as; an extension type, such as a tensor, as its storage."""
    return kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind


def has_number_lists(kind: pa.DataType) -> bool:
    """Whether a column of this type holds lists of numbers."""
    kind = storage_type(kind)
    is_list = (
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )
    return is_list and bool(
        pa.types.is_integer(kind.value_type)
        or pa.types.is_floating(kind.value_type)
        or pa.types.is_decimal(kind.value_type)
    )


def list_length(column: pa.ChunkedArray, *, is_named: bool = False) -> int:
    """Return the most frequent length of the lists in a column, 0 where it holds none.

    A text column holds lists where every value is in brackets, or is just numbers and
    `is_named` says that the column's name means a vector.
    """
    if has_number_lists(column.type):
        lengths = [length for length in _lengths(column.combine_chunks()).tolist() if length >= 0]
    elif pa.types.is_dictionary(column.type) or not _is_text(column.type):
        return 0
    else:
        texts = [value for value in column.to_pylist() if value]
        parts = [_parts(text) for text in texts]
        if not all(is_named or _LIST.fullmatch(text) for text in texts):
            return 0
        fitting = [len(part) for part in parts if all(map(_NUMBER.fullmatch, part))]
        if len(fitting) * 2 <= len(texts):
            return 0
        lengths = [length for length in fitting if length > 1]
    return max(lengths, key=lengths.count, default=0)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _parts(text: str) -> list[str]:
    return [part for part in _SEPARATORS.split(text.strip().strip("[](){}").strip()) if part]


def vectors_of(column: pa.ChunkedArray, d: int) -> Block:
    """Return the vectors of a column of lists, or of texts that are lists."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # what combining no chunks gives
        array = pa.concat_arrays(array.chunks) if array.chunks else pa.array([], column.type)
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if is_nested_list(array.type):
        array = joined_lists(array)
    if not has_number_lists(array.type):
        return _parsed(array, d)
    lengths = _lengths(array)
    fits = lengths == d
    values = array.filter(pa.array(fits)).flatten()
    if pa.types.is_decimal(values.type):
        values = values.cast(pa.float64())
    numbers = values.to_numpy(zero_copy_only=False)
    return Block(numbers.reshape(-1, d), fits, lengths)


def _lengths(array: Any) -> NDArray[np.int64]:
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    lengths = pc.list_value_length(array).cast(pa.int64()).fill_null(-1)
    result: NDArray[np.int64] = lengths.to_numpy(zero_copy_only=False)
    return result


def _parsed(array: pa.Array, d: int) -> Block:
    """Parse texts such as ``[0.1, 0.2]``; a length of -2 is a value that is no number."""
    from embexplorer.engines import vector_text

    lines = [(value or "").encode().translate(_BLANKS) for value in array.to_pylist()]
    lengths = np.array([len(line.split()) or -1 for line in lines], np.int64)
    fits = lengths == d
    text = np.frombuffer(
        b"\n".join(line for line, fit in zip(lines, fits, strict=True) if fit), np.uint8
    )
    out = np.empty((int(fits.sum()), d), np.float32)
    report = np.zeros(vector_text.REPORT_SIZE, np.int64)
    items = np.empty((len(out), 2), np.int64)
    hard = np.empty((out.size, 4), np.int64)
    vector_text.parse_rows(
        text, 0, len(text), False, vector_text.NEVER, False, out, items, hard, report
    )
    if report[vector_text.N_BAD]:
        return _parsed_slowly(lines, lengths, d)
    vector_text.read_again(text, hard[: report[vector_text.N_HARD]], out)
    return Block(out, fits, lengths)


def _parsed_slowly(lines: list[bytes], lengths: NDArray[np.int64], d: int) -> Block:
    vectors = []
    for row, line in enumerate(lines):
        if lengths[row] == d:
            try:
                vectors.append([float(part) for part in line.split()])
            except ValueError:
                lengths[row] = -2
    return Block(np.array(vectors, np.float64).reshape(-1, d), lengths == d, lengths)
