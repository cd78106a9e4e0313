"""Which items of a space take part: filters on its columns and rows, and what passes them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embexplorer.app.number_columns import date_text, numbers_of
from embexplorer.measures.expression import evaluate, parse

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class ExpressionFilter:
    """Items for which an expression on columns is true."""

    text: str

    @property
    def title(self) -> str:
        """Return the expression."""
        return self.text

    def mask(self, table: pa.Table) -> NDArray[np.bool_]:
        """Return (n,) which rows pass; raises `ExpressionError`."""
        return evaluate(parse(self.text), table)


@dataclass(frozen=True, slots=True)
class RangeFilter:
    """Items whose number lies in a closed range; a missing number does not."""

    column: str
    low: float
    high: float
    is_date: bool = False  # low and high are seconds since 1970

    @property
    def title(self) -> str:
        """Return ``low ≤ column ≤ high``."""
        low, high = f"{self.low:.6g}", f"{self.high:.6g}"
        if self.is_date:
            low, high = (date_text(end, self.high - self.low) for end in (self.low, self.high))
        return f"{low} ≤ {self.column} ≤ {high}"

    def mask(self, table: pa.Table) -> NDArray[np.bool_]:
        """Return (n,) which rows pass."""
        numbers = numbers_of(table.column(self.column))
        return np.asarray((numbers >= self.low) & (numbers <= self.high))


@dataclass(frozen=True, slots=True)
class ValuesFilter:
    """Items whose category is one of some; None among them stands for missing."""

    column: str
    values: frozenset[str | None]

    @property
    def title(self) -> str:
        """Return ``column: value, value``, or how many there are."""
        named = sorted("missing" if value is None else value for value in self.values)
        said = ", ".join(named) if len(named) <= 3 else f"{len(named)} values"
        return f"{self.column}: {said}"

    def mask(self, table: pa.Table) -> NDArray[np.bool_]:
        """Return (n,) which rows pass."""
        wanted = pa.array([value for value in self.values if value is not None], pa.string())
        column = table.column(self.column).cast(pa.string())
        passes = pc.fill_null(pc.is_in(column, value_set=wanted), False)
        if None in self.values:
            passes = pc.or_(passes, pc.is_null(column))
        return np.asarray(passes.to_numpy())


@dataclass(frozen=True, slots=True, eq=False)
class RowsFilter:
    """Some items by themselves: an isolated selection."""

    title: str
    rows: NDArray[np.int64]

    def mask(self, table: pa.Table) -> NDArray[np.bool_]:
        """Return (n,) which rows pass."""
        passes = np.zeros(table.num_rows, bool)
        passes[self.rows] = True
        return passes


Filter = ExpressionFilter | RangeFilter | ValuesFilter | RowsFilter


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What passes the filters of a space: (n,) mask, not writeable."""

    space_id: str
    filters: tuple[Filter, ...]
    mask: NDArray[np.bool_]


def mask_of(table: pa.Table, filters: Iterable[Filter]) -> NDArray[np.bool_]:
    """Return (n,) which rows pass all of the filters.

    Raises
    ------
    ExpressionError
        Where an expression cannot be read or names a column that is not there.
    """
    passes = np.ones(table.num_rows, bool)
    for one in filters:
        passes &= one.mask(table)
    passes.flags.writeable = False
    return passes
