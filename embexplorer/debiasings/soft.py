"""Soft debiasing: a linear map that trades inner products against what neutral items have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from embexplorer.core.contracts import Asks, Changed, Changing, Debiasing
from embexplorer.core.params import Doc
from embexplorer.measures.bias_direction import find_direction, notes_on
from embexplorer.measures.changed_rows import AFTER, change_rows, count_neutral, rows_with, to_unit
from embexplorer.measures.moments import moments_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]  # (d, d)

LITTLE = 0.95  # share of the length along the direction above which little has changed
RANK = 1e-10  # eigenvalues below this share of the largest are rounding


@dataclass(frozen=True)
class SoftParams:
    """Parameters of soft debiasing."""

    strength: Annotated[
        float,
        Doc("Strength", "Weight λ of taking the direction out; 0 changes nothing.", min=0, max=1e9),
    ] = 0.2
    per_product: Annotated[
        bool,
        Doc(
            "Mean squares",
            "Compare means of squares; the sums of the paper make λ weaker in a larger space.",
        ),
    ] = False


def run(changing: Changing) -> Changed:
    """Apply the linear map T that changes inner products least for how much it neutralizes.

    With unit vectors as columns of W, the neutral ones of N, and the direction g, T minimizes
    ‖(TW)ᵀ(TW) - WᵀW‖² + λ ‖(TN)ᵀ(Tg)‖². Only M = TᵀT is determined; T is its symmetric root, which
    is the identity for λ = 0.

    References
    ----------
    Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman is to
    homemaker? Debiasing word embeddings, NIPS.
    """
    params: SoftParams = changing.params
    assert changing.pairs is not None  # it asks for pairs
    first, second = changing.pairs
    direction = find_direction(first.vectors, second.vectors)
    kept = rows_with(changing.specific, first, second)
    neutral_count = count_neutral(changing.vectors, kept)
    all_items = moments_of(changing.vectors, changing.progress.part(0.0, 0.5), unit_length=True)
    units = to_unit(changing.vectors[kept].astype(np.float64))
    weight = params.strength
    if params.per_product:
        weight *= all_items.size**2 / neutral_count
    neutral = all_items.products - units.T @ units
    gram = soft_gram(all_items.products, neutral, direction.vector, weight)
    root, lost = root_of(gram)
    change_rows(
        changing.vectors,
        changing.out,
        lambda rows: rows @ root,
        unit_length=True,
        progress=changing.progress.part(0.5, 1.0),
    )
    pairs = [f"{a} – {b}" for a, b in zip(first.items, second.items, strict=True)]
    notes = [*notes_on(direction, pairs)]
    if lost > RANK:
        notes.append(
            f"The matrix that minimizes the sum has an eigenvalue of {-lost:.2g}, which no map "
            "has; 0 took its place, so another map may be better."
        )
    stays = float(np.linalg.norm(direction.vector @ root))
    notes.append(
        f"Of a vector along the direction, {stays:.1%} of its length are left. The effect of λ "
        "depends on how many items there are."
    )
    if stays > LITTLE:
        notes.append(
            "That is next to no change: compare means of squares (per_product), or raise the "
            "strength λ."
        )
    return Changed(
        order="scale to length 1 → linear map → scale to length 1",
        details={"share": direction.share, "neutral": neutral_count, "left_of_direction": stays},
        notes=(*notes, AFTER),
    )


def soft_gram(
    products: Matrix, neutral: Matrix, along: NDArray[np.float64], weight: float
) -> Matrix:
    """Return the symmetric M that minimizes ‖Wᵀ(M - I)W‖² + λ ‖NᵀMg‖².

    With S = WWᵀ, R = NNᵀ and D = M - I, the derivative vanishes where
    S D S = -(λ/2) (x gᵀ + g xᵀ), x = R M g. With h = S⁻¹g, y = S⁻¹x and a = gᵀh this is
    D = -(λ/2) (y hᵀ + h yᵀ), and x = R M g becomes (S + (λ/2) (a R + R h gᵀ)) y = R g.

    Parameters
    ----------
    products, neutral
        S and R, (d, d).
    along
        g (d,), in the span of the vectors.
    weight
        λ.
    """
    values, axes = np.linalg.eigh(products)
    axes = axes[:, values > RANK * values.max()]  # only the span of the vectors counts
    s, r, g = axes.T @ products @ axes, axes.T @ neutral @ axes, axes.T @ along
    h = np.linalg.solve(s, g)
    left = s + weight / 2 * (float(g @ h) * r + np.outer(r @ h, g))
    y = np.linalg.solve(left, r @ g)
    change = -weight / 2 * (np.outer(y, h) + np.outer(h, y))
    found: Matrix = np.eye(len(products)) + axes @ change @ axes.T
    return found


def root_of(gram: Matrix) -> tuple[Matrix, float]:
    """Return the symmetric root, and how far below zero the smallest eigenvalue lies."""
    values, axes = np.linalg.eigh(gram)
    root: Matrix = (axes * np.sqrt(np.maximum(values, 0.0))) @ axes.T
    return root, max(0.0, -float(values.min()))


plugin = Debiasing(
    id="soft",
    title="Soft debiasing",
    summary="Weakens a direction by a linear map that keeps inner products as far as asked.",
    params=SoftParams,
    source=(
        "Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman "
        "is to homemaker? Debiasing word embeddings, NIPS, https://arxiv.org/abs/1607.06520"
    ),
    asks=Asks(pairs=True, least=1),
    formula="T w, to length 1; T minimizes ‖(TW)ᵀ(TW) − WᵀW‖² + λ ‖(TN)ᵀ(Tg)‖²",
    run=run,
)
