"""RIPA: how far attributes reach along the direction of a pair of opposites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from embexplorer.core.contracts import Asks, ItemScale, ItemScore, Probe, Probed, Probing
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.measures.association import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class RipaParams:
    """Parameters of RIPA."""

    unit_length: Annotated[
        bool,
        Doc("Unit length", "Scale the vectors to length 1 first; RIPA is defined without."),
    ] = False


def run(probing: Probing) -> Probed:
    """Return the mean over attributes and pairs of the inner product with the relation vector.

    Pairs are made by position: the first of T1 with the first of T2. Only the relation vector has
    length 1.

    References
    ----------
    Ethayarajh, Duvenaud and Hirst 2019, Understanding undesirable word embedding associations, ACL.
    """
    products = _products(probing)
    attributes = probing.attributes[0]
    means, spreads = products.mean(axis=1), products.std(axis=1)
    value = float(products.mean())
    toward = probing.targets[0 if value > 0 else 1].name
    return Probed(
        meaning=(
            f"“{attributes.name}” reaches on average {abs(value):.4f} toward “{toward}” along the "
            f"direction between opposites, of which there are {products.shape[1]} pairs."
        ),
        statistic=value,
        per_item=tuple(
            ItemScore(item, attributes.key, value)
            for item, value in zip(attributes.items, means.tolist(), strict=True)
        ),
        contributions=tuple(
            ItemScore(item, attributes.key, value / len(attributes))
            for item, value in zip(attributes.items, means.tolist(), strict=True)
        ),
        details={
            "spread_over_pairs": dict(zip(attributes.items, spreads.tolist(), strict=True)),
            "pairs": [
                list(pair) for pair in zip(*(one.items for one in probing.targets), strict=True)
            ],
        },
        notes=(
            f"Positive means toward “{probing.targets[0].name}”. The spread over pairs is a "
            "standard deviation with ddof 0.",
        ),
        sides=(probing.targets[1].name, probing.targets[0].name),
    )


def measure(probing: Probing) -> float:
    """Return the mean alone."""
    return float(_products(probing).mean())


def _products(probing: Probing) -> NDArray[np.float64]:
    """Return (m, p) the product of each attribute with the relation vector of each pair."""
    words = probing.attributes[0].vectors
    products: NDArray[np.float64] = (
        unit(words) if probing.params.unit_length else words
    ) @ _relations(probing).T
    return products


def scale(probing: Probing) -> ItemScale:
    """Return the mean over pairs of the product of any item with their relation vectors."""
    first, second = probing.targets
    is_unit: bool = probing.params.unit_length
    mean = _relations(probing).mean(axis=0)
    return ItemScale(
        f"RIPA of each item: mean over {len(first)} pairs of its product with the direction of "
        f"length 1 from the item of “{second.name}” to that of “{first.name}”, vectors "
        f"{'of length 1' if is_unit else 'as they are'}. Positive is toward “{first.name}”.",
        lambda vectors: (unit(vectors) if is_unit else vectors) @ mean,
        (second.name, first.name),
        scores_zero=not is_unit,
    )


def _relations(probing: Probing) -> NDArray[np.float64]:
    """Return (p, d) the relation vector of each pair, of length 1."""
    first, second = (group.vectors for group in probing.targets)
    if probing.params.unit_length:
        first, second = unit(first), unit(second)
    apart = first - second
    same = np.flatnonzero(~apart.any(axis=1))
    if len(same):
        pair = " and ".join(group.items[same[0]] for group in probing.targets)
        raise UserError(
            "A pair has no direction", f"{pair} have the same vector.", "Leave the pair out."
        )
    return unit(apart)


plugin = Probe(
    id="ripa",
    title="RIPA",
    summary="How far attributes reach along the direction from one side of pairs to the other.",
    params=RipaParams,
    source=(
        "Ethayarajh, Duvenaud and Hirst 2019, Understanding undesirable word embedding "
        "associations, ACL, https://aclanthology.org/P19-1166"
    ),
    asks=Asks(targets=2, attributes=1, least=1, are_paired=True),
    formula="mean over attributes w and pairs (x, y) of w · (x − y) / ‖x − y‖",
    run=run,
    measure=measure,
    control="attributes",
    scale=scale,
)
