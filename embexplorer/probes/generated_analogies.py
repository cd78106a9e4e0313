"""Generated analogies: which pairs of words differ as the pairs do, and what asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from embexplorer.core.contracts import Asks, ItemScore, Probe, Probed, Probing
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.measures.along_direction import (
    Way,
    direction_of,
    direction_scale,
    pair_names,
    pairs_of,
)
from embexplorer.measures.association import unit
from embexplorer.measures.bias_direction import notes_on
from embexplorer.measures.parallel_pairs import find_parallel_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.measures.parallel_pairs import ParallelPairs


@dataclass(frozen=True)
class GeneratedAnalogiesParams:
    """Parameters of generated analogies."""

    n_pairs: Annotated[int, Doc("Pairs", "How many are found at most.", min=1, max=2000)] = 100
    vocabulary: Annotated[
        int,
        Doc(
            "Vocabulary",
            "All pairs of the first so many items are compared; twice as many take four times as "
            "long.",
            min=10,
            max=100_000,
        ),
    ] = 10_000
    delta: Annotated[
        float,
        Doc(
            "Largest distance",
            "Of the two words of a pair, as vectors of length 1; 1 is an angle of 60 degrees.",
            min=0.01,
            max=2.0,
        ),
    ] = 1.0
    way: Way = "single"


def run(probing: Probing) -> Probed:
    """Return the pairs whose difference is most parallel to the direction of the pairs.

    With it goes the check without restriction: what is nearest to y + (a - b), with a - b the mean
    difference of the pairs of length 1 (for the way ``single``, of the first pair), where y itself
    and all inputs may be the answer.

    References
    ----------
    Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman is to
    homemaker? Debiasing word embeddings, NIPS. Nissim, van Noord and van der Goot 2020, Fair is
    better than sensational: man is to doctor as woman is to doctor, Computational Linguistics 46.
    """
    params: GeneratedAnalogiesParams = probing.params
    direction = direction_of(probing, params.way)
    rows, vectors = _vocabulary(probing, params.vocabulary)
    found = find_parallel_pairs(
        vectors, direction.vector, params.n_pairs, params.delta, probing.progress
    )
    if not len(found.scores):
        raise UserError(
            "No pairs are near enough",
            f"No two of the first {len(rows):,} items are within {params.delta:g} of each other.",
            "Allow a larger distance, or compare more items.",
        )
    first, second = pairs_of(probing)
    answers = _unrestricted(vectors, found, _difference(probing, params.way))
    same, expected = (float(np.mean(answers == side)) for side in (found.second, found.first))
    value = float(found.scores.mean())
    items = [probing.space.items.take(rows[part]) for part in (found.first, found.second, answers)]
    poles = {*first.rows.tolist(), *second.rows.tolist(), *probing.specific.tolist()}
    analogies = [
        {
            "x": x,
            "y": y,
            "score": score,
            "distance": distance,
            "unrestricted": answer,
            "by_definition": bool(poles & {int(rows[one]), int(rows[other])}),
        }
        for x, y, answer, score, distance, one, other in zip(
            *items,
            found.scores.tolist(),
            found.distances.tolist(),
            found.first.tolist(),
            found.second.tolist(),
            strict=True,
        )
    ]
    notes = list(notes_on(direction, pair_names(probing)))
    if len(analogies) < params.n_pairs:
        notes.append(f"There are {len(analogies):,} such pairs, not {params.n_pairs:,}.")
    if len(rows) < probing.space.n:
        notes.append(f"The first {len(rows):,} of {probing.space.n:,} items were compared.")
    notes += [
        f"Pairs at most {params.delta:g} apart, vectors of length 1, each word once a side. A pair "
        "must be of two words, which by itself makes differences appear (Nissim et al. 2020).",
        f"Asked for what is nearest to y + a − b, whatever it is, {same:.0%} of the pairs (x, y) "
        f"answer y, {expected:.0%} answer x.",
    ]
    return Probed(
        meaning=(
            f"The {len(analogies)} pairs of words that differ most as “{first.items[0]}” from "
            f"“{second.items[0]}” do have a mean cosine of {value:.3f} with that direction; asked "
            f"without the rule that the answer is another word, {same:.0%} of them answer with the "
            "word itself."
        ),
        statistic=value,
        bounds=(0.0, 1.0),
        sides=(second.items[0], first.items[0]),
        per_item=_per_item(items, vectors @ direction.vector, found),
        details={"analogies": analogies, "same_word_share": same, "found_share": expected},
        notes=tuple(notes),
    )


def _per_item(
    items: list[list[str]], along: NDArray[np.float64], found: ParallelPairs
) -> tuple[ItemScore, ...]:
    """Return how far the words of both sides lie along the direction."""
    return tuple(
        ItemScore(item, key, score)
        for key, side, rows in zip(
            ("first", "second"), items, (found.first, found.second), strict=False
        )
        for item, score in zip(side, along[rows].tolist(), strict=True)
    )


def _vocabulary(probing: Probing, n: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the rows of the first n items that have a direction, and their vectors of length 1."""
    vectors = np.asarray(probing.space.vectors[:n], np.float64)
    rows = np.flatnonzero(vectors.any(axis=1))
    return rows, unit(vectors[rows])


def _difference(probing: Probing, way: str) -> NDArray[np.float64]:
    """Return a - b (d,), of length as it is: a direction alone does not say how far to go."""
    first, second = (unit(group.vectors) for group in pairs_of(probing))
    apart = first - second
    difference: NDArray[np.float64] = apart[0] if way == "single" else apart.mean(axis=0)
    return difference


def _unrestricted(
    vectors: NDArray[np.float64], found: ParallelPairs, difference: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return (m,) what is nearest to y + (a - b) for each pair (x, y), whatever it is."""
    answers: NDArray[Any] = ((vectors[found.second] + difference) @ vectors.T).argmax(axis=1)
    return answers


plugin = Probe(
    id="generated-analogies",
    title="Generated analogies",
    summary="Which pairs of words differ as opposites do, and whether the question makes them.",
    params=GeneratedAnalogiesParams,
    source=(
        "Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman "
        "is to homemaker? Debiasing word embeddings, NIPS, https://arxiv.org/abs/1607.06520; "
        "Nissim, van Noord and van der Goot 2020, Fair is better than sensational, Computational "
        "Linguistics 46, https://aclanthology.org/2020.cl-2.7"
    ),
    asks=Asks(pairs=True),
    formula="pairs (x, y) with the largest cos(a − b, x − y), ‖x − y‖ ≤ δ; their mean cosine",
    zero=None,
    run=run,
    scale=direction_scale,
)
