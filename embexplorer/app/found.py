"""What a person looks for among the items, what sets a selection apart, what a set may lack."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.errors import UserError
from embexplorer.core.results import Metric
from embexplorer.core.selection import Selection
from embexplorer.measures.search import SearchMode
from embexplorer.operations.explain import Explanation


@dataclass(frozen=True, slots=True, eq=False)
class FindQuestion:
    """A search in the texts of a space, with its hits or with what is wrong with it.

    Parameters
    ----------
    space_id
        Where.
    text, mode, column, match_case
        As `measures.search.find_rows` takes them; an empty column means items and texts.
    rows
        Hits among the shown items, sorted.
    n_unseen
        Hits among those that filters or the legend leave out.
    at
        Position of the current hit in `rows`; -1 before the first step.
    error
        What is wrong with the text.
    is_running
        Whether the hits are those of an earlier text.
    """

    space_id: str
    text: str = ""
    mode: SearchMode = "substring"
    column: str = ""
    match_case: bool = False
    rows: NDArray[np.int64] | None = None
    n_unseen: int = 0
    at: int = -1
    error: UserError | None = None
    is_running: bool = False

    @property
    def hits(self) -> NDArray[np.int64]:
        """The hits that count now: none before a text, or where it cannot be read."""
        if self.rows is None or self.error is not None or not self.text:
            return np.empty(0, np.int64)
        return self.rows

    @property
    def current(self) -> int | None:
        """The row of the current hit."""
        return int(self.hits[self.at]) if 0 <= self.at < len(self.hits) else None


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """What sets a selection apart; `answer` is the one before while it is worked out."""

    selection: Selection
    answer: Explanation | None = None
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that could join a set: its row, and its score as a neighbor."""

    item: str
    row: int
    score: float


@dataclass(frozen=True, slots=True)
class SetOffer:
    """Items near a seed that could join a set of the draft; none joins by itself.

    Parameters
    ----------
    space_id
        Where they were looked for.
    key
        Of the set they could join.
    seed
        What they are near to, as a person reads it.
    metric
        By which metric.
    candidates
        The nearest first, without the items of the set.
    error
        What is wrong with the seed.
    is_running
        Whether the search is still running.
    """

    space_id: str
    key: str
    seed: str
    metric: Metric
    candidates: tuple[Candidate, ...] = ()
    error: UserError | None = None
    is_running: bool = False
