"""What the value of a cell means as a condition, and rows of the table as text."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.app.wording import shortened
from embexplorer.measures.expression.columns import kind_of
from embexplorer.measures.expression.words import quoted_name, quoted_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space

LONGEST = 40  # characters of a value in a menu


@dataclass(frozen=True, slots=True)
class CellCondition:
    """Which items have the value of a cell.

    Parameters
    ----------
    title
        As a menu says it: ``kind = bread``.
    has, lacks
        Expressions for the items that have the value, and for all others, those without one too.
    """

    title: str
    has: str
    lacks: str


def cell_condition(space: Space, column: str, row: int) -> CellCondition | None:
    """Return what the value of a cell means as a condition; None where it can be none."""
    values = space.table.column(column)
    kind = kind_of(values.type)
    value = values[row].as_py()
    name = quoted_name(column)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return CellCondition(f"{column} is missing", f"{name} is missing", f"{name} is not missing")
    written = _written(value, kind)
    if written is None:
        return None
    shown = shortened(str(value), LONGEST)
    return CellCondition(
        f"{column} = {shown}",
        f"{name} == {written}",
        f"{name} != {written} or {name} is missing",
    )


def _written(value: object, kind: str) -> str | None:
    """Return a value as an expression has to write it; None where it cannot."""
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "text":
        return quoted_text(str(value))
    if kind == "number":
        number = float(value)  # type: ignore[arg-type]  # an int, a float or a Decimal
        if not math.isfinite(number):
            return None
        return str(value) if isinstance(value, int) else repr(number)
    if isinstance(value, datetime.datetime):
        return quoted_text(value.replace(tzinfo=None).isoformat(" "))
    if isinstance(value, datetime.date):
        return quoted_text(value.isoformat())
    return None


def rows_as_text(
    table: pa.Table,
    rows: NDArray[np.int64],
    columns: Sequence[str],
    scores: tuple[str, NDArray[np.float64]] | None,
    progress: Progress,
) -> str:
    """Return rows of a table with a head, tab-separated as a spreadsheet takes it.

    Parameters
    ----------
    rows
        In the order of the lines.
    columns
        Names of columns, in their order.
    scores
        Title and (n,) values of a further column.
    """
    progress.raise_if_cancelled()
    taken = table.select(columns).take(pa.array(rows))
    heads = [_line(name) for name in columns]
    cells = [_as_text(column) for column in taken.columns]
    if scores is not None:
        heads.append(scores[0])
        numbers = pa.array(scores[1][rows], from_pandas=True)  # NaN is an empty cell
        cells.append(pa.chunked_array([numbers.cast(pa.large_string())]))
    progress.raise_if_cancelled()
    lines = pc.binary_join_element_wise(
        *cells, pa.scalar("\t", pa.large_string()), null_handling="replace", null_replacement=""
    )
    return "\n".join(["\t".join(heads), *lines.to_pylist()])


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as texts that are on one line and in one cell each."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
    elif pa.types.is_nested(kind) or pa.types.is_null(kind):
        texts = [_said(value) for value in column.to_pylist()]
        column = pa.chunked_array([pa.array(texts, pa.large_string())])
    return pc.replace_substring_regex(column.cast(pa.large_string()), r"[\t\r\n]+", " ")


def _said(value: object) -> str | None:
    return None if value is None else str(value)


def _line(text: str) -> str:
    return " ".join(text.split())
