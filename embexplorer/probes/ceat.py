"""CEAT: WEAT over words in context, one occurrence of each at a time, combined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.contracts import Asks, Group, ItemScore, Probe, Probed, Probing
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.measures.association import TINY, largest_effect, unit
from embexplorer.measures.meta_analysis import combine_effects, variance_of_effect

AT_ONCE = 1 << 21  # numbers of a block of draws
QUANTILES = (0.025, 0.25, 0.5, 0.75, 0.975)


@dataclass(frozen=True)
class CeatParams:
    """Parameters of CEAT."""

    n_draws: Annotated[
        int,
        Doc(
            "Draws",
            "How often one occurrence of each word is drawn; p shrinks with it.",
            min=2,
            max=1_000_000,
        ),
    ] = 10_000
    ddof: Annotated[
        int,
        Doc(
            "Standard deviation",
            "1 divides by the number of target words less one, 0 by their number.",
            min=0,
            max=1,
        ),
    ] = 1


def run(probing: Probing) -> Probed:
    """Return the combined effect size, and how the effect sizes of the draws spread.

    References
    ----------
    Guo and Caliskan 2021, Detecting emergent intersectional biases: contextualized word embeddings
    contain a distribution of human-like biases, AIES.
    """
    params: CeatParams = probing.params
    n_x, n_y = (len(group.names) for group in probing.targets)
    scores = _associations(probing)
    effects, n_lost = _effects(scores, n_x, params.ddof)
    combined = combine_effects(effects, variance_of_effect(effects, n_x, n_y))
    quantiles = np.quantile(effects, QUANTILES).tolist()
    means = scores.mean(axis=0).tolist()
    named = [(name, group.key) for group in probing.targets for name in group.names]
    largest = largest_effect(n_x, n_y, params.ddof)
    return Probed(
        meaning=_meaning(probing, combined.effect, quantiles),
        effect_size=combined.effect,
        ddof=params.ddof,
        p_value=combined.p,
        alternative="two-sided",
        bounds=(-largest, largest),
        per_item=tuple(
            ItemScore(name, key, mean) for (name, key), mean in zip(named, means, strict=True)
        ),
        details={
            "standard_error": combined.standard_error,
            "tau2": combined.tau2,
            "q": combined.q,
            "n_draws": len(effects),
            "draws": {
                "mean": float(effects.mean()),
                "standard_deviation": float(effects.std(ddof=1)) if len(effects) > 1 else None,
                "quantiles": dict(zip(map(str, QUANTILES), quantiles, strict=True)),
            },
            "occurrences": {
                group.key: dict(zip(group.names, _counts(group).tolist(), strict=True))
                for group in (*probing.targets, *probing.attributes)
            },
        },
        notes=_notes(probing, len(effects), n_lost),
    )


def _meaning(probing: Probing, effect: float, quantiles: list[float]) -> str:
    x, y = (group.name for group in probing.targets)
    a, b = (group.name for group in probing.attributes)
    near, far = (a, b) if effect > 0 else (b, a)
    return (
        f"Over contexts, “{x}” lies nearer to “{near}” and farther from “{far}” than “{y}” does, "
        f"by {abs(effect):.2f} standard deviations; 95% of the draws lie between "
        f"{quantiles[0]:+.2f} and {quantiles[-1]:+.2f}."
    )


def _notes(probing: Probing, n_draws: int, n_lost: int) -> tuple[str, ...]:
    notes = [
        f"p is of a normal distribution and shrinks with the number of draws ({n_draws:,}), which "
        "is chosen, not observed; the draws share words. Look at the spread of the draws first.",
        "The variance of a draw is by the formula for Cohen’s d, (n1 + n2) / (n1 n2) + "
        "d² / (2 (n1 + n2)); other code takes a variance of the associations.",
    ]
    if n_lost:
        notes.append(f"{n_lost:,} draws had no effect size and were left out.")
    single = [
        name
        for group in (*probing.targets, *probing.attributes)
        for name, count in zip(group.names, _counts(group).tolist(), strict=True)
        if count == 1
    ]
    if single:
        listed = ", ".join(single[:8]) + (" and more" if len(single) > 8 else "")
        notes.append(f"One occurrence only, the same in every draw: {listed}.")
    return tuple(notes)


def _counts(group: Group) -> NDArray[np.int64]:
    """Return how many occurrences each word of a set has."""
    assert group.owner is not None  # the probe asks for a column
    return np.bincount(group.owner, minlength=len(group.names))


def _associations(probing: Probing) -> NDArray[np.float64]:
    """Return s (draws, words of X and Y), by one occurrence of each word in each draw."""
    rng = np.random.default_rng(probing.seed)
    n_draws = probing.params.n_draws
    x, y, a, b = (_draw(group, n_draws, rng) for group in (*probing.targets, *probing.attributes))
    found = np.empty((n_draws, len(x.drawn) + len(y.drawn)))
    step = max(1, AT_ONCE // x.vectors.shape[1])
    for start in range(0, n_draws, step):
        probing.progress.raise_if_cancelled()
        probing.progress.report(start / n_draws, f"{start:,} of {n_draws:,} draws")
        block = slice(start, start + step)
        toward = a.mean(block) - b.mean(block)
        for column, (group, drawn) in enumerate(
            [(x, one) for one in x.drawn] + [(y, one) for one in y.drawn]
        ):
            found[block, column] = np.einsum("nd,nd->n", group.vectors[drawn[block]], toward)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """Unit vectors of the occurrences of a set, and which of them each draw takes of each word."""

    vectors: NDArray[np.float64]
    drawn: list[NDArray[np.int64]]

    def mean(self, block: slice) -> NDArray[np.float64]:
        """Return the mean unit vector (b, d) of the words in each draw of a block."""
        total = self.vectors[self.drawn[0][block]]
        for one in self.drawn[1:]:
            total += self.vectors[one[block]]
        return total / len(self.drawn)


def _draw(group: Group, n_draws: int, rng: np.random.Generator) -> _Drawn:
    ends = np.cumsum(_counts(group))
    starts = ends - _counts(group)
    drawn = [
        rng.integers(start, end, n_draws)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    return _Drawn(unit(group.vectors), drawn)


def _effects(scores: NDArray[np.float64], n_x: int, ddof: int) -> tuple[NDArray[np.float64], int]:
    """Return the effect sizes of the draws that have one, and how many have none."""
    deviations = scores.std(axis=1, ddof=ddof)
    has_one = deviations > TINY * np.maximum(1.0, np.abs(scores).max(axis=1))
    if not has_one.any():
        raise UserError(
            "No differences to compare",
            "All targets are associated with A and B to the same degree in every draw.",
            "Choose other sets: perhaps A and B are the same.",
        )
    differences = scores[:, :n_x].mean(axis=1) - scores[:, n_x:].mean(axis=1)
    return differences[has_one] / deviations[has_one], int(np.count_nonzero(~has_one))


plugin = Probe(
    id="ceat",
    title="CEAT",
    summary="WEAT over words in context: an occurrence of each word is drawn again and again.",
    params=CeatParams,
    source=(
        "Guo and Caliskan 2021, Detecting emergent intersectional biases: contextualized word "
        "embeddings contain a distribution of human-like biases, AIES, "
        "https://doi.org/10.1145/3461702.3462536"
    ),
    asks=Asks(targets=2, attributes=2, word_column=True),
    formula="CES = Σ v d / Σ v over draws, v = 1 / (V + τ²), d of WEAT in each draw",
    run=run,
)
