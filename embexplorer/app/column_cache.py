"""What was worked out about the columns of a space stays known for as long as it is open."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

import pyarrow as pa

from embexplorer.app.extended_space import COLORS, origin

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from embexplorer.core.space import Space

Made = TypeVar("Made")


@dataclass(slots=True)
class _Known:
    """A column, and what was worked out about it."""

    column: pa.ChunkedArray
    colors: bytes | None
    made: dict[Hashable, Any] = field(default_factory=dict)


# A space that gets a derived column is another object with the same columns before it. What is
# known hangs on the space as it was read, and goes with it.
_known: WeakKeyDictionary[Space, dict[str, _Known]] = WeakKeyDictionary()


def known(
    space: Space,
    column: str,
    key: Hashable,
    make: Callable[[pa.ChunkedArray, bytes | None], Made],
) -> Made:
    """Return what `make` says about a column, worked out at the first call with this key.

    Parameters
    ----------
    make
        ``make(values, colors)``: the column, and its metadata `extended_space.COLORS` or None.
    """
    entry = _entry(space, column)
    if key not in entry.made:
        entry.made[key] = make(entry.column, entry.colors)
    made: Made = entry.made[key]
    return made


def is_known(space: Space, column: str, key: Hashable) -> bool:
    """Return whether `known` has an answer at once."""
    return key in _entry(space, column).made


def forget_all_but(space: Space, column: str, kind: str, kept: Collection[Hashable]) -> None:
    """Drop what is known under keys ``(kind, ...)`` of a column, but for some keys."""
    made = _entry(space, column).made
    for key in [
        key for key in made if isinstance(key, tuple) and key[0] == kind and key not in kept
    ]:
        made.pop(key, None)


def _entry(space: Space, column: str) -> _Known:
    of_space = _known.setdefault(origin(space), {})
    values, field_ = space.table.column(column), space.table.field(column)
    colors = (field_.metadata or {}).get(COLORS)
    entry = of_space.get(column)
    if entry is None or entry.colors != colors or not _are_same(entry.column, values):
        entry = of_space[column] = _Known(values, colors)
    return entry


def _are_same(one: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    """Return whether two columns are the same memory, which is many times faster than equality."""
    return one.type == other.type and _places(one) == _places(other)


def _places(column: pa.ChunkedArray) -> list[tuple[int, ...]]:
    return [_place(chunk) for chunk in column.chunks]


def _place(chunk: pa.Array) -> tuple[int, ...]:
    parts = (part.address for part in chunk.buffers() if part is not None)
    words = _place(chunk.dictionary) if pa.types.is_dictionary(chunk.type) else ()
    return (len(chunk), chunk.offset, *parts, *words)
