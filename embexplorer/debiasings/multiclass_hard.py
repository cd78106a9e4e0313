"""Multiclass hard debiasing: neutral items lose what they have in a subspace of several classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from embexplorer.core.contracts import Asks, Changed, Changing, Debiasing
from embexplorer.core.params import Doc
from embexplorer.measures.association import unit
from embexplorer.measures.bias_direction import principal_axes
from embexplorer.measures.changed_rows import AFTER
from embexplorer.measures.hard_debias import debias_hard, sets_to_equalize
from embexplorer.measures.labeled_classes import check_classes


@dataclass(frozen=True)
class MulticlassHardParams:
    """Parameters of multiclass hard debiasing."""

    n_axes: Annotated[
        int, Doc("Axes", "How many principal axes of the sets are taken out.", min=1, max=50)
    ] = 2
    equalize: Annotated[
        bool,
        Doc("Equalize", "Make sets equally far from all neutral items; the classes, without sets."),
    ] = True


def run(changing: Changing) -> Changed:
    """Take out the first principal axes of sets with one item of each class.

    The first items of all classes are a set, and so are the second ones; each is centered on its
    middle, and the axes are those of all together.

    References
    ----------
    Manzini, Lim, Black and Tsvetkov 2019, Black is to criminal as Caucasian is to police:
    detecting and removing multiclass bias in word embeddings, NAACL.
    """
    params: MulticlassHardParams = changing.params
    check_classes(changing.targets)
    units = [unit(group.vectors) for group in changing.targets]
    axes = principal_axes(list(np.stack(units, axis=1)), params.n_axes)
    equal, notes = sets_to_equalize(changing, changing.targets, is_asked=params.equalize)
    counts = debias_hard(changing, axes.vectors, changing.targets, equal)
    few = len(axes.vectors)
    if few < params.n_axes:
        notes = (*notes, f"The sets differ along {few} axes, so no more were taken out.")
    return Changed(
        order="scale to length 1 → neutralize and equalize → scale to length 1",
        details={"shares": axes.shares.tolist(), **counts},
        notes=(*notes, AFTER),
    )


plugin = Debiasing(
    id="multiclass-hard",
    title="Multiclass hard debiasing",
    summary="Takes several axes, along which three or more classes differ, out of neutral items.",
    params=MulticlassHardParams,
    source=(
        "Manzini, Lim, Black and Tsvetkov 2019, Black is to criminal as Caucasian is to "
        "police: detecting and removing multiclass bias in word embeddings, NAACL, "
        "https://aclanthology.org/N19-1062"
    ),
    asks=Asks(targets=None, least=1, are_paired=True, equalize=True),
    formula="w − Σ (w · b) b over the first k axes b, to length 1; sets as in hard debiasing",
    run=run,
)
