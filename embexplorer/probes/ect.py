"""ECT: whether two groups rank attributes alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from embexplorer.core.contracts import Asks, ItemScore, Probe, Probed, Probing
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.measures.association import cosines, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray


FEWEST = 3  # attributes of a correlation that says anything


@dataclass(frozen=True)
class EctParams:
    """Parameters of ECT."""

    unit_length: Annotated[
        bool, Doc("Unit length", "Scale the vectors to length 1 before the mean of a group.")
    ] = False


def run(probing: Probing) -> Probed:
    """Return Spearman's correlation of the cosines of both groups with the attributes.

    Equal cosines share their mean rank.

    References
    ----------
    Dev and Phillips 2019, Attenuating bias in word vectors, AISTATS.
    """
    one, other = _cosines(probing)
    attributes = probing.attributes[0]
    value = _spearman(one, other)
    first, second = (group.name for group in probing.targets)
    return Probed(
        meaning=(
            f"“{first}” and “{second}” order the {len(attributes)} items of “{attributes.name}” by "
            f"nearness with a rank correlation of {value:.2f}, where 1 is the same order."
        ),
        statistic=value,
        bounds=(-1.0, 1.0),
        per_item=tuple(
            ItemScore(item, attributes.key, value)
            for item, value in zip(attributes.items, (one - other).tolist(), strict=True)
        ),
        notes=(
            "1 means that both groups rank the attributes alike. The score of an item is the "
            "difference of its cosines with both groups.",
        ),
        sides=(second, first),
    )


def measure(probing: Probing) -> float:
    """Return the correlation alone."""
    return _spearman(*_cosines(probing))


def _cosines(probing: Probing) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    found = []
    words = probing.attributes[0].vectors
    for group in probing.targets:
        vectors = unit(group.vectors) if probing.params.unit_length else group.vectors
        middle = vectors.mean(axis=0)
        if not np.any(middle):
            raise UserError(
                "A group has no direction",
                f"The mean of “{group.name}” is zero, so that it has no cosine.",
                "Choose other targets.",
            )
        found.append(cosines(words, middle[None])[:, 0])
    return found[0], found[1]


def _spearman(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    if len(one) < FEWEST:
        raise UserError(
            "Too few attributes",
            f"A correlation of ranks needs {FEWEST} attributes; there are {len(one)}.",
            "Add attributes that are in this space.",
        )
    ranks, other_ranks = _ranks(one), _ranks(other)
    if ranks.std() == 0.0 or other_ranks.std() == 0.0:
        raise UserError(
            "No ranks to compare",
            "All attributes have the same cosine with a group.",
            "Choose other attributes.",
        )
    return float(np.corrcoef(ranks, other_ranks)[0, 1])


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ranks from 1; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    means: NDArray[np.float64] = (last - (counts - 1) / 2.0)[inverse]
    return means


plugin = Probe(
    id="ect",
    title="Embedding coherence test",
    summary="Whether two groups of items are near to the same attributes, in the same order.",
    params=EctParams,
    source=(
        "Dev and Phillips 2019, Attenuating bias in word vectors, AISTATS, "
        "https://proceedings.mlr.press/v89/dev19a.html"
    ),
    asks=Asks(targets=2, attributes=1, least=1),
    formula="Spearman’s ρ of cos(mean(T1), a) and cos(mean(T2), a) over attributes a",
    zero=1.0,
    run=run,
    measure=measure,
    control="attributes",
)
