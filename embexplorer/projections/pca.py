"""PCA: the plane or room in which the vectors vary most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from embexplorer.core.contracts import Projected, Projecting, ProjectionMethod
from embexplorer.core.params import Doc
from embexplorer.engines.directions import ROUNDING, find_directions
from embexplorer.engines.principal import find_principal
from embexplorer.engines.trivial_layout import one_place_note


@dataclass(frozen=True)
class PcaParams:
    """Parameters of PCA."""

    unit_length: Annotated[
        bool,
        Doc("Unit length", "Bring every vector to length 1 first, so that only direction counts."),
    ] = False
    whiten: Annotated[
        bool, Doc("Whiten", "Give every axis of the map the same spread.", advanced=True)
    ] = False


def run(projecting: Projecting) -> Projected:
    """Return the coords along the principal axes; the seed changes nothing."""
    vectors, dims = projecting.vectors, projecting.dims
    params: PcaParams = projecting.params
    n, d = vectors.shape
    notes: list[str] = []
    smallest = 0.0
    if params.unit_length:
        directions = find_directions(vectors)
        notes.extend(directions.notes)
        vectors = directions.vectors[:, :d]  # a zero vector stays at zero, its cosine with all
        smallest = ROUNDING
    found = find_principal(vectors, dims, projecting.progress, smallest=smallest)
    coords = found.coords
    if params.whiten:
        coords = (coords / np.where(found.spread == 0, 1.0, found.spread)).astype(np.float32)
    empty = int(np.count_nonzero(found.spread == 0))
    if empty == dims:
        notes.append(one_place_note(n, are_directions=params.unit_length))
    elif empty:
        kind = "a line" if empty == dims - 1 else "a plane"
        axis = "axis" if empty == 1 else "axes"
        notes.append(f"The vectors lie on {kind}, so the map has {empty} empty {axis}.")
    axes = tuple(f"PC {axis + 1}, {share:.1%}" for axis, share in enumerate(found.shares))
    return Projected(coords, axes, tuple(notes), tuple(found.shares.tolist()))


def metric(params: PcaParams) -> str:
    """Return the metric that the map tries to keep."""
    return "cosine" if params.unit_length else "euclidean"


plugin = ProjectionMethod(
    id="pca",
    title="PCA",
    summary="Linear and fast: distances and directions on the map mean something; choose it first.",
    params=PcaParams,
    source="Jolliffe 2002, Principal Component Analysis, https://doi.org/10.1007/b98835",
    run=run,
    metric=metric,
    uses_seed=False,
)
