"""Neighbor bias: whether words that leaned to a side still have neighbors of that side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from embexplorer.core.contracts import Asks, Group, ItemScore, Probe, Probed, Probing
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.measures.along_direction import FIRST, Way, direction_scale, pairs_of
from embexplorer.measures.neighbors import find_nearest_many
from embexplorer.measures.original_sides import original_sides

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.measures.original_sides import OriginalSides

FEWEST = 3  # words of a correlation that says anything
TINY = 1e-12  # spreads below are what rounding leaves


@dataclass(frozen=True)
class NeighborBiasParams:
    """Parameters of neighbor bias."""

    k: Annotated[int, Doc("Neighbors", "So many of each word, by the cosine.", 1, 10_000)] = 100
    n_first: Annotated[int, FIRST] = 50_000
    way: Way = "pca"


def run(probing: Probing) -> Probed:
    """Return Pearson's correlation of how words lay and on which side their neighbors lay.

    Neighbors are found in the space as it is, exactly; sides are those of the original space.

    References
    ----------
    Gonen and Goldberg 2019, Lipstick on a pig: debiasing methods cover up systematic gender biases
    in word embeddings but do not remove them, NAACL.
    """
    params: NeighborBiasParams = probing.params
    sides = original_sides(probing, params.way, params.n_first, probing.progress.part(0.0, 0.3))
    words = probing.words
    assert words is not None, "the probe asks for words"
    known = np.flatnonzero(np.isfinite(sides.words))
    lost = [words.items[at] for at in np.flatnonzero(~np.isfinite(sides.words))]
    group = words.take(known)
    shares, k = _shares(probing, sides, group, params.k)
    before = sides.words[known]
    value = _pearson(shares, before)
    first = pairs_of(probing)[0].items[0]
    notes = list(sides.notes)
    if lost:
        notes.append(f"Words without a vector in the original space: {', '.join(lost[:8])}.")
    if k < params.k:
        notes.append(f"There are {k:,} other items to be neighbors, not {params.k:,}.")
    notes.append(
        f"The {k:,} nearest by the cosine, exact; a neighbor counts for the side of “{first}” "
        "where its cosine with the original direction is positive. The correlation says how "
        "regular the relation is, not how strong; it is high in a space that nothing was done to."
    )
    return Probed(
        meaning=(
            f"How far the {len(group)} words lay toward “{first}” and which share of their {k:,} "
            f"neighbors did go together with a correlation of {value:.2f}, where 0 is not at all."
        ),
        statistic=value,
        bounds=(-1.0, 1.0),
        per_item=tuple(
            ItemScore(item, group.key, share)
            for item, share in zip(group.items, shares.tolist(), strict=True)
        ),
        details={
            "k": k,
            "words": [
                {"item": item, "share": share, "original": score}
                for item, share, score in zip(
                    group.items, shares.tolist(), before.tolist(), strict=True
                )
            ],
        },
        notes=tuple(notes),
    )


def _shares(
    probing: Probing, sides: OriginalSides, words: Group, k: int
) -> tuple[NDArray[np.float64], int]:
    """Return (m,) the share of neighbors on the first side of each word, and their number.

    One more neighbor than needed is found, because a word is its own nearest.
    """
    space, scores = probing.space, sides.scores
    left_out = np.flatnonzero(np.isnan(scores))
    k = min(k, len(scores) - len(left_out) - 1)
    if k < 1:
        raise UserError(
            "No neighbors to look at",
            f"{len(scores) - len(left_out):,} of the first {len(scores):,} items have a side.",
            "Look at more items of the space.",
        )
    found = find_nearest_many(
        space.vectors[: len(scores)],
        words.vectors,
        k + 1,
        exclude=left_out,
        progress=probing.progress.part(0.3, 1.0),
    )
    shares = [
        np.mean(scores[near.indices[near.indices != row][:k]] > 0)
        for near, row in zip(found, words.rows.tolist(), strict=True)
    ]
    return np.array(shares), k


def _pearson(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    if len(one) < FEWEST:
        raise UserError(
            "Too few words",
            f"A correlation needs {FEWEST} words; there are {len(one)} in both spaces.",
            "Add words that are in this space.",
        )
    if min(one.std(), other.std()) <= TINY:
        raise UserError(
            "Nothing to correlate",
            "All words have the same share of neighbors, or lay equally far along the direction.",
            "Choose other words, or another number of neighbors.",
        )
    return float(np.clip(np.corrcoef(one, other)[0, 1], -1.0, 1.0))


plugin = Probe(
    id="neighbor-bias",
    title="Neighbor bias",
    summary="Whether words that leaned to a side still have the neighbors of that side.",
    params=NeighborBiasParams,
    source=(
        "Gonen and Goldberg 2019, Lipstick on a pig: debiasing methods cover up systematic gender "
        "biases in word embeddings but do not remove them, NAACL, https://aclanthology.org/N19-1061"
    ),
    asks=Asks(pairs=True, words=True, original=True),
    formula=(
        "Pearson’s r over words of cos(w, g) in the original space and the share of the k nearest "
        "of w that lay on the positive side of g"
    ),
    run=run,
    scale=direction_scale,
)
