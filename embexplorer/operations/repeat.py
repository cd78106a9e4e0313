"""What was done, as plain values: enough to do it again, see `repeat_command`, `repeat_python`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.contracts import Encoder, Format, ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSets
from embexplorer.core.params import fields_of
from embexplorer.core.projection import FROM_FILE, TITLES
from embexplorer.operations.encoder_pool import ANY_MODEL, named_encoder

if TYPE_CHECKING:
    from embexplorer.core.derived import Clusters
    from embexplorer.core.projection import Projection
    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context

QUERY = {"k": 10, "metric": "cosine", "include_inputs": False, "ignore_case": False}


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
    labels_from: str = ""
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
    """An analogy was solved: what `c` is to, as `a` is to `b`."""

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
class RunProbe:
    """A bias probe was run; `sets` is a name, a file, or the sets themselves.

    With an `encoder` it was run on sentences that this one read, and `source` was not looked at.
    `original` is the space that it was compared with.
    """

    source: Source
    probe: str
    sets: str | ItemSets
    params: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    ignore_case: bool = False
    allow_missing: bool = False
    uncertainty: bool = False
    word_column: str = ""
    original: Source | None = None
    encoder: str = ""
    encoder_params: Mapping[str, Any] = field(default_factory=dict)


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


Action = Encode | Project | FindNeighbors | SolveAnalogy | FindClusters | RunProbe | Draw | Convert


def source_of(space: Space) -> Source:
    """Return how to read a space again: its file, its corpus with the encoder, or its folder.

    Raises
    ------
    UserError
        When it is in memory alone.
    """
    made = space.provenance
    if made.encoder and made.source and Path(made.source).exists():
        encoder, params = named_encoder(made)
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


def plain_source(space: Space) -> Source:
    """Return how to read a space by a path alone: its folder where the file would need more.

    Raises
    ------
    UserError
        When it is in memory alone.
    """
    found = source_of(space)
    needs_more = found.encoded is not None or bool(found.params)
    return Source(str(space.folder)) if needs_more and space.folder is not None else found


def _whole(path: str) -> str:
    return str(Path(path).absolute())


def check_not_placed(projection: Projection) -> None:
    """Refuse a map whose items were placed on that of another space.

    Raises
    ------
    UserError
        Saying how its place can be found again.
    """
    if projection.onto:
        raise UserError(
            "This map was made of other items",
            projection.notes[0] if projection.notes else "Its items were placed on it.",
            "Export that map as .parquet, and use embexplorer project --onto.",
        )


def projected(space: Space, projection: Projection, output: str = "coords.csv") -> Project:
    """Return the action that makes a projection again.

    Raises
    ------
    UserError
        When a file brought the coords, the items were chosen by hand, or placed on another map.
    """
    check_not_placed(projection)
    if projection.method == FROM_FILE:
        raise UserError(
            "This map was not made here",
            "Its coordinates come with the file.",
            "Copy the methods paragraph instead.",
        )
    if not projection.is_repeatable:
        raise UserError(
            "No command makes this map",
            f"It shows the items along axes that were found from item sets: "
            f"{TITLES[projection.method].lower()}.",
            "Copy the methods paragraph, or write the axes by embexplorer probe --axes.",
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
        projection.labels_from,
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


# -- defaults --------------------------------------------------------------------------------------


def unless(action: Any, **defaults: Any) -> dict[str, Any]:
    """Return the fields of an action that differ from these defaults."""
    return {
        name: value
        for name, default in defaults.items()
        if (value := getattr(action, name)) != default
    }


def changed(params_type: type, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that a plugin has and whose value is not its default."""
    known = {field.name: field.default for field in fields_of(params_type)}
    return {name: value for name, value in params.items() if name in known and value != known[name]}


def method_params(method: str, params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the parameters of a projection that differ from its defaults."""
    return changed(context.registry.get(ProjectionMethod, method).params, params)


def reader_params(source: Source, context: Context) -> dict[str, Any]:
    """Return the parameters of a reader that differ from its defaults."""
    reader = context.registry.plugins[Format.kind].get(source.reader)
    return {} if reader is None else changed(reader.params, source.params)


def encoder_of(encoder: str, context: Context) -> Encoder:
    """Return the plugin that a name means: one of its id, or the one that loads any model."""
    known = {plugin.id: plugin for plugin in context.registry.all(Encoder)}
    return known.get(encoder, known[ANY_MODEL])
