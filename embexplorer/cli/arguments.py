"""Turns parameter dataclasses into command-line flags, and flags back into parameters."""

from __future__ import annotations

import argparse
import difflib
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from embexplorer.core.errors import UserError
from embexplorer.core.params import ParamField, fields_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from embexplorer.core.contracts import Plugin

NONE = "none"  # what leaves a parameter that may be None unset
METAVARS = {int: "N", float: "X", str: "TEXT"}
TYPE_NAMES = {int: "whole number", float: "number", str: "text"}


class Parser(argparse.ArgumentParser):
    """The arguments of one verb; what it cannot parse is an error the person can mend."""

    def __init__(self, prog: str, description: str) -> None:
        super().__init__(prog=prog, description=description, allow_abbrev=False)

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """Return the arguments.

        Raises
        ------
        UserError
            Naming the argument that is missing, unknown or of the wrong kind.
        """
        self.usage = self._short_usage()
        arguments, unknown = self.parse_known_args(words)
        if unknown:
            near = difflib.get_close_matches(unknown[0].partition("=")[0], self.flags, n=1)
            raise UserError(
                "Unknown argument",
                f"{unknown[0]} is not an argument of {self.prog}.",
                f"Did you mean {near[0]}?" if near else f"Run {self.prog} --help.",
            )
        return arguments

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print."""
        raise UserError("Wrong arguments", f"{message}.", f"Run {self.prog} --help.")

    @property
    def flags(self) -> list[str]:
        """Every flag there is so far, such as ``--json``."""
        return list(self._option_string_actions)

    def _short_usage(self) -> str:
        """Name what must be given; the options are listed below it."""
        parts = [self.prog]
        for action in self._actions:
            shown = str(action.metavar or action.dest)
            if not action.option_strings:
                parts.append(shown if action.required else f"[{shown}]")
            elif action.required:
                parts.append(f"{action.option_strings[0]} {shown}")
        return " ".join([*parts, "[OPTION ...]"])


@dataclass(slots=True)
class Flag:
    """One flag and the parameter that it sets in each plugin that has it, by plugin id."""

    text: str
    kind: type  # bool, int, float or str
    owners: dict[str, ParamField] = field(default_factory=dict)


class PluginFlags:
    """The flags of some plugins of one kind: one for each parameter, shared where names agree.

    A parameter whose flag is taken by something else gets the plugin's id in front:
    ``--umap-seed``.

    Parameters
    ----------
    parser
        Gets the flags, one group for those of the same plugins.
    plugins
        Plugins of one kind, as the registry has them: ours first, so that no installed one takes a
        flag of theirs.
    title
        What they are, as the help names them: ``reader``.
    leave_out
        Parameters that the verb sets in another way.
    """

    def __init__(
        self,
        parser: Parser,
        plugins: Iterable[Plugin],
        title: str,
        leave_out: Sequence[str] = (),
    ) -> None:
        self._prog = parser.prog
        self._flags: dict[str, Flag] = {}
        for plugin in plugins:
            for param in fields_of(plugin.params):
                if param.name not in leave_out:
                    self._assign(param, plugin.id, parser.flags)
        groups: dict[str, argparse._ArgumentGroup] = {}
        for flag in self._flags.values():
            owners = f"parameters of the {title} ({', '.join(flag.owners)})"
            if owners not in groups:
                groups[owners] = parser.add_argument_group(owners)
            _add(groups[owners], flag)

    def _assign(self, param: ParamField, plugin_id: str, taken: Sequence[str]) -> None:
        text = flag_of(param.name)
        shared = self._flags.get(text)
        if text in taken or (shared is not None and shared.kind is not param.type):
            text = flag_of(f"{plugin_id}-{param.name}")
        self._flags.setdefault(text, Flag(text, param.type)).owners[plugin_id] = param

    def are_given(self, arguments: argparse.Namespace) -> bool:
        """Return whether any of them was given."""
        return any(flag in vars(arguments) for flag in self._flags)

    def values_for(self, plugin_id: str, arguments: argparse.Namespace) -> dict[str, Any]:
        """Return the parameters of one plugin that were given, by name.

        Raises
        ------
        UserError
            When a flag was given that this plugin does not have.
        """
        values = {}
        for text, flag in self._flags.items():
            if text not in vars(arguments):
                continue
            if plugin_id not in flag.owners:
                raise UserError(
                    "Unknown setting",
                    f"{text} is a setting of {', '.join(flag.owners)}, not of {plugin_id}.",
                    f"Leave it out, or see {self._prog} --help.",
                )
            values[flag.owners[plugin_id].name] = vars(arguments)[text]
        return values


def flag_of(name: str) -> str:
    """Return ``--n-neighbors`` for ``n_neighbors``."""
    return "--" + name.replace("_", "-")


def positive(text: str) -> int:
    """Read a count from the command line."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return number


def _add(group: argparse._ArgumentGroup, flag: Flag) -> None:
    options: dict[str, Any] = {
        "dest": flag.text,
        "default": argparse.SUPPRESS,
        "help": f"{_described(flag)} {_defaults(flag)}".replace("%", "%%"),
    }
    if flag.kind is bool:
        group.add_argument(flag.text, action=argparse.BooleanOptionalAction, **options)
        return
    choices = list(
        dict.fromkeys(choice for param in flag.owners.values() for choice in param.choices)
    )
    is_free = not all(param.choices for param in flag.owners.values())
    is_optional = any(param.optional for param in flag.owners.values())
    listed = [*map(str, choices), *([NONE] if is_optional else [])]
    options["metavar"] = METAVARS[flag.kind] if is_free else f"{{{','.join(listed)}}}"
    options["type"] = _converter(flag.kind, [] if is_free else choices, is_optional=is_optional)
    group.add_argument(flag.text, **options)


def _described(flag: Flag) -> str:
    """Return what a flag does, each meaning once."""
    meanings: dict[str, list[str]] = {}
    for plugin, param in flag.owners.items():
        meanings.setdefault(f"{param.doc.label}. {param.help}".strip(), []).append(plugin)
    if len(meanings) == 1:
        return next(iter(meanings))
    return " ".join(f"For {', '.join(plugins)}: {text}" for text, plugins in meanings.items())


def _defaults(flag: Flag) -> str:
    shown = {plugin: _shown(param.default) for plugin, param in flag.owners.items()}
    different = set(shown.values())
    if different == {""}:
        return ""
    if len(different) == 1:
        return f"(default: {different.pop()})"
    return f"(default: {', '.join(f'{value} for {plugin}' for plugin, value in shown.items())})"


def _shown(default: Any) -> str:
    if default is None:
        return NONE
    return {True: "yes", False: "no"}[default] if isinstance(default, bool) else str(default)


def _converter(
    kind: type, choices: Sequence[Any], *, is_optional: bool
) -> Callable[[str], int | float | str | None]:
    def convert(text: str) -> int | float | str | None:
        if is_optional and text.lower() == NONE:
            return None
        value: int | float | str = kind(text)
        if choices and value not in choices:
            listed = ", ".join(map(str, choices))
            raise argparse.ArgumentTypeError(f"{text!r} is not one of: {listed}")
        if isinstance(value, float) and not math.isfinite(value):
            raise argparse.ArgumentTypeError(f"{text} is not a finite number")
        return value

    convert.__name__ = TYPE_NAMES[kind]  # argparse says: invalid whole number value: 'x'
    return convert
