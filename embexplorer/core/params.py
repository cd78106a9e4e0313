"""One declaration of a plugin's parameters, read by forms, command line, reference and checks."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal, TypeVar, Union

from embexplorer.core.errors import UserError

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Doc:
    """What a person needs to know to set one parameter.

    Parameters
    ----------
    label
        Name in a form, sentence case.
    help
        One sentence: what it changes.
    min, max
        Inclusive range of a number.
    advanced
        Shown under ``More`` in a form.
    needs
        For a choice that is not in every installation, the extra to install and a module of it.
    between
        What stands between the parts of a text that is a list: a form shows one part a line.
    """

    label: str
    help: str = ""
    min: float | None = None
    max: float | None = None
    advanced: bool = False
    needs: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict, hash=False)
    between: str = ""


@dataclass(frozen=True, slots=True)
class ParamField:
    """One parameter of a params dataclass; `type` is bool, int, float or str."""

    name: str
    type: type  # noqa: A003  what a reader of a field looks for
    default: Any
    doc: Doc
    choices: tuple[Any, ...] = ()
    optional: bool = False

    @property
    def help(self) -> str:
        """What the parameter changes, and which of its choices is not installed here."""
        missing = [
            f'{choice} needs: pip install "embexplorer[{extra}]".'
            for choice, (extra, module) in self.doc.needs.items()
            if find_spec(module) is None
        ]
        return " ".join([self.doc.help, *missing])


@dataclass(frozen=True)
class NoParams:
    """Parameters of a plugin that has none."""


def fields_of(params_type: type) -> tuple[ParamField, ...]:
    """Return the parameters of a dataclass of ``Annotated[type, Doc(...)] = default`` fields.

    The type is ``bool``, ``int``, ``float``, ``str``, a ``Literal`` of one of these, or one of
    them ``| None``.

    Raises
    ------
    TypeError
        When a field has no `Doc`, no default, or another type.
    """
    hints = typing.get_type_hints(params_type, include_extras=True)
    return tuple(_field(field, hints[field.name]) for field in dataclasses.fields(params_type))


def _field(field: dataclasses.Field[Any], annotation: Any) -> ParamField:
    inner, *extras = typing.get_args(annotation) or (annotation,)
    doc = next((extra for extra in extras if isinstance(extra, Doc)), None)
    if doc is None or field.default is dataclasses.MISSING:
        raise TypeError(f"parameter {field.name} needs Annotated[type, Doc(...)] and a default")
    optional = False
    if typing.get_origin(inner) in (Union, types.UnionType):
        members = [member for member in typing.get_args(inner) if member is not type(None)]
        if len(members) != 1:
            raise TypeError(f"parameter {field.name} may be of one type, or of one type or None")
        inner, optional = members[0], True
    choices: tuple[Any, ...] = ()
    if typing.get_origin(inner) is Literal:
        choices = typing.get_args(inner)
        inner = type(choices[0])
    if inner not in (bool, int, float, str):
        raise TypeError(f"parameter {field.name} has the type {inner}, which no form can show")
    return ParamField(field.name, inner, field.default, doc, choices, optional)


def build(params_type: type[P], values: Mapping[str, Any]) -> P:
    """Make the dataclass from plain values, each checked.

    Raises
    ------
    UserError
        Naming the setting that does not exist, is of the wrong kind, or lies outside its range.
    """
    known = {field.name: field for field in fields_of(params_type)}
    if unknown := sorted(set(values) - set(known)):
        listed = ", ".join(known) or "none"
        raise UserError(
            "Unknown setting",
            f"{', '.join(unknown)} is not a setting here.",
            f"The settings are: {listed}.",
        )
    return params_type(**{name: _checked(known[name], value) for name, value in values.items()})


def _checked(field: ParamField, value: Any) -> Any:
    doc = field.doc
    if value is None and field.optional:
        return None
    if field.type is float and type(value) is int:
        value = float(value)
    kind: type = type(value)
    if kind is not field.type:
        raise UserError(
            "Setting of the wrong kind",
            f"{doc.label} is {value!r}.",
            f"It takes {_kind_name(field)}.",
        )
    if field.choices and value not in field.choices:
        raise UserError(
            "Unknown choice",
            f"{doc.label} is {value!r}.",
            f"Choose one of: {', '.join(map(str, field.choices))}.",
        )
    low = -math.inf if doc.min is None else doc.min
    high = math.inf if doc.max is None else doc.max
    if field.type in (int, float) and not low <= value <= high:
        raise UserError("Setting out of range", f"{doc.label} is {value:g}.", _range_hint(doc))
    return value


def _kind_name(field: ParamField) -> str:
    return {bool: "yes or no", int: "a whole number", float: "a number", str: "text"}[field.type]


def _range_hint(doc: Doc) -> str:
    if doc.max is None:
        return f"Choose {doc.min:g} or more."
    if doc.min is None:
        return f"Choose {doc.max:g} or less."
    return f"Choose {doc.min:g} to {doc.max:g}."


def as_dict(params: Any) -> dict[str, Any]:
    """Return the values of a params dataclass by name, as a project file and JSON take them."""
    return dataclasses.asdict(params)
