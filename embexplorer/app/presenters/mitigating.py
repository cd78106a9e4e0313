"""Mitigating bias: a new space beside the old one, then what that changed and what not."""

from __future__ import annotations

import dataclasses
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.app import state as states
from embexplorer.app.mitigation import Mitigation
from embexplorer.app.presenters.mitigation_view import write_report
from embexplorer.app.work import Then, report, saying
from embexplorer.core.contracts import Debiasing
from embexplorer.core.errors import UserError
from embexplorer.core.space import Space
from embexplorer.operations.debias import debias_to_cache
from embexplorer.operations.debias_places import report_in_folders
from embexplorer.operations.debias_report import AskedProbe
from embexplorer.operations.item_sets import sets_from
from embexplorer.operations.keep import on_disk
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.app.presenters.known_sets import KnownSets
    from embexplorer.app.state import Activity, State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.item_sets import ItemSets
    from embexplorer.jobs.events import Cancelled, Failed, Finished
    from embexplorer.operations.context import Context

FIRST = "hard"  # the method that a person sees first
ALONG = "direct-bias"  # the probe of what most methods take out
MAKING, COMPARING = "debias", "debias-report"  # keys of jobs


class Mitigating:
    """Intents of the dialog that mitigates bias."""

    def __init__(self, store: Store, work: Work, context: Context, known: KnownSets) -> None:
        self._store = store
        self._work = work
        self._context = context
        self.known = known

    # -- what there is to choose -------------------------------------------------------------------

    def methods(self) -> tuple[Debiasing, ...]:
        """Return the mitigations, the best known first."""
        found = sorted(self._context.registry.all(Debiasing), key=lambda one: one.title.lower())
        return tuple(sorted(found, key=lambda one: one.id != FIRST))

    def find_method(self, method: str) -> Debiasing:
        """Return a mitigation by its id."""
        return self._context.registry.get(Debiasing, method)

    def sets_for(self, method: str) -> dict[str, ItemSets]:
        """Return the built-in item sets that a mitigation takes, by their names."""
        return self.known.built_in_for(self.find_method(method).asks)

    def kept_sets_for(self, method: str) -> tuple[ItemSets, ...]:
        """Return the item sets of the project that a mitigation takes."""
        return self.known.kept_for(self.find_method(method).asks)

    def leaves_out(self, method: str) -> bool:
        """Return whether a mitigation leaves items that are of one side by definition as they are.

        Those that learn what tells classes apart change every item.
        """
        asks = self.find_method(method).asks
        return asks.pairs or asks.equalize

    # -- making ------------------------------------------------------------------------------------

    def make(
        self,
        space_id: str,
        method: str,
        sets: str | ItemSets,
        params: Mapping[str, Any] | None = None,
        *,
        keep: str | ItemSets | None = None,
        equalize: str | ItemSets | None = None,
        ignore_case: bool = False,
        allow_missing: bool = False,
        seed: int = 0,
    ) -> None:
        """Make a new space of an open one; what that changed follows.

        Parameters
        ----------
        method
            Id of a mitigation.
        sets, keep, equalize
            Names of built-in item sets, paths of files, or the sets themselves, as
            `operations.debias.debias` takes them.
        """
        held = self._store.state.document.space(space_id)
        if held is None:
            return
        space, title = on_disk(held, self._context), self.find_method(method).title
        asked = Mitigation(space.id, space.name, method, title)
        case = {"ignore_case": ignore_case, "allow_missing": allow_missing}
        further = self._probe_of_panel(space_id)
        self.cancel()
        self._store.apply(lambda state: dataclasses.replace(state, mitigation=asked))
        self._work.submit(
            debias_to_cache,
            key=MAKING,
            title=f"{title} of {space.name}",
            lane="measure",
            then=Then(
                finished=partial(self._made, asked, space, further, {**case, "seed": seed}),
                failed=partial(self._failed, asked),
                cancelled=partial(self._cancelled, asked),
            ),
            space_folder=str(space.folder),
            cache_root=str(self._context.cache.root),
            method=method,
            sets=sets,
            params=dict(params or {}),
            keep=keep,
            equalize=equalize,
            seed=seed,
            **case,
        )

    def cancel(self) -> None:
        """Stop what is worked out; a space that was made stays."""
        running = working_on(self._store.state)
        if running is not None:
            self._work.cancel(running.job_id)

    def export(self, path: Path) -> None:
        """Write the report to a .json, .csv or .tsv file."""
        asked = self._store.state.mitigation
        if asked is None or asked.report is None:
            return
        self._work.submit(
            write_report,
            key=f"export:{path}",
            title=f"Writing {path.name}",
            lane="quick",
            then=saying(self._store),
            asked=asked,
            path=path,
        )

    # -- what came of it ---------------------------------------------------------------------------

    def _probe_of_panel(self, space_id: str) -> tuple[AskedProbe, ...]:
        """Return the probe that the bias panel asks of a space."""
        asked = self._store.state.probed.get(space_id)
        if asked is None or asked.error is not None or asked.encoder:
            return ()  # sentences that an encoder reads are the same in both spaces
        return (
            AskedProbe(
                asked.probe,
                asked.sets,
                dict(asked.params),
                ignore_case=asked.ignore_case,
                allow_missing=asked.allow_missing,
                word_column=asked.word_column,
            ),
        )

    def _made(
        self,
        asked: Mitigation,
        space: Space,
        further: tuple[AskedProbe, ...],
        options: dict[str, Any],
        event: Finished,
    ) -> None:
        """Show the new space beside the old one, and find out what changed."""
        made, _ = open_folder(Path(event.result))
        assert isinstance(made, Space)  # vectors were written
        if made.id == space.id:
            self._set(asked, dataclasses.replace(asked, step="", error=_unchanged(asked)))
            return
        spaces = self._store.state.document.spaces
        held = next((one for one in spaces if one.id == made.id), None)
        name = held.name if held else _free_name(f"{space.name}, {asked.method}", spaces)
        shown = dataclasses.replace(held or made, name=name)
        notes = made.provenance.notes
        said = " ".join((f"{asked.title} made {name}.", *notes))

        def change(state: State) -> State:
            added = states.activate(state, made.id) if held else states.add_data(state, shown)
            return dataclasses.replace(added, message=said)

        self._store.apply(change)
        comparing = dataclasses.replace(asked, step="comparing", made=name, notes=notes)
        if not self._set(asked, comparing):
            return
        sets = sets_from(made.provenance.params["sets"], "sets")
        if sets.pairs and ALONG not in (one.probe for one in further):
            case = {key: options[key] for key in ("ignore_case", "allow_missing")}
            further = (*further, AskedProbe(ALONG, sets, **case))
        self._work.submit(
            report_in_folders,
            key=COMPARING,
            title=f"Comparing {name} with {space.name}",
            lane="measure",
            then=Then(
                finished=partial(self._compared, comparing),
                failed=partial(self._failed, comparing),
                cancelled=partial(self._cancelled, comparing),
            ),
            before=str(space.folder),
            after=str(made.folder),
            cache_root=str(self._context.cache.root),
            further=further,
            **options,
        )

    def _compared(self, asked: Mitigation, event: Finished) -> None:
        self._set(asked, dataclasses.replace(asked, step="", report=event.result))

    def _failed(self, asked: Mitigation, event: Failed) -> None:
        if event.details:
            report(self._store, event)
        self._set(asked, dataclasses.replace(asked, step="", error=event.error))

    def _cancelled(self, asked: Mitigation, event: Cancelled) -> None:
        """Forget what made no space; one that was made stays, without a report."""
        self._set(asked, dataclasses.replace(asked, step="") if asked.made else None)

    def _set(self, asked: Mitigation, changed: Mitigation | None) -> bool:
        """Keep what came of it, unless another was asked for meanwhile."""
        current = self._store.state.mitigation
        if current is None or current.id != asked.id:
            return False
        self._store.apply(lambda state: dataclasses.replace(state, mitigation=changed))
        return True


def working_on(state: State) -> Activity | None:
    """Return the job that makes a space or compares it."""
    return next((job for job in state.activity if job.key in (MAKING, COMPARING)), None)


def _unchanged(asked: Mitigation) -> UserError:
    return UserError(
        "The space did not change",
        f"{asked.title} left every vector of “{asked.space_name}” as it was.",
        "Choose other item sets or parameters.",
    )


def _free_name(wanted: str, spaces: tuple[Space, ...]) -> str:
    """Return the wanted name of a space, with a number where there is one of that name."""
    names = {one.name for one in spaces}
    numbered = (f"{wanted} {number}" for number in range(2, len(names) + 3))
    return next(name for name in (wanted, *numbered) if name not in names)
