"""What a projection is: coords on a map, how they were made, and how faithful they are."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Coords = NDArray[np.float32]  # (n, 2) or (n, 3)

FROM_FILE = "file"
BIAS_AXES = "bias-axes"
SHARED_AXES = "shared-axes"
TITLES = {BIAS_AXES: "Bias axes", SHARED_AXES: "Shared PCA"}
"""What coords on axes that were found by operations, and not by a projection method, are called."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Projection:
    """Coords of the items of a space, of all or of a sample.

    Parameters
    ----------
    space_id
        The space whose rows the coords follow.
    method
        Id of the projection method, or ``file`` for coords that a file brought, or one of `TITLES`.
    coords
        (n, 2) or (n, 3) float32, not writeable.
    params
        Parameters of the method.
    seed
        Seed of the method.
    quality
        Measures of faithfulness by name; empty until they are computed.
    seconds
        How long the method took.
    notes
        What a person must know about it, one sentence each.
    axes
        What each axis means, where it means something, such as ``PC 1, 12.3%``.
    explained_variance
        (dims,) what share of the variance of the vectors lies along each axis, for a method that
        knows it, such as PCA; empty for the others.
    units
        (dims,) what one unit of the coords is worth along each axis, where the axes are measured
        in something, such as a cosine: then they have numbers; empty where they have none.
    rows
        (n,) int64, ascending: the rows of the space that the coords belong to; None when they
        are all rows.
    labels_from
        Name of the column whose groups the method was told to pull together; empty where it saw
        the vectors alone.
    onto
        Id of the projection of another space whose place these items were given; empty for a map
        of its own.
    made_at
        When it was made, as ``2026-11-22T18:30``, local time; empty where nobody noted it.
    """

    space_id: str
    method: str
    coords: Coords
    params: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    quality: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    explained_variance: tuple[float, ...] = ()
    units: tuple[float, ...] = ()
    rows: NDArray[np.int64] | None = None
    made_at: str = ""
    labels_from: str = ""
    onto: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def explained_variance_total(self) -> float | None:
        """What share of the variance the map shows; None where it is not known."""
        return sum(self.explained_variance) if self.explained_variance else None

    @property
    def is_repeatable(self) -> bool:
        """Whether a projection method made it of these items alone, and would again."""
        return not self.onto and self.method != FROM_FILE and self.method not in TITLES

    @property
    def n(self) -> int:
        """Number of items on the map."""
        return len(self.coords)

    @property
    def dims(self) -> int:
        """2 or 3."""
        return int(self.coords.shape[1])


def projection_of_file(space_id: str, coords: Coords) -> Projection:
    """Return coords (n, 2|3) that a file brought as a projection.

    An item whose coords are not finite has no place: it is not among the `rows`.
    """
    note = "Coords as the file gives them."
    is_placed = np.isfinite(coords).all(axis=1)
    if is_placed.all():
        return Projection(space_id, "file", coords, notes=(note,))
    rows = np.flatnonzero(is_placed)
    placed = np.ascontiguousarray(coords[rows])
    placed.flags.writeable = False
    return Projection(space_id, "file", placed, notes=(note,), rows=rows)
