"""What of a table comes back otherwise than it was written: values, and the roles of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM, TEXT
from embexplorer.engines.column_types import mostly_typed, typed
from embexplorer.engines.table_roles import TableParams, choose_roles, is_text
from embexplorer.engines.table_writing import flat, texts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.core.space import Space

SAMPLE_ROWS = 1000


def changed_by_text(table: pa.Table, *, reads_digits: bool = True) -> list[str]:
    """Return a note on the columns whose values do not come back from text as they were.

    Parameters
    ----------
    table
        What is written.
    reads_digits
        Whether the reader takes a column of digits or dates for such, as that of CSV does.
    """
    names = [name for name in table.column_names if name not in (ITEM, TEXT)]
    reasons = {name: _reason(table.column(name), reads_digits=reads_digits) for name in names}
    changed = {name: reason for name, reason in reasons.items() if reason}
    if not changed:
        return []
    listed = ", ".join(dict.fromkeys(changed.values()))
    return [f"Text cannot hold all of {', '.join(changed)}: {listed}."]


def changed_by_roles(space: Space, written: pa.Table, *, as_text: bool = False) -> list[str]:
    """Return notes on columns that whoever opens a table takes for something else than they are.

    Parameters
    ----------
    space
        What was written.
    written
        It as a table, with vectors and perhaps coords.
    as_text
        Whether the table is written as text.
    """
    sample = written.slice(0, SAMPLE_ROWS)
    if as_text:
        cells = {name: texts_of(sample.column(name)) for name in sample.column_names}
        sample = mostly_typed(pa.table(cells))
    try:
        roles = choose_roles(sample, TableParams(), "")
    except UserError as error:
        return [f"Opened again, the table has no vectors: {error.detail}"]
    vectors = [roles.vector] if roles.vector else list(roles.numbers)
    texts = [] if roles.text in ("", TEXT, ITEM) else [roles.text]
    taken = (("vectors", vectors), ("coordinates", list(roles.coords)), ("text", texts))
    own = {*space.columns}
    return [
        f"Opened again, {_listed(names)} will be taken for the {role}: choose the columns then."
        for role, names in taken
        if own & {*names}
    ]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:3])
    return shown if len(names) <= 3 else f"{shown} …"


def _reason(column: pa.ChunkedArray, *, reads_digits: bool) -> str:
    """Return how a column changes by way of text, or nothing."""
    if column.null_count == len(column):
        return ""
    if pa.types.is_nested(column.type):
        return "lists come back as JSON"
    before, texts = flat(column), texts_of(column)
    after = typed(texts) if reads_digits else texts
    if is_text(before.type):
        if not is_text(column.type):
            return "bytes come back as hexadecimal digits"
        if column.null_count:
            return "missing texts come back empty"
        return "" if is_text(after.type) else "digits come back as numbers or dates"
    if is_text(after.type):
        return "values come back as text"
    try:
        is_same = not pa.types.is_duration(before.type) and after.cast(before.type).equals(before)
    except pa.ArrowException:
        is_same = False
    return "" if is_same else "numbers come back otherwise"
