"""Hard debiasing: what neutral items have along some axes goes, and sets become equally far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.measures.association import unit
from embexplorer.measures.bias_direction import project_out
from embexplorer.measures.changed_rows import change_rows, count_neutral, rows_with, to_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from embexplorer.core.contracts import Changing, Group

    Rows = NDArray[np.float64]  # (m, d)

NO_SIDE = 1e-6  # how far unit vectors must lie from the middle of their set to be told apart


def debias_hard(
    changing: Changing,
    axes: Rows,
    definition: Sequence[Group],
    equal: Sequence[Group],
    *,
    before: Callable[[Rows], Rows] = lambda rows: rows,
) -> dict[str, Any]:
    """Neutralize all items but those that keep their difference, and equalize sets.

    Parameters
    ----------
    changing
        The vectors, the items that keep their difference, and where the new vectors go.
    axes
        (k, d), orthonormal.
    definition
        The groups that the axes were found from; they keep their difference.
    equal
        Sets to equalize. They are not neutralized: what has lost its part along the axes has no
        side any more.
    before
        What is done to all unit vectors first; they are scaled to length 1 again after it.

    Returns
    -------
    dict
        How many items were neutralized, kept and equalized.

    Raises
    ------
    UserError
        When no item is left to neutralize, or a member of a set has no side along the axes.
    """
    equalized = [equalize(to_unit(before(unit(one.vectors))), axes, one.items) for one in equal]
    kept = rows_with(changing.specific, *definition, *equal)
    count = count_neutral(changing.vectors, kept)
    n_equalized = sum(len(one) for one in equal)  # no item is in two sets

    def change(rows: Rows) -> Rows:
        return project_out(to_unit(before(rows)), axes)

    change_rows(
        changing.vectors,
        changing.out,
        change,
        kept=kept,
        unit_length=True,
        progress=changing.progress,
    )
    if len(kept):
        changing.out[kept] = to_unit(before(to_unit(changing.vectors[kept].astype(np.float64))))
    for one, vectors in zip(equal, equalized, strict=True):
        changing.out[one.rows] = vectors
    return {
        "neutralized": count,
        "kept": len(kept) - n_equalized,
        "equalized_sets": len(equal),
        "equalized": n_equalized,
    }


def equalize(vectors: Rows, axes: Rows, items: Sequence[str]) -> Rows:
    """Return unit vectors (m, d) that differ along orthonormal axes (k, d) alone.

    With μ the mean of the set, μ_B and w_B what μ and a vector w have along the axes, and
    r = μ - μ_B, each becomes r + √(1 - ‖r‖²) (w_B - μ_B) / ‖w_B - μ_B‖: the members of a pair
    become r ± √(1 - ‖r‖²) g.

    Raises
    ------
    UserError
        Naming a member that lies where the middle of its set does along the axes.

    References
    ----------
    Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman is to
    homemaker? Debiasing word embeddings, NIPS.
    """
    mean = vectors.mean(axis=0)
    rest = project_out(mean[None], axes)[0]
    side = (vectors - mean) @ axes.T
    lengths = np.linalg.norm(side, axis=1)
    if lengths.min() <= NO_SIDE:
        raise UserError(
            "A set cannot be equalized",
            f"“{items[int(lengths.argmin())]}” does not differ along the direction from the "
            f"middle of its set ({', '.join(items)}).",
            "Leave the set out.",
        )
    # The mean of unit vectors is at most 1 long, so what the root is taken of is not negative.
    height = np.sqrt(max(0.0, 1.0 - float(rest @ rest)))
    found: Rows = rest + height * (side / lengths[:, None]) @ axes
    return found


def sets_to_equalize(
    changing: Changing, members: Sequence[Group], *, is_asked: bool
) -> tuple[tuple[Group, ...], tuple[str, ...]]:
    """Return the sets to equalize, and what must be said: those given, or else the definition.

    Parameters
    ----------
    members
        Groups of equal length; those at one position are a set.
    is_asked
        Whether anything is to be equalized.
    """
    if not is_asked:
        return (), ("No set was equalized.",)
    if changing.equalize:
        return changing.equalize, ()
    found = tuple(_across(members, at) for at in range(len(members[0])))
    rows = [row for one in found for row in one.rows.tolist()]
    if len(set(rows)) < len(rows):
        return (), (
            "Nothing was equalized: no sets to equalize were given, and an item is in two of the "
            "sets that define the direction.",
        )
    return found, (
        "No sets to equalize were given, so those that define the direction were equalized.",
    )


def _across(members: Sequence[Group], at: int) -> Group:
    """Return the items at one position of some groups as a group."""
    one = [group.take([at]) for group in members]
    items = tuple(part.items[0] for part in one)
    return type(one[0])(
        "equalize",
        " – ".join(items),
        items,
        np.concatenate([part.rows for part in one]),
        np.concatenate([part.vectors for part in one]),
    )
