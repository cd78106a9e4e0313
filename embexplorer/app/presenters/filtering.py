"""Which items take part: filters are added and removed, and what passes them is worked out."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from embexplorer.app.filters import ExpressionFilter, Shown, mask_of
from embexplorer.app.work import Then
from embexplorer.measures.expression import (
    ExpressionError,
    completions,
    evaluate,
    parse,
    word_start,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from embexplorer.app.filters import Filter
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Finished


@dataclass(frozen=True, slots=True)
class Completion:
    """What may take the place of the characters from `start` to `cursor` of a text."""

    text: str
    cursor: int
    start: int
    options: tuple[str, ...]


class Filtering:
    """Intents of filter fields, brushes and legends."""

    def __init__(self, store: Store, work: Work) -> None:
        self._store = store
        self._work = work
        store.subscribe(self._changed)

    def check(self, text: str) -> ExpressionError | None:
        """Return what is wrong with an expression on the columns of the active space, or None."""
        space = self._store.state.space
        try:
            parsed = parse(text)
            if space is not None:
                evaluate(parsed, space.table.slice(0, 1))
        except ExpressionError as error:
            return error
        return None

    def complete(self, text: str, cursor: int, tell: Callable[[Completion], None]) -> None:
        """Tell what may stand at the cursor of an expression; the newest question wins."""
        space = self._store.state.space
        if space is None:
            return

        def finished(event: Finished) -> None:
            tell(event.result)

        self._work.submit(
            _complete,
            key="complete",
            title="Completing",
            lane="quick",
            is_shown=False,
            then=Then(finished=finished),
            text=text,
            cursor=cursor,
            table=space.table,
        )

    def add_expression(self, text: str) -> None:
        """Show only items for which an expression is true, besides the filters there are."""
        self.add(ExpressionFilter(text))

    def add(self, one: Filter) -> None:
        """Add a filter; a range or values of the same column take its place."""
        column = getattr(one, "column", None)

        def replaces(other: Filter) -> bool:
            return type(other) is type(one) and getattr(other, "column", None) == column

        def change(state: State) -> State:
            kept = state.filters
            if column is not None:
                kept = tuple(item for item in kept if not replaces(item))
            return dataclasses.replace(state, filters=(*kept, one))

        self._store.apply(change, undo=f"Filter by {column or 'items'}", merges=column is not None)

    def remove(self, one: Filter) -> None:
        """Take a filter away."""

        def change(state: State) -> State:
            return dataclasses.replace(
                state, filters=tuple(item for item in state.filters if item is not one)
            )

        self._store.apply(change, undo="Remove a filter")

    def remove_column(self, column: str) -> None:
        """Take the filters on a column away."""
        for one in self._store.state.filters:
            if getattr(one, "column", None) == column:
                self.remove(one)

    def clear(self) -> None:
        """Show all items again, those of hidden categories too."""
        self._store.apply(
            lambda state: (
                dataclasses.replace(state, filters=(), hidden=frozenset())
                if state.filters or state.hidden
                else state
            ),
            undo="Show all items",
        )

    def _changed(self, old: State, new: State) -> None:
        is_same = old.filters == new.filters and old.space is new.space
        space = new.space
        if is_same or space is None or not new.filters:
            return
        self._work.submit(
            _passing,
            key="filter",
            title="Filtering",
            lane="quick",
            is_shown=False,
            then=Then(finished=partial(self._passed, space.id, new.filters)),
            space=space,
            filters=new.filters,
        )

    def _passed(self, space_id: str, filters: tuple[Filter, ...], event: Finished) -> None:
        if self._store.state.filters == filters:
            shown = Shown(space_id, filters, event.result)
            self._store.apply(lambda state: dataclasses.replace(state, shown=shown))


def _complete(text: str, cursor: int, table: pa.Table, progress: Progress) -> Completion:
    progress.raise_if_cancelled()
    options = tuple(completions(text, cursor, table))
    return Completion(text, cursor, word_start(text, cursor), options)


def _passing(space: Space, filters: tuple[Filter, ...], progress: Progress) -> object:
    progress.raise_if_cancelled()
    return mask_of(space.table, filters)
