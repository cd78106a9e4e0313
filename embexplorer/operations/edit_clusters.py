"""What a person does with clusters: renames, merges, makes a column or a table of them."""

from __future__ import annotations

import dataclasses
import uuid
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from embexplorer.core.counted import counted
from embexplorer.core.derived import Clusters, DerivedColumn
from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM, Space
from embexplorer.engines.cluster_labels import largest_first
from embexplorer.operations.cluster_names import N_TERMS, name_of_terms, told_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

ON_VECTORS = "vectors"


def rename(clusters: Clusters, cluster: int, name: str) -> Clusters:
    """Return the clusters with another name for one.

    Raises
    ------
    UserError
        When the name is empty or another cluster has it.
    """
    name = " ".join(name.split())
    if not name:
        raise UserError("A cluster needs a name", "The name is empty.", "Type one.")
    names = list(clusters.names)
    names[cluster] = name
    if clusters.names.count(name) > (clusters.names[cluster] == name):
        raise UserError(
            "The name is taken",
            f"Another cluster is called “{name}” already.",
            "Choose another name, or merge the two.",
        )
    return dataclasses.replace(clusters, names=tuple(names))


def merge(clusters: Clusters, which: Sequence[int]) -> Clusters:
    """Return the clusters with some of them made one, the largest first again.

    The terms are those of the parts in turn, and the medoid is that of the largest part: the texts
    are not counted again.

    Raises
    ------
    UserError
        When fewer than two are given.
    """
    parts = sorted(set(which))
    if len(parts) < 2:
        raise UserError(
            "Nothing to merge", f"{len(parts)} cluster is chosen.", "Choose two or more."
        )
    kept = parts[0]  # the largest: clusters are in the order of size
    moved = np.where(np.isin(clusters.labels, parts), np.int32(kept), clusters.labels)
    labels = largest_first(moved)
    labels.flags.writeable = False
    names, terms = list(clusters.names), list(clusters.terms)
    turns = zip_longest(*(clusters.terms[part] for part in parts))
    mixed = dict.fromkeys(term for turn in turns for term in turn if term is not None)
    terms[kept] = tuple(mixed)[:N_TERMS]
    are_terms = all(names[part] == name_of_terms(clusters.terms[part]) for part in parts)
    joined = " + ".join(names[part] for part in parts)
    names[kept] = name_of_terms(terms[kept]) if are_terms and mixed else joined
    _, first = np.unique(labels[labels >= 0], return_index=True)
    order = moved[moved >= 0][first]
    listed = ", ".join(f"“{clusters.names[part]}”" for part in parts)
    return dataclasses.replace(
        clusters,
        id=uuid.uuid4().hex,
        labels=labels,
        names=tuple(told_apart([names[old] for old in order])),
        terms=tuple(terms[old] for old in order),
        medoids=clusters.medoids[order],
        notes=(*clusters.notes, f"Merged by hand: {listed}."),
    )


def column_of(clusters: Clusters, name: str = "cluster") -> DerivedColumn:
    """Return the name of each item's cluster as a column; null for an item in none."""
    is_noise = clusters.labels < 0
    values = pa.DictionaryArray.from_arrays(
        pa.array(clusters.labels, mask=is_noise), pa.array(clusters.names, pa.string())
    )
    settings = [f"{key} {value}" for key, value in clusters.params.items() if value is not None]
    what = "the vectors" if clusters.on == ON_VECTORS else "the coordinates of a map"
    groups = counted(clusters.k, "cluster")
    how = (
        f"Clustered {what} with {clusters.method} ({', '.join([*settings, ''])}"
        f"seed {clusters.seed}): {groups}, {clusters.n_noise:,} of {len(clusters.labels):,} items "
        "in none."
    )
    return DerivedColumn(
        space_id=clusters.space_id,
        name=name,
        values=values,
        how=how,
        params={
            "method": clusters.method,
            "params": dict(clusters.params),
            "seed": clusters.seed,
            "on": clusters.on,
            "clusters_id": clusters.id,
        },
        projection_id="" if clusters.on == ON_VECTORS else clusters.on,
    )


def cluster_table(space: Space, clusters: Clusters) -> pa.Table:
    """Return the columns item, cluster (-1 for none) and name (null for none), in order."""
    names = column_of(clusters).values.cast(pa.string())
    return pa.table(
        {
            ITEM: space.table.column(ITEM),
            "cluster": pa.array(clusters.labels),
            "name": names,
        }
    )
