"""Asking bias probes: the numbers at once, then how far they can be trusted."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.app import state as states
from embexplorer.app.extended_space import origin
from embexplorer.app.presenters.bias_export import write_numbers
from embexplorer.app.presenters.deriving import colored_by
from embexplorer.app.presenters.probe_choices import ProbeChoices
from embexplorer.app.state import BiasQuestion
from embexplorer.app.work import Then, report, saying
from embexplorer.core.derived import DerivedColumn
from embexplorer.operations.probe_places import (
    Place,
    probe_in_place,
    probe_with_encoder,
    probe_with_rows,
    uncertainty_in_place,
)
from embexplorer.operations.probe_uncertainty import find_uncertainty

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from embexplorer.app.presenters.deriving import Deriving
    from embexplorer.app.presenters.known_sets import KnownSets
    from embexplorer.app.state import Activity, State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.contracts import Probe
    from embexplorer.core.item_sets import ItemSets
    from embexplorer.core.probe_results import ProbeResult
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Cancelled, Failed, Finished
    from embexplorer.operations.context import Context
    from embexplorer.operations.probe_uncertainty import Uncertainty

FIRST = "weat"  # the probe that a person sees first


class Bias:
    """Intents of the bias panel; `choices` is what it lists."""

    def __init__(
        self, store: Store, work: Work, context: Context, deriving: Deriving, known: KnownSets
    ) -> None:
        self._store = store
        self._deriving = deriving
        self._work = work
        self._context = context
        self.choices = ProbeChoices(store, context, known)

    def find_probe(self, probe_id: str) -> Probe:
        """Return a probe by its id."""
        return self.choices.find(probe_id)

    # -- asking ------------------------------------------------------------------------------------

    def ask(
        self,
        probe_id: str,
        sets: str | ItemSets,
        params: Mapping[str, Any] | None = None,
        *,
        ignore_case: bool = False,
        allow_missing: bool = False,
        word_column: str = "",
        encoder: str = "",
        original: str = "",
        seed: int = 0,
    ) -> None:
        """Run a probe on the active space; what it found comes first, its uncertainty after.

        Parameters
        ----------
        sets
            Name of built-in item sets, path of a file, or the sets themselves.
        params
            Parameters of the probe by name; those left out have their defaults.
        word_column
            Column whose values the sets name, for a probe that takes one.
        encoder
            Name of one of `choices.encoders`: sentences that it reads are probed, not the space.
        original
            Id of an open space to compare with, for a probe that takes one.
        """
        space, before = self._store.state.space, self._store.state.bias
        if space is None:
            return
        question = BiasQuestion(
            space.id,
            probe_id,
            sets,
            dict(params or {}),
            ignore_case=ignore_case,
            allow_missing=allow_missing,
            seed=seed,
            word_column=word_column,
            encoder=encoder,
            original=original,
            answer=None if before is None else before.answer,
            sentences=None if before is None else before.sentences,
            rows={} if before is None else before.rows,
            uncertainty=None if before is None else before.uncertainty,
            is_running=True,
            is_on_map=before is None or before.is_on_map,
        )
        self.cancel()
        self._store.apply(lambda state: states.with_bias(state, space.id, question))
        self._probe(space, question, before)

    def cancel(self) -> None:
        """Stop what is worked out; numbers that are there stay."""
        running = working_on(self._store.state)
        if running is not None:
            self._work.cancel(running.job_id)

    def clear(self) -> None:
        """Forget the question and its answer."""
        self.cancel()
        self._store.apply(lambda state: states.with_bias(state, state.active_space, None))

    def show_on_map(self, *, is_on_map: bool) -> None:
        """Mark the items of the sets on the map, or no more."""
        self._store.apply(lambda state: _on_map(state, is_on_map=is_on_map))

    def color_by_scores(self, *, every: bool = True) -> None:
        """Color the map by what the probe says of every item, or by the scores of its sets alone.

        Of a probe that says nothing of single items, those of its sets have their scores.
        """
        asked = self._store.state.bias
        space = self._store.state.space
        if asked is None or asked.answer is None or space is None:
            return
        probe = self.find_probe(asked.answer.probe)
        if every and probe.scale is not None:
            self._deriving.bias(
                probe,
                asked.answer.sets,
                asked.answer.params,
                ignore_case=asked.ignore_case,
                allow_missing=True,  # as far as the probe had them, which it has said
                seed=asked.answer.seed,
            )
            return
        if not asked.answer.found.per_item:
            return
        column = _column_of(space, asked, asked.answer)
        self._store.apply(
            lambda state: colored_by(states.add_column(state, column), column),
            undo=f"Color by {column.name}",
        )

    def export(self, path: Path) -> None:
        """Write the numbers of the answer to a .json, .csv or .tsv file."""
        asked = self._store.state.bias
        if asked is None or asked.answer is None:
            return
        self._work.submit(
            write_numbers,
            key=f"export:{path}",
            title=f"Writing {path.name}",
            lane="quick",
            then=saying(self._store),
            result=asked.answer,
            uncertainty=asked.uncertainty,
            path=path,
        )

    # -- answers -----------------------------------------------------------------------------------

    def _probe(self, space: Space, question: BiasQuestion, before: BiasQuestion | None) -> None:
        """Run the probe: at once where it is quick, else in a child process."""
        chosen, place = self.find_probe(question.probe), _place_of(space)
        told: dict[str, Any] = {
            "key": _probe_key(space.id),
            "title": chosen.title,
            "then": Then(
                finished=partial(self._answered, space, question),
                failed=partial(self._failed, question),
                cancelled=partial(self._cancelled, question, before),
            ),
            "probe_id": question.probe,
            "sets": question.sets,
            "params": question.params,
            "allow_missing": question.allow_missing,
            "seed": question.seed,
        }
        if question.encoder:
            self._work.submit(
                probe_with_encoder,
                lane="device",
                encoder=question.encoder,
                encoder_params=self.choices.encoder_params(question.encoder),
                cache_root=str(self._context.cache.root),
                **told,
            )
            return
        original = self._store.state.document.space(question.original)
        held = None if original is None else _place_of(original)
        told |= {"ignore_case": question.ignore_case, "word_column": question.word_column}
        takes_long = chosen.measure is None or chosen.asks.word_column  # too long for the window
        if takes_long and place is not None and (original is None) == (held is None):
            self._work.submit(probe_in_place, lane="measure", place=place, original=held, **told)
        else:
            self._work.submit(
                probe_with_rows,
                lane="quick",
                is_shown=False,
                space=space,
                context=self._context,
                original=original,
                **told,
            )

    def _cancelled(
        self, question: BiasQuestion, before: BiasQuestion | None, event: Cancelled
    ) -> None:
        """Go back to the answer before."""
        asked = self._store.state.probed.get(question.space_id)
        if asked is None or asked.id != question.id:
            return
        kept = None
        if before is not None:
            kept = dataclasses.replace(before, is_running=False, is_measuring=False)
        self._store.apply(lambda state: states.with_bias(state, question.space_id, kept))

    def _answered(self, space: Space, question: BiasQuestion, event: Finished) -> None:
        answer, found = event.result
        measures = self.find_probe(question.probe).measure is not None
        answered = dataclasses.replace(
            question,
            params=answer.params,
            answer=answer,
            sentences=found if question.encoder else None,
            rows={} if question.encoder else found,
            uncertainty=None,
            is_running=False,
            is_measuring=measures,
        )
        if not self._set(question, answered):
            return
        if self._store.state.active_space == space.id:
            self.show_on_map(is_on_map=answered.is_on_map)
        if measures:
            self._measure(space, answered, answer)

    def _failed(self, question: BiasQuestion, event: Failed) -> None:
        if event.details:
            report(self._store, event)
        self._set(question, dataclasses.replace(question, error=event.error, is_running=False))

    def _measure(self, space: Space, question: BiasQuestion, answer: ProbeResult) -> None:
        """Work out the uncertainty, in a child process where the space is in a folder."""
        told: dict[str, Any] = {
            "key": _key(space.id),
            "title": f"Uncertainty of {answer.title}",
            "then": Then(
                finished=partial(self._measured, question),
                failed=partial(self._not_measured, question),
                cancelled=partial(self._not_measured, question),
            ),
            "result": answer,
            "ignore_case": question.ignore_case,
            "word_column": question.word_column,
        }
        place = question.sentences or _place_of(space)
        if place is not None:
            self._work.submit(uncertainty_in_place, lane="measure", place=place, **told)
        else:
            self._work.submit(
                find_uncertainty, lane="quick", space=space, context=self._context, **told
            )

    def _measured(self, question: BiasQuestion, event: Finished) -> None:
        found: Uncertainty = event.result
        self._set(question, _with_uncertainty(question, uncertainty=found))

    def _not_measured(self, question: BiasQuestion, event: Failed | Cancelled) -> None:
        error = getattr(event, "error", None)
        if getattr(event, "details", ""):
            report(self._store, event)  # type: ignore[arg-type]  # what has details has failed
        self._set(question, _with_uncertainty(question, unknown=error))

    def _set(self, question: BiasQuestion, changed: BiasQuestion) -> bool:
        """Show what came of a question, unless another was asked meanwhile."""
        asked = self._store.state.probed.get(question.space_id)
        if asked is None or asked.id != question.id:
            return False
        shown = dataclasses.replace(changed, is_on_map=asked.is_on_map)
        self._store.apply(lambda state: states.with_bias(state, question.space_id, shown))
        return True


def working_on(state: State) -> Activity | None:
    """Return the job that works on the question of the active space, if it takes a while."""
    keys = (_probe_key(state.active_space), _key(state.active_space))
    return next((job for job in state.activity if job.key in keys), None)


def _place_of(space: Space) -> Place | None:
    """Return where a space lies, as it was read; None where it is in memory alone."""
    folder = origin(space).folder
    return None if folder is None else Place(folder, space.name)


def _probe_key(space_id: str) -> str:
    return f"bias:{space_id}"


def _key(space_id: str) -> str:
    return f"bias-uncertainty:{space_id}"


def _with_uncertainty(question: BiasQuestion, **found: Any) -> BiasQuestion:
    return dataclasses.replace(question, is_measuring=False, **found)


def _on_map(state: State, *, is_on_map: bool) -> State:
    """Mark the items of the sets, instead of an analogy: the map shows one answer at a time."""
    asked = state.bias
    if asked is None:
        return state
    shown = states.with_bias(
        state, state.active_space, dataclasses.replace(asked, is_on_map=is_on_map)
    )
    if not is_on_map or state.analogy is None:
        return shown
    return dataclasses.replace(shown, analogy=dataclasses.replace(state.analogy, is_on_map=False))


def _column_of(space: Space, asked: BiasQuestion, answer: ProbeResult) -> DerivedColumn:
    scores: list[float | None] = [None] * space.n
    for one in answer.found.per_item:
        row = asked.rows.get((one.set, one.item), -1)
        if row >= 0:
            scores[row] = one.score
    return DerivedColumn(
        space.id,
        f"{answer.title}: {answer.sets.name}",
        pa.array(scores, pa.float64()),
        f"Scores of the items of the sets. {answer.how}",
        {"probe": answer.probe, **answer.params},
    )
