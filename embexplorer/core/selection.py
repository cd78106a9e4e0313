"""What a selection is: a sorted set of rows of one space, and its algebra."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows of a space: int64, sorted, each once.

    That each row occurs once saves the algebra what NumPy would do to make sure of it, which takes
    fifty times longer.
    """

    space_id: str
    indices: NDArray[np.int64]

    @staticmethod
    def of(space_id: str, indices: Iterable[int] | NDArray[np.int64]) -> Selection:
        """Return the selection of `indices` in any order, duplicates dropped."""
        if not isinstance(indices, np.ndarray):
            indices = np.fromiter(indices, np.int64)
        rows = indices.astype(np.int64)
        if (rows[1:] > rows[:-1]).all():
            return Selection(space_id, rows)
        rows.sort()  # np.unique would hash them: ten times slower
        is_first = np.ones(len(rows), bool)
        np.not_equal(rows[1:], rows[:-1], out=is_first[1:])
        return Selection(space_id, rows[is_first])

    def __len__(self) -> int:
        return len(self.indices)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Selection)
            and self.space_id == other.space_id
            and np.array_equal(self.indices, other.indices)
        )

    def __hash__(self) -> int:
        return hash((self.space_id, self.indices.tobytes()))

    def __or__(self, other: Selection) -> Selection:
        return Selection.of(self.space_id, np.concatenate([self.indices, other.indices]))

    def __and__(self, other: Selection) -> Selection:
        return Selection(
            self.space_id, np.intersect1d(self.indices, other.indices, assume_unique=True)
        )

    def __sub__(self, other: Selection) -> Selection:
        return Selection(
            self.space_id, np.setdiff1d(self.indices, other.indices, assume_unique=True)
        )

    def __xor__(self, other: Selection) -> Selection:
        return Selection(
            self.space_id, np.setxor1d(self.indices, other.indices, assume_unique=True)
        )
