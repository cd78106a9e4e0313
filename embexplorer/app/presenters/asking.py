"""Asking for neighbors and analogies: what the two panels do and show."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from embexplorer.app.state import AnalogyQuestion, NeighborsQuestion, hide_bias
from embexplorer.app.work import Then, report
from embexplorer.core.results import known_metric
from embexplorer.operations import encode as encoding
from embexplorer.operations import explore as exploring
from embexplorer.operations.query import UnknownItemError

if TYPE_CHECKING:
    from embexplorer.app.remembered import Remembered
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.progress import Progress
    from embexplorer.core.results import AnalogyMethod, AnalogyResult, Metric, Ranked
    from embexplorer.core.results import Neighbors as Answer
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Cancelled, Failed, Finished
    from embexplorer.operations.int8_copies import Int8Copies
    from embexplorer.operations.norms import NormsCache

ENCODE_QUERY = "encode-query"  # the key of its job
EXAMPLES = (
    ("man", "king", "woman"),
    ("france", "paris", "germany"),
    ("walk", "walking", "swim"),
    ("big", "bigger", "small"),
    ("good", "better", "bad"),
    ("he", "his", "she"),
    ("dog", "dogs", "car"),
)


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One row of an answer: `bar` is 0..1 for its length."""

    rank: int
    index: int
    text: str
    score: float
    bar: float
    is_input: bool = False


class Neighbors:
    """Intents of the neighbors panel."""

    def __init__(
        self,
        store: Store,
        work: Work,
        remembered: Remembered,
        norms: NormsCache,
        copies: Int8Copies,
    ) -> None:
        self._store = store
        self._work = work
        self._remembered = remembered
        self._norms = norms
        self._copies = copies
        store.subscribe(self._changed)

    def ask(self, text: str, *, k: int | None = None, metric: Metric | None = None) -> None:
        """Ask for the neighbors of an item, a row, an expression, or free text."""
        space, query = self._store.state.space, text.strip()
        if space is None or not query:
            return
        settings = self._remembered.settings
        self._remembered.change(k=k or settings.k, metric=metric or settings.metric)
        settings = self._remembered.settings
        question = NeighborsQuestion(
            space.id, query, settings.k, known_metric(settings.metric), is_running=True
        )
        self._keep_answer(question)
        self._search(space, question)

    def ask_selected(self) -> None:
        """Ask for the neighbors of the selected item."""
        state = self._store.state
        if state.space is not None and state.selected is not None:
            self.ask(query_of(state.space, state.selected))

    def clear(self) -> None:
        """Forget the question and its answer."""
        self._store.apply(lambda state: dataclasses.replace(state, neighbors=None))

    def _changed(self, old: State, new: State) -> None:
        if new.selection is not old.selection:
            self.ask_selected()
        if new.document.spaces is not old.document.spaces:
            for space in old.document.spaces:
                if new.document.space(space.id) is None:
                    self._norms.forget(space.id)

    def _keep_answer(self, question: NeighborsQuestion) -> None:
        """Show the old answer, dimmed, until the new one is there."""
        before = self._store.state.neighbors
        if before is not None and before.space_id == question.space_id:
            question = dataclasses.replace(question, answer=before.answer)
        self._store.apply(lambda state: dataclasses.replace(state, neighbors=question))

    def _search(self, space: Space, question: NeighborsQuestion, **query_vector: object) -> None:
        self._work.submit(
            self._find,
            key="neighbors",
            title="Neighbors",
            lane="quick",
            is_shown=False,
            then=Then(
                finished=partial(self._answered, question),
                failed=partial(self._failed, space, question),
            ),
            space=space,
            query=question.text,
            k=question.k,
            metric=question.metric,
            **query_vector,
        )

    def _find(self, space: Space, progress: Progress, **question: Any) -> Answer:
        """Search, in the lane's thread; the norms of a space are computed once."""
        norms, copy = self._norms.of(space, progress), self._copies.of(space)
        return exploring.neighbors(space, norms=norms, copy=copy, progress=progress, **question)

    def _answered(self, question: NeighborsQuestion, event: Finished) -> None:
        answered = dataclasses.replace(question, answer=event.result, is_running=False)
        self._set(answered)

    def _failed(self, space: Space, question: NeighborsQuestion, event: Failed) -> None:
        if event.details:
            report(self._store, event)
        elif isinstance(event.error, UnknownItemError) and space.provenance.encoder:
            self._encode(space, question)
            return
        self._set(dataclasses.replace(question, error=event.error, is_running=False))

    def _encode(self, space: Space, question: NeighborsQuestion) -> None:
        """Encode free text with the encoder the space was made with, then search."""

        def encoded(event: Finished) -> None:
            if _is_asked(self._store.state, question):
                self._search(space, question, vector=event.result)

        def failed(event: Failed) -> None:
            if event.details:
                report(self._store, event)
            self._set(dataclasses.replace(question, error=event.error, is_running=False))

        def cancelled(event: Cancelled) -> None:
            is_asked_again = any(job.key == ENCODE_QUERY for job in self._store.state.activity)
            if _is_asked(self._store.state, question) and not is_asked_again:
                self.clear()

        self._work.submit(
            encoding.encode_query,
            key=ENCODE_QUERY,
            title="Encoding the query",
            lane="device",
            then=Then(finished=encoded, failed=failed, cancelled=cancelled),
            text=question.text,
            provenance=space.provenance,
        )

    def _set(self, question: NeighborsQuestion) -> None:
        """Show what came of a question, unless another was asked meanwhile."""
        self._store.apply(
            lambda state: (
                dataclasses.replace(state, neighbors=question)
                if _is_asked(state, question)
                else state
            )
        )


def _is_asked(state: State, question: NeighborsQuestion) -> bool:
    asked = state.neighbors
    return asked is not None and _words(asked) == _words(question)


def _words(question: NeighborsQuestion) -> tuple[str, str, int, str]:
    return question.space_id, question.text, question.k, question.metric


class Analogy:
    """Intents of the analogy panel."""

    def __init__(
        self,
        store: Store,
        work: Work,
        remembered: Remembered,
        norms: NormsCache,
        copies: Int8Copies,
    ) -> None:
        self._store = store
        self._work = work
        self._remembered = remembered
        self._norms = norms
        self._copies = copies

    def ask(self, a: str, b: str, c: str, method: AnalogyMethod = "3cosadd") -> None:
        """Ask ``a is to b as c is to ?``."""
        space = self._store.state.space
        inputs = [item.strip() for item in (a, b, c)]
        if space is None or not all(inputs):
            return
        question = AnalogyQuestion(
            space.id, inputs[0], inputs[1], inputs[2], method, is_running=True
        )
        self._store.apply(lambda state: dataclasses.replace(hide_bias(state), analogy=question))
        self._work.submit(
            self._solve,
            key="analogy",
            title="Analogy",
            lane="quick",
            is_shown=False,
            then=Then(
                finished=partial(self._answered, question), failed=partial(self._failed, question)
            ),
            space=space,
            a=question.a,
            b=question.b,
            c=question.c,
            method=method,
            k=self._remembered.settings.k,
        )

    def _solve(self, space: Space, progress: Progress, **question: Any) -> AnalogyResult:
        """Solve, in the lane's thread; the norms of a space are computed once."""
        norms, copy = self._norms.of(space, progress), self._copies.of(space)
        return exploring.analogy(space, norms=norms, copy=copy, progress=progress, **question)

    def show_on_map(self, *, is_on_map: bool) -> None:
        """Draw the arrows of the answer on the map, or take them away."""

        def change(state: State) -> State:
            if state.analogy is None:
                return state
            shown = dataclasses.replace(state.analogy, is_on_map=is_on_map)
            others = hide_bias(state) if is_on_map else state
            return dataclasses.replace(others, analogy=shown)

        self._store.apply(change)

    def clear(self) -> None:
        """Forget the question and its answer."""
        self._store.apply(lambda state: dataclasses.replace(state, analogy=None))

    def _answered(self, question: AnalogyQuestion, event: Finished) -> None:
        self._set(dataclasses.replace(question, answer=event.result, is_running=False))

    def _failed(self, question: AnalogyQuestion, event: Failed) -> None:
        if event.details:
            report(self._store, event)
        self._set(dataclasses.replace(question, error=event.error, is_running=False))

    def _set(self, question: AnalogyQuestion) -> None:
        """Show what came of a question, unless another was asked meanwhile."""

        def change(state: State) -> State:
            asked = state.analogy
            if asked is None or _sentence(asked) != _sentence(question):
                return state
            shown = dataclasses.replace(question, is_on_map=asked.is_on_map)
            return dataclasses.replace(state, analogy=shown)

        self._store.apply(change)


def _sentence(question: AnalogyQuestion) -> tuple[str, ...]:
    return question.space_id, question.a, question.b, question.c, question.method


def query_of(space: Space, row: int) -> str:
    """Return the query that means this row: its item, or ``#row`` where that is ambiguous.

    A query is taken without the spaces around it.
    """
    item = space.items[row]
    is_clear = item == item.strip() != "" and space.items.index_of(item) == row
    return item if is_clear else f"#{row}"


def examples_in(space: Space, most: int = 3) -> list[tuple[str, str, str]]:
    """Return well-known analogies whose items are all in the space."""
    items = space.items
    return [example for example in EXAMPLES if all(items.index_of(item) >= 0 for item in example)][
        :most
    ]


def ranked_rows(
    space: Space, ranked: Ranked, inputs: tuple[int, ...] = ()
) -> tuple[RankedRow, ...]:
    """Return the rows of an answer; the bar compares the scores of this answer."""
    scores = [float(score) for score in ranked.scores]
    if not scores:
        return ()
    best, worst = scores[0], scores[-1]
    span = abs(best - worst)
    floor = 0.25  # the last row keeps a visible bar
    return tuple(
        RankedRow(
            rank,
            int(index),
            space.text(int(index)),
            score,
            floor + (1 - floor) * (abs(score - worst) / span if span else 1.0),
            int(index) in inputs,
        )
        for rank, (index, score) in enumerate(zip(ranked.indices, scores, strict=True), start=1)
    )


def answer_sentence(answer: Answer) -> str:
    """Return how neighbors were found, as ``Exact search on the raw vectors, 9 items in 4 ms``."""
    return exploring.method_sentence(answer)


def overlap_sentence(state: State) -> str:
    """Return how many neighbors of the selected item are also its nearest on the map."""
    asked, kept = state.neighbors, state.kept
    if asked is None or asked.answer is None or kept is None or state.space is None:
        return ""
    if kept.projection_id != state.active_projection or asked.text != query_of(
        state.space, kept.index
    ):
        return ""
    return (
        f"{kept.kept} of its {kept.k} nearest items are also among its {kept.k} nearest on the map."
    )
