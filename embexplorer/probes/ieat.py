"""iEAT: WEAT over images."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from embexplorer.core.contracts import Asks, Probe, Probed, Probing
from embexplorer.measures.association import association_scale
from embexplorer.measures.set_association import (
    AssociationParams,
    ExactUpTo,
    find_association,
    mean_by_owner,
    measure_association,
)


@dataclass(frozen=True)
class IeatParams(AssociationParams):
    """Parameters of iEAT: those of WEAT, with fewer partitions that are all counted."""

    exact_up_to: ExactUpTo = 10_000


def run(probing: Probing) -> Probed:
    """Return the association test of images.

    References
    ----------
    Steed and Caliskan 2021, Image representations learned with unsupervised pre-training contain
    human-like biases, FAccT.
    """
    found = find_association(probing)
    if all(group.owners is None for group in probing.targets):
        return found
    averages = mean_by_owner(probing, found.per_item)
    return dataclasses.replace(found, details={**found.details, "per_word": averages})


plugin = Probe(
    id="ieat",
    title="iEAT",
    summary="WEAT over images, named one by one or by a column such as their folder.",
    params=IeatParams,
    source=(
        "Steed and Caliskan 2021, Image representations learned with unsupervised pre-training "
        "contain human-like biases, FAccT, https://doi.org/10.1145/3442188.3445932"
    ),
    asks=Asks(targets=2, attributes=2, word_column=None),
    formula="d = (mean over X of s − mean over Y of s) / standard deviation of s over X and Y",
    run=run,
    measure=measure_association,
    scale=association_scale,
)
