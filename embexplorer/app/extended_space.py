"""A space as the window shows it: what was derived about its items joins its table."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from weakref import ReferenceType, WeakKeyDictionary, ref

import numpy as np
import pyarrow as pa

from embexplorer.core.space import free_name

if TYPE_CHECKING:
    from embexplorer.app.document import Document, NamedSelection
    from embexplorer.core.space import Space

SELECTIONS = "Selections"
"""Name of the column that says in which named selection an item is; the newest one counts."""

COLORS = b"embexplorer.colors"
"""Metadata of a column: a position in the palette for each value of its dictionary, by commas."""

# The same document gives the same space, so that whoever compares identities sees no change.
_known: WeakKeyDictionary[Space, tuple[tuple[object, ...], Space]] = WeakKeyDictionary()
_origins: WeakKeyDictionary[Space, ReferenceType[Space]] = WeakKeyDictionary()


def extended(space: Space, document: Document) -> Space:
    """Return the space with derived columns and named selections at the end of its table."""
    selections = document.selections_of(space.id)
    parts = (*document.columns_of(space.id), *selections)
    if not parts:
        return space
    known = _known.get(space)
    if known is None or known[0] != parts:
        table = space.table
        for column in document.columns_of(space.id):
            table = table.append_column(free_name(table, column.name), column.values)
        if selections:
            field, values = _selections_column(space.n, selections)
            table = table.append_column(field.with_name(free_name(table, SELECTIONS)), values)
        known = parts, dataclasses.replace(space, table=table)
        _known[space] = known
        _origins[known[1]] = ref(space)
    return known[1]


def origin(space: Space) -> Space:
    """Return the space as it was read; the same where nothing was derived."""
    found = _origins.get(space)
    read = None if found is None else found()
    return space if read is None else read


def _selections_column(
    n: int, selections: tuple[NamedSelection, ...]
) -> tuple[pa.Field, pa.DictionaryArray]:
    codes = np.full(n, -1, np.int32)
    for number, chosen in enumerate(selections):
        codes[chosen.rows] = number
    names = pa.array([chosen.name for chosen in selections], pa.string())
    values = pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), names)
    colors = ",".join(str(chosen.color) for chosen in selections)
    return pa.field(SELECTIONS, values.type, metadata={COLORS: colors.encode()}), values
