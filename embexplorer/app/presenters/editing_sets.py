"""Editing item sets: a draft that is changed in named steps, checked against the active space."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.app import state as states
from embexplorer.app.found import Candidate, SetOffer
from embexplorer.app.wording import counted
from embexplorer.app.work import Then, report
from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSets
from embexplorer.core.results import known_metric
from embexplorer.operations import edit_sets as edits
from embexplorer.operations import explore as exploring
from embexplorer.operations.item_sets import built_in_sets, find_sets, write_sets
from embexplorer.operations.pasted_items import (
    items_in_file,
    pairs_in_file,
    read_file,
    read_items,
    read_pairs,
)
from embexplorer.operations.query import Query, Term, first_rows, parse_query
from embexplorer.operations.set_coverage import cover_sets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from embexplorer.app.remembered import Remembered
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.progress import Progress
    from embexplorer.core.results import Metric
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Failed, Finished
    from embexplorer.operations.edit_sets import Role
    from embexplorer.operations.int8_copies import Int8Copies
    from embexplorer.operations.norms import NormsCache
    from embexplorer.operations.set_coverage import SetsCoverage

NEW = "My item sets"
OFFERED = 20  # neighbors of a seed
MOST_SELECTED = 1_000  # items that a selection may add at once: more is a slip of the lasso


class EditingSets:
    """Intents of the editor of item sets.

    What is edited is `State.draft`; every change of it is a step that undo names and takes back.
    Sets are named by key, see `operations.edit_sets`. An intent that gets something it cannot read
    raises `UserError` and changes nothing.
    """

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
        self._built_in: dict[str, ItemSets] | None = None
        store.subscribe(self._changed)

    # -- which sets are edited -----------------------------------------------------------------

    @property
    def built_in(self) -> dict[str, ItemSets]:
        """The sets that come with the application, by name."""
        if self._built_in is None:
            self._built_in = built_in_sets()
        return self._built_in

    def start(self, sets: ItemSets | None = None) -> None:
        """Edit sets, or new ones with a single empty target."""
        if sets is None:
            sets, _ = edits.with_set(ItemSets(NEW), "targets")
        self._step(sets, f"Edit “{sets.name}”")

    def open(self, name: str) -> None:
        """Edit the sets of the project of this name, or built-in ones.

        Raises
        ------
        UserError
            When there are none.
        """
        kept = self._kept(name)
        self.start(find_sets(name) if kept is None else kept)

    def open_file(self, path: Path) -> None:
        """Edit the sets in a .txt, .csv, .tsv or .json file.

        Raises
        ------
        UserError
            When it cannot be read as such.
        """
        self.start(read_file(path))

    def close(self) -> None:
        """Edit nothing."""
        if self._store.state.draft is not None:
            self._step(None, "Close item sets")

    # -- what is in them -----------------------------------------------------------------------

    def rename(self, name: str) -> None:
        """Call the sets otherwise; nothing is saved under it yet."""
        if name.strip():
            self._edit(
                lambda draft: dataclasses.replace(draft, name=name.strip()),
                f"Rename to “{name.strip()}”",
            )

    def describe(
        self,
        *,
        citation: str | None = None,
        language: str | None = None,
        license: str | None = None,  # noqa: A002 - the name of the field
        note: str | None = None,
    ) -> None:
        """Say where the sets are from, their language, what they may be used for, and more."""

        def changed(draft: ItemSets) -> ItemSets:
            return dataclasses.replace(
                draft,
                citation=draft.citation if citation is None else citation.strip(),
                language=draft.language if language is None else language.strip(),
                license=draft.license if license is None else license.strip(),
                note=draft.note if note is None else note.strip(),
            )

        self._edit(changed, "Describe item sets")

    def add_set(self, role: Role, name: str = "") -> str:
        """Add an empty set and return its key; starts new sets where none are edited."""
        draft = self._store.state.draft or ItemSets(NEW)
        changed, key = edits.with_set(draft, role, name.strip())
        self._step(changed, f"Add {role[:-1]} set" if role != "pairs" else "Add pairs")
        return key

    def remove_set(self, key: str) -> None:
        """Remove a set; the keys of those after it move up."""
        self._edit(lambda draft: edits.without_set(draft, key), f"Remove “{self._name(key)}”")

    def rename_set(self, key: str, name: str) -> None:
        """Call a set otherwise; the pairs have no name."""
        if name.strip() and key != edits.PAIRS:
            self._edit(
                lambda draft: edits.with_set_name(draft, key, name.strip()),
                f"Rename “{self._name(key)}”",
            )

    def add(self, key: str, items: Iterable[str]) -> None:
        """Add items to a set; those that are there already are said, and stay once.

        Raises
        ------
        UserError
            When the set becomes too large.
        """
        draft = self._store.state.draft
        wanted = tuple(dict.fromkeys(item.strip() for item in items if item.strip()))
        if draft is None or not wanted:
            return
        changed = edits.with_items(draft, key, wanted)
        n_new = len(edits.set_of(changed, key).items) - len(edits.set_of(draft, key).items)
        self._added(changed, n_new, len(wanted), key, "item")

    def remove(self, key: str, items: Iterable[str]) -> None:
        """Take items out of a set."""
        gone = tuple(items)
        title = f"Remove {counted(len(gone), 'item')} from “{self._name(key)}”"
        self._edit(lambda draft: edits.without_items(draft, key, gone), title)

    def add_pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add pairs of opposites.

        Raises
        ------
        UserError
            When there become too many.
        """
        draft, wanted = self._store.state.draft, tuple(dict.fromkeys(pairs))
        if draft is None or not wanted:
            return
        changed = edits.with_pairs(draft, wanted)
        n_new = len(changed.pairs) - len(draft.pairs)
        self._added(changed, n_new, len(wanted), edits.PAIRS, "pair")

    def remove_pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take pairs out."""
        gone = tuple(pairs)
        self._edit(
            lambda draft: edits.without_pairs(draft, gone), f"Remove {counted(len(gone), 'pair')}"
        )

    def paste(self, key: str, text: str) -> None:
        """Add what a text holds: items by lines, commas or tabs, or pairs by two columns.

        Raises
        ------
        UserError
            When it holds nothing, or a line of pairs has not two items.
        """
        if key == edits.PAIRS:
            self.add_pairs(read_pairs(text))
        else:
            self.add(key, read_items(text).items)

    def add_file(self, key: str, path: Path) -> None:
        """Add all items, or pairs, of a file to one set.

        Raises
        ------
        UserError
            When it cannot be read as such.
        """
        if key == edits.PAIRS:
            self.add_pairs(pairs_in_file(path))
        else:
            self.add(key, items_in_file(path))

    def add_selected(self, key: str) -> None:
        """Add the items that are selected on the map; for the pairs, two items as one pair.

        Raises
        ------
        UserError
            When there are more than a set of items can be meant to have.
        """
        state = self._store.state
        space, chosen = state.space, state.selection
        if space is None or chosen is None or chosen.space_id != space.id:
            return
        is_pair = key == edits.PAIRS
        if len(chosen) > MOST_SELECTED or (is_pair and len(chosen) != 2):
            wanted = "2 are needed for a pair" if is_pair else f"{MOST_SELECTED:,} can join at once"
            raise UserError(
                "Select fewer items" if len(chosen) > 2 else "Select two items",
                f"{counted(len(chosen), 'item')} selected; {wanted}.",
                "Change the selection on the map.",
            )
        items = space.items.take(chosen.indices)
        if is_pair:
            self.add_pairs([(items[0], items[1])])
        else:
            self.add(key, items)

    # -- what could join -----------------------------------------------------------------------

    def find_near(self, key: str, seed: str = "", *, k: int = OFFERED) -> None:
        """Look for the k items nearest to a seed, or to the whole set, and offer them.

        A seed is an item, a row or a sum, as neighbors take it. `State.offer` gets the answer.
        """
        state = self._store.state
        space, draft = state.space, state.draft
        if space is None or draft is None or key == edits.PAIRS:
            return
        there = edits.set_of(draft, key)
        metric = known_metric(self._remembered.settings.metric)
        asked = SetOffer(space.id, key, seed.strip() or there.name, metric, is_running=True)
        self._store.apply(lambda state: dataclasses.replace(state, offer=asked))

        def failed(event: Failed) -> None:
            if event.details:
                report(self._store, event)
            self._answer(asked, error=event.error)

        self._work.submit(
            self._nearest,
            key="set-offer",
            title="Nearest items",
            lane="quick",
            is_shown=False,
            then=Then(
                finished=lambda event: self._answer(asked, candidates=event.result), failed=failed
            ),
            space=space,
            seed=seed.strip(),
            there=there.items,
            k=k,
            metric=metric,
        )

    def take_offered(self, items: Iterable[str] | None = None) -> None:
        """Add offered items to the set they were looked for, all or some; the others stay offered.

        Raises
        ------
        UserError
            When the set becomes too large.
        """
        offer = self._store.state.offer
        if offer is None:
            return
        offered = [one.item for one in offer.candidates]
        chosen = set(offered if items is None else items)
        self.add(offer.key, [item for item in offered if item in chosen])
        left = tuple(one for one in offer.candidates if one.item not in chosen)
        self._store.apply(
            lambda state: dataclasses.replace(
                state, offer=dataclasses.replace(offer, candidates=left) if left else None
            )
        )

    def dismiss_offer(self) -> None:
        """Offer nothing any more."""
        self._store.apply(lambda state: dataclasses.replace(state, offer=None))

    def _nearest(
        self,
        space: Space,
        seed: str,
        there: tuple[str, ...],
        k: int,
        metric: Metric,
        progress: Progress,
    ) -> tuple[Candidate, ...]:
        """Search, in the lane's thread."""
        rows = first_rows(space, set(there)) if there else {}
        query = parse_query(seed, space) if seed else _sum_of(space, rows)
        found = exploring.neighbors(
            space,
            query,
            k=k + len(rows),
            metric=metric,
            norms=self._norms.of(space, progress),
            copy=self._copies.of(space),
            progress=progress,
        )
        names = space.items.take(found.ranked.indices)
        scored = zip(
            names, found.ranked.indices.tolist(), found.ranked.scores.tolist(), strict=True
        )
        fresh: dict[str, Candidate] = {}
        for name, row, score in scored:
            if name not in rows:
                fresh.setdefault(name, Candidate(name, row, score))
        return tuple(fresh.values())[:k]

    def _answer(self, asked: SetOffer, **answer: object) -> None:
        """Show what came of a search, unless another was asked for meanwhile."""
        answered = dataclasses.replace(asked, is_running=False, **answer)  # type: ignore[arg-type]  # fields by name
        self._store.apply(
            lambda state: (
                dataclasses.replace(state, offer=answered) if state.offer is asked else state
            )
        )

    # -- what is kept --------------------------------------------------------------------------

    def save(self, name: str = "") -> None:
        """Keep the sets in the project, under another name if one is given.

        Sets that have this name already are replaced, which undo takes back.
        """
        draft = self._store.state.draft
        if draft is None:
            return
        kept = dataclasses.replace(draft, name=name.strip() or draft.name)

        def change(state: State) -> State:
            there = state.document.item_sets
            at = next((k for k, one in enumerate(there) if one.name == kept.name), len(there))
            changed = states.with_document(state, item_sets=(*there[:at], kept, *there[at + 1 :]))
            return dataclasses.replace(changed, draft=kept)

        self._store.apply(change, undo=f"Save “{kept.name}”")

    def forget(self, name: str) -> None:
        """Keep sets in the project no more."""
        left = tuple(one for one in self._store.state.document.item_sets if one.name != name)
        self._store.apply(
            lambda state: states.with_document(state, item_sets=left), undo=f"Remove “{name}”"
        )

    def write(self, path: Path) -> None:
        """Write the sets to a JSON file that the command line reads too.

        Raises
        ------
        UserError
            When it cannot be written.
        """
        draft = self._store.state.draft
        if draft is not None:
            write_sets(draft, path)
            said = f"Wrote “{draft.name}” to {path.name}."
            self._store.apply(lambda state: dataclasses.replace(state, message=said))

    # -- what the space has of them ------------------------------------------------------------

    def _changed(self, old: State, new: State) -> None:
        """Look the draft up again; forget what was offered for another space or other sets."""
        if new.draft is old.draft and new.active_space == old.active_space:
            return
        if new.offer is not None and not _fits(new.offer, new):
            self.dismiss_offer()
        space, draft = new.space, new.draft
        if space is None or draft is None:
            if new.covered is not None:
                self._store.apply(lambda state: dataclasses.replace(state, covered=None))
            return
        self._work.submit(
            _cover,
            key="cover-sets",
            title="Looking up items",
            lane="quick",
            is_shown=False,
            then=Then(finished=self._is_covered),
            space=space,
            sets=draft,
        )

    def _is_covered(self, event: Finished) -> None:
        found: SetsCoverage = event.result
        self._store.apply(
            lambda state: (
                dataclasses.replace(state, covered=found)
                if state.active_space == found.space_id and state.draft == found.asked
                else state
            )
        )

    # -- steps ---------------------------------------------------------------------------------

    def _kept(self, name: str) -> ItemSets | None:
        kept = self._store.state.document.item_sets
        return next((one for one in kept if one.name == name), None)

    def _name(self, key: str) -> str:
        draft = self._store.state.draft
        return key if draft is None or key == edits.PAIRS else edits.set_of(draft, key).name

    def _added(self, changed: ItemSets, n_new: int, n_asked: int, key: str, noun: str) -> None:
        known = n_asked - n_new
        said = f"Added {counted(n_new, noun)} to “{self._name(key)}”."
        if known:
            said += f" {known:,} {'was' if known == 1 else 'were'} there already."
        title = f"Add {counted(n_new, noun)} to “{self._name(key)}”"
        self._step(changed, title, said)

    def _edit(self, change: Callable[[ItemSets], ItemSets], title: str) -> None:
        draft = self._store.state.draft
        if draft is not None:
            self._step(change(draft), title)

    def _step(self, draft: ItemSets | None, title: str, message: str = "") -> None:
        """Let this be the draft, as a step for undo where that changes something."""

        def change(state: State) -> State:
            said = message or state.message
            if draft == state.draft and said == state.message:
                return state
            same = state.draft if draft == state.draft else draft
            return dataclasses.replace(state, draft=same, message=said)

        self._store.apply(change, undo=title)


def _cover(space: Space, sets: ItemSets, progress: Progress) -> SetsCoverage:
    """Look up the items, in the lane's thread."""
    progress.raise_if_cancelled()
    return cover_sets(space, sets)


def _sum_of(space: Space, rows: dict[str, int]) -> Query:
    """Return the sum of all items of a set that have a direction, as a query."""
    there = [row for row in rows.values() if np.any(space.vectors[row])]
    if not there:
        raise UserError(
            "Nothing to look near to",
            "None of the items of this set is in this space.",
            "Name an item to look near to.",
        )
    return Query("the set", tuple(Term(row) for row in there))


def _fits(offer: SetOffer, state: State) -> bool:
    """Return whether the set that an offer is for is still there, in the same space."""
    if state.draft is None or offer.space_id != state.active_space:
        return False
    try:
        edits.set_of(state.draft, offer.key)
    except KeyError:
        return False
    return True
