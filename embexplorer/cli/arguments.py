"""Turns parameter dataclasses into command-line flags, and flags back into parameters."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from embexplorer.core.params import ParamField, fields_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embexplorer.core.contracts import Plugin

PREFIX = "param_"  # keeps a plugin's flags apart from a verb's own
NONE = "none"  # how a parameter that may be None is left out on the command line


def add_plugin_flags(
    parser: argparse.ArgumentParser, plugins: Iterable[Plugin], title: str
) -> None:
    """Add one flag per parameter; a parameter that several plugins share is added once."""
    group = parser.add_argument_group(title)
    added: set[str] = {text for action in parser._actions for text in action.option_strings}
    for plugin in plugins:
        for field in fields_of(plugin.params):
            flag = flag_of(field.name)
            if flag not in added:
                added.add(flag)
                _add(group, field, flag, plugin.id)


def given(arguments: argparse.Namespace, plugins: Iterable[Plugin]) -> dict[str, Any]:
    """Return the parameters of these plugins that were given as flags."""
    names = {field.name for plugin in plugins for field in fields_of(plugin.params)}
    values = vars(arguments)
    return {name: values[PREFIX + name] for name in names if PREFIX + name in values}


def flag_of(name: str) -> str:
    """Return ``--n-neighbors`` for ``n_neighbors``."""
    return "--" + name.replace("_", "-")


def _add(group: argparse._ArgumentGroup, field: ParamField, flag: str, plugin: str) -> None:
    help_text = f"{field.doc.label}. {field.doc.help} (default: {field.default}; {plugin})"
    options: dict[str, Any] = {
        "dest": PREFIX + field.name,
        "default": argparse.SUPPRESS,
        "help": help_text.replace("%", "%%"),
    }
    if field.type is bool:
        group.add_argument(flag, action=argparse.BooleanOptionalAction, **options)
        return
    if field.choices:
        options["choices"] = [*field.choices, *([NONE] if field.optional else [])]
        options["type"] = _converter(field)
    else:
        options["type"] = _converter(field)
        options["metavar"] = {int: "N", float: "X", str: "TEXT"}[field.type]
    group.add_argument(flag, **options)


def _converter(field: ParamField) -> Any:
    def convert(text: str) -> Any:
        if field.optional and text.lower() == NONE:
            return None
        return field.type(text)

    convert.__name__ = {int: "whole number", float: "number", str: "text"}[field.type]
    return convert
