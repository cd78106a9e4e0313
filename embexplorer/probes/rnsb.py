"""RNSB: whether a sentiment learned from attributes falls evenly on groups."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.contracts import Asks, Group, ItemScale, ItemScore, Probe, Probed, Probing
from embexplorer.measures.logistic import logistic_weights, probability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def run(probing: Probing) -> Probed:
    """Return the divergence of the negative sentiment of the targets from an even one.

    A logistic regression learns the first set of attributes as positive and the second as negative,
    from all of their vectors as they are; nothing is held out, so that the value can be repeated.
    C is 1, and the intercept is penalized too, as the solver liblinear does; what liblinear stops
    near, its tolerance being 1e-4, is reached here.

    References
    ----------
    Sweeney and Najafian 2019, A transparent framework for evaluating unintended demographic bias in
    word embeddings, ACL.
    """
    negative = _negative(probing)
    share = negative / negative.sum()
    keys = [(item, group.key) for group in probing.targets for item in group.items]
    value, most = _divergence(share), float(np.log(len(share)))
    first, second = (group.name for group in probing.attributes)
    return Probed(
        meaning=(
            f"A classifier that learned “{first}” from “{second}” calls the {len(share)} targets "
            f"“{second}” to degrees that are {value:.4f} nats from even, of at most {most:.2f}."
        ),
        statistic=value,
        bounds=(0.0, most),
        per_item=tuple(
            ItemScore(item, key, value)
            for (item, key), value in zip(keys, negative.tolist(), strict=True)
        ),
        notes=(
            "The score of an item is how probably it is negative; 0 would be an even share. The "
            "natural logarithm is taken. The classifier is that of the solver liblinear with "
            "C = 1; solvers that do not penalize the intercept differ.",
        ),
    )


def measure(probing: Probing) -> float:
    """Return the divergence alone."""
    negative = _negative(probing)
    return _divergence(negative / negative.sum())


def measure_many(probings: Sequence[Probing]) -> list[float]:
    """Return what `measure` does of each; all have sets of the same sizes."""
    positive, negative = zip(*(one.attributes for one in probings), strict=True)
    rows = np.concatenate([_stacked(positive), _stacked(negative)], axis=1)
    is_negative = np.arange(rows.shape[1]) >= len(positive[0])
    weights = logistic_weights(_with_ones(rows), is_negative)
    targets = np.stack([_targets(one) for one in probings])
    found = probability((_with_ones(targets) @ weights[..., None])[..., 0])
    return [_divergence(one / one.sum()) for one in found]


def _stacked(groups: Sequence[Group]) -> NDArray[np.float64]:
    return np.stack([group.vectors for group in groups])


def _targets(probing: Probing) -> NDArray[np.float64]:
    return np.concatenate([group.vectors for group in probing.targets])


def _negative(probing: Probing) -> NDArray[np.float64]:
    """Return how probably each target is negative."""
    weights = _classifier(*probing.attributes)
    return probability(_with_ones(_targets(probing)) @ weights)


@lru_cache(maxsize=1)  # targets at random are told apart by one and the same
def _classifier(positive: Group, negative: Group) -> NDArray[np.float64]:
    """Return the weights (d + 1,) that the attributes teach, the last one the intercept."""
    rows = _with_ones(np.concatenate([positive.vectors, negative.vectors]))
    return logistic_weights(rows, np.arange(len(rows)) >= len(positive))


def _with_ones(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return vectors (…, m, d) with a column of ones, whose weight is the intercept."""
    return np.concatenate([vectors, np.ones((*vectors.shape[:-1], 1))], axis=-1)


def scale(probing: Probing) -> ItemScale:
    """Return how probably any item is negative."""
    positive, negative = probing.attributes
    weights = _classifier(positive, negative)
    return ItemScale(
        f"Probability of “{negative.name}” by a classifier that learned it from “{positive.name}” "
        "(logistic regression, C = 1); 0.5 is neither.",
        lambda vectors: probability(_with_ones(vectors) @ weights),
        (positive.name, negative.name),
        middle=0.5,
        scores_zero=True,
    )


def _divergence(share: NDArray[np.float64]) -> float:
    """Return the Kullback-Leibler divergence from an even distribution, in nats."""
    return float(np.sum(share * np.log(share * len(share))))


plugin = Probe(
    id="rnsb",
    title="RNSB",
    summary="Whether a sentiment learned from two sets of attributes falls evenly on all targets.",
    source=(
        "Sweeney and Najafian 2019, A transparent framework for evaluating unintended demographic "
        "bias in word embeddings, ACL, https://aclanthology.org/P19-1162"
    ),
    asks=Asks(targets=None, attributes=2, least=1),
    formula="Σ P ln(n P), P = p(negative | target) / Σ p(negative | target), n targets",
    run=run,
    measure=measure,
    measure_many=measure_many,
    control="targets",
    scale=scale,
)
