"""The histograms of the data panel: counted when asked for, their bars turned into filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.app.column_counts import MISSING, count_columns
from embexplorer.app.filters import ValuesFilter
from embexplorer.app.presenters.items import passing
from embexplorer.app.work import Then
from embexplorer.core.counted import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.app.column_counts import ColumnCounts
    from embexplorer.app.filters import Filter
    from embexplorer.app.presenters.filtering import Filtering
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.jobs.events import Finished


class Histograms:
    """Counts the columns, and turns what is done to their bars into filters."""

    def __init__(self, store: Store, work: Work, filtering: Filtering) -> None:
        self._store = store
        self._work = work
        self._filtering = filtering

    def ask(self, tell: Callable[[tuple[ColumnCounts, ...]], None]) -> None:
        """Tell the counts of all columns that have bars; the newest question wins."""
        state = self._store.state
        space, chosen = state.space, state.selection
        if space is None:
            tell(())
            return
        is_mine = chosen is not None and chosen.space_id == space.id

        def finished(event: Finished) -> None:
            now = self._store.state.space
            if now is space:
                tell(event.result)

        self._work.submit(
            count_columns,
            key="histograms",
            title="Counting",
            lane="quick",
            is_shown=False,
            then=Then(finished=finished),
            space=space,
            shown=passing(state),
            selected=chosen.indices if is_mine and chosen is not None else None,
        )

    def brush(self, counts: ColumnCounts, first: int, last: int) -> None:
        """Show only items of the bins of numbers between two, both included."""
        self._filtering.add(counts.range_of(min(first, last), max(first, last)))

    def choose(self, counts: ColumnCounts, bar: int, *, adds: bool) -> None:
        """Show only the items of a bar, or of it too; the only one that is chosen is taken back."""
        if counts.kind == "number":
            self._choose_bin(counts, bar, adds=adds)
            return
        one = next((one for one in self._filters(counts) if isinstance(one, ValuesFilter)), None)
        before = one.values if one is not None else frozenset()
        values = counts.values[bar]
        if adds:
            values = before - values if values <= before else before | values
        elif values == before:
            values = frozenset()
        if values:
            self._filtering.add(ValuesFilter(counts.column, values))
        else:
            self.clear(counts)

    def clear(self, counts: ColumnCounts) -> None:
        """Take the filters on a column away."""
        if self._filters(counts):
            self._filtering.remove_column(counts.column)

    def _choose_bin(self, counts: ColumnCounts, bar: int, *, adds: bool) -> None:
        left = counts.brushed(self._store.state.filters)
        on = [k for k, is_on in enumerate(left or ()) if is_on]
        if on == [bar]:
            self.clear(counts)
        elif adds and on:
            self.brush(counts, min(bar, on[0]), max(bar, on[-1]))
        else:
            self.brush(counts, bar, bar)

    def _filters(self, counts: ColumnCounts) -> list[Filter]:
        filters = self._store.state.filters
        return [one for one in filters if getattr(one, "column", None) == counts.column]


def as_text(counts: ColumnCounts) -> str:
    """Return the numbers of the bars as tab-separated text."""
    lines = [f"{counts.column}\tall\tshown\tselected"]
    for label, *numbers in zip(
        counts.labels, counts.all, counts.shown, counts.selected, strict=True
    ):
        lines.append("\t".join((" ".join(label.split()), *map(str, numbers))))
    if counts.kind == "number" and counts.n_missing:
        lines.append(f"{MISSING}\t{counts.n_missing}\t\t")
    return "\n".join(lines)


def described(counts: ColumnCounts) -> str:
    """Return the bars in one sentence with its numbers."""
    if not len(counts.all):
        return f"{counts.column}: no values."
    largest = int(np.argmax(counts.all))
    n_bars = counted(len(counts.labels), "bar")
    return (
        f"{counts.column}: {n_bars}, {int(counts.all.sum()):,} items, "
        f"{int(counts.shown.sum()):,} shown, {int(counts.selected.sum()):,} selected; most in "
        f"{counts.labels[largest]}, {int(counts.all[largest]):,}. {counts.note}"
    ).strip()
