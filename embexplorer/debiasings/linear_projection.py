"""Linear projection: the direction between two classes is taken out of every vector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from embexplorer.core.contracts import Asks, Changed, Changing, Debiasing
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.measures.association import unit
from embexplorer.measures.bias_direction import TINY, principal_axes, project_out
from embexplorer.measures.changed_rows import AFTER, change_rows


@dataclass(frozen=True)
class LinearProjectionParams:
    """Parameters of linear projection."""

    direction: Annotated[
        Literal["means", "pca"],
        Doc(
            "Direction",
            "From the mean of one class to that of the other, or the first principal axis of both.",
        ),
    ] = "means"
    unit_length: Annotated[
        bool, Doc("Unit length", "Scale the vectors to length 1 before and after.")
    ] = True


def run(changing: Changing) -> Changed:
    """Take the direction out of all vectors, those of the classes too.

    References
    ----------
    Dev and Phillips 2019, Attenuating bias in word vectors, AISTATS.
    """
    params: LinearProjectionParams = changing.params
    classes = [group.vectors for group in changing.targets]
    if params.unit_length:
        classes = [unit(vectors) for vectors in classes]
    apart = classes[0].mean(axis=0) - classes[1].mean(axis=0)
    length = float(np.linalg.norm(apart))
    if length <= TINY * max(float(np.linalg.norm(one, axis=1).max()) for one in classes):
        first, second = (group.name for group in changing.targets)
        raise UserError(
            "The classes have no direction",
            f"“{first}” and “{second}” have the same mean.",
            "Choose other classes.",
        )
    if params.direction == "means":
        along = apart / length
    else:
        along = principal_axes([np.concatenate(classes)], 1).vectors[0]
    change_rows(
        changing.vectors,
        changing.out,
        lambda rows: project_out(rows, along[None]),
        unit_length=params.unit_length,
        progress=changing.progress,
    )
    scaling = "scale to length 1" if params.unit_length else "vectors as they are"
    after = "scale to length 1" if params.unit_length else "no scaling"
    return Changed(
        order=f"{scaling} → project → {after}",
        details={"mean_difference": length, "along_direction": abs(float(apart @ along)) / length},
        notes=(AFTER,),
    )


plugin = Debiasing(
    id="linear-projection",
    title="Linear projection",
    summary="Takes the direction between two classes out of every vector.",
    params=LinearProjectionParams,
    source=(
        "Dev and Phillips 2019, Attenuating bias in word vectors, AISTATS, "
        "https://proceedings.mlr.press/v89/dev19a.html"
    ),
    asks=Asks(targets=2),
    formula="w − (w · u) u, u from one class mean to the other, or the first principal axis",
    run=run,
)
