"""Bias direction: whether pairs of opposites share one, and how far words lie along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from embexplorer.core.contracts import Asks, Group, ItemScore, Probe, Probed, Probing
from embexplorer.core.params import Doc
from embexplorer.measures.along_direction import (
    Scale,
    Way,
    along,
    direction_scale,
    pair_names,
    pairs_of,
)
from embexplorer.measures.association import unit
from embexplorer.measures.bias_direction import (
    BiasDirection,
    find_direction,
    notes_on,
    principal_axes,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_AXES = 10  # whose shares are told


@dataclass(frozen=True)
class DirectionParams:
    """Parameters of the bias direction."""

    way: Way = "pca"
    projection: Annotated[
        Scale,
        Doc(
            "Score of an item",
            "cosine: of the item with the direction; raw: how far its vector as it is reaches "
            "along it, which grows with its length.",
        ),
    ] = "cosine"
    unit_length: Annotated[
        bool,
        Doc(
            "Unit length",
            "Scale the vectors of the pairs to length 1 before the direction is found. Without, "
            "mean and cosine are SemAxis, mean and raw the semantic projection of Grand et al.",
        ),
    ] = True


def run(probing: Probing) -> Probed:
    """Return how much of the differences within pairs one direction holds, and what lies along it.

    The share is that of the squared differences within the pairs, which for the first principal
    axis is its explained variance, with nothing centered but each pair on its own middle.

    References
    ----------
    Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman is to
    homemaker? Debiasing word embeddings, NIPS. An, Kwak and Ahn 2018, SemAxis, ACL. Grand, Blank,
    Pereira and Fedorenko 2022, Semantic projection recovers rich human knowledge of multiple object
    features from word embeddings, Nature Human Behaviour 6.
    """
    params: DirectionParams = probing.params
    found = _direction(probing)
    first, second = pairs_of(probing)
    sides = _vectors(probing)
    axes = principal_axes([np.array(pair) for pair in zip(*sides, strict=True)], MOST_AXES)
    names = pair_names(probing)
    groups = [first, second, *([] if probing.words is None else [probing.words])]
    placed = [(group, _places(group, found.vector, params.projection)) for group in groups]
    poles = set(first.items) | set(second.items)
    notes = list(notes_on(found, names))
    if len(names) == 1:
        notes.append("There is one pair, so that its own difference holds all there is.")
    if probing.words is not None and (both := poles & set(probing.words.items)):
        notes.append(
            f"The pairs made the direction, so that these words score high by construction: "
            f"{', '.join(sorted(both)[:8])}."
        )
    length = "of length 1" if params.unit_length else "as they are"
    notes.append(
        f"Positive is the side of “{first.items[0]}”. The direction is found by {params.way} from "
        f"vectors {length}; scores are "
        f"{'cosines' if params.projection == 'cosine' else 'lengths of raw vectors'} along it."
    )
    return Probed(
        meaning=(
            f"One direction from “{second.items[0]}” to “{first.items[0]}” holds {found.share:.0%} "
            f"of the differences within the {len(names)} pair{'s'[: len(names) - 1]}."
        ),
        statistic=found.share,
        bounds=(0.0, 1.0),
        sides=(second.items[0], first.items[0]),
        per_item=tuple(
            ItemScore(item, group.key, score)
            for group, (scores, _) in placed
            for item, score in zip(group.items, scores.tolist(), strict=True)
        ),
        details={
            "explained_variance": axes.shares.tolist(),
            "pairs": [
                {"pair": name, "difference": side}
                for name, side in zip(names, found.sides.tolist(), strict=True)
            ],
            "neutrality": [
                {
                    "item": item,
                    "set": group.key,
                    "is_pole": item in poles,
                    "along": score,
                    "across": rest,
                }
                for group, (scores, across) in placed
                for item, score, rest in zip(
                    group.items, scores.tolist(), across.tolist(), strict=True
                )
            ],
        },
        notes=tuple(notes),
    )


def measure(probing: Probing) -> float:
    """Return the share alone."""
    return _direction(probing).share


def _direction(probing: Probing) -> BiasDirection:
    first, second = pairs_of(probing)
    params: DirectionParams = probing.params
    return find_direction(first.vectors, second.vectors, params.way, unit_length=params.unit_length)


def _vectors(probing: Probing) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both sides of the pairs, as the direction is found from them."""
    first, second = (group.vectors for group in pairs_of(probing))
    return (unit(first), unit(second)) if probing.params.unit_length else (first, second)


def _places(
    group: Group, direction: NDArray[np.float64], scale: Scale
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (m,) how far items lie along the direction, and the length of the rest across it."""
    scores = along(group.vectors, direction, scale)
    lengths = 1.0 if scale == "cosine" else np.linalg.norm(group.vectors, axis=1)
    rest: NDArray[np.float64] = np.sqrt(np.maximum(lengths**2 - scores**2, 0.0))
    return scores, rest


plugin = Probe(
    id="direction",
    title="Bias direction",
    summary="Whether pairs of opposites share one direction, and how far other words lie along it.",
    params=DirectionParams,
    source=(
        "Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman "
        "is to homemaker? Debiasing word embeddings, NIPS, https://arxiv.org/abs/1607.06520; "
        "An, Kwak and Ahn 2018, SemAxis, ACL, https://aclanthology.org/P18-1228; Grand, Blank, "
        "Pereira and Fedorenko 2022, Semantic projection, Nature Human Behaviour 6, "
        "https://doi.org/10.1038/s41562-022-01316-8"
    ),
    asks=Asks(pairs=True, words=None),
    formula=(
        "Σ (g · (a − b))² / Σ ‖a − b‖² over pairs (a, b), g the direction; of a word, cos(w, g) "
        "or w · g"
    ),
    zero=None,
    run=run,
    measure=measure,
    scale=direction_scale,
)
