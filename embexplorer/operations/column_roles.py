"""The roles that the columns of a table have, and the parameters that give them others."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from embexplorer.core.errors import UserError
from embexplorer.engines.number_lists import has_number_lists, list_length
from embexplorer.engines.table_roles import (
    AXES,
    NONE,
    Roles,
    choose_roles,
    is_numeric,
    is_text,
    join_names,
    numbered_series,
    split_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from embexplorer.engines.table_roles import TableParams

Role = Literal["item", "text", "vector", "x", "y", "z", "other", "left out"]
ROLE_TITLES: dict[Role, str] = {
    "item": "Item",
    "text": "Text",
    "vector": "Vector",
    "x": "Coordinate x",
    "y": "Coordinate y",
    "z": "Coordinate z",
    "other": "Column",
    "left out": "Left out",
}
ROLE_PARAMS = ("use", "text_column", "item_column", "vector_columns", "coords_columns", "left_out")
"""The parameters of a table that say which column is what."""

SINGLE = ("item", "text", *AXES)  # roles of one column
GROUPED = 8  # numbered columns from which on they are one of the preview


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    """A column of a file, or many numbered ones with one role.

    Parameters
    ----------
    names
        As the file has them.
    kind
        What it holds, in words.
    role
        What it would become.
    choices
        The roles it may have.
    """

    names: tuple[str, ...]
    kind: str
    role: Role
    choices: tuple[Role, ...] = ()

    @property
    def title(self) -> str:
        """Its name, or the first and the last of its names."""
        return self.names[0] if len(self.names) == 1 else f"{self.names[0]} … {self.names[-1]}"


def columns_of_table(
    sample: pa.Table, params: TableParams, file: str
) -> tuple[tuple[PreviewColumn, ...], UserError | None]:
    """Return the columns of a table with their roles, and why there is no such choice of roles.

    Where it fails, the roles are those that were asked for.
    """
    problem = None
    try:
        roles = choose_roles(sample, params, file)
    except UserError as error:
        problem, roles = error, _asked(sample, params)
    role_of = {name: _role_in(roles, name) for name in sample.column_names}
    numeric = [name for name in sample.column_names if is_numeric(sample.schema.field(name).type)]
    grouped = {
        members[0]: tuple(members)
        for members in numbered_series(numeric).values()
        if len(members) >= GROUPED and len({role_of[name] for name in members}) == 1
    }
    inside = {name for members in grouped.values() for name in members[1:]}
    columns = []
    for name in sample.column_names:
        if name in inside:
            continue
        names = grouped.get(name, (name,))
        kind, choices = _kind_of(sample, name)
        if len(names) > 1:
            kind, choices = f"{len(names):,} columns of numbers", ("vector", "other", "left out")
        columns.append(PreviewColumn(names, kind, role_of[name], choices))
    return tuple(columns), problem


def params_with_role(
    columns: Sequence[PreviewColumn], params: Mapping[str, Any], at: int, role: Role
) -> dict[str, Any]:
    """Return the parameters with which one column gets another role.

    Where only one column can have it, the one that had it becomes an ordinary one; a column of
    lists and columns of numbers are no vector together.
    """
    is_list = _is_alone(columns[at])
    changed = []
    for number, column in enumerate(columns):
        new = column.role
        if number == at:
            new = role
        elif role == new and (
            role in SINGLE or (role == "vector" and (is_list or _is_alone(column)))
        ):
            new = "other"
        changed.append(dataclasses.replace(column, role=new))
    before, after = _params_of(columns), _params_of(changed)
    given = {name: value for name, value in after.items() if value != before[name]}
    has_vectors = any(column.role == "vector" for column in changed)
    has_text = any(column.role == "text" for column in changed)
    use = params.get("use", "auto")
    if not has_vectors and has_text:
        use = "texts" if not any(column.role in AXES for column in changed) else "auto"
    elif use == "texts" and has_vectors:
        use = "auto"
    return {**params, **given, "use": use}


def _params_of(columns: Iterable[PreviewColumn]) -> dict[str, str]:
    """Return the parameters that give these columns their roles."""
    names: dict[str, list[str]] = {}
    for column in columns:
        names.setdefault(column.role, []).extend(column.names)
    axes = [name for axis in AXES for name in names.get(axis, ())]
    return {
        "item_column": names.get("item", [NONE])[0],
        "text_column": names.get("text", [NONE])[0],
        "vector_columns": join_names(names.get("vector", ())) or NONE,
        "coords_columns": join_names(axes) or NONE,
        "left_out": join_names(names.get("left out", ())),
    }


def _asked(sample: pa.Table, params: TableParams) -> Roles:
    """Return the roles that would be without coordinates, or those that the parameters name."""

    def known(names: str) -> tuple[str, ...]:
        return tuple(name for name in split_names(names) if name in sample.column_names)

    coords = known(params.coords_columns)[: len(AXES)]
    try:
        roles = choose_roles(sample, dataclasses.replace(params, coords_columns=NONE), "")
    except UserError:
        roles = Roles(
            item=params.item_column,
            text=params.text_column,
            numbers=known(params.vector_columns),
            left_out=known(params.left_out),
        )
    return dataclasses.replace(roles, coords=coords)


def _role_in(roles: Roles, name: str) -> Role:
    if name in roles.left_out:
        return "left out"
    if name == roles.text:
        return "text"
    if name == roles.item:
        return "item"
    if name == roles.vector or name in roles.numbers:
        return "vector"
    if name in roles.coords:
        found: Role = AXES[roles.coords.index(name)]  # type: ignore[assignment]  # x, y or z
        return found
    return "other"


def _is_alone(column: PreviewColumn) -> bool:
    """Whether a column is a vector by itself."""
    return "vector" in column.choices and "x" not in column.choices and len(column.names) == 1


def _kind_of(sample: pa.Table, name: str) -> tuple[str, tuple[Role, ...]]:
    field = sample.schema.field(name)
    if has_number_lists(field.type):
        return f"lists of {list_length(sample.column(name)):,} numbers", (
            "vector", "other", "left out"
        )  # fmt: skip
    if is_numeric(field.type):
        is_whole = pa.types.is_integer(field.type)
        rest: tuple[Role, ...] = ("vector", "x", "y", "z", "other", "left out")
        return "whole numbers" if is_whole else "numbers", ("item", *rest) if is_whole else rest
    if is_text(field.type):
        if length := list_length(sample.column(name)):
            return f"lists of {length:,} numbers as text", ("vector", "item", "other", "left out")
        return "text", ("item", "text", "other", "left out")
    kinds = ((pa.types.is_boolean, "yes or no"), (pa.types.is_temporal, "dates"))
    said = next((words for check, words in kinds if check(field.type)), str(field.type))
    return said, ("item", "other", "left out")
