"""How a map was made, as a paragraph for a paper and as values: enough to make it again."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.core.contracts import Encoder, Plugin, ProjectionMethod
from embexplorer.core.counted import counted
from embexplorer.core.processors import processor_count
from embexplorer.core.projection import FROM_FILE, TITLES
from embexplorer.core.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from embexplorer.core.derived import Clusters
    from embexplorer.core.projection import Projection
    from embexplorer.core.space import Provenance, Space
    from embexplorer.operations.context import Context

DISTRIBUTIONS = {"sklearn": "scikit-learn"}
ALWAYS = ("numpy",)
MEASURES = ("trustworthiness", "continuity", "neighbors_kept")


@dataclass(frozen=True, slots=True)
class Methods:
    """How a figure came about: `text` to cite, `record` for programs, as JSON takes it."""

    text: str
    record: Mapping[str, Any]


def describe_methods(
    space: Space,
    projection: Projection | None,
    context: Context,
    *,
    clusters: Clusters | None = None,
    on: date | None = None,
) -> Methods:
    """Return how a map was made. The same map gives the same words, wherever its files lie.

    Parameters
    ----------
    space
        What is on the map.
    projection
        The map; None for the data alone.
    context
        The plugins, which say what they are called and which libraries they use.
    clusters
        Groups that are named or colored on the map.
    on
        A date to name; None names none.
    """
    methods = context.registry.plugins[ProjectionMethod.kind]
    encoders = context.registry.plugins[Encoder.kind]
    made_by = None if projection is None else methods.get(projection.method)
    modules = [*ALWAYS]
    for plugin in (made_by, encoders.get(space.provenance.encoder)):
        modules += plugin.modules if plugin is not None else ()
    record: dict[str, Any] = {
        "data": _data_record(space),
        "projection": None if projection is None else _map_record(projection, made_by),
        "quality": None if projection is None else _quality_record(projection),
        "clusters": None if clusters is None else _clusters_record(clusters),
        "versions": versions_of(modules),
    }
    said = [_data_said(space)]
    if projection is not None:
        said += [_map_said(space, projection, made_by), _quality_said(projection)]
    if clusters is not None:
        said.append(_clusters_said(clusters))
    notes = [*space.provenance.notes, *([] if projection is None else projection.notes)]
    if notes:
        said.append(f"Notes: {' '.join(notes)}")
    said.append(_versions_said(record["versions"]))
    if on is not None:
        record["date"] = on.isoformat()
        said.append(f"Date: {on.isoformat()}.")
    return Methods(" ".join(filter(None, said)), record)


def caption_of(space: Space, projection: Projection, context: Context) -> str:
    """Return the one line below a figure: method, main parameters, seed, size and quality."""
    made_by = context.registry.plugins[ProjectionMethod.kind].get(projection.method)
    if projection.onto:
        made = f"Placed on {_ground(projection, made_by)}"
    elif projection.method == FROM_FILE:
        made = "Coordinates from the file"
    else:
        made = f"{_title(projection.method, made_by)}, {_main(projection)}seed {projection.seed}"
    n = projection.n
    shown = f"{n:,} items" if n == space.n else f"{n:,} of {space.n:,} items"
    parts = [f"{made}.", f"{shown}."]
    quality = projection.quality
    if quality.get("neighbors_kept") is not None:
        trust = quality.get("trustworthiness")
        also = "" if trust is None else f", trustworthiness {trust:.2f}"
        parts.append(f"Neighbors kept {quality['neighbors_kept']:.2f}{also} (k = {quality['k']}).")
    return " ".join(parts)


def _main(projection: Projection) -> str:
    """Return the parameter that everyone asks about, with its value."""
    names = {"n_neighbors": "{:g} neighbors, ", "perplexity": "perplexity {:g}, "}
    return "".join(
        text.format(projection.params[name])
        for name, text in names.items()
        if isinstance(projection.params.get(name), int | float)
    )


# -- the data --------------------------------------------------------------------------------------


def _data_record(space: Space) -> dict[str, Any]:
    made = space.provenance
    return {
        "id": space.id,
        "name": space.name,
        "n": space.n,
        "d": space.d,
        "source": file_name(made.source),
        "reader": made.reader,
        "encoder": file_name(made.encoder),
        "revision": made.revision,
        "device": made.device,
        "params": {name: file_name(value) for name, value in made.params.items()},
        "notes": list(made.notes),
    }


def file_name(value: Any) -> Any:
    """Return a path as its last part: a folder says who the person is and nothing of the data."""
    if isinstance(value, str) and ("/" in value or "\\" in value):
        path = Path(value)
        if path.is_absolute() or path.exists():
            return path.name
    return value


def _data_said(space: Space) -> str:
    made = space.provenance
    source = file_name(made.source)
    read = f"; read from {source}" + (f" as {made.reader}" if made.reader else "") if source else ""
    said = (
        f"Data: {space.name}, {space.n:,} items × {space.d:,} dimensions"
        f" (content hash {space.id}{read})."
    )
    return f"{said} {_encoder_said(made)}".rstrip()


def _encoder_said(made: Provenance) -> str:
    if not made.encoder:
        return ""
    revision = f", revision {made.revision}" if made.revision else ""
    where = f" on {made.device}" if made.device else ""
    params = _listed({name: file_name(value) for name, value in made.params.items()})
    with_params = f" ({params})" if params else ""
    return f"Vectors by {file_name(made.encoder)}{revision}{where}{with_params}."


# -- the map ---------------------------------------------------------------------------------------


def _map_record(projection: Projection, made_by: Plugin | None) -> dict[str, Any]:
    return {
        "method": projection.method,
        "title": _title(projection.method, made_by),
        "reference": "" if made_by is None else made_by.source,
        "params": dict(projection.params),
        "dims": projection.dims,
        "n": projection.n,
        "seed": projection.seed,
        "labels_from": projection.labels_from,
        "is_placed": bool(projection.onto),
        "n_jobs": processor_count(),
        "axes": list(projection.axes),
        "notes": list(projection.notes),
    }


def _title(method: str, made_by: Plugin | None) -> str:
    return TITLES.get(method, method) if made_by is None else made_by.title


def _ground(projection: Projection, made_by: Plugin | None) -> str:
    """Return what the items of a projection were placed on."""
    if projection.method == FROM_FILE:
        return "coordinates of other items, from their file"
    return f"a map by {_title(projection.method, made_by)} of other items"


def _map_said(space: Space, projection: Projection, made_by: Plugin | None) -> str:
    n, dims = projection.n, projection.dims
    of = f"{n:,} items" if n == space.n else f"{n:,} of the {space.n:,} items"
    if projection.onto:
        return f"Map: {of} placed on {_ground(projection, made_by)}, in {dims} dimensions."
    if projection.method == FROM_FILE:
        return f"Map: the coordinates of {of} in {dims} dimensions come with the file."
    listed = _listed(projection.params)
    if projection.labels_from:
        listed += f"{'; ' if listed else ''}supervised by the column “{projection.labels_from}”"
    threads = processor_count()
    return (
        f"Map: {_title(projection.method, made_by)} of {of} to {dims} dimensions"
        f" ({listed + '; ' if listed else ''}seed {projection.seed};"
        f" {threads} thread{'' if threads == 1 else 's'})."
        + (f" Supervised by the column “{projection.labels_from}”." * bool(projection.labels_from))
        + (f" Reference: {made_by.source.rstrip('.')}." if made_by and made_by.source else "")
    )


def _quality_record(projection: Projection) -> dict[str, Any] | None:
    quality = projection.quality
    if quality.get("k") is None:
        return None
    return {
        **{name: quality.get(name) for name in MEASURES},
        "k": quality["k"],
        "sampled": quality.get("sampled"),
        "notes": list(quality.get("notes", ())),
    }


def _quality_said(projection: Projection) -> str:
    quality = projection.quality
    values = [
        f"{name.replace('_', ' ')} {quality[name]:.3f}"
        for name in MEASURES
        if quality.get(name) is not None
    ]
    if not values:
        return ""
    sampled = quality.get("sampled")
    on = f"{sampled:,} sampled items" if sampled else "all items"
    said = f"Faithfulness of the map (1 is perfect): {', '.join(values)}; k = {quality['k']}"
    return " ".join((f"{said}, measured on {on}.", *quality.get("notes", ())))


def _clusters_record(clusters: Clusters) -> dict[str, Any]:
    return {
        "method": clusters.method,
        "params": dict(clusters.params),
        "seed": clusters.seed,
        "on": "vectors" if clusters.on == "vectors" else "map",
        "n": clusters.k,
        "noise": clusters.n_noise,
        "notes": list(clusters.notes),
    }


def _clusters_said(clusters: Clusters) -> str:
    where = "vectors" if clusters.on == "vectors" else "coordinates of the map"
    listed = _listed(clusters.params)
    return " ".join(
        (
            f"Clusters: {clusters.k:,} by {clusters.method} on the {where}"
            f" ({listed + '; ' if listed else ''}seed {clusters.seed};"
            f" {counted(clusters.n_noise, 'item')} in none).",
            *clusters.notes,
        )
    )


# -- versions --------------------------------------------------------------------------------------


def versions_of(modules: Sequence[str]) -> dict[str, str]:
    """Return the versions of this program, of Python and of the libraries; nothing is imported."""
    found = {"embexplorer": VERSION, "python": platform.python_version()}
    for module in modules:
        for name in _distributions(module.partition(".")[0]):
            found[name] = version(name)
    return found


def _distributions(module: str) -> list[str]:
    """Return the packages a module is installed from: ``scikit-learn`` for ``sklearn``."""
    name = DISTRIBUTIONS.get(module, module)
    try:
        version(name)
    except PackageNotFoundError:
        return sorted(set(packages_distributions().get(module, ())))
    return [name]


def _versions_said(versions: Mapping[str, str]) -> str:
    own, python, *others = (f"{name} {number}" for name, number in versions.items())
    return f"Made with {own} ({', '.join((python.replace('python', 'Python'), *others))})."


def _listed(params: Mapping[str, Any]) -> str:
    """Return ``n_neighbors = 15, min_dist = 0.1``."""
    return ", ".join(f"{name} = {_shown(value)}" for name, value in params.items())


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
