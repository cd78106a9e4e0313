"""RND: to which of two groups neutral items lie nearer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from embexplorer.core.contracts import Asks, ItemScale, ItemScore, Probe, Probed, Probing
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.measures.association import cosines, unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


@dataclass(frozen=True)
class RndParams:
    """Parameters of RND."""

    distance: Annotated[
        Literal["norm", "cos"],
        Doc(
            "Distance",
            "norm is the Euclidean distance to the mean of a group; cos its cosine, of which the "
            "difference has the opposite sign.",
        ),
    ] = "norm"
    unit_length: Annotated[
        bool,
        Doc(
            "Unit length", "Scale the vectors to length 1 first, as the paper does; WEFE does not."
        ),
    ] = False


def run(probing: Probing) -> Probed:
    """Return the mean over the attributes of the distance to group 1 less that to group 2.

    The vectors are taken as they are unless asked otherwise.

    References
    ----------
    Garg, Schiebinger, Jurafsky and Zou 2018, Word embeddings quantify 100 years of gender and
    ethnic stereotypes, PNAS 115.
    """
    params: RndParams = probing.params
    differences = _differences(probing)
    first, second = probing.targets
    attributes = probing.attributes[0]
    value = float(differences.mean())
    is_norm = params.distance == "norm"
    nearer, farther = (second.name, first.name) if is_norm else (first.name, second.name)
    near, far = (nearer, farther) if value > 0 else (farther, nearer)
    return Probed(
        meaning=(
            f"“{attributes.name}” lies on average nearer to the middle of “{near}” than to that of "
            f"“{far}”, by {abs(value):.4f} of {'distance' if is_norm else 'cosine'}."
        ),
        statistic=value,
        per_item=tuple(
            ItemScore(item, attributes.key, value)
            for item, value in zip(attributes.items, differences.tolist(), strict=True)
        ),
        contributions=tuple(
            ItemScore(item, attributes.key, value / len(attributes))
            for item, value in zip(attributes.items, differences.tolist(), strict=True)
        ),
        details={"sum": float(differences.sum())},
        notes=(
            f"Positive means nearer to “{nearer}”; vectors are "
            f"{'of length 1' if params.unit_length else 'as they are'}, and the mean over the "
            "attributes is taken, not the sum.",
        ),
        sides=(farther, nearer),
    )


def measure(probing: Probing) -> float:
    """Return the mean alone."""
    return float(_differences(probing).mean())


def scale(probing: Probing) -> ItemScale:
    """Return how much farther any item is from group 1 than from group 2."""
    params: RndParams = probing.params
    first, second = (group.name for group in probing.targets)
    is_norm = params.distance == "norm"
    what = "Distance of each item to" if is_norm else "Cosine of each item with"
    nearer, farther = (second, first) if is_norm else (first, second)
    length = "of length 1" if params.unit_length else "as they are"
    return ItemScale(
        f"{what} the mean of “{first}” less that of “{second}”, vectors {length}. Positive is "
        f"nearer to “{nearer}”.",
        _difference(probing),
        (farther, nearer),
        scores_zero=is_norm and not params.unit_length,
    )


def _differences(probing: Probing) -> NDArray[np.float64]:
    """Return (m,) the difference of each attribute."""
    return _difference(probing)(probing.attributes[0].vectors)


def _difference(probing: Probing) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Return the function from vectors (m, d) to their differences (m,)."""
    params: RndParams = probing.params
    first, second = (
        (unit(group.vectors) if params.unit_length else group.vectors).mean(axis=0)
        for group in probing.targets
    )
    if params.distance == "cos" and not (np.any(first) and np.any(second)):
        raise UserError(
            "A group has no direction",
            "The mean of its vectors is zero, so that it has no cosine.",
            "Choose other targets, or the distance norm.",
        )

    def differences(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        words = unit(vectors) if params.unit_length else vectors
        if params.distance == "cos":
            found = (cosines(words, first[None]) - cosines(words, second[None]))[:, 0]
        else:
            found = np.linalg.norm(words - first, axis=1) - np.linalg.norm(words - second, axis=1)
        return np.asarray(found, np.float64)

    return differences


plugin = Probe(
    id="rnd",
    title="Relative norm distance",
    summary="Whether attributes lie nearer to the middle of one group of items or of another.",
    params=RndParams,
    source=(
        "Garg, Schiebinger, Jurafsky and Zou 2018, Word embeddings quantify 100 years of gender "
        "and ethnic stereotypes, PNAS 115, https://doi.org/10.1073/pnas.1720347115"
    ),
    asks=Asks(targets=2, attributes=1, least=1),
    formula="mean over attributes a of ‖a − mean(T1)‖ − ‖a − mean(T2)‖",
    run=run,
    measure=measure,
    control="attributes",
    scale=scale,
)
