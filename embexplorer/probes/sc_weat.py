"""SC-WEAT: how strongly each item is associated with one of two sets of attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from embexplorer.core.contracts import Asks, ItemScale, ItemScore, Probe, Probed, Probing
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.measures.association import (
    cosines,
    effect_size,
    effect_sizes,
    largest_effect,
)
from embexplorer.measures.partitions import partition_test

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ScWeatParams:
    """Parameters of SC-WEAT."""

    ddof: Annotated[
        int,
        Doc(
            "Standard deviation",
            "1 divides by the number of attributes less one, 0 by their number.",
            min=0,
            max=1,
        ),
    ] = 1
    alternative: Annotated[
        Literal["greater", "less", "two-sided"],
        Doc("Alternative", "What counts as extreme: nearer to A1, farther from it, or either."),
    ] = "greater"
    n_permutations: Annotated[
        int,
        Doc("Permutations", "Partitions drawn where there are too many.", min=100, max=10_000_000),
    ] = 10_000
    exact_up_to: Annotated[
        int,
        Doc(
            "Exact up to",
            "Partitions of the attributes up to which all are counted.",
            min=0,
            max=10_000_000,
            advanced=True,
        ),
    ] = 100_000


def run(probing: Probing) -> Probed:
    """Return for each target its effect size, and their mean.

    The p of an item says how often two sets of attributes of the same sizes, drawn from both, are
    as different; the attributes are permuted, as there is one target only.

    References
    ----------
    Caliskan, Bryson and Narayanan 2017, Science 356, WEFAT. Toney-Wails and Caliskan 2021, ValNorm
    quantifies semantics to reveal consistent valence biases, EMNLP, for the name.
    """
    params: ScWeatParams = probing.params
    scores, tests = [], {}
    effects = _effects(probing)
    for group, of_group in zip(probing.targets, effects, strict=True):
        one, other = _cosines(group.vectors, probing)
        for at, (item, effect) in enumerate(zip(group.items, of_group.tolist(), strict=True)):
            probing.progress.raise_if_cancelled()
            test = partition_test(
                one[at],
                other[at],
                params.alternative,
                exact_up_to=params.exact_up_to,
                samples=params.n_permutations,
                seed=probing.seed,
            )
            scores.append(ItemScore(item, group.key, effect))
            tests[item] = test
    a, b = probing.attributes
    largest = largest_effect(len(a), len(b), params.ddof)
    first = next(iter(tests.values()))
    value = float(np.concatenate(effects).mean())
    return Probed(
        meaning=(
            f"On average a target is nearer to “{(a if value > 0 else b).name}” than to "
            f"“{(b if value > 0 else a).name}”, by {abs(value):.2f} standard deviations of its "
            "cosines with both."
        ),
        statistic=value,
        ddof=params.ddof,
        p_kind="exact" if first.is_exact else "sampled",
        alternative=params.alternative,
        n_permutations=first.n,
        bounds=(-largest, largest),
        per_item=tuple(scores),
        details={"p_values": {item: test.p for item, test in tests.items()}},
        notes=(
            "The statistic is the mean of the effect sizes of all targets; each has its own p, by "
            "permuting the attributes.",
        ),
        sides=(b.name, a.name),
    )


def measure(probing: Probing) -> float:
    """Return the mean effect size alone."""
    return float(np.concatenate(_effects(probing)).mean())


def scale(probing: Probing) -> ItemScale:
    """Return the effect size of any item."""
    a, b = probing.attributes
    ddof: int = probing.params.ddof
    return ItemScale(
        f"SC-WEAT of each item: mean cosine with “{a.name}” ({len(a)}) less that with “{b.name}” "
        f"({len(b)}), in standard deviations of its cosines with both (ddof {ddof}). Positive is "
        f"nearer to “{a.name}”.",
        lambda vectors: effect_sizes(
            cosines(vectors, a.vectors), cosines(vectors, b.vectors), ddof
        ),
        (b.name, a.name),
    )


def _cosines(
    vectors: NDArray[np.float64], probing: Probing
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b = probing.attributes
    return cosines(vectors, a.vectors), cosines(vectors, b.vectors)


def _effects(probing: Probing) -> list[NDArray[np.float64]]:
    found = []
    for group in probing.targets:
        one, other = _cosines(group.vectors, probing)
        effects = [effect_size(x, y, probing.params.ddof) for x, y in zip(one, other, strict=True)]
        for item, effect in zip(group.items, effects, strict=True):
            if effect is None:
                raise UserError(
                    "No differences to compare",
                    f"{item} has the same cosine with all attributes.",
                    "Choose other attributes, or leave the item out.",
                )
        found.append(np.array(effects, np.float64))
    return found


plugin = Probe(
    id="sc-weat",
    title="SC-WEAT",
    summary="How strongly each item by itself is associated with one of two sets of attributes.",
    params=ScWeatParams,
    source=(
        "Caliskan, Bryson and Narayanan 2017, Science 356 (as WEFAT), "
        "https://doi.org/10.1126/science.aal4230; Toney-Wails and Caliskan 2021, EMNLP"
    ),
    asks=Asks(targets=None, attributes=2, least=1),
    formula="d(w) = (mean cos(w, A1) − mean cos(w, A2)) / standard deviation of cos(w, ·)",
    run=run,
    measure=measure,
    control="targets",
    scale=scale,
)
