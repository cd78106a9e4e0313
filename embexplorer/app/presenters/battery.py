"""Running many bias probes at once, on many item sets and spaces."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from embexplorer.app.presenters.battery_export import write_battery
from embexplorer.app.presenters.probe_choices import text_columns
from embexplorer.app.state import BatteryQuestion
from embexplorer.app.work import Then, report, saying
from embexplorer.core.contracts import Probe
from embexplorer.core.item_sets import ItemSets
from embexplorer.core.space import ITEM
from embexplorer.operations.find_groups import takes
from embexplorer.operations.find_rows import WORD
from embexplorer.operations.probe_battery import run_battery
from embexplorer.operations.probe_places import Place, battery_in_places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from embexplorer.app.presenters.bias import Bias
    from embexplorer.app.presenters.known_sets import KnownSets
    from embexplorer.app.presenters.library import Library
    from embexplorer.app.state import Activity, State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Cancelled, Failed, Finished
    from embexplorer.operations.context import Context
    from embexplorer.operations.probe_battery import Cell

KEY = "probe-battery"
FIRST_SETS = frozenset(f"weat-{number}" for number in range(1, 11))  # chosen at first
FIRST_PROBE = "weat"


@dataclass(frozen=True, slots=True)
class SetsChoice:
    """Item sets that a battery may use; `is_kept` are those of the project."""

    sets: ItemSets
    is_kept: bool

    def matches(self, text: str) -> bool:
        """Return whether each word of a text is in a name of the sets."""
        names = " ".join((self.sets.name, *self.sets.also)).casefold()
        return all(word in names for word in text.casefold().split())


class ProbeBattery:
    """Intents of the probe battery."""

    def __init__(
        self,
        store: Store,
        work: Work,
        context: Context,
        library: Library,
        bias: Bias,
        known: KnownSets,
    ) -> None:
        self._store = store
        self._work = work
        self._context = context
        self._library = library
        self._bias = bias
        self.known = known

    # -- what there is to choose -------------------------------------------------------------------

    def sets(self) -> tuple[SetsChoice, ...]:
        """Return the item sets of the project, then those that come with the application."""
        return (
            *(SetsChoice(sets, is_kept=True) for sets in self.known.kept),
            *(SetsChoice(sets, is_kept=False) for sets in self.known.built_in.values()),
        )

    def probes(self, sets: Sequence[ItemSets]) -> tuple[Probe, ...]:
        """Return the probes that take at least one of the sets."""
        there = self._bias.choices.probes()
        return tuple(one for one in there if any(takes(one.asks, each) for each in sets))

    def columns(self, spaces: Sequence[str]) -> tuple[str, ...]:
        """Return what may name words in one of the spaces, by their ids, the likeliest first."""
        there = map(self._store.state.document.space, spaces)
        found = [name for space in there if space is not None for name in text_columns(space)]
        likely = [WORD, ITEM] if WORD in found else [ITEM]
        return tuple(dict.fromkeys([*likely, *found]))

    def titles(self) -> dict[str, str]:
        """Return the titles of all probes by their ids."""
        return {one.id: one.title for one in self._context.registry.all(Probe)}

    # -- running -----------------------------------------------------------------------------------

    def run(
        self,
        spaces: Sequence[str],
        probes: Sequence[str],
        sets: Sequence[ItemSets],
        *,
        params: Mapping[str, Mapping[str, Any]] | None = None,
        ignore_case: bool = False,
        allow_missing: bool = False,
        word_column: str = "",
        seed: int = 0,
    ) -> None:
        """Run each probe on each of the sets in each space.

        Parameters
        ----------
        spaces, probes
            Ids of spaces of the document, and of probes.
        params
            Parameters by name, by id of the probe; those left out have their defaults.
        word_column
            Column whose values the sets name, for the probes that take one.
        """
        before = self._store.state.battery
        document = self._store.state.document
        there = [space for name in spaces if (space := document.space(name)) is not None]
        question = BatteryQuestion(
            tuple(space.id for space in there),
            tuple(probes),
            tuple(sets),
            {name: dict(params[name]) for name in probes if name in params} if params else {},
            ignore_case=ignore_case,
            allow_missing=allow_missing,
            word_column=word_column,
            seed=seed,
            answer=None if before is None else before.answer,
            is_running=True,
        )
        self._show(question)
        self._submit(there, question, before)

    def _submit(
        self, spaces: list[Space], question: BatteryQuestion, before: BatteryQuestion | None
    ) -> None:
        told: dict[str, Any] = {
            "key": KEY,
            "title": "Probe battery",
            "then": Then(
                finished=partial(self._answered, question),
                failed=partial(self._failed, question),
                cancelled=partial(self._cancelled, question, before),
            ),
            "probes": question.probes,
            "sets": question.sets,
            "params": question.params,
            "ignore_case": question.ignore_case,
            "allow_missing": question.allow_missing,
            "word_column": question.word_column,
            "seed": question.seed,
        }
        places = [Place(one.folder, one.name) for one in spaces if one.folder is not None]
        if len(places) == len(spaces):
            self._work.submit(battery_in_places, lane="measure", places=places, **told)
        else:  # a space that lies in no folder cannot go to a child
            self._work.submit(
                run_battery, lane="quick", spaces=spaces, context=self._context, **told
            )

    def cancel(self) -> None:
        """Stop what is worked out; the numbers of the run before stay."""
        running = running_battery(self._store.state)
        if running is not None:
            self._work.cancel(running.job_id)

    def _answered(self, question: BatteryQuestion, event: Finished) -> None:
        self._end(question, dataclasses.replace(question, answer=event.result, is_running=False))

    def _failed(self, question: BatteryQuestion, event: Failed) -> None:
        if event.details:
            report(self._store, event)
        self._end(question, dataclasses.replace(question, error=event.error, is_running=False))

    def _cancelled(
        self, question: BatteryQuestion, before: BatteryQuestion | None, event: Cancelled
    ) -> None:
        kept = None if before is None else dataclasses.replace(before, is_running=False)
        self._end(question, kept)

    def _end(self, question: BatteryQuestion, changed: BatteryQuestion | None) -> None:
        """Show what came of a question, unless another was asked meanwhile."""
        if self._store.state.battery is question:
            self._show(changed)

    def _show(self, question: BatteryQuestion | None) -> None:
        self._store.apply(lambda state: dataclasses.replace(state, battery=question))

    # -- what is done with the numbers -------------------------------------------------------------

    def open_cell(self, cell: Cell) -> bool:
        """Ask the probe of a cell in the bias panel; False where its space is closed."""
        state = self._store.state
        asked = state.battery
        sets = None if asked is None else next((s for s in asked.sets if s.name == cell.sets), None)
        if asked is None or sets is None or state.document.space(cell.space_id) is None:
            return False
        if state.active_space != cell.space_id:
            self._library.activate(cell.space_id)
        takes_no_column = self._bias.find_probe(cell.probe).asks.word_column is False
        self._bias.ask(
            cell.probe,
            sets.name if self.known.is_built_in(sets) else sets,
            asked.params.get(cell.probe),
            ignore_case=asked.ignore_case,
            allow_missing=asked.allow_missing,
            word_column="" if takes_no_column else asked.word_column,
            seed=asked.seed,
        )
        return True

    def export(self, path: Path) -> None:
        """Write the numbers to a .json, .csv, .tsv, .jsonl or .parquet file."""
        asked = self._store.state.battery
        if asked is None or asked.answer is None:
            return
        self._work.submit(
            write_battery,
            key=f"export:{path}",
            title=f"Writing {path.name}",
            lane="quick",
            then=saying(self._store),
            battery=asked.answer,
            path=path,
        )


def running_battery(state: State) -> Activity | None:
    """Return the job of the battery while it runs."""
    return next((job for job in state.activity if job.key == KEY), None)
