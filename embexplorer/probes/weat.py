"""WEAT: whether two sets of targets are associated with two sets of attributes differently."""

from __future__ import annotations

from embexplorer.core.contracts import Asks, Probe
from embexplorer.measures.association import association_scale
from embexplorer.measures.set_association import (
    AssociationParams,
    find_association,
    measure_association,
)

plugin = Probe(
    id="weat",
    title="WEAT",
    summary="Whether two sets of items lie nearer to one set of attributes or to the other.",
    params=AssociationParams,
    source=(
        "Caliskan, Bryson and Narayanan 2017, Semantics derived automatically from language "
        "corpora contain human-like biases, Science 356, https://doi.org/10.1126/science.aal4230"
    ),
    asks=Asks(targets=2, attributes=2),
    formula="d = (mean over X of s − mean over Y of s) / standard deviation of s over X and Y",
    run=find_association,
    measure=measure_association,
    control="targets",
    scale=association_scale,
)
