"""How a column becomes colors: categories by count, numbers and dates on a ramp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embexplorer.app.categories import (
    FEW_NUMBERS,
    HEAD,
    MANY_VALUES,
    are_texts,
    count_values,
    read_categories,
    repeats,
)
from embexplorer.app.column_cache import forget_all_but, is_known, known
from embexplorer.app.number_columns import are_numbers, is_date
from embexplorer.app.ramp_scale import (
    BINS,
    STEPS,
    Numbers,
    RampScale,
    put_on_ramp,
    read_numbers,
    scale_of,
)
from embexplorer.app.style import Style
from embexplorer.core.space import TEXT

if TYPE_CHECKING:
    from embexplorer.app.categories import Categories
    from embexplorer.core.space import Space

PALETTE_SIZE = 32  # categories with a color of their own; the rest share "other"
RAMP_STEPS = STEPS
MISSING = -1  # the code of an item without a value
SLOW_TEXTS = 300_000  # rows from which reading a column of texts takes more than 16 ms
SLOW_NUMBERS = 150_000  # rows from which spreading numbers over a ramp does

Kind = Literal["none", "category", "number"]

__all__ = [
    "BINS", "FEW_NUMBERS", "HEAD", "MANY_VALUES", "MISSING", "PALETTE_SIZE", "RAMP_STEPS",
    "Coloring", "color_columns", "coloring_of", "default_column", "is_slow", "number_columns",
    "shape_columns",
]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Coloring:
    """One code per item, and what the codes mean.

    Parameters
    ----------
    column
        Name of the column, empty for one color.
    kind
        ``none``, ``category`` or ``number``.
    codes
        (n,) int32: the rank of the item's category by count, or its step on the ramp;
        -1 where the value is missing.
    rows
        (n,) uint16: the codes as rows of a palette, whose last row is for missing values.
    names, counts
        Of each category, the most frequent first; counts of histogram bins for numbers.
    positions
        Position in the palette of each category; -1 for the color that the others share.
    low, high
        Ends of the ramp.
    n_missing
        Items without a value.
    ticks
        Shares between the ends of a ramp and what stands there.
    steps
        Steps of the ramp at equal distances between its ends.
    scale
        How numbers are spread over the ramp.
    note
        What must be known, in one sentence, or nothing.
    """

    column: str
    kind: Kind
    codes: NDArray[np.int32]
    rows: NDArray[np.uint16]
    names: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    low: float = 0.0
    high: float = 0.0
    n_missing: int = 0
    ticks: tuple[tuple[float, str], ...] = ()
    steps: tuple[int, ...] = ()
    scale: RampScale | None = None
    note: str = ""

    @property
    def n_colors(self) -> int:
        """Rows of its palette before the one of missing values."""
        return RAMP_STEPS if self.kind == "number" else len(self.names)

    def position(self, row: int) -> int | None:
        """Return the place of an item's category in the palette; None where there are none.

        It is -1 for an item without a value, and for a category without a color of its own.
        """
        if self.kind != "category":
            return None
        code = int(self.codes[row])
        return -1 if code < 0 else self.positions[code]

    def palette_codes(self) -> NDArray[np.int32]:
        """Return (n,) what `position` says of every item."""
        return np.array((*self.positions, -1), np.int32)[self.rows]

    def leaves(self, hidden: frozenset[int]) -> NDArray[np.bool_]:
        """Return (n,) which items are left when some codes are hidden."""
        table = np.ones(self.n_colors + 1, bool)
        if self.kind != "none":
            table[[code for code in hidden if code < self.n_colors]] = False  # -1: the last
        return table[self.rows]


def color_columns(space: Space) -> tuple[str, ...]:
    """Return the columns that can color the map."""
    return tuple(name for name in space.columns if _kind(space, name) != "none")


def number_columns(space: Space) -> tuple[str, ...]:
    """Return the columns that can set the size or the opacity of points."""
    return tuple(
        name
        for name, column in space.columns.items()
        if are_numbers(column.type) and column.null_count < len(column)
    )


def shape_columns(space: Space) -> tuple[str, ...]:
    """Return the columns that can set the shape of points."""
    return tuple(name for name in space.columns if _kind(space, name) == "category")


def default_column(space: Space) -> str:
    """Return the column to color by at first: the first of at most 32 categories, or none.

    The texts themselves are no categories, however few there are.
    """
    for name, column in space.columns.items():
        if (
            name != TEXT
            and _kind(space, name) == "category"
            and 2 <= count_values(column) <= PALETTE_SIZE
        ):
            return name
    return ""


def coloring_of(space: Space, column: str, style: Style | None = None) -> Coloring:
    """Return the coloring of a space by one of its columns.

    An empty name, and a column that cannot color, gives one color. It is worked out once.

    Parameters
    ----------
    style
        How numbers are spread over the ramp; evenly between the extremes by default. Which items
        have no value does not depend on it.
    """
    kind = _kind(space, column) if column in space.table.column_names else "none"
    if kind == "category":
        return known(space, column, "coloring", lambda *_: _by_category(space, column))
    if kind == "number":
        key = _ramp_key(style or Style())
        made = known(space, column, key, lambda *_: _by_number(space, column, style or Style()))
        forget_all_but(space, column, "ramp", (key, _ramp_key(Style())))
        return made
    note = ""
    if column in space.table.column_names and column:
        note = "No item has a value that can be colored."
    return _one_color(space.n, column if note else "", note)


def is_slow(space: Space, style: Style) -> bool:
    """Return whether the colors of a style would keep a window waiting: work them out before."""
    column = style.color_by
    if column not in space.table.column_names or space.n < SLOW_NUMBERS:
        return False
    kind = space.table.column(column).type
    if are_numbers(kind):
        return not is_known(space, column, _ramp_key(style))
    return space.n >= SLOW_TEXTS and not is_known(space, column, "coloring")


def _one_color(n: int, column: str, note: str) -> Coloring:
    return Coloring(column, "none", np.zeros(n, np.int32), np.zeros(n, np.uint16), note=note)


def _kind(space: Space, name: str) -> Kind:
    return known(space, name, "kind", lambda column, colors: _kind_of(name, column))


def _kind_of(name: str, column: pa.ChunkedArray) -> Kind:
    if column.null_count == len(column):
        return "none"
    kind = column.type
    if pa.types.is_boolean(kind):
        return "category"
    if are_texts(kind):
        is_many = count_values(column) > MANY_VALUES
        return "none" if is_many and (name == TEXT or not repeats(column)) else "category"
    if pa.types.is_integer(kind) and count_values(column) <= FEW_NUMBERS:
        return "category"
    if not are_numbers(kind):
        return "none"
    if pa.types.is_floating(kind) and not np.isfinite(column.drop_null().to_numpy()).any():
        return "none"
    return "number"


def _by_category(space: Space, name: str) -> Coloring:
    found: Categories = known(
        space,
        name,
        "categories",
        lambda column, colors: read_categories(column, colors, PALETTE_SIZE),
    )
    n_others = sum(position < 0 for position in found.positions)
    note = f"{n_others:,} rarer values share one gray." if n_others else ""
    return Coloring(
        name,
        "category",
        found.codes,
        _palette_rows(found.codes, len(found.names)),
        found.names,
        found.counts,
        found.positions,
        n_missing=len(found.codes) - sum(found.counts),
        note=note,
    )


def numbers_in(space: Space, name: str) -> Numbers | None:
    """Return the numbers of a column, read once; None where there are none."""
    return known(space, name, "numbers", lambda column, colors: read_numbers(column))


def _ramp_key(style: Style) -> tuple[object, ...]:
    return ("ramp", style.scale, style.limits, style.center, style.ramp == "diverging")


def _by_number(space: Space, name: str, style: Style) -> Coloring:
    numbers = numbers_in(space, name)
    assert numbers is not None, "a column without numbers is no ramp"
    scale = scale_of(numbers, style)
    on_ramp = put_on_ramp(numbers, scale)
    return Coloring(
        name,
        "number",
        on_ramp.codes,
        _palette_rows(on_ramp.codes, RAMP_STEPS),
        (),
        on_ramp.counts,
        low=scale.low,
        high=scale.high,
        n_missing=numbers.n_missing,
        ticks=on_ramp.ticks,
        steps=on_ramp.steps,
        scale=scale,
        note=scale.note,
    )


def _palette_rows(codes: NDArray[np.int32], missing: int) -> NDArray[np.uint16]:
    """Return codes as rows of a palette: -1 becomes the last row."""
    if len(codes) and codes.min() < 0:
        codes = np.where(codes < 0, missing, codes)
    rows = codes.astype(np.uint16)
    rows.flags.writeable = False
    return rows


def describes_dates(space: Space, column: str) -> bool:
    """Return whether a column holds dates."""
    return column in space.table.column_names and is_date(space.table.column(column).type)
