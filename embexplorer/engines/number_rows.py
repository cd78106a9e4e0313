"""Rows of numbers between tabs, without header and items."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from embexplorer.core.errors import UserError
from embexplorer.engines.delimited import is_number, numbered_rows
from embexplorer.engines.row_errors import Where, not_a_number, not_finite, ragged_row
from embexplorer.engines.text_decoding import Utf8Stream
from embexplorer.engines.vector_sink import VectorSink, as_float32

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from embexplorer.core.contracts import Reading
    from embexplorer.core.space import Space

BLOCK_BYTES = 1 << 24
BATCH_ROWS = 1 << 14


def read_number_rows(reading: Reading, path: Path) -> NDArray[np.float32]:
    """Copy the rows of a file into the scratch folder, and return them (n, d), mapped.

    Blank lines are passed over.

    Raises
    ------
    UserError
        Naming the first line that has another number of numbers, or a value that is none.
    """
    d = _width(path)
    sink = VectorSink(reading.scratch)
    try:
        with sink, Utf8Stream(path, progress=reading.progress) as stream:
            for batch in _batches(stream, d):
                block = np.stack([column.to_numpy(zero_copy_only=False) for column in batch], 1)
                narrow, bad = as_float32(block)
                if bad:
                    raise _error_in(path, d)
                room = None if reading.limit is None else reading.limit - sink.rows
                sink.append(narrow[:room])
                if sink.rows == reading.limit:
                    break
            if sink.rows:
                return sink.finish()
    except pa.ArrowException as error:
        raise _error_in(path, d) from error
    raise _empty(path)


def write_number_rows(space: Space, path: Path) -> None:
    """Write the vectors, each number as short as it can be read back."""
    from pyarrow import csv

    columns = {str(at): np.ascontiguousarray(space.vectors[:, at]) for at in range(space.d)}
    options = csv.WriteOptions(include_header=False, delimiter="\t", batch_size=BATCH_ROWS)
    csv.write_csv(pa.table(columns), path, options)


def _width(path: Path) -> int:
    """Return how many numbers the first line has."""
    for _, row in _rows(path):
        if not all(map(is_number, row)):
            raise _error_in(path, len(row))
        return len(row)
    raise _empty(path)


def _batches(stream: Utf8Stream, d: int) -> Iterator[pa.RecordBatch]:
    from pyarrow import csv

    names = [str(at) for at in range(d)]
    reader = csv.open_csv(
        pa.PythonFile(stream, "r"),
        csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, column_names=names),
        csv.ParseOptions(delimiter="\t", quote_char=False),
        csv.ConvertOptions(column_types=dict.fromkeys(names, pa.float32()), null_values=[]),
    )
    with closing(reader):
        yield from reader


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    with Utf8Stream(path) as stream:
        yield from numbered_rows(stream.as_lines(), "\t", has_quotes=False)


def _error_in(path: Path, d: int) -> UserError:
    """Return the error of the first row that does not fit."""
    for line, row in _rows(path):
        where = Where(path.name, line)
        if len(row) != d:
            return ragged_row(where, len(row), d)
        for at, cell in enumerate(row, 1):
            if not is_number(cell):
                return not_a_number(where, f"column {at:,}", cell)
            if as_float32(np.array([[float(cell)]]))[1]:
                return not_finite(where, f"column {at:,}", cell)
    return UserError(
        "The vectors cannot be read", f"{path.name} is no table of numbers.", "Mend it."
    )


def _empty(path: Path) -> UserError:
    return UserError("No vectors in this file", f"{path.name} has no row.", "Choose another file.")
