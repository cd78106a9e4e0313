"""Finding items by their texts: hits as one types, from one to the next, all of them selected."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from embexplorer.app.found import FindQuestion
from embexplorer.app.presenters.items import passing
from embexplorer.app.work import Then, report
from embexplorer.core.counted import counted
from embexplorer.core.space import ITEM, TEXT
from embexplorer.measures.expression.columns import kind_of
from embexplorer.measures.search import find_rows

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from embexplorer.app.presenters.asking import Neighbors
    from embexplorer.app.presenters.selecting import How, Selecting
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Failed, Finished

FIND = "find"  # the key of its job
QUESTION = ("text", "mode", "column", "match_case")


class Finding:
    """Intents of the find field."""

    def __init__(
        self, store: Store, work: Work, selecting: Selecting, neighbors: Neighbors
    ) -> None:
        self._store = store
        self._work = work
        self._selecting = selecting
        self._neighbors = neighbors
        self._last = FindQuestion("")
        store.subscribe(self._changed)

    def open(self, text: str | None = None) -> None:
        """Begin to find, with what was looked for last; with a text, look for that."""
        state = self._store.state
        if state.space is None:
            return
        if state.finding is None:
            last = self._last
            columns = find_columns(state.space)
            column = last.column if last.column in columns else ""
            self._ask(FindQuestion(state.space.id, "", last.mode, column, last.match_case))
            text = last.text if text is None else text
        if text is not None:
            self.look(text=text)

    def look(self, **changes: Any) -> None:
        """Look for another text, or elsewhere: `text`, `mode`, `column`, `match_case`."""
        asked, space = self._store.state.finding, self._store.state.space
        if asked is None or space is None:
            return
        question = dataclasses.replace(asked, **changes, at=-1, error=None)
        if _words(question) == _words(asked) and asked.error is None and asked.rows is not None:
            return
        self._search(space, question)

    def step(self, by: int) -> None:
        """Go to the next hit, or with -1 to the one before; around the ends."""
        asked = self._store.state.finding
        if asked is None or not len(asked.hits):
            return
        at = asked.at + by if asked.at >= 0 or by > 0 else len(asked.hits) - 1
        self._ask(dataclasses.replace(asked, at=at % len(asked.hits)))

    def select_all(self, how: How = "replace") -> None:
        """Select all hits that are shown."""
        asked = self._store.state.finding
        if asked is not None and len(asked.hits):
            self._selecting.take(asked.hits, how)

    def select_current(self, how: How = "replace") -> None:
        """Select the current hit; the first where none is."""
        asked = self._store.state.finding
        if asked is not None and len(asked.hits):
            at = max(0, asked.at)
            self._selecting.take(asked.hits[at : at + 1], how)

    def rank_by_meaning(self) -> None:
        """Rank all items by how near they are to the text, as the space's encoder sees it."""
        asked = self._store.state.finding
        if asked is not None and can_rank(self._store.state):
            self._neighbors.ask(asked.text)

    def close(self) -> None:
        """Find no more; what was looked for is kept for the next time."""
        asked = self._store.state.finding
        if asked is not None:
            self._last = asked
            self._store.apply(lambda state: dataclasses.replace(state, finding=None))

    def _changed(self, old: State, new: State) -> None:
        asked, space = new.finding, new.space
        if asked is None or space is None or old.finding is None or not asked.text:
            return
        is_same = old.visible is new.visible and old.hidden == new.hidden
        if not (is_same and old.space is new.space):
            self._search(space, dataclasses.replace(asked, at=-1, error=None))

    def _search(self, space: Space, question: FindQuestion) -> None:
        """Look, the old hits staying until the new ones are there."""
        question = dataclasses.replace(question, is_running=True)
        self._ask(question)

        def answer(**values: Any) -> None:
            asked = self._store.state.finding
            if asked is not None and _words(asked) == _words(question):
                self._ask(dataclasses.replace(asked, is_running=False, at=-1, **values))

        def finished(event: Finished) -> None:
            rows, n_unseen = event.result
            answer(rows=rows, n_unseen=n_unseen)

        def failed(event: Failed) -> None:
            if event.details:
                report(self._store, event)
            answer(error=event.error)

        self._work.submit(
            _find,
            key=FIND,
            title="Finding",
            lane="quick",
            is_shown=False,
            then=Then(finished=finished, failed=failed),
            table=space.table,
            question=question,
            shown=passing(self._store.state),
        )

    def _ask(self, question: FindQuestion) -> None:
        self._store.apply(lambda state: dataclasses.replace(state, finding=question))


def _find(
    table: pa.Table,
    question: FindQuestion,
    shown: NDArray[np.bool_] | None,
    progress: Progress,
) -> tuple[NDArray[np.int64], int]:
    """Return the hits that are shown, and how many are not, in the lane's thread."""
    progress.raise_if_cancelled()
    rows = find_rows(
        table,
        question.text,
        column=question.column or None,
        mode=question.mode,
        match_case=question.match_case,
    )
    seen = rows if shown is None else rows[shown[rows]]
    return seen, len(rows) - len(seen)


def _words(question: FindQuestion) -> tuple[object, ...]:
    return tuple(getattr(question, name) for name in ("space_id", *QUESTION))


def find_columns(space: Space) -> tuple[str, ...]:
    """Return the columns that can be searched by themselves, the items first."""
    schema = space.table.schema
    named = [field.name for field in schema if field.name not in (ITEM, TEXT)]
    texts = [TEXT] if TEXT in schema.names else []
    searched = [name for name in named if kind_of(schema.field(name).type) != "other"]
    return (ITEM, *texts, *searched)


def can_rank(state: State) -> bool:
    """Return whether the space's encoder can rank its items by a text."""
    asked, space = state.finding, state.space
    is_ready = space is not None and bool(space.provenance.encoder)
    return is_ready and asked is not None and bool(asked.text.strip())


def hits_text(question: FindQuestion) -> str:
    """Return how many hits there are: ``3 of 312 hits``, ``312 hits, 4 not shown``, ``No hits``."""
    if not question.text or question.error is not None or question.rows is None:
        return ""
    n = len(question.rows)
    said = counted(n, "hit") if n else "No hits"
    if question.at >= 0:
        said = f"{question.at + 1:,} of {said}"
    return f"{said}, {question.n_unseen:,} not shown" if question.n_unseen else said
