"""What is worked out about the items of a space beside its own table: columns and groups."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class DerivedColumn:
    """One value for each item of a space, never written into the space itself.

    Parameters
    ----------
    space_id
        The space whose rows the values follow.
    name
        As the person reads it; unique among the columns of the space.
    values
        n values; null where an item has none.
    how
        How it was worked out, in one sentence that can be copied into a paper.
    params
        What is needed to work it out again.
    projection_id
        The map it was measured on; empty where it depends on the vectors alone.
    """

    space_id: str
    name: str
    values: pa.Array | pa.ChunkedArray
    how: str
    params: Mapping[str, Any] = field(default_factory=dict)
    projection_id: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Groups of the items of a space.

    Parameters
    ----------
    space_id
        The space whose rows the labels follow.
    method, params, seed
        What found the groups.
    labels
        (n,) int32, not writeable: the group of each item, the largest group first; -1 for an item
        in none (noise).
    names
        (k,) names of the groups, which a person may change.
    terms
        (k,) words that set each group apart, the strongest first; empty where items have no text.
    medoids
        (k,) int64 rows: the item nearest to the middle of each group.
    on
        ``vectors``, or the id of the projection whose coords were grouped.
    seconds
        How long it took.
    notes
        What a person must know, one sentence each.
    """

    space_id: str
    method: str
    labels: NDArray[np.int32]
    names: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]
    medoids: NDArray[np.int64]
    on: str = "vectors"
    params: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def k(self) -> int:
        """Number of groups."""
        return len(self.names)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """(k,) number of items in each group."""
        return np.bincount(self.labels[self.labels >= 0], minlength=self.k)

    @property
    def n_noise(self) -> int:
        """Number of items in no group."""
        return int(np.count_nonzero(self.labels < 0))
