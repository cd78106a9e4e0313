"""Rows that a folder's vocabulary names: their table of items, and their vectors copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM
from embexplorer.engines.row_errors import Where, not_finite
from embexplorer.engines.vector_sink import VectorSink, as_float32, check_room

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from embexplorer.core.contracts import Reading

BLOCK_BYTES = 1 << 24


def items_table(items: Sequence[str], file: str) -> pa.Table:
    """Return the table of some items; `file` is where they were read.

    Raises
    ------
    UserError
        When an item is no Unicode text, as half of a surrogate pair is not.
    """
    try:
        return pa.table({ITEM: pa.array(items, pa.large_string())})
    except UnicodeEncodeError as error:
        raise UserError(
            "An item is not text", f"{file}: {error.object!r} is not Unicode.", "Mend the file."
        ) from error


def copy_rows(
    reading: Reading,
    file: str,
    n: int,
    d: int,
    rows_between: Callable[[int, int], NDArray[Any]],
) -> NDArray[np.float32]:
    """Copy n vectors into the scratch folder as float32, and return them (n, d), mapped.

    Parameters
    ----------
    reading
        What is read.
    file
        Where the vectors are, for messages.
    n, d
        Shape of the vectors.
    rows_between
        ``rows_between(start, end)`` returns some of them (end - start, d).

    Raises
    ------
    UserError
        When the disk has no room, or naming the first value that is not finite.
    """
    check_room(reading.scratch, 4 * n * d)
    step = max(1, BLOCK_BYTES // (4 * max(1, d)))
    with VectorSink(reading.scratch) as sink:
        for start in range(0, n, step):
            reading.progress.raise_if_cancelled()
            reading.progress.report(start / n)
            block = rows_between(start, min(n, start + step))
            narrow, bad = as_float32(block)
            if bad:
                where = Where(file, start + bad[0] + 1, is_line=False)
                raise not_finite(where, f"column {bad[1] + 1:,}", str(block[bad]))
            sink.append(narrow)
        return sink.finish()
