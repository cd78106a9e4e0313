"""Between what a state shows of its active space at the moment and its place in a project."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

from embexplorer.app.filters import ExpressionFilter, RangeFilter, RowsFilter, ValuesFilter
from embexplorer.core.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from embexplorer.app.filters import Filter
    from embexplorer.app.state import State
    from embexplorer.core.space import Space

KINDS: dict[str, type[Filter]] = {
    "expression": ExpressionFilter,
    "range": RangeFilter,
    "values": ValuesFilter,
    "rows": RowsFilter,
}


def moment_of(state: State) -> dict[str, Any]:
    """Return what is selected, filtered, hidden and on the second map, as plain values."""
    names = {kind: name for name, kind in KINDS.items()}
    chosen = state.selection
    return {
        "selection": None if chosen is None else chosen.indices,
        "filters": [{"kind": names[type(one)], **_fields(one)} for one in state.filters],
        "hidden": state.hidden,
        "beside": state.beside,
    }


def with_moment(state: State, moment: Mapping[str, Any]) -> State:
    """Return the state with what was selected, filtered, hidden and on its second map.

    What does not fit the space, as where a file was changed by something else, is left out.
    """
    space = state.space
    if space is None:
        return state
    filters, hidden = moment.get("filters"), moment.get("hidden")
    found = [_filter(one, space) for one in filters] if isinstance(filters, list) else []
    rows, beside = moment.get("selection"), moment.get("beside")
    return dataclasses.replace(
        state,
        selection=Selection.of(space.id, rows) if _are_rows(rows, space.n) else None,
        filters=tuple(one for one in found if one is not None),
        hidden=hidden if _holds(hidden, int) else frozenset(),
        beside=beside if isinstance(beside, str) else "",
    )


def _filter(values: object, space: Space) -> Filter | None:
    """Return the filter of plain values, or None where they are none that fits the space."""
    match values:
        case {"kind": "expression", "text": str(text)}:
            return ExpressionFilter(text)
        case {
            "kind": "range",
            "column": str(column),
            "low": int() | float() as low,
            "high": int() | float() as high,
            "is_date": bool(is_date),
        } if column in space.table.column_names:
            return RangeFilter(column, low, high, is_date)
        case {"kind": "values", "column": str(column), "values": frozenset() as chosen} if (
            column in space.table.column_names and _holds(chosen, str | None)
        ):
            return ValuesFilter(column, chosen)
        case {"kind": "rows", "title": str(title), "rows": rows} if _are_rows(rows, space.n):
            return RowsFilter(title, rows)
    return None


def _holds(values: object, kind: Any) -> TypeGuard[frozenset[Any]]:
    """Return whether a value is a set of values of a kind."""
    return isinstance(values, frozenset) and all(isinstance(value, kind) for value in values)


def _are_rows(rows: object, n: int) -> TypeGuard[NDArray[np.int64]]:
    """Return whether a value is rows of a space of n items."""
    if not isinstance(rows, np.ndarray) or rows.ndim != 1 or rows.dtype != np.int64:
        return False
    return len(rows) == 0 or bool(rows.min() >= 0 and rows.max() < n)


def _fields(one: Filter) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in dataclasses.fields(one)}
