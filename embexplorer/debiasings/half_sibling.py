"""Half-sibling regression: what items that are about a difference predict of others goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from embexplorer.core.contracts import Asks, Changed, Changing, Debiasing
from embexplorer.core.params import Doc
from embexplorer.measures.changed_rows import AFTER, change_rows, count_neutral, rows_with

RANK = 1e-12  # squared lengths below this share of the largest are rounding


@dataclass(frozen=True)
class HalfSiblingParams:
    """Parameters of half-sibling regression."""

    alpha: Annotated[
        float, Doc("Alpha", "Ridge penalty; the larger, the less is taken out.", min=0, max=1e9)
    ] = 60.0


def run(changing: Changing) -> Changed:
    """Subtract from each neutral item what ridge regression predicts of it.

    The items of the pairs and those of one side by definition are the columns of D, all others
    those of N: N - D (DᵀD + αI)⁻¹ DᵀN, without an intercept, on the vectors as they are.

    References
    ----------
    Yang and Feng 2020, A causal inference method for reducing gender bias in word embedding
    relations, AAAI.
    """
    params: HalfSiblingParams = changing.params
    assert changing.pairs is not None  # it asks for pairs
    kept = rows_with(changing.specific, *changing.pairs)
    neutral_count = count_neutral(changing.vectors, kept)
    definition = changing.vectors[kept].astype(np.float64)
    # The same matrix in the basis of the axes of D: each is predicted to the share s² / (s² + α).
    squares, axes = np.linalg.eigh(definition.T @ definition)
    squares[squares < RANK * squares.max()] = 0.0
    shares = np.divide(
        squares, squares + params.alpha, out=np.zeros_like(squares), where=squares > 0
    )
    predicted = (axes * shares) @ axes.T
    change_rows(
        changing.vectors,
        changing.out,
        lambda rows: rows - rows @ predicted,
        kept=kept,
        unit_length=False,
        progress=changing.progress,
    )
    return Changed(
        order="vectors as they are → subtract the prediction; no scaling",
        details={"definition": len(kept), "neutralized": neutral_count},
        notes=(
            f"The prediction is from {len(kept):,} items of pairs and of one side by definition, "
            "which stay as they are. How much goes depends on the lengths of vectors and on alpha.",
            AFTER,
        ),
    )


plugin = Debiasing(
    id="half-sibling",
    title="Half-sibling regression",
    summary="Takes out of all items what ridge regression predicts of them from specific ones.",
    params=HalfSiblingParams,
    source=(
        "Yang and Feng 2020, A causal inference method for reducing gender bias in word embedding "
        "relations, AAAI, https://arxiv.org/abs/1911.10787"
    ),
    asks=Asks(pairs=True, least=1),
    formula="N − D (DᵀD + α I)⁻¹ Dᵀ N",
    run=run,
)
