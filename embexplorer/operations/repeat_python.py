"""What was done, as Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embexplorer.core.contracts import Clustering, Probe
from embexplorer.operations.item_sets import sets_to
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
    from collections.abc import Iterable

    from embexplorer.operations.context import Context
    from embexplorer.operations.repeat import Action


def as_python(action: Action, context: Context) -> str:
    """Return a script that does it again; the answer is in its last variable."""
    match action:
        case Encode():
            return _script(_encode_lines(action, context), needs_texts=True)
        case Project():
            written = f"write_coords(space, projection, {action.output!r})"
            lines = [_project_line(action, context), written]
            more = ["from embexplorer.operations.export import write_coords"]
        case FindNeighbors():
            lines, more = _neighbors_lines(action)
        case SolveAnalogy():
            named = unless(action, method="3cosadd", k=10, ignore_case=False)
            words = map(repr, (action.a, action.b, action.c))
            lines, more = [f"answer = {_call('ee.analogy', 'space', *words, **named)}"], []
        case FindClusters():
            lines, more = _cluster_lines(action, context)
        case RunProbe():
            lines, more = _probe_lines(action, context)
        case Draw():
            lines, more = _draw_lines(action, context)
        case Convert():
            lines = [f"notes = write_space(space, {action.output!r}, Context.default())"]
            more = [
                "from embexplorer.operations.context import Context",
                "from embexplorer.operations.export import write_space",
            ]
    if isinstance(action, RunProbe) and action.encoder:  # which makes the space
        return _script(lines, more)
    source = action.source
    if source.encoded is not None:
        made = _encode_lines(source.encoded, context)[:2]
        return _script([*made, *lines], more, needs_texts=True)
    named = {
        **({} if source.limit is None else {"limit": source.limit}),
        **reader_params(source, context),
    }
    return _script([f"space = {_call('ee.open', repr(source.path), **named)}", *lines], more)


def _script(lines: Iterable[str], more: Iterable[str] = (), *, needs_texts: bool = False) -> str:
    imports = set(more)
    if needs_texts:
        imports |= {
            "from embexplorer.operations.context import Context",
            "from embexplorer.operations.read import read_texts",
        }
    standard = sorted(line for line in imports if line.startswith("from pathlib"))
    ours = sorted(imports.difference(standard))
    head = [*standard, *([""] if standard else []), "import embexplorer as ee", *ours, ""]
    return "\n".join([*head, *lines]) + "\n"


def _encode_lines(action: Encode, context: Context) -> list[str]:
    params = changed(encoder_of(action.encoder, context).params, action.params)
    named = {**unless(action, device="auto"), **params}
    return [
        f"corpus = read_texts({action.source!r}, Context.default()).data",
        f"space = {_call('ee.encode', 'corpus', repr(action.encoder), **named)}",
    ]


def _project_line(action: Project, context: Context) -> str:
    named = {
        **method_params(action.method, action.params, context),
        **unless(action, dims=2, seed=0, sample=None, labels_from=""),
    }
    return f"projection = {_call('ee.project', 'space', repr(action.method), **named)}"


def _neighbors_lines(action: FindNeighbors) -> tuple[list[str], list[str]]:
    lines, more, vector = [], [], ""
    if action.encoder:
        lines.append(f"vector = encode_query({action.query!r}, space.provenance)")
        more.append("from embexplorer.operations.encode import encode_query")
        vector = ", vector=vector"
    called = _call("ee.neighbors", "space", repr(action.query), **unless(action, **QUERY))
    return [*lines, f"found = {called[:-1]}{vector})"], more


def _cluster_lines(action: FindClusters, context: Context) -> tuple[list[str], list[str]]:
    plugin = context.registry.get(Clustering, action.method)
    params = changed(plugin.params, action.params)
    named = {**({"params": params} if params else {}), **unless(action, seed=0)}
    called = _call("cluster", "space", repr(action.method), "Context.default()", **named)
    lines = []
    if action.mapped is not None:
        lines.append(_project_line(action.mapped, context))
        called = f"{called[:-1]}, projection=projection)"
    return [*lines, f"clusters = {called}"], [
        "from embexplorer.operations.cluster import cluster",
        "from embexplorer.operations.context import Context",
    ]


def _probe_lines(action: RunProbe, context: Context) -> tuple[list[str], list[str]]:
    params = changed(context.registry.get(Probe, action.probe).params, action.params)
    sets = repr(action.sets if isinstance(action.sets, str) else sets_to(action.sets))
    lines, more = [], []
    if action.encoder:
        named = {
            **unless(action, probe="seat", allow_missing=False, seed=0, encoder_params={}),
            **({"params": params} if params else {}),
        }
        if "probe" in named:
            named["probe_id"] = named.pop("probe")
        words = (sets, repr(action.encoder), "Context.default()")
        lines.append(f"space, result = {_call('probe_sentences', *words, **named)}")
        more.append("from embexplorer.operations.seat import probe_sentences")
    else:
        named = unless(action, ignore_case=False, allow_missing=False, word_column="", seed=0)
        called = _call("ee.probe", "space", repr(action.probe), sets, **named, **params)
        if action.original is not None:
            lines.append(f"original = {_call('ee.open', repr(action.original.path))}")
            called = f"{called[:-1]}, original=original)"
        lines.append(f"result = {called}")
    if action.uncertainty:
        given = unless(action, ignore_case=False, word_column="")
        called = _call("find_uncertainty", "space", "result", "Context.default()", **given)
        lines.append(f"uncertainty = {called}")
        more.append("from embexplorer.operations.probe_uncertainty import find_uncertainty")
    if action.encoder or action.uncertainty:
        more.append("from embexplorer.operations.context import Context")
    return lines, more


def _draw_lines(action: Draw, context: Context) -> tuple[list[str], list[str]]:
    named: dict[str, Any] = unless(action, method="", seed=0)
    if action.method:
        named["params"] = method_params(action.method, action.params, context)
    named |= action.looks
    drawn = f"draw(space, Path({action.output!r}), shot, Progress())"
    lines = [f"shot = {_call('Shot', **named)}", f"notes = {drawn}"]
    return lines, [
        "from pathlib import Path",
        "from embexplorer.core.progress import Progress",
        "from embexplorer.ui.shot import Shot, draw",
    ]


def _call(name: str, *given: str, **named: Any) -> str:
    return f"{name}({', '.join([*given, *(f'{key}={value!r}' for key, value in named.items())])})"
