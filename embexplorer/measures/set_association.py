"""The association test: two sets of targets against two of attributes, whatever the items are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from embexplorer.core.contracts import ItemScore, Probed, Probing
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.measures.association import associations, effect_size, largest_effect
from embexplorer.measures.partitions import PartitionTest, partition_test

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ExactUpTo = Annotated[
    int,
    Doc(
        "Exact up to",
        "Partitions of the targets up to which all are counted.",
        min=0,
        max=10_000_000,
        advanced=True,
    ),
]


@dataclass(frozen=True)
class AssociationParams:
    """Parameters of an association test."""

    ddof: Annotated[
        int,
        Doc(
            "Standard deviation",
            "1 divides by the number of items less one, as the paper does; 0 by their number.",
            min=0,
            max=1,
        ),
    ] = 1
    alternative: Annotated[
        Literal["greater", "less", "two-sided"],
        Doc("Alternative", "What counts as extreme: X nearer to A, farther from it, or either."),
    ] = "greater"
    n_permutations: Annotated[
        int,
        Doc(
            "Permutations",
            "How many partitions are drawn where there are too many to count all.",
            min=100,
            max=10_000_000,
        ),
    ] = 100_000
    exact_up_to: ExactUpTo = 1_000_000


def find_association(probing: Probing) -> Probed:
    """Return the effect size, the statistic and how often chance gives as much.

    The targets are permuted, never the attributes. The statistic is the sum over X of s(w, A, B)
    less the sum over Y, that of the paper; where the sets differ in size, the test compares their
    means.

    References
    ----------
    Caliskan, Bryson and Narayanan 2017, Science 356, supplementary material.
    """
    params: AssociationParams = probing.params
    x, y = _of_targets(probing)
    effect = _effect(x, y, params.ddof)
    test = partition_test(
        x,
        y,
        params.alternative,
        exact_up_to=params.exact_up_to,
        samples=params.n_permutations,
        seed=probing.seed,
        progress=probing.progress,
    )
    deviation = float(x.mean() - y.mean()) / effect if effect else float("nan")
    first, second = probing.targets
    scores = [
        ItemScore(item, first.key, s) for item, s in zip(first.items, x.tolist(), strict=True)
    ]
    scores += [
        ItemScore(item, second.key, s) for item, s in zip(second.items, y.tolist(), strict=True)
    ]
    middle = float(np.concatenate([x, y]).mean())
    shares = [
        ItemScore(
            one.item,
            one.set,
            (one.score - middle)
            / (len(first) if one.set == first.key else -len(second))
            / deviation,
        )
        for one in scores
    ]
    largest = largest_effect(len(x), len(y), params.ddof)
    notes = []
    if len(x) != len(y):
        notes.append(
            f"The sets of targets have {len(x)} and {len(y)} items: the test compares means, the "
            "statistic is a difference of sums."
        )
    return Probed(
        meaning=_meaning(probing, effect, largest, test),
        statistic=float(x.sum() - y.sum()),
        effect_size=effect,
        ddof=params.ddof,
        p_value=test.p,
        p_kind="exact" if test.is_exact else "sampled",
        alternative=params.alternative,
        n_permutations=test.n,
        null=test.null / deviation,
        bounds=(-largest, largest),
        per_item=tuple(scores),
        contributions=tuple(shares),
        details={"mean_difference": float(x.mean() - y.mean())},
        notes=tuple(notes),
        sides=(probing.attributes[1].name, probing.attributes[0].name),
    )


def _meaning(probing: Probing, effect: float, largest: float, test: PartitionTest) -> str:
    x, y = (group.name for group in probing.targets)
    a, b = (group.name for group in probing.attributes)
    near, far = (a, b) if effect > 0 else (b, a)
    ways = f"all {test.n:,}" if test.is_exact else f"{test.n:,} randomly drawn"
    return (
        f"On average “{x}” lies nearer to “{near}” and farther from “{far}” than “{y}” does, by "
        f"{abs(effect):.2f} standard deviations of at most {largest:.2f}. Of {ways} ways to split "
        f"these items into two such sets, {_share(test.p)} give as much."
    )


def _share(p: float) -> str:
    """Return a share as a person reads it; a small one is not told as none."""
    return f"{p:.2%}" if p >= 1e-4 else "fewer than 0.01%"


def measure_association(probing: Probing) -> float:
    """Return the effect size alone."""
    return _effect(*_of_targets(probing), probing.params.ddof)


def _of_targets(probing: Probing) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b = (group.vectors for group in probing.attributes)
    x, y = (associations(group.vectors, a, b) for group in probing.targets)
    return x, y


def _effect(x: NDArray[np.float64], y: NDArray[np.float64], ddof: int) -> float:
    effect = effect_size(x, y, ddof)
    if effect is None:
        raise UserError(
            "No differences to compare",
            "All targets are associated with A and B to the same degree, so the standard deviation "
            "is 0.",
            "Choose other sets: perhaps A and B are the same.",
        )
    return effect


def mean_by_owner(probing: Probing, scores: Sequence[ItemScore]) -> dict[str, dict[str, float]]:
    """Return the mean score of each owner by set, where the targets have owners.

    Parameters
    ----------
    scores
        Of the items of all targets, in their order.
    """
    found, start = {}, 0
    for group in probing.targets:
        values = np.array([one.score for one in scores[start : start + len(group)]])
        start += len(group)
        owner = np.arange(len(group)) if group.owner is None else group.owner
        means = np.bincount(owner, values) / np.bincount(owner)
        found[group.key] = dict(zip(group.names, means.tolist(), strict=True))
    return found
