"""What was left out, cut, or kept though it stands out, row by row, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from embexplorer.storage.space_folder import read_remarks

if TYPE_CHECKING:
    from embexplorer.core.remarks import Remark
    from embexplorer.core.space import Space, Texts


def remarks_on(data: Space | Texts) -> tuple[Remark, ...]:
    """Return what is said of single rows of a space or corpus; nothing of one in memory only.

    Raises
    ------
    UserError
        When its folder is damaged.
    """
    return () if data.folder is None else read_remarks(data.folder)


def remarks_table(data: Space | Texts) -> pa.Table:
    """Return a table of the rows: row, counted_as, item, outcome, reason, total.

    ``counted_as`` says what the row counts: a line or row of the file from 1, or an item of the
    space from 0. A remark whose rows are not known is one row without a number, and ``total`` is
    how many rows a remark is about, of which the first 10,000 are listed.

    Raises
    ------
    UserError
        When the folder of the space is damaged.
    """
    rows = [row for remark in remarks_on(data) for row in _rows(remark, data)]
    names = ("row", "counted_as", "item", "outcome", "reason", "total")
    types = (pa.int64(), *[pa.large_string()] * 4, pa.int64())
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, types, strict=True)]
    return pa.table(dict(zip(names, arrays, strict=True)))


def _rows(
    remark: Remark, data: Space | Texts
) -> list[tuple[int | None, str, str | None, str, str, int]]:
    names: list[str | None] = list(remark.names)
    if remark.unit == "item":
        names = list(data.items.take(remark.rows))
    count = max(1, len(remark.rows), len(names))
    numbers: list[int | None] = [*remark.rows, *[None] * (count - len(remark.rows))]
    names += [None] * (count - len(names))
    return [
        (number, remark.unit, name, remark.outcome, remark.reason, remark.total)
        for number, name in zip(numbers, names, strict=True)
    ]
