"""The contents of a map: its clusters with names, sizes and terms, and how they were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.app.appearance import coloring_of
from embexplorer.app.presenters.deriving import name_in_table
from embexplorer.app.presenters.library import projection_title
from embexplorer.core.counted import counted
from embexplorer.operations import edit_clusters as editing
from embexplorer.operations.cluster import MAP_NOTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.app.state import State
    from embexplorer.core.derived import Clusters, DerivedColumn
    from embexplorer.core.space import Space

TERMS_SHOWN = 6
BY_TERMS = "Names are the terms that set the texts of a cluster apart (c-TF-IDF)."
BY_ITEMS = "Names are the items nearest to the middle of each cluster."


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """One cluster in the contents; `terms` are those that its name does not hold.

    `position` is its place in the palette of categories.
    """

    number: int
    name: str
    size: int
    terms: str
    position: int


@dataclass(frozen=True, slots=True)
class Contents:
    """The list of clusters.

    Parameters
    ----------
    clusters_id, title
        Which clusters, and how they were found.
    rows
        The largest first.
    notes
        On what they were found, what is noise, how they got their names.
    choices
        Id and title of all clusters of the space, oldest first.
    """

    clusters_id: str
    title: str
    rows: tuple[ClusterRow, ...]
    notes: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]


def clusters_with(state: State, clusters_id: str) -> Clusters | None:
    """Return the clusters with this id, or None."""
    return next((item for item in state.document.clusters if item.id == clusters_id), None)


def column_with(state: State, clusters_id: str) -> DerivedColumn | None:
    """Return the column that holds the names of clusters, or None."""
    columns = state.document.columns
    return next((item for item in columns if item.params.get("clusters_id") == clusters_id), None)


def shown_clusters(state: State) -> Clusters | None:
    """Return the clusters that are named on the map, else those found last, or None."""
    mine = state.document.clusters_of(state.active_space)
    named = [item for item in mine if item.id == state.style.labels]
    return next(iter((*named, *reversed(mine))), None)


def contents_of(state: State) -> Contents | None:
    """Return what the contents list shows; None where the active space has no clusters."""
    clusters, space = shown_clusters(state), state.space
    if clusters is None or space is None:
        return None
    positions = _positions(state, space, clusters)
    rows = tuple(
        ClusterRow(number, name, int(size), _further(terms, name), position)
        for number, (name, size, terms, position) in enumerate(
            zip(clusters.names, clusters.sizes, clusters.terms, positions, strict=True)
        )
    )
    mine = state.document.clusters_of(space.id)
    return Contents(
        clusters.id,
        clusters_title(state, clusters),
        rows,
        notes_of(state, clusters),
        tuple((item.id, clusters_title(state, item)) for item in mine),
    )


def clusters_title(state: State, clusters: Clusters) -> str:
    """Return ``Cluster (HDBSCAN, map)``: the name of their column, as they are chosen by."""
    column = column_with(state, clusters.id)
    name = "" if column is None else name_in_table(state, column)
    return name or f"{clusters.method}, {counted(clusters.k, 'cluster')}"


def notes_of(state: State, clusters: Clusters) -> tuple[str, ...]:
    """Return on what clusters were found, what is noise, how they got their names."""
    if clusters.on == editing.ON_VECTORS:
        where = ["Found on the vectors, in the full space."]
    else:
        projection = state.document.projection(clusters.on)
        title = "a map that was removed" if projection is None else projection_title(projection)
        where = [f"Found on the map ({title}). {MAP_NOTE}"]
    noise = f"{noise_of(clusters).capitalize()}."
    named = BY_TERMS if any(clusters.terms) else BY_ITEMS
    said = [note for note in clusters.notes if note != MAP_NOTE and "noise: in no" not in note]
    return (*where, noise, *([named] if clusters.k else []), *said)


def noise_of(clusters: Clusters) -> str:
    """Return ``312 of 7,000 items are noise (4.5%)``."""
    n, noise = len(clusters.labels), clusters.n_noise
    if not noise:
        return "every item is in a cluster"
    return f"{noise:,} of {n:,} items {'is' if noise == 1 else 'are'} noise ({noise / n:.1%})"


def _further(terms: Sequence[str], name: str) -> str:
    """Return the strongest terms that a name does not hold."""
    named = set(name.split(", "))
    return ", ".join([term for term in terms if term not in named][:TERMS_SHOWN])


def text_of_contents(contents: Contents) -> str:
    """Return the list as lines with tabs, and how it was made."""
    lines = ["cluster\titems\tterms"]
    lines += [f"{row.name}\t{row.size}\t{row.terms}" for row in contents.rows]
    return "\n".join([*lines, "", contents.title, *contents.notes])


def _positions(state: State, space: Space, clusters: Clusters) -> list[int]:
    """Return the place in the palette of each cluster, as the legend of their column has it."""
    column = column_with(state, clusters.id)
    name = "" if column is None else name_in_table(state, column)
    coloring = coloring_of(space, name) if name else None
    if coloring is None or coloring.kind != "category":
        return [0] * clusters.k
    places = dict(zip(coloring.names, coloring.positions, strict=True))
    return [places.get(name, -1) for name in clusters.names]
