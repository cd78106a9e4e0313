"""The window sees derived columns and named selections as columns of the space."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from embexplorer.app.document import Document, NamedSelection
from embexplorer.app.extended_space import COLORS, extended
from embexplorer.core.derived import DerivedColumn

if TYPE_CHECKING:
    from embexplorer.core.space import Space


def selection(space: Space, name: str, color: int, *rows: int) -> NamedSelection:
    return NamedSelection(space.id, name, color, np.array(rows, np.int64))


def test_a_space_without_additions_is_itself(space: Space):
    assert extended(space, Document(spaces=(space,))) is space


def test_derived_columns_come_last_and_the_space_stays(space: Space):
    column = DerivedColumn(space.id, "size", pa.array(range(space.n)), "Counted.")
    shown = extended(space, Document(spaces=(space,), columns=(column,)))
    assert shown.table.column_names == ["item", "kind", "size", "size 2"]
    assert shown.columns["size 2"].to_pylist() == list(range(8))
    assert (shown.id, shown.vectors) == (space.id, space.vectors)
    assert space.table.column_names == ["item", "kind", "size"]


def test_the_same_document_gives_the_same_space(space: Space):
    column = DerivedColumn(space.id, "a", pa.array(range(space.n)), "Counted.")
    document = Document(spaces=(space,), columns=(column,))
    assert extended(space, document) is extended(space, Document(columns=(column,)))
    assert extended(space, document) is not extended(space, Document())


def test_selections_are_a_column_whose_newest_counts(space: Space):
    kept = (selection(space, "royal", 3, 0, 1), selection(space, "women", 0, 1, 3))
    shown = extended(space, Document(selections=kept))
    values = shown.columns["Selections"].to_pylist()
    assert values == ["royal", "women", None, "women", None, None, None, None]
    assert shown.table.schema.field("Selections").metadata[COLORS] == b"3,0"
