"""Hard debiasing: neutral items lose what they have along a direction, pairs become equal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from embexplorer.core.contracts import Asks, Changed, Changing, Debiasing
from embexplorer.core.params import Doc
from embexplorer.measures.bias_direction import find_direction, notes_on
from embexplorer.measures.changed_rows import AFTER
from embexplorer.measures.hard_debias import debias_hard, sets_to_equalize


@dataclass(frozen=True)
class HardParams:
    """Parameters of hard debiasing."""

    direction: Annotated[
        Literal["pca", "single", "sum", "mean"],
        Doc(
            "Direction",
            "The first principal axis of the pairs, the first pair alone, the difference of the "
            "sums of both sides, or the mean difference.",
        ),
    ] = "pca"
    equalize: Annotated[
        bool,
        Doc("Equalize", "Make sets equally far from all neutral items; the pairs, without sets."),
    ] = True


def run(changing: Changing) -> Changed:
    """Neutralize all items but those of pairs, sets and one side by definition; equalize sets.

    References
    ----------
    Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman is to
    homemaker? Debiasing word embeddings, NIPS.
    """
    params: HardParams = changing.params
    assert changing.pairs is not None  # it asks for pairs
    first, second = changing.pairs
    direction = find_direction(first.vectors, second.vectors, params.direction)
    pairs = [f"{a} – {b}" for a, b in zip(first.items, second.items, strict=True)]
    equal, notes = sets_to_equalize(changing, changing.pairs, is_asked=params.equalize)
    counts = debias_hard(changing, direction.vector[None], changing.pairs, equal)
    return Changed(
        order="scale to length 1 → neutralize and equalize → scale to length 1",
        details={"share": direction.share, **counts},
        notes=(*notes_on(direction, pairs), *notes, AFTER),
    )


plugin = Debiasing(
    id="hard",
    title="Hard debiasing",
    summary="Takes a direction out of all neutral items, and makes pairs equally far from them.",
    params=HardParams,
    source=(
        "Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman "
        "is to homemaker? Debiasing word embeddings, NIPS, https://arxiv.org/abs/1607.06520"
    ),
    asks=Asks(pairs=True, least=1, equalize=True),
    formula="w − (w · g) g, to length 1; sets: "
    "r + √(1 − ‖r‖²) (w_g − μ_g) / ‖w_g − μ_g‖, r = μ − μ_g",
    run=run,
)
