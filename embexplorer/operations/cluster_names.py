"""What each cluster is called: by the terms of its texts, or by the items in its middle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embexplorer.core.space import ITEM, TEXT, Space
from embexplorer.engines.row_errors import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors

N_TERMS = 10
IN_A_NAME = 3  # terms or items
MIDDLE = 12  # items nearest to the middle of a cluster among which those of a name are found
SAMPLED = 1000  # items that say whether they are texts
# Above either mean, items are texts and not names.
TEXT_WORDS = 3
TEXT_CHARACTERS = 20
RARE_FROM = 100  # texts from which a term must stand in two


@dataclass(frozen=True, slots=True)
class Described:
    """Names, terms and medoids of k clusters, as `core.derived.Clusters` has them."""

    names: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]
    medoids: NDArray[np.int64]


def describe_clusters(
    space: Space,
    labels: NDArray[np.int32],
    points: Vectors,
    rows: NDArray[np.int64] | None,
    progress: Progress,
) -> Described:
    """Return what to call each cluster.

    Parameters
    ----------
    space
        The space whose items were grouped.
    labels
        (n,) from 0 without a gap; -1 for noise.
    points
        What was grouped: vectors (of unit length where only the direction counts) or coords.
    rows
        The rows of the space that the points are; None when they are all.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    k = int(labels.max(initial=-1)) + 1
    middles = _middle_rows(labels if rows is None else labels[rows], k, points, progress)
    if rows is not None:
        middles = [rows[found] for found in middles]
    medoids = np.array([found[0] for found in middles], np.int64)
    terms: list[tuple[str, ...]] = [()] * k
    if k and has_texts(space):
        terms = _terms(space, labels, progress)
    names = [
        name_of_terms(words) if words else _name_of_items(space.items.take(found))
        for words, found in zip(terms, middles, strict=True)
    ]
    return Described(tuple(told_apart(names)), tuple(terms), medoids)


def has_texts(space: Space) -> bool:
    """Whether the items are texts, whose words can name a cluster, and not names themselves."""
    if TEXT in space.table.column_names:
        return True
    step = max(1, space.n // SAMPLED)
    items = space.items[::step]
    words = sum(len(item.split()) for item in items) / len(items)
    return words >= TEXT_WORDS or sum(map(len, items)) / len(items) > TEXT_CHARACTERS


def name_of_terms(terms: Sequence[str]) -> str:
    """Return the name of a cluster by its first terms."""
    return ", ".join(terms[:IN_A_NAME])


def told_apart(names: Sequence[str]) -> list[str]:
    """Return the names, each once: a repeated one gets a number behind."""
    told: list[str] = []
    for name in names:
        unique, number = name, 2
        while unique in told:
            unique, number = f"{name} ({number})", number + 1
        told.append(unique)
    return told


def _name_of_items(items: Sequence[str]) -> str:
    """Return the first few different items, or the first alone where it is long."""
    different = list(dict.fromkeys(shown(item) for item in items))
    if len(different[0]) > TEXT_CHARACTERS:
        return different[0]
    return ", ".join([item for item in different if len(item) <= TEXT_CHARACTERS][:IN_A_NAME])


def _terms(space: Space, labels: NDArray[np.int32], progress: Progress) -> list[tuple[str, ...]]:
    from embexplorer.measures.terms import class_tf_idf, count_terms

    fewest = 2 if space.n >= RARE_FROM else 1
    counts = count_terms(_texts(space), min_documents=fewest, progress=progress)
    return [
        tuple(ranked.term for ranked in terms) for terms in class_tf_idf(counts, labels, N_TERMS)
    ]


def _texts(space: Space) -> pa.ChunkedArray:
    items = space.table.column(ITEM)
    if TEXT not in space.table.column_names:
        return items
    texts = space.table.column(TEXT).cast(pa.large_string())
    return pc.coalesce(texts, items.cast(pa.large_string()))


def _middle_rows(
    labels: NDArray[np.int32], k: int, points: Vectors, progress: Progress
) -> list[NDArray[np.int64]]:
    """Return for each cluster the points nearest to its mean, the nearest first; ties by row."""
    order = np.argsort(labels, kind="stable").astype(np.int64)
    starts = np.searchsorted(labels[order], np.arange(k + 1))
    found = []
    for label in range(k):
        progress.raise_if_cancelled()
        rows = order[starts[label] : starts[label + 1]]
        members = points[rows]
        apart = members - members.mean(axis=0, dtype=np.float64)
        distances = np.einsum("ij,ij->i", apart, apart)
        found.append(rows[np.argsort(distances, kind="stable")[:MIDDLE]])
    return found
