"""The kept selections of the active space, as rows of a list, and what the selection is of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.app.extended_space import COLORS

if TYPE_CHECKING:
    from embexplorer.app.state import State
    from embexplorer.core.space import Space


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One kept selection.

    Parameters
    ----------
    id, name
        Of the selection.
    color
        Position in the palette of categories.
    n
        How many items.
    is_current
        Whether exactly these items are selected.
    """

    id: str
    name: str
    color: int
    n: int
    is_current: bool


def kept_rows(state: State) -> tuple[KeptRow, ...]:
    """Return the kept selections of the active space, oldest first."""
    chosen = state.selection
    return tuple(
        KeptRow(
            kept.id,
            kept.name,
            kept.color,
            len(kept.rows),
            chosen is not None
            and (chosen.indices is kept.rows or np.array_equal(chosen.indices, kept.rows)),
        )
        for kept in state.document.selections_of(state.active_space)
    )


def selections_column(space: Space) -> str:
    """Return the column that says in which kept selection an item is; empty while there is none."""
    schema = space.table.schema
    brings = [field.name for field in schema if COLORS in (field.metadata or {})]
    return brings[-1] if brings else ""


def items_text(space: Space, rows: np.ndarray) -> str:
    """Return the items of some rows, one on each line."""
    return "\n".join(" ".join(item.split()) for item in space.items.take(rows))
