"""Direct bias: how far words that should be neutral lie along the direction of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from embexplorer.core.contracts import Asks, Group, ItemScore, Probe, Probed, Probing
from embexplorer.core.params import Doc
from embexplorer.measures.along_direction import (
    Way,
    along,
    direction_of,
    direction_scale,
    pair_names,
    pairs_of,
)
from embexplorer.measures.bias_direction import notes_on

if TYPE_CHECKING:
    from numpy.typing import NDArray

TINY = 1e-12  # cosines below are what rounding leaves of 0


@dataclass(frozen=True)
class DirectBiasParams:
    """Parameters of direct bias."""

    c: Annotated[
        float,
        Doc(
            "Strictness",
            "Exponent of the cosines: 1 is their mean size, more counts strong ones only, 0 is the "
            "share of words that lie along the direction at all.",
            min=0.0,
            max=10.0,
        ),
    ] = 1.0
    way: Way = "pca"


def run(probing: Probing) -> Probed:
    """Return the mean of |cos(w, g)|^c over the words w; 0 to the power of 0 is 0.

    References
    ----------
    Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman is to
    homemaker? Debiasing word embeddings, NIPS.
    """
    params: DirectBiasParams = probing.params
    words, (first, second) = _words(probing), pairs_of(probing)
    direction = direction_of(probing, params.way)
    cosines = along(words.vectors, direction.vector)
    sizes = _sizes(cosines, params.c)
    value = float(sizes.mean())
    notes = list(notes_on(direction, pair_names(probing)))
    by_definition = set(probing.specific.tolist()) | set(first.rows.tolist() + second.rows.tolist())
    inside = [
        item
        for item, row in zip(words.items, words.rows.tolist(), strict=True)
        if row in by_definition
    ]
    if inside:
        notes.append(
            f"Words that are of one side by definition count too: {', '.join(inside[:8])}."
        )
    notes.append(
        f"Vectors have length 1, the direction is found by {params.way}. The score of a word is "
        f"its signed cosine; positive is the side of “{first.items[0]}”. The number is of sizes, "
        "so that both sides add up."
    )
    toward = f"the direction from “{second.items[0]}” to “{first.items[0]}”"
    if params.c == 0.0:
        said = f"{value:.0%} of the {len(words)} words lie along {toward} at all."
    else:
        power = "" if params.c == 1.0 else f" to the power of {params.c:g}"
        said = (
            f"The {len(words)} words lie along {toward}, whichever way, with a mean size of the "
            f"cosine{power} of {value:.4f}, where 0 is across it."
        )
    return Probed(
        meaning=said,
        statistic=value,
        bounds=(0.0, 1.0),
        sides=(second.items[0], first.items[0]),
        per_item=tuple(
            ItemScore(item, words.key, score)
            for item, score in zip(words.items, cosines.tolist(), strict=True)
        ),
        contributions=tuple(
            ItemScore(item, words.key, size / len(words))
            for item, size in zip(words.items, sizes.tolist(), strict=True)
        ),
        details={"mean_cosine": float(cosines.mean()), "direction_share": direction.share},
        notes=tuple(notes),
    )


def measure(probing: Probing) -> float:
    """Return the mean alone."""
    params: DirectBiasParams = probing.params
    direction = direction_of(probing, params.way)
    cosines = along(_words(probing).vectors, direction.vector)
    return float(_sizes(cosines, params.c).mean())


def _words(probing: Probing) -> Group:
    assert probing.words is not None, "the probe asks for words"
    return probing.words


def _sizes(cosines: NDArray[np.float64], c: float) -> NDArray[np.float64]:
    sizes = np.abs(cosines)
    return np.where(sizes <= TINY, 0.0, sizes**c)


plugin = Probe(
    id="direct-bias",
    title="Direct bias",
    summary="How far words that should be neutral lie along the direction of pairs of opposites.",
    params=DirectBiasParams,
    source=(
        "Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman "
        "is to homemaker? Debiasing word embeddings, NIPS, https://arxiv.org/abs/1607.06520"
    ),
    asks=Asks(pairs=True, words=True),
    formula="mean over words w of |cos(w, g)|^c, g the direction of the pairs; 0^0 = 0",
    run=run,
    measure=measure,
    control="words",
    scale=direction_scale,
)
