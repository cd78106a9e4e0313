"""What must be said of the open space or corpus: notes on it, and rows that were left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.operations.remarks import remarks_on, remarks_table

if TYPE_CHECKING:
    from embexplorer.app.state import State
    from embexplorer.core.remarks import Remark
    from embexplorer.core.space import Space, Texts

COLUMNS = ("Row", "Item", "Outcome", "Reason")
NOTHING = "Every row was read, and none stands out."


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the dialog shows: the notes on the whole, and the rows under `COLUMNS`."""

    title: str
    sentences: tuple[str, ...]
    rows: tuple[tuple[str, str, str, str], ...] = ()


def left_out_of(state: State) -> LeftOut | None:
    """Return what is said of the space, or the corpus that is to be encoded, and of its rows."""
    data = data_of(state)
    if data is None:
        return None
    try:
        remarks, table = remarks_on(data), remarks_table(data)
    except UserError as error:
        return LeftOut(data.name, (f"{error}",))
    rows = tuple(
        (
            _place(row["row"], row["counted_as"]),
            row["item"] or "",
            row["outcome"],
            row["reason"],
        )
        for row in table.to_pylist()
    )
    # The notes say what remarks count, but not that rows are missing in the list.
    said = [_sentence(one) for one in remarks if not data.provenance.notes or _is_cut(one)]
    return LeftOut(data.name, (*data.provenance.notes, *said) or (NOTHING,), rows)


def data_of(state: State) -> Space | Texts | None:
    """Return the corpus whose encode form is open, else the space on the map."""
    return state.texts or state.space


def _sentence(remark: Remark) -> str:
    said = f"{counted(remark.total, remark.unit)} {remark.outcome}: {remark.reason}."
    return f"{said} The first {_listed(remark):,} are listed." if _is_cut(remark) else said


def _is_cut(remark: Remark) -> bool:
    return 0 < _listed(remark) < remark.total


def _listed(remark: Remark) -> int:
    return max(len(remark.rows), len(remark.names))


def _place(row: int | None, unit: str) -> str:
    """Return ``line 1,204``; items are counted from 1, as the data table counts them."""
    if row is None:
        return unit
    return f"{unit} {row + (unit == 'item'):,}"
