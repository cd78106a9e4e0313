"""Joining the columns of a table to a space: how many items match is known before."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from embexplorer.app import state as states
from embexplorer.app.extended_space import extended
from embexplorer.app.work import Then
from embexplorer.operations import join as joining
from embexplorer.operations.join import Matching

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.derived import DerivedColumn
    from embexplorer.core.errors import UserError
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Finished, Job
    from embexplorer.operations.context import Context


@dataclass(frozen=True, slots=True, eq=False)
class JoinView:
    """What joining would do.

    Parameters
    ----------
    theirs, ours
        Columns of the table and of the space that can be keys.
    columns
        Columns of the table that would be joined.
    matching
        By which keys, and how many items have a row.
    notes
        What a person must know, one sentence each.
    space_id, table
        What was matched, whatever is active or asked for by now.
    """

    theirs: tuple[str, ...]
    ours: tuple[str, ...]
    columns: tuple[str, ...]
    matching: Matching
    notes: tuple[str, ...]
    space_id: str
    table: pa.Table


class Joining:
    """Intents of the dialog that joins columns."""

    def __init__(self, store: Store, work: Work, context: Context) -> None:
        self._store = store
        self._work = work
        self._context = context
        self._table: pa.Table | None = None
        self._space_id = ""  # whose items were matched, whatever is active by now
        self._job: Job | None = None
        self._waiting: Callable[[JoinView | UserError], None] | None = None

    def look(self, path: Path, then: Callable[[JoinView | UserError], None]) -> None:
        """Read a table, guess the keys, and say how many items match."""

        def read(event: Finished) -> None:
            if self._waiting is then:
                self._table = event.result
                self.match(None, None, then)

        self._space_id = self._store.state.active_space
        self._waiting = then
        self._job = self._work.submit(
            joining.read_columns_of,
            key="join-table",
            title=f"Reading {path.name}",
            lane="files",
            then=Then(finished=read, failed=lambda event: self._tell(then, event.error)),
            path=str(path),
            cache_root=str(self._context.cache.root),
        )

    def match(
        self, on: str | None, key: str | None, then: Callable[[JoinView | UserError], None]
    ) -> None:
        """Say how many items match by these keys; None guesses one."""
        space, table = self._space(self._space_id), self._table
        if space is None or table is None:
            return

        self._waiting = then
        self._job = self._work.submit(
            _view,
            key="join-match",
            title="Matching keys",
            lane="quick",
            then=Then(
                finished=lambda event: self._tell(then, event.result),
                failed=lambda event: self._tell(then, event.error),
            ),
            is_shown=False,
            space=space,
            table=table,
            on=on,
            to=key,
        )

    def join(self, path: Path, view: JoinView, columns: Sequence[str]) -> None:
        """Join columns as `view` says; they become derived columns, as one step."""
        space = self._space(view.space_id)
        if space is None:
            return

        def made(event: Finished) -> None:
            self._keep(event.result, path, view)

        self._work.submit(
            _join,
            key="join",
            title=f"Joining {path.name}",
            lane="quick",
            then=Then(finished=made),
            space=space,
            table=view.table,
            matching=view.matching,
            source=str(path),
            columns=list(columns),
        )

    def stop(self) -> None:
        """Give up what is not answered yet, and let go of the table."""
        self._waiting = None
        if self._job is not None:
            self._work.cancel(self._job.id)
            self._job = None
        self._table = None

    def _space(self, space_id: str) -> Space | None:
        """Return a space with its derived columns, unless it was closed meanwhile."""
        document = self._store.state.document
        space = document.space(space_id)
        return None if space is None else extended(space, document)

    def _tell(
        self, then: Callable[[JoinView | UserError], None], answer: JoinView | UserError
    ) -> None:
        if self._waiting is then:
            then(answer)

    def _keep(self, made: tuple[DerivedColumn, ...], path: Path, view: JoinView) -> None:
        said = f"Joined {', '.join(column.name for column in made)}. {' '.join(view.notes)}"

        def change(state: State) -> State:
            added = state
            for column in made:
                added = states.add_column(added, _named_apart(added, column))
            if added is state:
                return state  # its space was closed meanwhile
            return dataclasses.replace(added, message=said)

        self._store.apply(change, undo=f"Join columns of {path.name}")


def _view(
    space: Space, table: pa.Table, on: str | None, to: str | None, progress: Progress
) -> JoinView:
    matching = joining.match(space, table, on, to)
    columns, notes = joining.joinable_columns(table, matching.on)
    ours = joining.key_columns(space.table)
    theirs = joining.key_columns(table)
    said = (*matching.notes, *notes)
    return JoinView(tuple(theirs), tuple(ours), tuple(columns), matching, said, space.id, table)


def _join(progress: Progress, **asked: object) -> tuple[DerivedColumn, ...]:
    return joining.join(**asked)  # type: ignore[arg-type]  # what `Joining.join` submits


def _named_apart(state: State, column: DerivedColumn) -> DerivedColumn:
    """Return a column under a name that no other derived column has, unless it is its older self.

    A table that is joined again replaces what it gave before.
    """
    file = str(column.params["file"])
    for held in state.document.columns_of(column.space_id):
        if held.name == column.name and held.params.get("file") != file:
            return dataclasses.replace(column, name=f"{column.name} ({Path(file).stem})")
    return column
