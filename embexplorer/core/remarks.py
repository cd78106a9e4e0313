"""What must be said of single rows that were read: left out, cut, or kept though they stand out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

Outcome = Literal["left out", "cut", "kept"]
Unit = Literal["line", "row", "item", "file"]

MOST_ROWS = 10_000  # that a remark names; all are counted


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is said of some rows.

    Parameters
    ----------
    reason
        Why, in a few words: ``zero vector``.
    outcome
        What was done with them.
    total
        How many there are.
    unit
        What `rows` count: lines or rows of the file from 1, or items of the space from 0. A
        ``file`` of a folder has a name only.
    rows
        The first `MOST_ROWS` of them, ascending.
    names
        What each of these is called, where it is no item of the space.
    """

    reason: str
    outcome: Outcome
    total: int
    unit: Unit = "item"
    rows: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


def remark_on_items(reason: str, rows: NDArray[np.int64], outcome: Outcome = "kept") -> Remark:
    """Return the remark on items of the space."""
    return Remark(reason, outcome, len(rows), "item", tuple(rows[:MOST_ROWS].tolist()))


def remark_on_files(reason: str, names: Sequence[str]) -> Remark:
    """Return the remark on files of a folder that were left out."""
    return Remark(reason, "left out", len(names), "file", (), tuple(names[:MOST_ROWS]))
