"""ML-EAT: the effect of WEAT, taken apart into what each set has to do with each other."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.contracts import Asks, Group, Probe, Probed, Probing
from embexplorer.measures.association import TINY, association_scale, cosines
from embexplorer.measures.set_association import (
    AssociationParams,
    find_association,
    measure_association,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


def run(probing: Probing) -> Probed:
    """Return WEAT, each target set by itself, and the mean cosines of the sets.

    Level 1 is the effect size of WEAT. Level 2 is, for each set of targets, the mean of s over the
    standard deviation of all its cosines with both sets of attributes. Level 3 is the mean and
    standard deviation of the cosines of each set of targets with each of attributes. Standard
    deviations of cosines divide by their number less one.

    References
    ----------
    Wolfe, Hiniker and Howe 2024, ML-EAT: a multilevel embedding association test for interpretable
    and transparent social science, AIES.
    """
    found = find_association(probing)
    a, b = probing.attributes
    pairs = {
        (group.key, other.key): cosines(group.vectors, other.vectors)
        for group in probing.targets
        for other in probing.attributes
    }
    level_2 = {
        group.key: _of_one_set(pairs[group.key, a.key], pairs[group.key, b.key])
        for group in probing.targets
    }
    level_3 = {
        f"{target}, {attribute}": {
            "mean": float(values.mean()),
            "standard_deviation": float(values.std(ddof=1)),
        }
        for (target, attribute), values in pairs.items()
    }
    return dataclasses.replace(
        found,
        meaning=f"{found.meaning} {_levels(probing.targets, a, b, level_2, level_3)}",
        details={
            **found.details,
            "level_1": found.effect_size,
            "level_2": level_2,
            "level_3": level_3,
        },
        notes=(
            "Level 2 divides by the standard deviation of all cosines of a set with both sets of "
            "attributes together (ddof 1); other code may average differently.",
            "A large effect can go with small differences of cosines: look at all three levels.",
            *found.notes,
        ),
    )


def _of_one_set(near: NDArray[np.float64], far: NDArray[np.float64]) -> dict[str, float | None]:
    """Return how much nearer one set of targets is to A than to B; without an effect, None."""
    difference = float(near.mean() - far.mean())
    deviation = float(np.concatenate([near, far], axis=1).std(ddof=1))
    return {
        "effect_size": difference / deviation if deviation > TINY else None,
        "mean_difference": difference,
        "standard_deviation": deviation,
    }


def _levels(targets: tuple[Group, ...], a: Group, b: Group, level_2: Any, level_3: Any) -> str:
    said = []
    for group in targets:
        near, far = (level_3[f"{group.key}, {other.key}"]["mean"] for other in (a, b))
        effect = level_2[group.key]["effect_size"]
        by_itself = "" if effect is None else f" ({effect:+.2f} standard deviations)"
        said.append(
            f"“{group.name}” has a mean cosine of {near:.3f} with “{a.name}” and of {far:.3f} with "
            f"“{b.name}”{by_itself}"
        )
    return f"{'; '.join(said)}."


plugin = Probe(
    id="ml-eat",
    title="ML-EAT",
    summary="WEAT in three levels: both target sets, each by itself, and each pair of sets.",
    params=AssociationParams,
    source=(
        "Wolfe, Hiniker and Howe 2024, ML-EAT: a multilevel embedding association test for "
        "interpretable and transparent social science, AIES, https://arxiv.org/abs/2408.01966"
    ),
    asks=Asks(targets=2, attributes=2),
    formula=(
        "level 1: d of WEAT; level 2: mean over X of s / standard deviation of cos(X, A and B); "
        "level 3: mean of cos(X, A)"
    ),
    run=run,
    measure=measure_association,
    control="targets",
    scale=association_scale,
)
