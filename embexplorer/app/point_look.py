"""How columns become sizes, opacities and shapes of points, and the keys that say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embexplorer.app.appearance import (
    SLOW_NUMBERS,
    coloring_of,
    number_columns,
    numbers_in,
    shape_columns,
)
from embexplorer.app.column_cache import is_known, known

if TYPE_CHECKING:
    from embexplorer.app.style import Style
    from embexplorer.core.space import Space

SMALLEST, LARGEST = 0.5, 2.5  # factors on the radius
FAINTEST = 0.15  # of 1
SHAPES = 6
CIRCLE = 0
_ENDS = (0.02, 0.98)  # quantiles beyond which numbers count as the ends

Floats = NDArray[np.float32]
Grade = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class Graded:
    """Numbers as sizes or opacities.

    Parameters
    ----------
    factors
        (n,) of each item; the least where it has no number.
    low, high
        How the numbers read from which on the factors are the least and the most.
    """

    factors: Floats
    low: str
    high: str


@dataclass(frozen=True, slots=True, eq=False)
class Shaped:
    """Categories as shapes.

    Parameters
    ----------
    shapes
        (n,) uint8, 0 to 5; the circle also stands for what has no shape of its own.
    names
        Of the categories that have one, with their shape.
    n_others
        How many categories share the circle.
    """

    shapes: NDArray[np.uint8]
    names: tuple[tuple[int, str], ...]
    n_others: int


def sizes_of(space: Space, column: str) -> Graded | None:
    """Return factors 0.5 to 2.5 on the radii whose areas follow a column of numbers."""
    if column not in number_columns(space):
        return None
    return known(space, column, "sizes", lambda *_: _graded(space, column, _as_size))


def opacities_of(space: Space, column: str) -> Graded | None:
    """Return factors 0.15 to 1 on the opacities that follow a column of numbers."""
    if column not in number_columns(space):
        return None
    return known(space, column, "opacities", lambda *_: _graded(space, column, _as_opacity))


def shapes_of(space: Space, column: str) -> Shaped | None:
    """Return a shape for each item, by its category.

    Six categories have a shape each. Where there are more, or items without a value, the five most
    frequent do, and the circle stands for the rest.
    """
    if column not in shape_columns(space):
        return None
    return known(space, column, "shapes", lambda *_: _shaped(space, column))


def is_slow_to_shape(space: Space, style: Style) -> bool:
    """Return whether the sizes and opacities of a style would keep a window waiting."""
    columns = number_columns(space) if space.n >= SLOW_NUMBERS else ()
    wanted = (("sizes", style.size_by), ("opacities", style.opacity_by))
    return any(name in columns and not is_known(space, name, key) for key, name in wanted)


def _as_size(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sqrt(SMALLEST**2 + shares * (LARGEST**2 - SMALLEST**2))


def _as_opacity(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    return FAINTEST + shares * (1.0 - FAINTEST)


def _graded(space: Space, column: str, grade: Grade) -> Graded | None:
    numbers = numbers_in(space, column)
    if numbers is None:
        return None
    at = [round(share * (len(numbers.ordered) - 1)) for share in _ENDS]
    low, high = (float(numbers.ordered[place]) for place in at)
    if not low < high:
        low, high = numbers.low, numbers.high
    half = high / 2 - low / 2
    shares = np.full(len(numbers.values), 0.5 if half == 0 else 0.0)
    if half > 0:
        shares = np.clip((numbers.values / 2 - low / 2) / half, 0.0, 1.0)
    shares = np.where(np.isnan(numbers.values), 0.0, shares)
    factors = grade(shares).astype(np.float32)
    return Graded(factors, numbers.text(low), numbers.text(high))


def _shaped(space: Space, column: str) -> Shaped:
    coloring = coloring_of(space, column)
    is_whole = len(coloring.names) <= SHAPES and not coloring.n_missing
    first = 0 if is_whole else 1
    own = min(len(coloring.names), SHAPES - first)
    table = np.full(len(coloring.names) + 1, CIRCLE, np.uint8)  # the last is for missing values
    table[:own] = np.arange(first, first + own)
    names = tuple((first + k, coloring.names[k]) for k in range(own))
    return Shaped(table[coloring.rows], names, len(coloring.names) - own)
