"""LEACE: the smallest change after which no linear classifier tells classes apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import numpy as np

from embexplorer.core.contracts import Asks, Changed, Changing, Debiasing
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.measures.changed_rows import AFTER, change_rows
from embexplorer.measures.labeled_classes import majority, stack_classes
from embexplorer.measures.moments import moments_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.float64]

RANK = 1e-10  # eigenvalues below this share of the largest are rounding


class Eraser(NamedTuple):
    """The map x - (x - mean) takesᵀ givesᵀ: `takes` (r, d), `gives` (d, r), `mean` (d,)."""

    mean: NDArray[np.float64]
    takes: Rows
    gives: Rows

    def erase(self, rows: Rows) -> Rows:
        """Return the rows (m, d) without what tells the classes apart."""
        left: Rows = rows - ((rows - self.mean) @ self.takes.T) @ self.gives.T
        return left


@dataclass(frozen=True)
class LeaceParams:
    """Parameters of LEACE."""

    covariance: Annotated[
        Literal["classes", "space"],
        Doc(
            "Covariance",
            "Change the items of the classes least, as the paper does, or all items of the space; "
            "what is erased is the same.",
        ),
    ] = "classes"


def run(changing: Changing) -> Changed:
    """Erase the classes from every vector, in closed form and without shrinkage.

    References
    ----------
    Belrose, Schneider-Joseph, Ravfogel, Cotterell, Raff and Biderman 2023, LEACE: perfect linear
    concept erasure in closed form, NeurIPS.
    """
    params: LeaceParams = changing.params
    vectors, labels = stack_classes(changing.targets)
    centered = vectors - vectors.mean(axis=0)
    mean, covariance = vectors.mean(axis=0), centered.T @ centered / len(vectors)
    if params.covariance == "space":
        moments = moments_of(changing.vectors, changing.progress.part(0.0, 0.4), unit_length=False)
        mean, covariance = moments.mean, moments.covariance
    eraser = find_eraser(vectors, labels, mean, covariance)
    change_rows(
        changing.vectors,
        changing.out,
        eraser.erase,
        unit_length=False,
        progress=changing.progress.part(0.4, 1.0),
    )
    d = vectors.shape[1]
    notes = [
        "After scaling to length 1 the covariance with the classes is not exactly zero any more: "
        "take the vectors as they are."
    ]
    if len(vectors) <= d:
        notes.append(
            f"The classes have {len(vectors):,} items and the space {d:,} dimensions: for other "
            "items of such classes, little may be erased."
        )
    return Changed(
        order="vectors as they are → erase; no scaling",
        details={
            "erased_dimensions": len(eraser.takes),
            "class_items": len(vectors),
            "majority": majority(labels),
        },
        notes=(*notes, AFTER),
    )


def find_eraser(
    vectors: Rows, labels: NDArray[np.int64], mean: NDArray[np.float64], covariance: Rows
) -> Eraser:
    """Return the map r(x) = x - W⁺ P W (x - μ).

    W is the pseudo-inverse of the root of the covariance, P the projector on the columns of W times
    the covariance of the vectors with the classes, one column a class.

    Parameters
    ----------
    vectors, labels
        (m, d) and the class of each, 0 to K - 1.
    mean, covariance
        (d,) and (d, d), of the vectors that shall change least.

    Raises
    ------
    UserError
        When all classes have the same mean: then there is nothing to erase.
    """
    onehot = np.eye(int(labels.max()) + 1)[labels]
    onehot -= onehot.mean(axis=0)
    cross = (vectors - vectors.mean(axis=0)).T @ onehot / len(vectors)
    values, axes = np.linalg.eigh(covariance)
    is_there = values > RANK * max(float(values.max()), 1e-300)
    axes, scale = axes[:, is_there], np.sqrt(values[is_there])
    # In the basis of these axes W is 1 / scale and its pseudo-inverse is scale.
    columns, lengths, _ = np.linalg.svd((axes.T @ cross) / scale[:, None], full_matrices=False)
    columns = columns[:, lengths > 1e-9]  # lengths are correlations, at most 1
    if not columns.shape[1]:
        raise UserError(
            "The classes have the same mean",
            "No direction tells them apart, so there is nothing to erase.",
            "Choose other classes.",
        )
    return Eraser(mean, (columns / scale[:, None]).T @ axes.T, axes @ (columns * scale[:, None]))


plugin = Debiasing(
    id="leace",
    title="LEACE",
    summary="Changes vectors as little as possible so that no linear classifier sees the classes.",
    params=LeaceParams,
    source=(
        "Belrose, Schneider-Joseph, Ravfogel, Cotterell, Raff and Biderman 2023, LEACE: perfect "
        "linear concept erasure in closed form, NeurIPS, https://arxiv.org/abs/2306.03819"
    ),
    asks=Asks(targets=None),
    formula="x − W⁺ P W (x − μ), W = (Σ_xx^½)⁺, P projects on the columns of W Σ_xz",
    run=run,
)
