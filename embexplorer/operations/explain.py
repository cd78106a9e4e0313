"""What sets a selection apart from the rest of its space: terms of the texts, values of columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.counted import counted
from embexplorer.core.progress import Progress
from embexplorer.core.space import ITEM, TEXT, Space
from embexplorer.measures.differing_values import Difference, values_of
from embexplorer.measures.overrepresented import Overrepresented, prior_texts, terms_of
from embexplorer.measures.terms import TermCounts, count_terms
from embexplorer.measures.tokens import tokenize
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

_FEWEST_TEXTS = 2  # a term in one text alone says nothing about a selection
_SAMPLED = 1000  # items looked at to tell words from texts
_MOST_WORDS_ALONE = 0.8  # with a larger share of single words the items are words


@dataclass(frozen=True, slots=True)
class Explanation:
    """What sets a selection apart.

    Parameters
    ----------
    terms
        Over-represented terms, the strongest first.
    values
        Values and columns that differ in either direction, the most surprising first.
    n_in, n_out
        How many items are in the selection and in the rest.
    notes
        What could not be compared, and why; one sentence each.
    how
        The methods and the corrections, in one sentence that can be copied into a paper.
    """

    terms: tuple[Overrepresented, ...]
    values: tuple[Difference, ...]
    n_in: int
    n_out: int
    notes: tuple[str, ...]
    how: str


class TermsCache:
    """Keeps the counted terms of the spaces it was asked for."""

    def __init__(self) -> None:
        self._kept: dict[str, TermCounts | None] = {}

    def of(self, space: Space, progress: Progress) -> TermCounts | None:
        """Return the terms of a space's texts, counted at the first call.

        None where the items are single words and there is no longer text.
        """
        if space.id not in self._kept:
            self._kept[space.id] = _counted(space, progress)
        return self._kept[space.id]

    def forget(self, space_id: str) -> None:
        """Drop the terms of a space that was closed."""
        self._kept.pop(space_id, None)


def explain_selection(
    space: Space,
    rows: NDArray[np.int64],
    progress: Progress | None = None,
    *,
    n: int = 20,
    cache: TermsCache | None = None,
    table: pa.Table | None = None,
) -> Explanation:
    """Return which terms and values set some rows of a space apart from all others.

    Parameters
    ----------
    rows
        The selected rows.
    n
        At most so many terms, and so many values.
    cache
        Keeps the counted terms for the next call.
    table
        Columns to compare, n rows, where there are more than those of the space.

    Raises
    ------
    CancelledError
        When `progress` was cancelled.
    """
    progress = progress or Progress()
    counts = (cache or TermsCache()).of(space, progress.part(0.0, 0.8))
    progress.raise_if_cancelled()
    values = values_of(space.table if table is None else table, rows, n=n)
    notes = list(values.notes)
    terms: tuple[Overrepresented, ...] = ()
    n_terms = 0
    if counts is None:
        notes.append("Terms were not compared: the items are single words.")
    else:
        found = terms_of(counts, rows, n=n)
        terms = tuple(term for term in found.terms if term.z > 0)
        n_terms = found.n_tested
        notes = list(dict.fromkeys([*found.notes, *notes]))
    progress.report(1.0)
    how = _how(values.n_in, values.n_out, n_terms, values.n_tested)
    return Explanation(terms, values.values, values.n_in, values.n_out, tuple(notes), how)


def explain_folder(
    folder: Path,
    rows: NDArray[np.int64],
    progress: Progress,
    *,
    n: int = 20,
    further: pa.Table | None = None,
) -> Explanation:
    """Explain as `explain_selection` does, for a child process: the space is in a folder.

    Parameters
    ----------
    further
        Columns beside those of the space, n rows.

    Raises
    ------
    CancelledError
        When `progress` was cancelled.
    """
    space, cache = _opened(folder)
    table = space.table
    if further is not None:
        for name in further.column_names:
            table = table.append_column(name, further.column(name))
    return explain_selection(space, rows, progress, n=n, cache=cache, table=table)


@lru_cache(maxsize=1)  # of the space a person is looking at: its words are counted once
def _opened(folder: Path) -> tuple[Space, TermsCache]:
    space, _ = open_folder(folder)
    assert isinstance(space, Space), f"{folder} holds no vectors"
    return space, TermsCache()


def _counted(space: Space, progress: Progress) -> TermCounts | None:
    if TEXT not in space.table.column_names and _are_words(space):
        return None
    texts = space.table.column(ITEM)
    if TEXT in space.table.column_names:
        import pyarrow.compute as pc

        texts = pc.coalesce(space.table.column(TEXT).cast(texts.type), texts)
    return count_terms(texts, min_documents=_FEWEST_TEXTS, progress=progress)


def _are_words(space: Space) -> bool:
    """Whether most of the items, seen in an even sample, are one word."""
    sampled = np.unique(np.linspace(0, space.n - 1, min(space.n, _SAMPLED)).astype(np.int64))
    alone = [len(tokenize(item)) <= 1 for item in space.items.take(sampled)]
    return float(np.mean(alone)) > _MOST_WORDS_ALONE


def _how(n_in: int, n_out: int, n_terms: int, n_values: int) -> str:
    parts = []
    if n_terms:
        parts.append(
            "terms ranked by z of the log odds ratio with an informative Dirichlet prior "
            f"(α₀ = {prior_texts(n_in + n_out):,.0f} texts) of how many texts hold them (Monroe, "
            "Colaresi & Quinn 2008), tested two-sided by Fisher’s exact or the chi-square test, "
            f"{n_terms:,} tests"
        )
    if n_values:
        parts.append(
            "values compared by the risk difference (Fisher’s exact or the chi-square test) and "
            f"numbers by Cliff’s δ (Mann-Whitney test), two-sided, {n_values:,} tests"
        )
    if not parts:
        return f"Nothing was compared: {counted(n_in, 'item')} selected, {n_out:,} others."
    return (
        f"{n_in:,} selected items against the {n_out:,} others: {'; '.join(parts)}; p corrected "
        f"for the false discovery rate{' in each family' if len(parts) > 1 else ''} (Benjamini & "
        "Hochberg 1995)."
    )
