"""Double-hard debiasing: one principal axis is dropped before the vectors are debiased hard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from embexplorer.core.contracts import Asks, Changed, Changing, Debiasing, Group
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.core.space import blocks_of
from embexplorer.measures.association import unit
from embexplorer.measures.bias_direction import BiasDirection, find_direction, notes_on, project_out
from embexplorer.measures.changed_rows import AFTER, LEAST, rows_with, to_unit
from embexplorer.measures.hard_debias import debias_hard, sets_to_equalize
from embexplorer.measures.moments import moments_of
from embexplorer.measures.two_means import most_biased, two_means_accuracy

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Rows = NDArray[np.float64]  # (m, d)


@dataclass(frozen=True)
class DoubleHardParams:
    """Parameters of double-hard debiasing."""

    n_candidates: Annotated[
        int, Doc("Candidates", "Principal axes of which one is dropped.", min=1, max=200)
    ] = 20
    n_biased: Annotated[
        int,
        Doc("Most biased", "Items on each side that shall not be told apart.", min=2, max=10_000),
    ] = 500
    equalize: Annotated[
        bool, Doc("Equalize", "Make sets equally far from all neutral items; the pairs, if none.")
    ] = True


def run(changing: Changing) -> Changed:
    """Drop the axis without which hard debiasing hides the sides best, then debias hard.

    The axes are those of the unit vectors less their mean. Each is dropped in turn; the items that
    lay farthest along the direction at first are debiased, and put into two clusters. The axis
    whose clusters tell the sides apart worst is the one.

    The direction is found again after an axis is dropped, as the authors' code does; WEFE 1.0.1
    keeps that of the vectors as they were. Both take what the vector itself has along the axis
    from the centered one, which leaves all vectors equally far along it; here nothing is left.
    Where the mean is zero that is the same.

    References
    ----------
    Wang, Lin, Rajani, McCann, Ordonez and Xiong 2020, Double-hard debias: tailoring word embeddings
    for gender bias mitigation, ACL.
    """
    params: DoubleHardParams = changing.params
    assert changing.pairs is not None  # it asks for pairs
    progress = changing.progress
    moments = moments_of(changing.vectors, progress.part(0.0, 0.3), unit_length=True)
    axes = _principal(moments.covariance, params.n_candidates)
    if not len(axes):
        raise UserError(
            "There is no axis to drop", "All vectors have the same direction.", "Use another space."
        )
    equal, notes = sets_to_equalize(changing, changing.pairs, is_asked=params.equalize)
    left_out = rows_with(changing.specific, *changing.pairs, *equal)
    rows, is_first = _biased(changing, params.n_biased, left_out)
    vectors = to_unit(changing.vectors[rows].astype(np.float64))

    def dropping(axis: Rows) -> Callable[[Rows], Rows]:
        return lambda rows: project_out(rows - moments.mean, axis[None])

    accuracies = []
    for at, axis in enumerate(axes):
        progress.raise_if_cancelled()
        progress.report(0.3 + 0.3 * at / len(axes), f"Axis {at + 1} of {len(axes)}")
        before = dropping(axis)
        along = _direction(changing.pairs, before).vector[None]
        debiased = to_unit(project_out(to_unit(before(vectors)), along))
        accuracies.append(two_means_accuracy(debiased, is_first, changing.seed))
    best = int(np.argmin(accuracies))
    before = dropping(axes[best])
    direction = _direction(changing.pairs, before)
    counts = debias_hard(changing, direction.vector[None], changing.pairs, equal, before=before)
    pairs = [f"{a} – {b}" for a, b in zip(*(side.items for side in changing.pairs), strict=True)]
    return Changed(
        order=(
            "scale to length 1 → subtract the mean → drop one principal axis → scale to length 1 → "
            "neutralize and equalize → scale to length 1"
        ),
        details={
            "dropped_axis": best + 1,
            "accuracies": accuracies,
            "biased_items": len(rows),
            "share": direction.share,
            **counts,
        },
        notes=(
            f"Principal axis {best + 1} of {len(axes)} was dropped: without it, two clusters tell "
            f"{accuracies[best]:.1%} of {len(rows):,} biased items apart, at most "
            f"{max(accuracies):.1%} with another (seed {changing.seed}).",
            *notes_on(direction, pairs),
            *notes,
            AFTER,
        ),
    )


def _principal(covariance: Rows, count: int) -> Rows:
    """Return axes (k, d) of the largest variance; none without."""
    values, axes = np.linalg.eigh(covariance)
    is_there = values > 1e-10 * max(float(values.max()), 1e-300)
    found: Rows = axes[:, is_there].T[::-1][:count]
    return found


def _direction(
    pairs: tuple[Group, Group], before: Callable[[Rows], Rows] = lambda rows: rows
) -> BiasDirection:
    first, second = (before(unit(side.vectors)) for side in pairs)
    for side, vectors in zip(pairs, (first, second), strict=True):
        lengths = np.linalg.norm(vectors, axis=1)
        if lengths.min() <= LEAST:
            raise UserError(
                "Nothing is left of an item",
                f"“{side.items[int(lengths.argmin())]}” differs from the mean of the space along a "
                "single principal axis.",
                "Leave its pair out, or try fewer candidates.",
            )
    return find_direction(first, second)


def _biased(
    changing: Changing, count: int, left_out: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the rows that lie farthest along the direction of the pairs, and which are positive.

    Raises
    ------
    UserError
        When there are fewer than two on each side.
    """
    assert changing.pairs is not None  # it asks for pairs
    along = _direction(changing.pairs).vector
    projections = np.concatenate(
        [to_unit(block.astype(np.float64)) @ along for _, block in blocks_of(changing.vectors)]
    )
    first, second = most_biased(projections, count, left_out)
    if len(first) < 2:
        raise UserError(
            "Too few neutral items",
            f"{len(changing.vectors) - len(left_out)} items are neither in a pair nor of one "
            "side by definition; double-hard debiasing needs at least 4.",
            "Use a space with more items.",
        )
    return np.concatenate([first, second]), np.arange(2 * len(first)) < len(first)


plugin = Debiasing(
    id="double-hard",
    title="Double-hard debiasing",
    summary="Drops the axis without which sides are told apart worst, then debiases hard.",
    params=DoubleHardParams,
    source=(
        "Wang, Lin, Rajani, McCann, Ordonez and Xiong 2020, Double-hard debias: tailoring word "
        "embeddings for gender bias mitigation, ACL, "
        "https://aclanthology.org/2020.acl-main.484"
    ),
    modules=("sklearn",),
    asks=Asks(pairs=True, least=1, equalize=True),
    formula="u = w − μ − ((w − μ) · p) p to length 1, then u − (u · g) g, to length 1",
    run=run,
)
