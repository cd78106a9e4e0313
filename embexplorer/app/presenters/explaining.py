"""What sets a selection apart: words and values that stand out, as rows and as a table."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.app.extended_space import origin
from embexplorer.app.filters import ValuesFilter
from embexplorer.app.found import Explained
from embexplorer.app.number_columns import number_text
from embexplorer.app.presenters.items import passing
from embexplorer.app.wording import decimal
from embexplorer.app.work import Then, report
from embexplorer.core.counted import counted
from embexplorer.measures.differing_values import Difference, NumberDifference, ValueDifference
from embexplorer.measures.overrepresented import Overrepresented
from embexplorer.measures.search import find_rows
from embexplorer.operations.explain import (
    Explanation,
    TermsCache,
    explain_folder,
    explain_selection,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from embexplorer.app.presenters.filtering import Filtering
    from embexplorer.app.presenters.selecting import How, Selecting
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.progress import Progress
    from embexplorer.core.selection import Selection
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Failed, Finished

    Rows = NDArray[np.int64]

LARGE = 100_000  # items from which counting words would keep other questions waiting
MOST = 20  # words, and values
LEAST_Q = 0.001
FINDING_Q = 0.05  # what is shown has a smaller false discovery rate
MISSING = "missing"
ASSUMES = (
    "The p-values assume a selection made independently of the texts and columns. One drawn on a "
    "map of these texts was not: read them as description."
)


@dataclass(frozen=True, slots=True)
class StandsOut:
    """One word or value as it is read.

    Parameters
    ----------
    title
        ``penalty``, ``section = Football`` or ``length``.
    figure
        The effect, signed.
    note
        Both shares or means, and q.
    share_in, share_out
        0..1; None for numbers.
    source
        What it was worked out from.
    """

    title: str
    figure: str
    note: str
    share_in: float | None
    share_out: float | None
    source: Overrepresented | Difference

    @property
    def is_number(self) -> bool:
        """Whether it compares the numbers of a column: there is nothing to select."""
        return isinstance(self.source, NumberDifference)


class Explaining:
    """Asks what sets the selection apart, and acts on the answers."""

    def __init__(
        self, store: Store, work: Work, selecting: Selecting, filtering: Filtering
    ) -> None:
        self._store = store
        self._work = work
        self._selecting = selecting
        self._filtering = filtering
        self._terms = TermsCache()
        store.subscribe(self._changed)

    def ask(self) -> None:
        """Work out what sets the selection apart, where that is not known yet."""
        state = self._store.state
        space, chosen, known = state.space, state.selection, state.explained
        if space is None or not is_explainable(state):
            return
        assert chosen is not None
        if known is not None and known.selection is chosen:
            return
        before = known.answer if known is not None else None
        self._set(Explained(chosen, before, is_running=True))
        then = Then(finished=partial(self._finished, chosen), failed=partial(self._failed, chosen))
        told: dict[str, Any] = {
            "key": "explain",
            "title": "What stands out",
            "is_shown": False,
            "then": then,
        }
        if space.n > LARGE and origin(space).folder is not None:
            derived = space.table.column_names[len(origin(space).table.column_names) :]
            self._work.submit(
                explain_folder,
                lane="files",
                folder=origin(space).folder,
                rows=chosen.indices,
                n=MOST,
                further=space.table.select(derived),
                **told,
            )
        else:
            self._work.submit(self._explain, lane="quick", space=space, rows=chosen.indices, **told)

    def _explain(self, space: Space, rows: Rows, progress: Progress) -> Explanation:
        """Compare, in the lane's thread; the words of a space are counted once."""
        return explain_selection(space, rows, progress, n=MOST, cache=self._terms)

    def select(self, found: StandsOut, how: How = "replace") -> None:
        """Select the shown items that have a word or value."""
        source = found.source
        if isinstance(source, ValueDifference):
            self._selecting.by_value(source.column, source.value, how)
        elif not isinstance(source, NumberDifference):
            self._selecting.by_text(source.name, "word", how)

    def filter_by(self, found: StandsOut) -> None:
        """Show only the items that have a value."""
        if isinstance(found.source, ValueDifference):
            values = frozenset([found.source.value])
            self._filtering.add(ValuesFilter(found.source.column, values))

    def point_at(self, found: StandsOut, tell: Callable[[Rows], None]) -> None:
        """Tell which shown items have a word or value; the newest question wins."""
        state = self._store.state
        if state.space is None or found.is_number:
            return

        def finished(event: Finished) -> None:
            tell(event.result)

        self._work.submit(
            _rows_with,
            key="explain-point",
            title="Pointing",
            lane="quick",
            is_shown=False,
            then=Then(finished=finished),
            space=state.space,
            source=found.source,
            shown=passing(state),
        )

    def _changed(self, old: State, new: State) -> None:
        if old.document.spaces is not new.document.spaces:
            for space in old.document.spaces:
                if new.document.space(space.id) is None:
                    self._terms.forget(space.id)

    def _finished(self, chosen: Selection, event: Finished) -> None:
        self._answer(chosen, event.result)

    def _failed(self, chosen: Selection, event: Failed) -> None:
        report(self._store, event)
        self._answer(chosen, None)

    def _answer(self, chosen: Selection, answer: Explanation | None) -> None:
        if self._store.state.selection is chosen:
            self._set(Explained(chosen, answer))

    def _set(self, explained: Explained) -> None:
        self._store.apply(lambda state: dataclasses.replace(state, explained=explained))


def _rows_with(
    space: Space,
    source: Overrepresented | ValueDifference,
    shown: NDArray[np.bool_] | None,
    progress: Progress,
) -> Rows:
    progress.raise_if_cancelled()
    if isinstance(source, ValueDifference):
        one = ValuesFilter(source.column, frozenset([source.value]))
        rows = np.flatnonzero(one.mask(space.table))
    else:
        rows = find_rows(space.table, source.name, mode="word")
    return rows if shown is None else rows[shown[rows]]


def is_explainable(state: State) -> bool:
    """Return whether several items of the active space are selected, and not all."""
    space, chosen = state.space, state.selection
    is_mine = chosen is not None and space is not None and chosen.space_id == space.id
    return is_mine and chosen is not None and space is not None and 1 < len(chosen) < space.n


def explanation_of(state: State) -> Explanation | None:
    """Return what sets the selection of the moment apart; None while that is not known."""
    found = state.explained
    if found is None or found.is_running or found.selection is not state.selection:
        return None
    return found.answer


def words_of(answer: Explanation) -> tuple[StandsOut, ...]:
    """Return the words that stand out, the strongest first."""
    return tuple(
        StandsOut(
            term.name,
            _signed(term.log_odds, 1),
            f"{_share(term.share_in)} here, {_share(term.share_out)} elsewhere · {_q(term.q)}",
            term.share_in,
            term.share_out,
            term,
        )
        for term in answer.terms
        if term.q < FINDING_Q
    )


def values_of(answer: Explanation) -> tuple[StandsOut, ...]:
    """Return the values and columns that stand out, the most surprising first."""
    return tuple(_value(found) for found in answer.values if found.q < FINDING_Q)


def _value(found: Difference) -> StandsOut:
    if isinstance(found, ValueDifference):
        value = MISSING if found.value is None else found.value
        return StandsOut(
            f"{found.column} = {value}",
            _signed(found.effect, 2),
            f"{_share(found.share_in)} here, {_share(found.share_out)} elsewhere · {_q(found.q)}",
            found.share_in,
            found.share_out,
            found,
        )
    means = [_mean(mean, is_date=found.is_date) for mean in (found.mean_in, found.mean_out)]
    note = f"mean {means[0]} here, {means[1]} elsewhere · {_q(found.q)}"
    return StandsOut(found.column, _signed(found.effect, 2), note, None, None, found)


def summary_of(answer: Explanation) -> str:
    """Return how it was worked out and what must be known, in sentences."""
    return " ".join((answer.how, *answer.notes, ASSUMES))


def explanation_text(answer: Explanation, space_name: str) -> str:
    """Return everything as tab-separated tables with the method, as a spreadsheet takes it."""
    n_in, n_out = counted(answer.n_in, "selected item"), counted(answer.n_out, "other")
    lines = [f"What sets {n_in} of {space_name} apart from {n_out}. {summary_of(answer)}"]
    if answer.terms:
        names = ("n_in", "n_out", "share_in", "share_out", "log_odds", "z", "p", "q", "test")
        lines += ["", "\t".join(("word", *names))]
        lines += [
            "\t".join((term.name, *(str(getattr(term, name)) for name in names)))
            for term in answer.terms
        ]
    if answer.values:
        heads = ("column", "value", "n_in", "n_out", "in", "out", "effect", "p", "q", "test")
        lines += ["", "\t".join(heads)]
        lines += ["\t".join(map(str, _value_cells(found))) for found in answer.values]
    return "\n".join(lines)


def _value_cells(found: Difference) -> tuple[object, ...]:
    if isinstance(found, ValueDifference):
        value = MISSING if found.value is None else " ".join(found.value.split())
        middle: tuple[object, ...] = (value, found.n_in, found.n_out)
        sides = (found.share_in, found.share_out)
    else:
        middle, sides = ("(mean)", found.n_in, found.n_out), (found.mean_in, found.mean_out)
    return (found.column, *middle, *sides, found.effect, found.p, found.q, found.test)


def _signed(value: float, digits: int) -> str:
    text = decimal(value, digits)
    return f"+{text}" if value > 0 else text


def _share(share: float) -> str:
    percent = 100 * share
    if 0 < percent < 0.1:
        return "< 0.1%"
    return f"{percent:.0f}%" if percent >= 10 or percent == 0 else f"{percent:.1f}%"


def _mean(value: float, *, is_date: bool) -> str:
    if is_date:
        return str(np.datetime64(round(value), "s").astype("datetime64[D]"))
    return number_text(value)


def _q(q: float) -> str:
    return f"q < {LEAST_Q:g}" if q < LEAST_Q else f"q = {q:.3f}"
