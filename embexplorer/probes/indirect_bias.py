"""Indirect bias: how much of the similarity of two words is that along the direction of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.contracts import Asks, ItemScore, Probe, Probed, Probing
from embexplorer.core.errors import UserError
from embexplorer.measures.along_direction import Way, direction_of, direction_scale, pair_names
from embexplorer.measures.association import unit
from embexplorer.measures.bias_direction import notes_on, project_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.measures.bias_direction import BiasDirection

ABOUT_ZERO = 1e-6  # of products of unit vectors: what float32 vectors leave of 0
LARGE = 1.0  # sizes above say that the two words are hardly similar


@dataclass(frozen=True)
class IndirectBiasParams:
    """Parameters of indirect bias."""

    way: Way = "pca"


def run(probing: Probing) -> Probed:
    """Return the median over the other words v of the indirect bias of the first word w and v.

    With unit vectors and w⊥ what is left of w across the direction,
    beta(w, v) = (w · v - w⊥ · v⊥ / (‖w⊥‖ ‖v⊥‖)) / (w · v).

    References
    ----------
    Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman is to
    homemaker? Debiasing word embeddings, NIPS.
    """
    direction = direction_of(probing, probing.params.way)
    betas, before, after = _betas(probing, direction)
    value = _median(betas)
    assert probing.words is not None
    word, *others = probing.words.items
    notes = list(notes_on(direction, pair_names(probing)))
    undefined = [
        other for other, beta in zip(others, betas.tolist(), strict=True) if not np.isfinite(beta)
    ]
    if undefined:
        notes.append(
            f"No number for {', '.join(undefined[:8])}: its cosine with “{word}” is about 0, or it "
            "lies wholly along the direction."
        )
    if np.any(np.abs(betas[np.isfinite(betas)]) > LARGE):
        notes.append("It has no bounds: a size above 1 says that two words are hardly similar.")
    notes.append(
        f"The first word, “{word}”, is compared with each other. Vectors have length 1, the "
        f"direction is found by {probing.params.way}. Negative means that they are more similar "
        "without the direction."
    )
    return Probed(
        meaning=(
            f"In the median, {value:.0%} of the similarity of “{word}” to another word is along "
            "the direction of the pairs; 0% is none of it, 100% all."
        ),
        statistic=value,
        per_item=tuple(
            ItemScore(other, probing.words.key, beta)
            for other, beta in zip(others, betas.tolist(), strict=True)
            if np.isfinite(beta)
        ),
        details={
            "word": word,
            "undefined": undefined,
            "similarities": [
                {"item": other, "before": one, "after": None if np.isnan(rest) else rest}
                for other, one, rest in zip(others, before.tolist(), after.tolist(), strict=True)
            ],
        },
        notes=tuple(notes),
    )


def measure(probing: Probing) -> float:
    """Return the median alone."""
    return _median(_betas(probing, direction_of(probing, probing.params.way))[0])


def _betas(
    probing: Probing, direction: BiasDirection
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return (m - 1,) the indirect bias of the first word with the others, NaN where undefined.

    With it come the cosines before and after the direction was taken away.
    """
    words = probing.words
    assert words is not None, "the probe asks for words"
    if len(words) < 2:
        raise UserError(
            "Two words are needed",
            f"“{words.items[0]}” is the only word, and is compared with no other.",
            "Add words that it is to be compared with.",
        )
    vectors = unit(words.vectors)
    across = project_out(vectors, direction.vector[None])
    lengths = np.linalg.norm(across, axis=1)
    before = vectors[1:] @ vectors[0]
    both = lengths[1:] * lengths[0]
    has_rest = (lengths[1:] > ABOUT_ZERO) & (lengths[0] > ABOUT_ZERO)
    after = np.full(len(before), np.nan)
    np.divide(across[1:] @ across[0], both, out=after, where=has_rest)
    betas = np.full(len(before), np.nan)
    is_similar = np.abs(before) > ABOUT_ZERO
    np.divide(before - after, before, out=betas, where=has_rest & is_similar)
    return betas, before, after


def _median(betas: NDArray[np.float64]) -> float:
    known = betas[np.isfinite(betas)]
    if not len(known):
        raise UserError(
            "No indirect bias exists",
            "All cosines with the first word are about 0, or a word lies along the direction.",
            "Put a word first that is similar to the others.",
        )
    return float(np.median(known))


plugin = Probe(
    id="indirect-bias",
    title="Indirect bias",
    summary="How much of the similarity of a word to others is along the direction of pairs.",
    params=IndirectBiasParams,
    source=(
        "Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman "
        "is to homemaker? Debiasing word embeddings, NIPS, https://arxiv.org/abs/1607.06520"
    ),
    asks=Asks(pairs=True, words=True),
    formula=(
        "median over words v of (w · v − w⊥ · v⊥ / (‖w⊥‖ ‖v⊥‖)) / (w · v), w the first word, w⊥ "
        "without its part along the direction"
    ),
    run=run,
    measure=measure,
    scale=direction_scale,
)
