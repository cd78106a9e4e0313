"""What was done, as a command line."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from embexplorer.core.contracts import Clustering, Probe
from embexplorer.core.errors import UserError
from embexplorer.operations.repeat import (
    QUERY,
    Convert,
    Draw,
    Encode,
    FindClusters,
    FindNeighbors,
    Project,
    RunProbe,
    SolveAnalogy,
    changed,
    encoder_of,
    method_params,
    reader_params,
    unless,
)

if TYPE_CHECKING:
    from embexplorer.operations.context import Context
    from embexplorer.operations.repeat import Action, Source


def as_command_line(action: Action, context: Context) -> str:
    """Return the commands that do it again, one a line, quoted for a POSIX shell.

    Parameters that have their default are left out.
    """
    lines = []
    needs_space = not (isinstance(action, RunProbe) and action.encoder)
    if needs_space and not isinstance(action, Encode) and action.source.encoded is not None:
        lines.append(as_command_line(action.source.encoded, context))
    if isinstance(action, FindClusters) and action.mapped is not None:
        lines.append(as_command_line(action.mapped, context).splitlines()[-1])
    verb, words, options = _spoken(action, context)
    flags = [word for name, value in options.items() for word in _flag(name, value)]
    if isinstance(action, Encode):
        places = [action.source, *words]
    elif not needs_space:
        places = words
    else:
        places = [action.source.path, *words]
        flags = [*_source_flags(action.source, context), *flags]
    spoken = [*places, *flags]
    if any(place.startswith("-") for place in places):  # else they would be read as flags
        spoken = [*flags, "--", *places]
    return "\n".join([*lines, shlex.join(["embexplorer", verb, *spoken])])


def _spoken(action: Action, context: Context) -> tuple[str, list[str], dict[str, Any]]:
    """Return the verb, the words after its source, and the options that differ from defaults."""
    match action:
        case Encode():
            plugin = encoder_of(action.encoder, context)
            options = {
                **unless(action, encoder="minilm", device="auto"),
                **changed(plugin.params, action.params),
            }
            return "encode", [], {**options, "output": action.output}
        case Project():
            options = {
                "method": action.method,
                **method_params(action.method, action.params, context),
                **unless(action, dims=2, seed=0, sample=None, labels_from=""),
            }
            return "project", [], {**options, "output": action.output}
        case FindNeighbors():
            return "neighbors", [action.query], unless(action, **QUERY, encoder="")
        case SolveAnalogy():
            words = [action.a, action.b, action.c]
            return "analogy", words, unless(action, method="3cosadd", k=10, ignore_case=False)
        case FindClusters():
            clustering = context.registry.get(Clustering, action.method)
            options = {
                "method": action.method,
                **changed(clustering.params, action.params),
                **unless(action, seed=0),
                **({} if action.mapped is None else {"on": action.mapped.output}),
            }
            return "cluster", [], {**options, "output": action.output}
        case RunProbe():
            return "probe", [], _probe_options(action, context)
        case Draw():
            options = unless(action, method="", seed=0)
            if action.method:
                options |= method_params(action.method, action.params, context)
            return "shot", [], {**options, **action.looks, "output": action.output}
        case Convert():
            return "convert", [], {"output": action.output}


def _probe_options(action: RunProbe, context: Context) -> dict[str, Any]:
    """Return the options of a probe.

    Raises
    ------
    UserError
        When its sets are in no file, which a command line needs, or its encoder had parameters.
    """
    if not isinstance(action.sets, str):
        raise UserError(
            "These item sets are in no file",
            f"“{action.sets.name}” is in this project only, and a command reads a file.",
            "Copy as Python instead, which holds the sets.",
        )
    if changed(encoder_of(action.encoder, context).params, action.encoder_params):
        raise UserError(
            "The encoder has parameters",
            f"{action.encoder} does not read sentences as it would by itself.",
            "Copy as Python instead, which gives its parameters.",
        )
    plugin = context.registry.get(Probe, action.probe)
    return {
        "probe": action.probe,
        "sets": action.sets,
        **changed(plugin.params, action.params),
        **unless(action, encoder="", word_column="", seed=0, ignore_case=False),
        **unless(action, allow_missing=False, uncertainty=False),
        **({} if action.original is None else {"original": action.original.path}),
    }


def _source_flags(source: Source, context: Context) -> list[str]:
    if source.encoded is not None:
        return []
    limit = {} if source.limit is None else {"limit": source.limit}
    params = {**limit, **reader_params(source, context)}
    return [word for name, value in params.items() for word in _flag(name, value)]


def _flag(name: str, value: Any) -> list[str]:
    """Return the words of one option."""
    flag = "-k" if name == "k" else "-o" if name == "output" else f"--{name.replace('_', '-')}"
    match value:
        case bool():
            return [flag if value else f"--no-{flag[2:]}"]
        case (int(), int()):
            return [flag, f"{value[0]}x{value[1]}"]
        case tuple():
            return [flag, *map(str, value)]
    said = "none" if value is None else str(value)
    if said.startswith("-"):  # which would be read as the next flag
        return [f"--{name.replace('_', '-')}={said}"]
    return [flag, said]
