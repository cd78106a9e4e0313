"""RNSB: whether a sentiment learned from attributes falls evenly on groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.contracts import Asks, ItemScale, ItemScore, Probe, Probed, Probing

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def run(probing: Probing) -> Probed:
    """Return the divergence of the negative sentiment of the targets from an even one.

    A logistic regression learns the first set of attributes as positive and the second as negative,
    from all of their vectors as they are; nothing is held out, so that the value can be repeated.
    The solver is liblinear with C = 1, which penalizes the intercept too.

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
            "natural logarithm is taken. The solver is liblinear with C = 1; others differ.",
        ),
    )


def measure(probing: Probing) -> float:
    """Return the divergence alone."""
    negative = _negative(probing)
    return _divergence(negative / negative.sum())


def _negative(probing: Probing) -> NDArray[np.float64]:
    """Return how probably each target is negative."""
    return _learned(probing)(np.concatenate([group.vectors for group in probing.targets]))


def scale(probing: Probing) -> ItemScale:
    """Return how probably any item is negative."""
    positive, negative = (group.name for group in probing.attributes)
    return ItemScale(
        f"Probability of “{negative}” by a classifier that learned it from “{positive}” "
        "(liblinear, C = 1); 0.5 is neither.",
        _learned(probing),
        (positive, negative),
        middle=0.5,
        scores_zero=True,
    )


def _learned(probing: Probing) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Return the function from vectors (m, d) to how probably each is negative (m,)."""
    from sklearn.linear_model import LogisticRegression

    positive, negative = probing.attributes
    learned = LogisticRegression(solver="liblinear", C=1.0, random_state=0).fit(
        np.concatenate([positive.vectors, negative.vectors]),
        [0] * len(positive) + [1] * len(negative),
    )

    def negative_share(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = learned.predict_proba(vectors)[:, 1]
        return found

    return negative_share


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
    modules=("sklearn",),
    asks=Asks(targets=None, attributes=2, least=1),
    formula="Σ P ln(n P), P = p(negative | target) / Σ p(negative | target), n targets",
    run=run,
    measure=measure,
    scale=scale,
)
