"""What was done, written so that it can be done again: as a command line and as Python."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.contracts import Clustering, Encoder, Format, ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.core.params import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embexplorer.core.derived import Clusters
    from embexplorer.core.projection import Projection
    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context

FROM_FILE = "file"  # method of coords that a file brought
MODEL = "model"  # the parameter of an encoder that says which model
QUERY = {"k": 10, "metric": "cosine", "include_inputs": False, "ignore_case": False}
# What changes how fast an encoder works and nothing of what it makes.
HOW_FAST = ("batch_size", "download")


@dataclass(frozen=True, slots=True)
class Encode:
    """A corpus was encoded into a space folder; `params` are those of the encoder."""

    source: str
    encoder: str = "minilm"
    params: Mapping[str, Any] = field(default_factory=dict)
    device: str = "auto"
    output: str = "encoded"


@dataclass(frozen=True, slots=True)
class Source:
    """The space that something was done to.

    Parameters
    ----------
    path
        Vector file or space folder.
    reader, params, limit
        What read it, with which parameters, and how many items at most.
    encoded
        What made it of a corpus first; `path` is then the folder it made.
    """

    path: str
    reader: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    limit: int | None = None
    encoded: Encode | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A space was projected."""

    source: Source
    method: str = "umap"
    params: Mapping[str, Any] = field(default_factory=dict)
    dims: int = 2
    seed: int = 0
    sample: int | None = None
    output: str = "coords.csv"


@dataclass(frozen=True, slots=True)
class FindNeighbors:
    """The neighbors of an item, a row or an expression were looked for."""

    source: Source
    query: str
    k: int = 10
    metric: str = "cosine"
    include_inputs: bool = False
    ignore_case: bool = False
    encoder: str = ""  # what encoded a query of free text


@dataclass(frozen=True, slots=True)
class SolveAnalogy:
    """An analogy was solved: a is to b as c is to ?"""

    source: Source
    a: str
    b: str
    c: str
    method: str = "3cosadd"
    k: int = 10
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class FindClusters:
    """The items were grouped by their vectors, or by their places on a map."""

    source: Source
    method: str = "hdbscan"
    params: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    mapped: Project | None = None
    output: str = "clusters.csv"


@dataclass(frozen=True, slots=True)
class Draw:
    """A figure was drawn; `looks` are further options of ``shot`` by the name of their flag."""

    source: Source
    output: str
    method: str = ""  # empty: the coords in the file, or UMAP
    params: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    looks: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Convert:
    """A space was written in another format."""

    source: Source
    output: str


Action = Encode | Project | FindNeighbors | SolveAnalogy | FindClusters | Draw | Convert


def source_of(space: Space) -> Source:
    """Return how to read a space again: its file, its corpus with the encoder, or its folder.

    Raises
    ------
    UserError
        When it is in memory alone.
    """
    made = space.provenance
    if made.encoder and made.source and Path(made.source).exists():
        params = {name: value for name, value in made.params.items() if name not in HOW_FAST}
        encoder = str(params.pop(MODEL, "") or made.encoder)
        folder = f"{Path(made.source).stem}-encoded"
        return Source(folder, encoded=Encode(_whole(made.source), encoder, params, output=folder))
    if made.source and Path(made.source).exists():
        return Source(_whole(made.source), made.reader, made.params)
    if space.folder is not None:
        return Source(str(space.folder))
    raise UserError(
        "This space has no file",
        f"“{space.name}” is in memory only.",
        "Export it first, and open the file.",
    )


def _whole(path: str) -> str:
    return str(Path(path).absolute())


def projected(space: Space, projection: Projection, output: str = "coords.csv") -> Project:
    """Return the action that makes a projection again.

    Raises
    ------
    UserError
        When a file brought the coords, or the items were chosen by hand.
    """
    if projection.method == FROM_FILE:
        raise UserError(
            "This map was not made here",
            "Its coordinates come with the file.",
            "Copy the methods paragraph instead.",
        )
    sample = None
    if projection.rows is not None:
        sample = projection.n
        chosen = np.random.default_rng(projection.seed).choice(space.n, sample, replace=False)
        if not np.array_equal(np.sort(chosen), projection.rows):
            raise UserError(
                "This map is of chosen items",
                f"It shows {projection.n:,} of {space.n:,} items, which no command can name.",
                "Export the selection as a file, and project that.",
            )
    return Project(
        source_of(space),
        projection.method,
        projection.params,
        projection.dims,
        projection.seed,
        sample,
        output,
    )


def clustered(space: Space, clusters: Clusters, projection: Projection | None) -> FindClusters:
    """Return the action that finds clusters again; `projection` is what they were found on.

    Raises
    ------
    UserError
        When the map cannot be made again.
    """
    mapped = None if projection is None else projected(space, projection)
    source = source_of(space)
    return FindClusters(source, clusters.method, clusters.params, clusters.seed, mapped)


# -- the command line ------------------------------------------------------------------------------


def as_command_line(action: Action, context: Context) -> str:
    """Return the commands that do it again, one a line, quoted for a POSIX shell.

    Parameters that have their default are left out.
    """
    lines = []
    if not isinstance(action, Encode) and action.source.encoded is not None:
        lines.append(as_command_line(action.source.encoded, context))
    if isinstance(action, FindClusters) and action.mapped is not None:
        lines.append(as_command_line(action.mapped, context).splitlines()[-1])
    verb, words, options = _spoken(action, context)
    flags = [word for name, value in options.items() for word in _flag(name, value)]
    if isinstance(action, Encode):
        places = [action.source, *words]
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
            plugin = _encoder(action.encoder, context)
            options = {
                **_unless(action, encoder="minilm", device="auto"),
                **_changed(plugin.params, action.params),
            }
            return "encode", [], {**options, "output": action.output}
        case Project():
            options = {
                "method": action.method,
                **_method_params(action.method, action.params, context),
                **_unless(action, dims=2, seed=0, sample=None),
            }
            return "project", [], {**options, "output": action.output}
        case FindNeighbors():
            return "neighbors", [action.query], _unless(action, **QUERY, encoder="")
        case SolveAnalogy():
            words = [action.a, action.b, action.c]
            return "analogy", words, _unless(action, method="3cosadd", k=10, ignore_case=False)
        case FindClusters():
            plugin = context.registry.get(Clustering, action.method)
            options = {
                "method": action.method,
                **_changed(plugin.params, action.params),
                **_unless(action, seed=0),
                **({} if action.mapped is None else {"on": action.mapped.output}),
            }
            return "cluster", [], {**options, "output": action.output}
        case Draw():
            options = _unless(action, method="", seed=0)
            if action.method:
                options |= _method_params(action.method, action.params, context)
            return "shot", [], {**options, **action.looks, "output": action.output}
        case Convert():
            return "convert", [], {"output": action.output}


def _source_flags(source: Source, context: Context) -> list[str]:
    if source.encoded is not None:
        return []
    limit = {} if source.limit is None else {"limit": source.limit}
    params = {**limit, **_reader_params(source, context)}
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


# -- Python ----------------------------------------------------------------------------------------


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
            named = _unless(action, method="3cosadd", k=10, ignore_case=False)
            words = map(repr, (action.a, action.b, action.c))
            lines, more = [f"answer = {_call('ee.analogy', 'space', *words, **named)}"], []
        case FindClusters():
            lines, more = _cluster_lines(action, context)
        case Draw():
            lines, more = _draw_lines(action, context)
        case Convert():
            lines = [f"notes = write_space(space, {action.output!r}, Context.default())"]
            more = [
                "from embexplorer.operations.context import Context",
                "from embexplorer.operations.export import write_space",
            ]
    source = action.source
    if source.encoded is not None:
        made = _encode_lines(source.encoded, context)[:2]
        return _script([*made, *lines], more, needs_texts=True)
    named = {
        **({} if source.limit is None else {"limit": source.limit}),
        **_reader_params(source, context),
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
    params = _changed(_encoder(action.encoder, context).params, action.params)
    named = {**_unless(action, device="auto"), **params}
    return [
        f"corpus = read_texts({action.source!r}, Context.default()).data",
        f"space = {_call('ee.encode', 'corpus', repr(action.encoder), **named)}",
    ]


def _project_line(action: Project, context: Context) -> str:
    named = {
        **_method_params(action.method, action.params, context),
        **_unless(action, dims=2, seed=0, sample=None),
    }
    return f"projection = {_call('ee.project', 'space', repr(action.method), **named)}"


def _neighbors_lines(action: FindNeighbors) -> tuple[list[str], list[str]]:
    lines, more, vector = [], [], ""
    if action.encoder:
        lines.append(f"vector = encode_query({action.query!r}, space.provenance, None)")
        more.append("from embexplorer.operations.encode import encode_query")
        vector = ", vector=vector"
    called = _call("ee.neighbors", "space", repr(action.query), **_unless(action, **QUERY))
    return [*lines, f"found = {called[:-1]}{vector})"], more


def _cluster_lines(action: FindClusters, context: Context) -> tuple[list[str], list[str]]:
    plugin = context.registry.get(Clustering, action.method)
    params = _changed(plugin.params, action.params)
    named = {**({"params": params} if params else {}), **_unless(action, seed=0)}
    called = _call("cluster", "space", repr(action.method), "Context.default()", **named)
    lines = []
    if action.mapped is not None:
        lines.append(_project_line(action.mapped, context))
        called = f"{called[:-1]}, projection=projection)"
    return [*lines, f"clusters = {called}"], [
        "from embexplorer.operations.cluster import cluster",
        "from embexplorer.operations.context import Context",
    ]


def _draw_lines(action: Draw, context: Context) -> tuple[list[str], list[str]]:
    named: dict[str, Any] = _unless(action, method="", seed=0)
    if action.method:
        named["params"] = _method_params(action.method, action.params, context)
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


# -- defaults --------------------------------------------------------------------------------------


def _unless(action: Any, **defaults: Any) -> dict[str, Any]:
    """Return the fields of an action that differ from these defaults."""
    return {
        name: value
        for name, default in defaults.items()
        if (value := getattr(action, name)) != default
    }


def _changed(params_type: type, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that a plugin has and whose value is not its default."""
    known = {field.name: field.default for field in fields_of(params_type)}
    return {
        name: value for name, value in params.items() if name in known and value != known[name]
    }


def _method_params(method: str, params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    return _changed(context.registry.get(ProjectionMethod, method).params, params)


def _reader_params(source: Source, context: Context) -> dict[str, Any]:
    reader = context.registry.plugins[Format.kind].get(source.reader)
    return {} if reader is None else _changed(reader.params, source.params)


def _encoder(encoder: str, context: Context) -> Encoder:
    """Return the plugin that a name means: one of its id, or the one that loads any model."""
    from embexplorer.operations.encoder_pool import ANY_MODEL

    known = {plugin.id: plugin for plugin in context.registry.all(Encoder)}
    return known.get(encoder, known[ANY_MODEL])
