"""Vectors of some classes as one table with labels, and how much of each vector tells its class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.core.contracts import Group


def check_classes(groups: Sequence[Group]) -> None:
    """Refuse a single class.

    Raises
    ------
    UserError
        When there are fewer than two.
    """
    if len(groups) < 2:
        raise UserError(
            "Two classes are needed",
            f"What tells classes apart is taken out, and “{groups[0].name}” is the only one.",
            'Give two or more target sets: {"targets": [["…"], ["…"]]}.',
        )


def stack_classes(
    groups: Sequence[Group],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the vectors (m, d) of two or more classes, and the number of the class of each.

    Raises
    ------
    UserError
        When there are fewer than two classes.
    """
    check_classes(groups)
    vectors = np.concatenate([group.vectors for group in groups])
    return vectors, np.repeat(np.arange(len(groups)), [len(group) for group in groups])


def majority(labels: NDArray[np.int64]) -> float:
    """Return the share of the largest class: what is right without looking at the vectors."""
    return float(np.bincount(labels).max() / len(labels))
