"""The direction, or the few axes, along which items of opposite sets differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.measures.association import unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DirectionMethod = Literal["pca", "single", "sum", "mean"]

TINY = 1e-9  # length below which what is left of unit vectors is rounding
SINGLE = 0.5  # share of the differences below which they have no single direction


class BiasDirection(NamedTuple):
    """A direction between two sides of pairs.

    `vector` (d,) float64 has length 1 and points to the first side. `share` is how much of the
    squared differences within the pairs lies along it, 0 to 1. `sides` (p,) is how far the first
    item of each pair lies beyond the second along it.
    """

    vector: NDArray[np.float64]
    share: float
    sides: NDArray[np.float64]


class BiasAxes(NamedTuple):
    """Axes (k, d) float64, orthogonal and of length 1, the one of the largest share first.

    `shares` (k,) is how much of the squared distances to the middles of the sets lies along each.
    """

    vectors: NDArray[np.float64]
    shares: NDArray[np.float64]


def find_direction(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    method: DirectionMethod = "pca",
    *,
    unit_length: bool = True,
) -> BiasDirection:
    """Return the direction from the second items (p, d) of pairs to the first ones (p, d).

    All vectors are scaled to length 1 before, unless asked otherwise. With u, v those of a pair:

    * ``pca``: the first principal axis of all u - c and v - c, with c = (u + v) / 2. They cancel
      in pairs, so nothing is centered once more; a pair that lies farther apart weighs more.
    * ``single``: u - v of the first pair.
    * ``sum``: the sum of all u, scaled to length 1, less the sum of all v, scaled to length 1.
    * ``mean``: the mean of all u - v.

    The sign of a principal axis is arbitrary: it is turned to where the first items lie on average.

    Raises
    ------
    UserError
        When the pairs differ in no direction, or their differences cancel out.

    References
    ----------
    Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman is to
    homemaker? Debiasing word embeddings, NIPS. Grand, Blank, Pereira and Fedorenko 2022, Semantic
    projection recovers rich human knowledge of multiple object features from word embeddings,
    Nature Human Behaviour 6 (the mean of vectors as they are).
    """
    u, v = (unit(first), unit(second)) if unit_length else (first, second)
    apart = u - v
    if method == "single":
        along = apart[0]
    elif method == "sum":
        along = _to_length_1(u.sum(axis=0)) - _to_length_1(v.sum(axis=0))
    elif method == "mean":
        along = apart.mean(axis=0)
    else:
        along = _first_axis(apart, float(np.linalg.norm([*u, *v], axis=1).max()))
        sides = apart @ along
        total = float(sides.sum())
        # Where they cancel out on average, the first pair that tells the sides apart decides.
        telling = total if abs(total) > TINY else sides[np.argmax(np.abs(sides) > TINY)]
        along = along if telling >= 0 else -along
    vector = _to_length_1(along)
    sides = apart @ vector
    squares = float(np.vdot(apart, apart))
    share = min(1.0, float(np.vdot(sides, sides)) / squares) if squares else 0.0
    return BiasDirection(vector, share, sides)


def _first_axis(apart: NDArray[np.float64], largest: float) -> NDArray[np.float64]:
    """Return the axis (d,) that most of the squares of differences (p, d) lie along.

    The vectors of a pair less their middle are ± half its difference, so that no more is needed.
    `largest` is the length of the longest vector, beside which a difference is rounding.
    """
    if np.linalg.norm(apart) <= TINY * largest:
        raise _no_direction()
    p, d = apart.shape
    if p >= d:
        axis: NDArray[np.float64] = np.linalg.eigh(apart.T @ apart)[1][:, -1]
        return axis
    axis = np.linalg.eigh(apart @ apart.T)[1][:, -1] @ apart
    return axis / np.linalg.norm(axis)


def principal_axes(sets: Sequence[NDArray[np.float64]], count: int) -> BiasAxes:
    """Return the axes along which the vectors (m, d) of each set differ from their middle.

    The vectors are taken as they are. There are fewer than `count` axes where the sets differ in
    fewer dimensions.

    Raises
    ------
    UserError
        When no set differs within itself.

    References
    ----------
    Bolukbasi et al. 2016, as above (sets of two); Manzini, Lim, Black and Tsvetkov 2019,
    Black is to criminal as Caucasian is to police, NAACL (sets of any size).
    """
    rows = np.concatenate([one - one.mean(axis=0) for one in sets])
    _, lengths, axes = np.linalg.svd(rows, full_matrices=False)
    squares = lengths**2
    largest = max(float(np.linalg.norm(one, axis=1).max()) for one in sets)
    there = int(np.count_nonzero(lengths > TINY * largest))
    if not there:
        raise _no_direction()
    k = min(count, there)
    return BiasAxes(axes[:k], squares[:k] / squares.sum())


def notes_on(direction: BiasDirection, pairs: Sequence[str]) -> tuple[str, ...]:
    """Return what a person must know of a direction; `pairs` are the names of its pairs."""
    notes = []
    if direction.share < SINGLE:
        notes.append(
            f"The direction holds {direction.share:.0%} of the differences within the pairs, less "
            "than half: these pairs have no single direction."
        )
    turned = [name for name, side in zip(pairs, direction.sides, strict=True) if side <= 0]
    if turned:
        listed = ", ".join(turned[:5])
        notes.append(f"Pairs that lie the other way round along the direction: {listed}.")
    return tuple(notes)


def project_out(vectors: NDArray[np.float64], axes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the vectors (m, d) without their part along orthonormal axes (k, d)."""
    left: NDArray[np.float64] = vectors - (vectors @ axes.T) @ axes
    return left


def _to_length_1(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    length = float(np.linalg.norm(vector))
    if length <= TINY:
        raise _no_direction()
    scaled: NDArray[np.float64] = vector / length
    return scaled


def _no_direction() -> UserError:
    return UserError(
        "The pairs have no direction",
        "Both sides have the same vectors, or their differences cancel out.",
        "Choose other pairs, each with the same side first.",
    )
